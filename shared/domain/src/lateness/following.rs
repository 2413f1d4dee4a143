//! What a changed day changes of what lateness costs.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{LateDay, LateMonth};
use crate::{
    day::{Day, DayChange, Month},
    leave::{LateCharge, LeaveBook, LeaveDayLength},
};

/// Whether a changed day is late otherwise than it was, so that [`follow_days`] may come to something.
pub fn changes_lateness(change: &DayChange, now: Timestamp) -> bool {
    let late = |day: &Day| {
        let LateDay { is_excused, shifts, .. } = LateDay::of(day, now);
        (!shifts.is_empty()).then_some((is_excused, shifts))
    };
    change.before().and_then(late) != late(change.after())
}

/// A changed day whose lateness is as it was, so that nothing is charged for the change.
#[derive(Debug, Clone, Copy)]
pub struct SameLateness<'a>(&'a DayChange);

impl<'a> SameLateness<'a> {
    /// The change, unless it makes the day late otherwise.
    pub fn of(change: &'a DayChange, now: Timestamp) -> Option<Self> {
        (!changes_lateness(change, now)).then_some(Self(change))
    }

    /// The change.
    pub const fn change(self) -> &'a DayChange {
        self.0
    }
}

/// The months of late punches as they are once these days are changed, only those that become others; what they cost more
/// or less is booked in `book`. `months` are the stored ones of the days' months. Whatever changes days commits this with
/// them: a punch, an edit, an excuse, a schedule or leave that changed under a day (`follow_schedule`).
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
