//! The cost of a period of leave: counted date by date, by the person's own schedule.

use std::{cmp::Ordering, collections::BTreeMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Extent;
use crate::{
    FieldRule, Invalid,
    calendar::WorkDate,
    day::Day,
    schedule::{LeaveRef, Planner},
};

/// The half days that each date of a period counts: 0 on days off, 1 where half a day is covered or expected, else 2.
///
/// The count is stored with the request, so that a recount leaves dates that are over unchanged. It is written as one digit for
/// each date, beginning with the first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HalfDays(Vec<u8>);

impl HalfDays {
    /// Counts leave by the person's schedule, ignoring other leave. A night shift counts as one day, on the date of its start.
    /// Holidays only count where the type says so. Of the stored `days`, today's keeps its schedule once work on it has begun.
    pub fn count(
        planner: &Planner<'_>,
        (days, now): (&BTreeMap<WorkDate, Day>, Timestamp),
        extent: Extent<'_>,
        leave: &LeaveRef,
        holidays_count: bool,
    ) -> Self {
        let planner = if holidays_count { Planner { holidays: &[], ..*planner } } else { *planner };
        let on_date = |date: WorkDate| {
            let count = |planner: &Planner<'_>| planner.half_days_of_leave(date, &extent.on(date, leave));
            match days.get(&date).filter(|day| !day.is_frozen(now)) {
                Some(day) => day.by_schedule_at(&planner, now, count),
                None => count(&planner),
            }
        };
        Self(extent.period.dates().map(on_date).collect())
    }

    /// Returns the count of `newer` for dates that meet the condition, and this count for the others. `start` is the first date
    /// of the period of both.
    #[must_use]
    pub fn replaced(&self, start: WorkDate, newer: &Self, picks: impl Fn(WorkDate) -> bool) -> Self {
        let dated = (0..).zip(self.0.iter().zip(&newer.0));
        Self(dated.map(|(days, (old, new))| if picks(start.plus_days(days)) { *new } else { *old }).collect())
    }

    /// Returns the total of half days.
    pub fn total(&self) -> i64 {
        self.0.iter().copied().map(i64::from).sum()
    }

    /// Returns the count of the first dates.
    #[must_use]
    pub fn first(&self, dates: usize) -> Self {
        Self(self.0.iter().copied().take(dates).collect())
    }

    /// Returns this count after other leave took halves of its dates, or gave some back. `before` and `after` are the covered
    /// dates, and `newer` counts `after` by the present schedule. A whole day that is over keeps its count: half of it is half a
    /// day, even where the roster has changed since.
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

    /// Returns the dates that count, each with its half days. `start` is the first date of the period.
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

/// Returns the last date on which leave has begun at an instant: today, once the part of today that the leave covers has begun;
/// else yesterday. Of the stored `days`, today's keeps its zone and its shifts once it has begun.
pub fn begun_until(
    planner: &Planner<'_>,
    days: &BTreeMap<WorkDate, Day>,
    extent: Extent<'_>,
    leave: &LeaveRef,
    now: Timestamp,
) -> WorkDate {
    let today = planner.today(now);
    let begins = |planner: &Planner<'_>| planner.leave_begins_at(today, &extent.on(today, leave));
    let begins_at = match days.get(&today) {
        Some(day) => day.by_schedule_at(planner, now, begins),
        None => begins(planner),
    };
    if begins_at.is_some_and(|begins_at| begins_at <= now) { today } else { today.previous() }
}
