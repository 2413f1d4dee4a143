//! The cost of leave, by date and by month.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{LeaveMinutes, LeaveYear};
use crate::calendar::WorkDate;

/// The cost of leave in each leave year: the minutes of every date that counts. Charges are stored with the request that they
/// were booked for, so that exactly these minutes can be given back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Charges {
    years: Vec<YearCharge>,
}

/// The cost of leave in one leave year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct YearCharge {
    year: i16,
    dates: BTreeMap<WorkDate, LeaveMinutes>,
}

impl Charges {
    /// Creates charges from counted dates with their leave years. Skips dates that cost nothing.
    pub(super) fn new(dates: impl IntoIterator<Item = (i16, WorkDate, LeaveMinutes)>) -> Self {
        let mut years: BTreeMap<i16, BTreeMap<WorkDate, LeaveMinutes>> = BTreeMap::new();
        for (year, date, minutes) in dates.into_iter().filter(|(_, _, minutes)| !minutes.is_zero()) {
            *years.entry(year).or_default().entry(date).or_default() += minutes;
        }
        Self { years: years.into_iter().map(|(year, dates)| YearCharge { year, dates }).collect() }
    }

    /// Returns the total.
    pub fn total(&self) -> LeaveMinutes {
        self.dates().map(|(_, _, minutes)| minutes).sum()
    }

    /// Returns whether the charges are empty.
    pub const fn is_empty(&self) -> bool {
        self.years.is_empty()
    }

    /// Returns every date that counts, with its leave year and its minutes, in order.
    pub fn dates(&self) -> impl Iterator<Item = (i16, WorkDate, LeaveMinutes)> {
        self.years.iter().flat_map(|charge| charge.dates.iter().map(|(date, minutes)| (charge.year, *date, *minutes)))
    }

    /// Returns the charges of the dates that meet the condition, such as the part that is given back or the part that remains.
    #[must_use]
    pub fn filtered(&self, picks: impl Fn(WorkDate) -> bool) -> Self {
        Self::new(self.dates().filter(|(_, date, _)| picks(*date)))
    }

    /// Returns what these charges exceed `other` by, for each date and year.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> Self {
        let had: BTreeMap<(i16, WorkDate), LeaveMinutes> =
            other.dates().map(|(year, date, minutes)| ((year, date), minutes)).collect();
        Self::new(self.dates().map(|(year, date, minutes)| {
            let had = had.get(&(year, date)).copied().unwrap_or_default();
            (year, date, (minutes - had).or_zero())
        }))
    }

    /// Returns the leave years of the charges, in order.
    pub fn years(&self) -> impl Iterator<Item = i16> {
        self.years.iter().map(|charge| charge.year)
    }

    /// Returns the charges in that leave year: the first date, and the minutes by month.
    pub(super) fn of_year(&self, year: LeaveYear) -> Option<(WorkDate, MonthsOfYear)> {
        let charge = self.years.iter().find(|charge| charge.year == year.year)?;
        let (first, _) = charge.dates.first_key_value()?;
        let mut months = MonthsOfYear::default();
        for (date, minutes) in &charge.dates {
            months.add(year.month_of(*date), *minutes);
        }
        Some((*first, months))
    }
}

/// Minutes by the month of a leave year. The expiry of carry-over needs this precision, however late its month is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MonthsOfYear([LeaveMinutes; LeaveYear::MONTHS as usize]);

impl MonthsOfYear {
    /// Creates an amount in one month.
    pub fn one(month: u8, minutes: LeaveMinutes) -> Self {
        let mut months = Self::default();
        months.add(month, minutes);
        months
    }

    fn add(&mut self, month: u8, minutes: LeaveMinutes) {
        if let Some(sum) = self.0.get_mut(usize::from(month.saturating_sub(1))) {
            *sum += minutes;
        }
    }

    /// Returns the sum of all months.
    pub fn total(&self) -> LeaveMinutes {
        self.0.iter().copied().sum()
    }

    /// Returns the sum of the first months.
    pub fn within(&self, months: u8) -> LeaveMinutes {
        self.0.iter().take(usize::from(months)).copied().sum()
    }

    /// Returns whether every month is zero.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the sum with another one, month by month.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = *self;
        for (sum, other) in sum.0.iter_mut().zip(other.0) {
            *sum += other;
        }
        sum
    }

    /// Returns the negated amounts.
    #[must_use]
    pub fn negated(&self) -> Self {
        Self(self.0.map(|minutes| -minutes))
    }
}
