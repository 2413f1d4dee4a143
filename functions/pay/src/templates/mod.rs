//! Templates of payroll files.
