//! The cost of lateness: the late punches of a person's month, and how much of them is deducted from annual leave.
//!
//! A month is stored as one small item, separate from the days. A punch then needs no other day of its month to determine its
//! cost (the free minutes, the Nth late day). Each change of a day updates the month in the same transaction:
//! [`LateMonth::follow`] reads the day's current lateness, recomputes the month in date order and returns the differences to what
//! was booked. Each date keeps the policy that its lateness was first booked with.

mod following;
mod late_day;
mod month;
#[cfg(test)]
mod tests;

pub use following::{SameLateness, changes_lateness, follow_days};
pub use late_day::{LateDay, LateShift};
pub use month::{LateBooking, LateMonth};
