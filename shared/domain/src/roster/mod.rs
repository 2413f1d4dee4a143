//! Changing when people are expected: a pattern, a single date, a swap of two people's dates.
//!
//! All of it is decided here and comes out as a [`Rescheduled`] for each person concerned, which the store commits in one
//! way, so that whatever hangs on a schedule (stored days, months, leave) follows every change of one alike.

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

/// How many days ahead of today a single date may be planned or swapped. It bounds what has to be looked at when a pattern
/// changes under such dates.
pub const HORIZON_DAYS: i32 = 366;

/// The calendar years whose plans and holidays a change of a schedule is decided on, wherever the person's today is: those
/// of [`HORIZON_DAYS`] ahead, and of the neighbours of a date that a night shift or another zone reaches.
pub fn years_in_reach(now: Timestamp) -> std::ops::RangeInclusive<i16> {
    let today = crate::calendar::Zone::UTC.date_of(now);
    today.plus_days(-1 - clash::NEIGHBOURS).year()..=today.plus_days(1 + HORIZON_DAYS + clash::NEIGHBOURS).year()
}

/// The dates of which a day may be stored that isn't over yet, wherever the person's today is: a day is opened shortly
/// before it begins, or by an early clock-in.
pub fn dates_stored_ahead(now: Timestamp) -> Vec<WorkDate> {
    let today = crate::calendar::Zone::UTC.date_of(now);
    (-1..=2).map(|days| today.plus_days(days)).collect()
}

/// What a change of a person's schedule is decided from.
#[derive(Debug, Clone, Copy)]
pub struct Rostering<'a> {
    /// The person's schedule as it is.
    pub planner: &'a Planner<'a>,
    /// The stored days among [`dates_stored_ahead`], and of the dates that are asked about.
    pub days: &'a BTreeMap<WorkDate, Day>,
    /// When.
    pub now: Timestamp,
}

impl Rostering<'_> {
    /// The person's local date.
    fn today(&self) -> WorkDate {
        self.planner.today(self.now)
    }

    /// Whether something was done on the date already.
    fn is_worked(&self, date: WorkDate) -> bool {
        self.days.get(&date).is_some_and(|day| !day.sessions().is_empty())
    }

    /// Whether the work of the date has begun: its first shift has, or someone came for it early.
    fn has_begun(&self, date: WorkDate) -> bool {
        Day::current(self.days.get(&date), self.planner, date, self.now).work_has_begun(self.now)
    }
}
