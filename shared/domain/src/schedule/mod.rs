//! The schedule of a person: whether they are expected on a date, and when.
//!
//! All code that needs the schedule (clock-in, day opening, the grid, leave counting, swaps, the calendar feed) calls
//! [`Planner::assignment`], so that all of it gets the same result.

mod assignment;
mod halves;
mod leave;
mod pattern;
mod planner;
mod schedule_book;
mod shift;
mod site_book;
#[cfg(test)]
pub(crate) mod tests;
mod window;
mod year;

pub use assignment::{Assignment, DayKind};
pub use leave::{DayLeave, LeaveRef, LeaveTypeCode};
pub use pattern::{Pattern, PatternShift, Rhythm, Week};
pub use planner::Planner;
pub(crate) use planner::lay_leave;
pub use schedule_book::Schedule;
pub use shift::{Shift, ShiftId, instant_of};
pub(crate) use shift::{later, seconds_between};
pub use site_book::{SiteBook, SiteEntry};
pub use window::Window;
pub use year::{DayPlan, PlanCause, PlannedDay, ScheduleYear, SwappedPlan};
