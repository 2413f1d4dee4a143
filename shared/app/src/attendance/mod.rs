//! Attendance: punches, and all other changes of days.
//!
//! Each change of a day is a [`DayUpdate`]. It is the only way to write a day, and always includes the resulting presence and
//! the annual leave that lateness is charged to (`store::day_update`).

mod closing;
pub mod corrections;
pub mod days;
mod following;
pub mod imports;
pub mod offline;
mod punching;

pub use closing::close_forgotten;
pub use corrections::CorrectionRefusal;
pub use days::DayRefusal;
pub use following::follow_schedule;
pub use punching::{PunchCodes, context, prepare_punch, punch, punch_update, read_punch};
pub use store::{
    day_update::{DayUpdate, PresenceUpdate},
    pay::closing::SignOff,
};
