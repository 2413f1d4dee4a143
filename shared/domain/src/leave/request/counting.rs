//! How much leave a period costs: by the person's own schedule, date by date.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Extent;
use crate::{
    FieldRule, Invalid,
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
    /// Counts leave by the person's schedule as if no other leave were. A night shift is one day, its start's. Holidays
    /// count only where the type says so.
    pub fn count(planner: &Planner<'_>, extent: Extent<'_>, leave: &LeaveRef, holidays_count: bool) -> Self {
        let planner = if holidays_count { Planner { holidays: &[], ..*planner } } else { *planner };
        let dates = extent.period.dates();
        Self(dates.map(|date| planner.half_days_of_leave(date, &extent.on(date, leave))).collect())
    }

    /// The count that `newer` has where the condition picks the date, and this one elsewhere; `start` is the first date of
    /// the period of both.
    #[must_use]
    pub fn replaced(&self, start: WorkDate, newer: &Self, picks: impl Fn(WorkDate) -> bool) -> Self {
        let dated = (0..).zip(self.0.iter().zip(&newer.0));
        Self(dated.map(|(days, (old, new))| if picks(start.plus_days(days)) { *new } else { *old }).collect())
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

    /// This count after other leave took halves of its dates, or gave some back: `before` and `after` is what is covered,
    /// `newer` counts the latter by the schedule of now. What was counted of a whole day that is over stays so: half of it is
    /// half a day, whatever the roster has become since.
    #[must_use]
    pub fn reshaped(&self, before: Extent<'_>, after: Extent<'_>, newer: &Self) -> Self {
        let counts = before.period.dates().zip(self.0.iter().zip(&newer.0));
        Self(
            counts
                .map(|(date, (old, new))| {
                    let (had, has) = (before.half_days_on(date), after.half_days_on(date));
                    match has.cmp(&had) {
                        Ordering::Equal => *old,
                        Ordering::Less if *old == 2 => has,
                        Ordering::Less => *new.min(old),
                        Ordering::Greater => *new,
                    }
                })
                .collect(),
        )
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
            _ => Err(Invalid::new(FieldRule::CountedHalves)),
        });
        counts.collect::<Result<_, _>>().map(Self)
    }
}

/// The last date on which leave has begun at an instant: today, once what today's leave covers has begun; else yesterday.
pub fn begun_until(planner: &Planner<'_>, extent: Extent<'_>, leave: &LeaveRef, now: Timestamp) -> WorkDate {
    let today = planner.today(now);
    let begins_at = planner.leave_begins_at(today, &extent.on(today, leave));
    if begins_at.is_some_and(|begins_at| begins_at <= now) { today } else { today.previous() }
}
