//! Timesheets: a person's days of a pay period, submitted by the person and approved by a manager
//! (`app::pay::timesheets`).

pub(crate) mod answer;
pub(crate) mod approve_many;
pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod sign;
