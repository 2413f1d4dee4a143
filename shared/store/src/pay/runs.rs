//! Payroll runs: the immutable results of closed pay periods.
