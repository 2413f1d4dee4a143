//! Rosters of many people from a sheet (`docs/roster-import.md`): checked whole before anything is written, then applied
//! person by person as a job.

mod check;
pub(crate) mod follow;
mod sheet;
mod shown;
pub(crate) mod start;
