//! Leave years: twelve months from the day that the settings name, and the one that a date belongs to.

use std::collections::BTreeMap;

use jiff::{Span, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{calendar::WorkDate, settings::MonthDay};

/// A leave year, named by the calendar year in which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveYear {
    /// The calendar year in which it begins.
    pub year: i16,
    /// Its first date.
    pub from: WorkDate,
    /// Its last date.
    pub to: WorkDate,
}

impl LeaveYear {
    /// How many months it has, each of which has a part of a monthly grant.
    pub const MONTHS: u8 = 12;

    /// The leave year that begins in that calendar year.
    pub fn beginning_in(year: i16, start: MonthDay) -> Self {
        let first = |year| WorkDate::from(Date::new(year, start.month(), start.day()).unwrap_or(Date::MAX));
        Self { year, from: first(year), to: first(year + 1).previous() }
    }

    /// The leave year of a date.
    pub fn of(date: WorkDate, start: MonthDay) -> Self {
        let this = Self::beginning_in(date.year(), start);
        if this.from <= date { this } else { Self::beginning_in(date.year() - 1, start) }
    }

    /// Whether the date belongs to it.
    pub fn holds(&self, date: WorkDate) -> bool {
        (self.from..=self.to).contains(&date)
    }

    /// How many days it has: 365, or 366.
    pub fn days(&self) -> i64 {
        i64::from(self.to.days_since(self.from)) + 1
    }

    /// The first date of its month `month`, counted from 1.
    pub fn first_of_month(&self, month: u8) -> WorkDate {
        let months = i32::from(month) - 1;
        WorkDate::from(self.from.date().saturating_add(Span::new().months(months)))
    }

    /// The last date of its month `month`.
    pub fn last_of_month(&self, month: u8) -> WorkDate {
        if month < Self::MONTHS { self.first_of_month(month + 1).previous() } else { self.to }
    }

    /// In which of its months the date lies, 1 to 12; a date outside counts to the nearest.
    pub fn month_of(&self, date: WorkDate) -> u8 {
        (2..=Self::MONTHS).take_while(|month| self.first_of_month(*month) <= date).last().unwrap_or(1)
    }
}

/// Which leave year a date belongs to. What a person has balances of stays as it was when `leave_year_start` changes; the
/// setting only says when later years begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaveYears {
    start: MonthDay,
    /// Those that have balances.
    known: BTreeMap<i16, LeaveYear>,
}

impl LeaveYears {
    /// By the settings, and the years that there are balances of.
    pub fn new(start: MonthDay, known: impl IntoIterator<Item = LeaveYear>) -> Self {
        Self { start, known: known.into_iter().map(|year| (year.year, year)).collect() }
    }

    /// The leave year of a date.
    pub fn of(&self, date: WorkDate) -> LeaveYear {
        if let Some(known) = self.known.values().find(|year| year.holds(date)) {
            return *known;
        }
        let by_settings = LeaveYear::of(date, self.start);
        match self.known.get(&by_settings.year) {
            // The year began by an earlier setting; it lasts until the next one begins by the present one.
            Some(known) => LeaveYear { from: known.from.min(date), to: known.to.max(by_settings.to), ..*known },
            None => self.beside_known(by_settings),
        }
    }

    /// The leave year of that name.
    pub fn named(&self, year: i16) -> LeaveYear {
        let by_settings = LeaveYear::beginning_in(year, self.start);
        let Some(known) = self.known.get(&year) else { return self.beside_known(by_settings) };
        // As in [`Self::of`]: it lasts until the next one begins, whichever setting that is by.
        let next = self.known.range(year + 1..).next().map(|(_, next)| next.from.previous());
        let to = known.to.max(by_settings.to);
        LeaveYear { to: next.map_or(to, |last| to.min(last).max(known.to)), ..*known }
    }

    /// A year by the settings, less what belongs to its neighbours already.
    fn beside_known(&self, year: LeaveYear) -> LeaveYear {
        let before = self.known.range(..year.year).next_back().map(|(_, before)| before.to.next());
        let after = self.known.range(year.year + 1..).next().map(|(_, after)| after.from.previous());
        let from = before.map_or(year.from, |from| if from <= year.to { from.max(year.from) } else { year.from });
        let to = after.map_or(year.to, |to| if from <= to { to.min(year.to) } else { year.to });
        LeaveYear { year: year.year, from, to }
    }
}
