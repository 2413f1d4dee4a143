//! Changes of rosters: a pattern, a single date, or a swap between two people.
//!
//! Each change is decided here and results in a [`Rescheduled`] for each person concerned. The store commits all of them in the
//! same way. So everything that depends on a schedule (stored days, months, leave) follows every kind of change.

mod caution;
mod clash;
mod day_plan;
mod pattern_change;
mod rescheduled;
mod swapping;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;

pub use caution::{Caution, cautions_on};
pub use clash::Clash;
pub use day_plan::{PlanRefusal, UnplanRefusal};
pub use pattern_change::PatternRefusal;
pub use rescheduled::Rescheduled;
pub use swapping::{Made, Party, Proposal, SwapRefusal, Swapping, TooLittleRest};

use crate::{calendar::WorkDate, day::Day, schedule::Planner};

/// The number of days after today within which a single date may be planned or swapped. It limits the dates that a change of a
/// pattern must check.
pub const HORIZON_DAYS: i32 = 366;

/// Returns the calendar years whose plans and holidays a change of a schedule depends on, in any zone. They include
/// [`HORIZON_DAYS`] ahead, and the dates around a date that a night shift or another zone reaches.
pub fn years_in_reach(now: Timestamp) -> std::ops::RangeInclusive<i16> {
    let today = crate::calendar::Zone::UTC.date_of(now);
    today.plus_days(-1 - clash::NEIGHBOURS).year()..=today.plus_days(1 + HORIZON_DAYS + clash::NEIGHBOURS).year()
}

/// Returns the dates that may have a stored day that isn't over, in any zone. A day is created shortly before it begins, or by an
/// early clock-in.
pub fn dates_stored_ahead(now: Timestamp) -> Vec<WorkDate> {
    let today = crate::calendar::Zone::UTC.date_of(now);
    (-1..=2).map(|days| today.plus_days(days)).collect()
}

/// The data that a change of a person's schedule depends on.
#[derive(Debug, Clone, Copy)]
pub struct Rostering<'a> {
    /// The person's present schedule.
    pub planner: &'a Planner<'a>,
    /// The stored days among [`dates_stored_ahead`], and those of the dates to change.
    pub days: &'a BTreeMap<WorkDate, Day>,
    /// The present instant.
    pub now: Timestamp,
}

impl Rostering<'_> {
    /// The person's local date.
    fn today(&self) -> WorkDate {
        self.planner.today(self.now)
    }

    /// Returns whether the date already has work.
    fn is_worked(&self, date: WorkDate) -> bool {
        self.days.get(&date).is_some_and(|day| !day.sessions().is_empty())
    }

    /// Returns whether the work of the date has begun: its first shift has begun, or someone clocked in early.
    fn has_begun(&self, date: WorkDate) -> bool {
        Day::current(self.days.get(&date), self.planner, date, self.now).work_has_begun(self.now)
    }
}
