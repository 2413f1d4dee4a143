//! Attendance: punches, and everything else that changes a day.
//!
//! Each change of a day is a [`DayUpdate`]: the only way to write a day is to say what becomes of the presence and to which
//! annual leave lateness is charged (`store::day_update`).

mod closing;
mod following;
pub mod offline;
mod punching;

pub use closing::close_forgotten;
pub use following::follow_schedule;
pub use punching::{context, punch_update};
pub use store::day_update::{DayUpdate, PresenceUpdate};
