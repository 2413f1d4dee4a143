//! Imports the rosters of many people from a sheet (`docs/roster-import.md`). The whole sheet is checked before
//! anything is written. A job then applies it person by person.

pub(crate) mod follow;
mod sheet;
pub(crate) mod start;
