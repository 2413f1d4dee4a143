//! Tests of the leave book: each rule, and random commands that are compared with a direct reading of the rules.
#![expect(clippy::float_cmp, reason = "halves and quarters of days are exact")]

mod carry_over;
mod expiries;
mod grants;
mod ledger;
mod low;
mod notices;
mod properties;
mod years;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    Balance, Balances, Booked, Booking, Charges, LeaveBook, LeaveMinutes, LeaveTypes, LedgerEntry, NotEnough, Requested,
};
use crate::{
    audit::Actor,
    calendar::WorkDate,
    employment::{Employment, Employments},
    event::{Fact, LeaveFact},
    id::LeaveRequestId,
    schedule::{
        LeaveTypeCode,
        tests::company::{Company, date, reason},
    },
    settings::Settings,
    user::User,
};

/// The minutes of a leave day.
pub(super) const DAY: i64 = 480;

/// A person's stored balances and ledger, written like the store does.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) user: User,
    pub(super) settings: Settings,
    pub(super) types: LeaveTypes,
    pub(super) today: WorkDate,
    pub(super) balances: BTreeMap<(LeaveTypeCode, i16), Balance>,
    pub(super) ledger: Vec<LedgerEntry>,
    pub(super) facts: Vec<Fact>,
}

pub(super) fn annual() -> LeaveTypeCode {
    LeaveTypeCode::annual()
}

/// Returns a request of the person by a number.
pub(super) fn requested(number: u128, version: u64) -> Requested {
    let id = format!("{}{}", ulid::Ulid::from(number), "01JBN2V7Q4W0M3T9K5ZXH8R6CD");
    let request_id: LeaveRequestId = id.parse().unwrap();
    Requested { request_id, leave_type: annual(), version, note: None, interrupted_by: None }
}

pub(super) fn minutes(days: f64) -> LeaveMinutes {
    #[expect(clippy::cast_possible_truncation, reason = "halves of days")]
    LeaveMinutes::new((days * 480.0) as i64)
}

impl Person {
    /// Creates a person who was hired long ago. The settings are the defaults except for `document`, and leave expires without a
    /// notice.
    pub(super) fn on(today: &str, document: &str) -> Self {
        let company = Company::with_shifts(&[]).settings(document);
        let user = User { employments: Employments::since(date("2020-01-01")), ..company.person };
        Self {
            user,
            settings: Settings { expire_only_after_notice: false, ..company.settings },
            types: LeaveTypes::default(),
            today: date(today),
            balances: BTreeMap::new(),
            ledger: Vec::new(),
            facts: Vec::new(),
        }
    }

    pub(super) fn hired_on(mut self, on: &str) -> Self {
        self.user.employments = Employments::since(date(on));
        self
    }

    /// Makes leave expire only after a notice.
    pub(super) fn only_after_notice(mut self) -> Self {
        self.settings.expire_only_after_notice = true;
        self
    }

    /// Uses the book on the present date and commits the result.
    pub(super) fn book<T>(&mut self, act: impl FnOnce(&mut LeaveBook<'_>) -> T) -> T {
        let booking = Booking { at: Timestamp::UNIX_EPOCH, today: self.today, by: Actor::System };
        let mut book = LeaveBook::new(&self.user, &self.settings, &self.types, self.read(), booking);
        let answer = act(&mut book);
        let booked = book.finish();
        self.commit(booked);
        answer
    }

    /// Returns what a caller would have read.
    pub(super) fn read(&self) -> Balances {
        let years = Balances::years_for(self.today, [self.today.plus_days(-400), self.today.plus_days(800)]);
        let found = self.balances.values().filter(|balance| years.contains(&balance.year.year)).cloned();
        Balances::new(years.clone(), found)
    }

    pub(super) fn commit(&mut self, booked: Booked) {
        for entry in booked.entries {
            let same = |other: &&LedgerEntry| {
                (&other.leave_type, other.year, other.number) == (&entry.leave_type, entry.year, entry.number)
                    || (&other.leave_type, other.year, other.natural_key())
                        == (&entry.leave_type, entry.year, entry.natural_key())
            };
            assert_eq!(self.ledger.iter().find(same), None, "{entry:?} is booked twice");
            let entry: LedgerEntry = serde_json::from_str(&serde_json::to_string(&entry).unwrap()).unwrap();
            self.ledger.push(entry);
        }
        for balance in booked.balances {
            let balance: Balance = serde_json::from_str(&serde_json::to_string(&balance).unwrap()).unwrap();
            let stored = self.balances.get(&(balance.leave_type.clone(), balance.year.year));
            assert_eq!(balance.version, stored.map_or(0, |stored| stored.version) + 1);
            self.balances.insert((balance.leave_type.clone(), balance.year.year), balance);
        }
        self.facts.extend(booked.facts);
        self.every_balance_is_the_fold_of_its_ledger();
    }

    /// Checks what must hold after every change.
    pub(super) fn every_balance_is_the_fold_of_its_ledger(&self) {
        for balance in self.balances.values() {
            let mut fold = Balance::new(balance.year, balance.leave_type.clone());
            let mut sum = LeaveMinutes::ZERO;
            for entry in self.ledger_of(&balance.leave_type, balance.year.year) {
                sum += entry.minutes;
                assert_eq!(entry.balance_after, sum, "{entry:?}");
                fold.apply(entry);
            }
            let folded = (fold.figures, fold.spent, fold.interrupted, fold.entries);
            assert_eq!(folded, (balance.figures, balance.spent, balance.interrupted, balance.entries));
            assert_eq!(balance.available(), sum);
        }
    }

    pub(super) fn ledger_of(&self, leave_type: &LeaveTypeCode, year: i16) -> impl Iterator<Item = &LedgerEntry> {
        self.ledger.iter().filter(move |entry| entry.leave_type == *leave_type && entry.year == year)
    }

    /// Returns the kinds and amounts of a year's entries of annual leave, in days.
    pub(super) fn lines(&self, year: i16) -> Vec<(&'static str, f64)> {
        let line = |entry: &LedgerEntry| (entry.kind.as_str(), days(entry.minutes));
        self.ledger_of(&annual(), year).map(line).collect()
    }

    /// Makes a manager's adjustment.
    pub(super) fn adjust(&mut self, number: u128, year: i16, days: f64) {
        let id = ulid::Ulid::from(number).into();
        self.book(|book| book.adjust(&annual(), year, minutes(days), reason(), id));
    }

    pub(super) fn is_up_to_date_on(&mut self, today: &str) {
        self.today = date(today);
        self.book(|book| book.bring_up_to_date(&annual()));
    }

    /// Changes the dates of the person's employments.
    pub(super) fn employed(&mut self, spans: &[(&str, Option<&str>)]) {
        let span = |(from, until): &(&str, Option<&str>)| Employment::new(Some(date(from)), until.map(date)).unwrap();
        self.user.employments = Employments::new(spans.iter().map(span).collect()).unwrap();
        self.grant_anew();
    }

    /// Applies a change of the profile.
    pub(super) fn grant_anew(&mut self) {
        self.user.version += 1;
        self.book(|book| {
            book.grant_anew();
        });
    }

    /// Runs the daily check of that date. Returns the notices that it gave: the days of each, and the last date on which they may
    /// be taken.
    pub(super) fn is_checked_on(&mut self, today: &str) -> Vec<(f64, String)> {
        self.today = date(today);
        let before = self.facts.len();
        self.book(|book| {
            book.give_notices();
        });
        let notices = self.facts[before..].iter().filter_map(|fact| {
            let Fact::Leave(LeaveFact::LeaveExpiring { minutes, take_by, .. }) = fact else { return None };
            Some((days(LeaveMinutes::new(*minutes)), take_by.to_string()))
        });
        notices.collect()
    }

    /// Runs the daily check.
    pub(super) fn check_mark(&mut self) {
        self.book(|book| {
            book.check_mark();
        });
    }

    pub(super) fn balance(&self, year: i16) -> &Balance {
        &self.balances[&(annual(), year)]
    }

    /// Returns the available annual leave, in days.
    pub(super) fn available(&self, year: i16) -> f64 {
        days(self.balance(year).available())
    }

    /// Returns the charges of whole days of leave on these dates.
    pub(super) fn charges(&mut self, from: &str, count: i32) -> Charges {
        let dates: Vec<(WorkDate, LeaveMinutes)> =
            (0..count).map(|n| (date(from).plus_days(n), LeaveMinutes::new(DAY))).collect();
        self.book(|book| book.charges(&annual(), dates))
    }

    /// Takes approved leave.
    pub(super) fn take(&mut self, number: u128, from: &str, count: i32) -> Result<(), NotEnough> {
        let charges = self.charges(from, count);
        self.book(|book| book.take(&requested(number, 1), &charges))
    }

    pub(super) fn lows(&self) -> usize {
        self.facts.iter().filter(|fact| matches!(fact, Fact::Leave(LeaveFact::LeaveBalanceLow { .. }))).count()
    }
}

#[expect(clippy::cast_precision_loss, reason = "days of a year")]
pub(super) fn days(minutes: LeaveMinutes) -> f64 {
    minutes.get() as f64 / 480.0
}
