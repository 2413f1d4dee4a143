//! The aggregate of attendance.
