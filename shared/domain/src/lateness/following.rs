//! The effect of a changed day on what lateness costs.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{LateDay, LateMonth};
use crate::{
    day::{Day, DayChange, Month},
    leave::{LateCharge, LeaveBook, LeaveDayLength},
};

/// Returns whether the lateness of a day differs after the change, so that [`follow_days`] may have something to book.
pub fn changes_lateness(change: &DayChange, now: Timestamp) -> bool {
    let late = |day: &Day| {
        let LateDay { is_excused, shifts, .. } = LateDay::of(day, now);
        (!shifts.is_empty()).then_some((is_excused, shifts))
    };
    change.before().and_then(late) != late(change.after())
}

/// A changed day whose lateness stays the same, so that the change costs nothing.
#[derive(Debug, Clone, Copy)]
pub struct SameLateness<'a>(&'a DayChange);

impl<'a> SameLateness<'a> {
    /// Returns the change, unless it changes the lateness of the day.
    pub fn of(change: &'a DayChange, now: Timestamp) -> Option<Self> {
        (!changes_lateness(change, now)).then_some(Self(change))
    }

    /// Returns the change.
    pub const fn change(self) -> &'a DayChange {
        self.0
    }
}

/// Returns the months of late punches after these days change, as far as the months differ. `book` receives the bookings for the
/// differences in cost. `months` holds the stored months of the days. Every change of a day commits the result in the same
/// transaction: a punch, an edit, an excuse, a change of schedule or leave (`follow_schedule`).
pub fn follow_days(
    months: &BTreeMap<Month, LateMonth>,
    changes: &[DayChange],
    book: &mut LeaveBook<'_>,
    leave_day: LeaveDayLength,
    now: Timestamp,
) -> BTreeMap<Month, LateMonth> {
    let mut days: BTreeMap<Month, Vec<LateDay>> = BTreeMap::new();
    for change in changes.iter().filter(|change| changes_lateness(change, now)) {
        days.entry(Month::of(change.after().date())).or_default().push(LateDay::of(change.after(), now));
    }
    let none = LateMonth::default();
    let mut followed = BTreeMap::new();
    for (month, days) in days {
        let Some((after, bookings)) = months.get(&month).unwrap_or(&none).follow(&days, leave_day) else { continue };
        for booking in bookings {
            book.deduct(LateCharge {
                shift_id: booking.shift_id,
                session_id: booking.session_id,
                minutes: booking.minutes,
                revision: after.version,
            });
        }
        followed.insert(month, after);
    }
    followed
}
