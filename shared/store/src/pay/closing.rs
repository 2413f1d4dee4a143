//! The close of pay periods, and the guard of writes to closed dates.
