//! Pay periods and their status.
