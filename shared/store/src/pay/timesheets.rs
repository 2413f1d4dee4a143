//! Timesheets: one item for each person and pay period.
