//! What lateness costs: the late punches of a person's month, and what of them is booked on annual leave.
//!
//! A month is kept as one small item beside the days, so that a punch needs no other day of its month to know what it
//! costs (the minutes that are free, the Nth late day). Whatever changes a day is followed here in the same transaction:
//! [`LateMonth::follow`] takes the day's lateness as it is now, folds the month again in date order, each date under the
//! policy that its lateness was first booked with, and answers with the differences to what was booked.

mod following;
mod late_day;
mod month;
#[cfg(test)]
mod tests;

pub use following::{SameLateness, changes_lateness, follow_days};
pub use late_day::{LateDay, LateShift};
pub use month::{LateBooking, LateMonth};
