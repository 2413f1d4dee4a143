//! Timesheets: a person's days of a pay period, submitted by the person and approved by a manager.
