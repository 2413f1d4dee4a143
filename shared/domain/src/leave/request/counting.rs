//! How much leave a period costs: by the person's own schedule, date by date.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::LeavePeriod;
use crate::{
    Invalid,
    calendar::WorkDate,
    schedule::{LeaveRef, Planner},
};

/// How many half days each date of a period counts: 0 on days off, 1 where half a day is covered or expected, else 2.
///
/// Kept with the request, so that a recount leaves alone what is over. Written as a digit for each date from the first on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HalfDays(Vec<u8>);

impl HalfDays {
    /// Counts a period by the person's schedule as if no other leave were. A night shift is one day, its start's. Holidays
    /// count only where the type says so.
    pub fn count(planner: &Planner<'_>, period: &LeavePeriod, leave: &LeaveRef, holidays_count: bool) -> Self {
        let planner = if holidays_count { Planner { holidays: &[], ..*planner } } else { *planner };
        Self(period.dates().map(|date| planner.half_days_of_leave(date, &period.on(date, leave))).collect())
    }

    /// How many half days there are in all.
    pub fn total(&self) -> i64 {
        self.0.iter().copied().map(i64::from).sum()
    }

    /// The first so many dates' count.
    #[must_use]
    pub fn first(&self, dates: usize) -> Self {
        Self(self.0.iter().copied().take(dates).collect())
    }

    /// This count up to the date `from` of a period that begins on `start`, and `newer`'s from it on.
    #[must_use]
    pub fn recounted_from(&self, start: WorkDate, from: WorkDate, newer: &Self) -> Self {
        let kept = usize::try_from(from.days_since(start)).unwrap_or_default();
        Self(self.0.iter().take(kept).chain(newer.0.iter().skip(kept)).copied().collect())
    }

    /// The dates that count, each with its half days; `start` is the first date of the period.
    pub fn dated(&self, start: WorkDate) -> impl Iterator<Item = (WorkDate, i64)> {
        let dated = (0..).zip(&self.0).map(move |(days, half_days)| (start.plus_days(days), i64::from(*half_days)));
        dated.filter(|(_, half_days)| *half_days > 0)
    }
}

impl From<HalfDays> for String {
    fn from(HalfDays(counts): HalfDays) -> Self {
        counts.into_iter().map(|count| char::from(b'0' + count)).collect()
    }
}

impl TryFrom<String> for HalfDays {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let counts = text.bytes().map(|digit| match digit {
            b'0'..=b'2' => Ok(digit - b'0'),
            _ => Err(Invalid::new("must be a digit from 0 to 2 for each date")),
        });
        counts.collect::<Result<_, _>>().map(Self)
    }
}

/// The last date of a period whose leave has begun at an instant: today, once what today's leave covers has begun; else
/// yesterday.
pub fn begun_until(planner: &Planner<'_>, period: &LeavePeriod, leave: &LeaveRef, now: Timestamp) -> WorkDate {
    let today = planner.today(now);
    let begins_at = planner.leave_begins_at(today, &period.on(today, leave));
    if begins_at.is_some_and(|begins_at| begins_at <= now) { today } else { today.previous() }
}
