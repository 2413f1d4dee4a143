//! Leave years: twelve months from the day that the settings define. Each date belongs to one.

use std::collections::BTreeMap;

use jiff::{Span, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{calendar::WorkDate, settings::MonthDay};

/// A leave year, named by the calendar year in which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveYear {
    /// The calendar year in which the leave year begins.
    pub year: i16,
    /// The first date of the leave year.
    pub from: WorkDate,
    /// The last date of the leave year.
    pub to: WorkDate,
}

impl LeaveYear {
    /// The number of months in a leave year. Each month has a part of a monthly grant.
    pub const MONTHS: u8 = 12;

    /// Returns the leave year that begins in that calendar year.
    pub fn beginning_in(year: i16, start: MonthDay) -> Self {
        let first = |year| WorkDate::from(Date::new(year, start.month(), start.day()).unwrap_or(Date::MAX));
        Self { year, from: first(year), to: first(year + 1).previous() }
    }

    /// Returns the leave year of a date.
    pub fn of(date: WorkDate, start: MonthDay) -> Self {
        let this = Self::beginning_in(date.year(), start);
        if this.from <= date { this } else { Self::beginning_in(date.year() - 1, start) }
    }

    /// Returns whether the date belongs to the leave year.
    pub fn holds(&self, date: WorkDate) -> bool {
        (self.from..=self.to).contains(&date)
    }

    /// Returns the number of days in the leave year: 365 or 366.
    pub fn days(&self) -> i64 {
        i64::from(self.to.days_since(self.from)) + 1
    }

    /// Returns the first date of the month `month` of the leave year, counted from 1.
    pub fn first_of_month(&self, month: u8) -> WorkDate {
        let months = i32::from(month) - 1;
        WorkDate::from(self.from.date().saturating_add(Span::new().months(months)))
    }

    /// Returns the last date of the month `month` of the leave year.
    pub fn last_of_month(&self, month: u8) -> WorkDate {
        if month < Self::MONTHS { self.first_of_month(month + 1).previous() } else { self.to }
    }

    /// Returns the month of the leave year that the date is in, 1 to 12. A date outside the year counts to the nearest month.
    pub fn month_of(&self, date: WorkDate) -> u8 {
        (2..=Self::MONTHS).take_while(|month| self.first_of_month(*month) <= date).last().unwrap_or(1)
    }
}

/// The assignment of dates to leave years. Years for which the person has balances keep their dates when `leave_year_start`
/// changes. The setting only defines when later years begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaveYears {
    start: MonthDay,
    /// The years that have balances.
    known: BTreeMap<i16, LeaveYear>,
}

impl LeaveYears {
    /// Creates the leave years from the settings and the years that have balances.
    pub fn new(start: MonthDay, known: impl IntoIterator<Item = LeaveYear>) -> Self {
        Self { start, known: known.into_iter().map(|year| (year.year, year)).collect() }
    }

    /// Returns the leave year of a date.
    pub fn of(&self, date: WorkDate) -> LeaveYear {
        if let Some(known) = self.known.values().find(|year| year.holds(date)) {
            return *known;
        }
        let by_settings = LeaveYear::of(date, self.start);
        match self.known.get(&by_settings.year) {
            // The year began by an earlier setting. It lasts until the next one begins by the present setting.
            Some(known) => LeaveYear { from: known.from.min(date), to: known.to.max(by_settings.to), ..*known },
            None => self.beside_known(by_settings),
        }
    }

    /// Returns the leave year that begins in that calendar year.
    pub fn named(&self, year: i16) -> LeaveYear {
        let by_settings = LeaveYear::beginning_in(year, self.start);
        let Some(known) = self.known.get(&year) else { return self.beside_known(by_settings) };
        // As in [`Self::of`], the year lasts until the next one begins, by an earlier or the present setting.
        let next = self.known.range(year + 1..).next().map(|(_, next)| next.from.previous());
        let to = known.to.max(by_settings.to);
        LeaveYear { to: next.map_or(to, |last| to.min(last).max(known.to)), ..*known }
    }

    /// Returns a year by the settings, without the dates that belong to the years before and after it.
    fn beside_known(&self, year: LeaveYear) -> LeaveYear {
        let before = self.known.range(..year.year).next_back().map(|(_, before)| before.to.next());
        let after = self.known.range(year.year + 1..).next().map(|(_, after)| after.from.previous());
        let from = before.map_or(year.from, |from| if from <= year.to { from.max(year.from) } else { year.from });
        let to = after.map_or(year.to, |to| if from <= to { to.min(year.to) } else { year.to });
        LeaveYear { year: year.year, from, to }
    }
}
