//! Payroll runs of closed pay periods.
