//! A person's balances, as they were read.

use std::{collections::BTreeMap, ops::RangeInclusive};

use super::{Balance, LeaveYear, LeaveYears};
use crate::{calendar::WorkDate, schedule::LeaveTypeCode, settings::MonthDay};

/// A person's balances of some types, for all leave years of a range. A balance that is missing here isn't stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balances {
    years: RangeInclusive<i16>,
    balances: BTreeMap<(LeaveTypeCode, i16), Balance>,
}

impl Balances {
    /// Returns the balances that were found by a search of all years of the range.
    pub fn new(years: RangeInclusive<i16>, found: impl IntoIterator<Item = Balance>) -> Self {
        let balances = found.into_iter().map(|balance| ((balance.leave_type.clone(), balance.year.year), balance));
        Self { years, balances: balances.collect() }
    }

    /// Returns the leave years that must be read to book something on `dates`, whenever leave years begin. The range starts with
    /// the year before the first date's, which may need its rollover, and ends with the last date's or today's. It has at most 40
    /// years, which covers the oldest date that can be edited.
    pub fn years_for(today: WorkDate, dates: impl IntoIterator<Item = WorkDate>) -> RangeInclusive<i16> {
        let (first, last) =
            dates.into_iter().fold((today, today), |(first, last), date| (first.min(date), last.max(date)));
        (first.year() - 2).max(last.year() - 40)..=last.year()
    }

    /// Returns these balances together with those of other types that were read for the same years.
    #[must_use]
    pub fn joined(mut self, others: Self) -> Self {
        self.balances.extend(others.balances);
        self
    }

    /// Returns the leave years that were searched.
    pub fn years(&self) -> RangeInclusive<i16> {
        self.years.clone()
    }

    /// Returns the balance of a type and year.
    pub fn get(&self, leave_type: &LeaveTypeCode, year: i16) -> Option<&Balance> {
        self.balances.get(&(leave_type.clone(), year))
    }

    /// Returns all balances, by type and year.
    pub fn iter(&self) -> impl Iterator<Item = &Balance> {
        self.balances.values()
    }

    /// Returns the balances of a type, by year.
    pub fn of(&self, leave_type: &LeaveTypeCode) -> impl Iterator<Item = &Balance> {
        self.balances.values().filter(move |balance| balance.leave_type == *leave_type)
    }

    /// Returns the leave years of a type, which assign each date to its leave year.
    pub fn leave_years(&self, leave_type: &LeaveTypeCode, start: MonthDay) -> LeaveYears {
        LeaveYears::new(start, self.of(leave_type).map(|balance| balance.year))
    }

    /// Returns the balance of that year, and creates it where it doesn't exist.
    pub(super) fn of_year(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear) -> &mut Balance {
        debug_assert!(self.years.contains(&year.year), "a year that wasn't looked for would be made anew");
        let balance = self
            .balances
            .entry((leave_type.clone(), year.year))
            .or_insert_with(|| Balance::new(year, leave_type.clone()));
        // A year becomes longer when the settings let the next one begin later.
        balance.year.to = balance.year.to.max(year.to);
        balance
    }
}
