//! A person's balances as they were read.

use std::{collections::BTreeMap, ops::RangeInclusive};

use super::{Balance, LeaveYear, LeaveYears};
use crate::{calendar::WorkDate, schedule::LeaveTypeCode, settings::MonthDay};

/// A person's balances of some types and all leave years of a range; one that isn't among them isn't stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balances {
    years: RangeInclusive<i16>,
    balances: BTreeMap<(LeaveTypeCode, i16), Balance>,
}

impl Balances {
    /// Those that were found when all years of the range were looked for.
    pub fn new(years: RangeInclusive<i16>, found: impl IntoIterator<Item = Balance>) -> Self {
        let balances = found.into_iter().map(|balance| ((balance.leave_type.clone(), balance.year.year), balance));
        Self { years, balances: balances.collect() }
    }

    /// The leave years that have to be read to book something on `dates`, whenever years begin: from the one before the
    /// first (which may have to be turned) to today's and the last's. At most 40, as far back as anyone edits.
    pub fn years_for(today: WorkDate, dates: impl IntoIterator<Item = WorkDate>) -> RangeInclusive<i16> {
        let (first, last) =
            dates.into_iter().fold((today, today), |(first, last), date| (first.min(date), last.max(date)));
        (first.year() - 2).max(last.year() - 40)..=last.year()
    }

    /// These, and those of other types that were looked for in the same years.
    #[must_use]
    pub fn joined(mut self, others: Self) -> Self {
        self.balances.extend(others.balances);
        self
    }

    /// The leave years that were looked for.
    pub fn years(&self) -> RangeInclusive<i16> {
        self.years.clone()
    }

    /// One of them.
    pub fn get(&self, leave_type: &LeaveTypeCode, year: i16) -> Option<&Balance> {
        self.balances.get(&(leave_type.clone(), year))
    }

    /// All of them, by type and year.
    pub fn iter(&self) -> impl Iterator<Item = &Balance> {
        self.balances.values()
    }

    /// Those of a type, by year.
    pub fn of(&self, leave_type: &LeaveTypeCode) -> impl Iterator<Item = &Balance> {
        self.balances.values().filter(move |balance| balance.leave_type == *leave_type)
    }

    /// Which leave year of a type each date belongs to.
    pub fn leave_years(&self, leave_type: &LeaveTypeCode, start: MonthDay) -> LeaveYears {
        LeaveYears::new(start, self.of(leave_type).map(|balance| balance.year))
    }

    /// The balance of that year, made where it isn't there.
    pub(super) fn of_year(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear) -> &mut Balance {
        debug_assert!(self.years.contains(&year.year), "a year that wasn't looked for would be made anew");
        let balance = self
            .balances
            .entry((leave_type.clone(), year.year))
            .or_insert_with(|| Balance::new(year, leave_type.clone()));
        // A year may come to last longer, when the settings come to begin the next one later.
        balance.year.to = balance.year.to.max(year.to);
        balance
    }
}
