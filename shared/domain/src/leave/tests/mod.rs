//! The book, rule by rule, and random commands against a plain reading of the rules.
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
    event::Fact,
    id::LeaveRequestId,
    schedule::{
        LeaveTypeCode,
        tests::company::{Company, date, reason},
    },
    settings::Settings,
    user::User,
};

/// Minutes of a leave day.
pub(super) const DAY: i64 = 480;

/// One person's stored balances and ledger, written as the store would.
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

/// A request of the person's by a number.
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
    /// Somebody hired long ago, with the default settings but for what `document` says, and with leave that expires without
    /// a notice.
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

    /// With leave that expires only after a notice.
    pub(super) fn only_after_notice(mut self) -> Self {
        self.settings.expire_only_after_notice = true;
        self
    }

    /// Does something with the book on the present date and commits it.
    pub(super) fn book<T>(&mut self, act: impl FnOnce(&mut LeaveBook<'_>) -> T) -> T {
        let booking = Booking { at: Timestamp::UNIX_EPOCH, today: self.today, by: Actor::System };
        let mut book = LeaveBook::new(&self.user, &self.settings, &self.types, self.read(), booking);
        let answer = act(&mut book);
        let booked = book.finish();
        self.commit(booked);
        answer
    }

    /// What a caller would have read.
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

    /// What must hold after every change.
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

    /// The kinds and amounts of a year's entries of annual leave, in days.
    pub(super) fn lines(&self, year: i16) -> Vec<(&'static str, f64)> {
        let line = |entry: &LedgerEntry| (entry.kind.as_str(), days(entry.minutes));
        self.ledger_of(&annual(), year).map(line).collect()
    }

    /// A manager's adjustment.
    pub(super) fn adjust(&mut self, number: u128, year: i16, days: f64) {
        let id = ulid::Ulid::from(number).into();
        self.book(|book| book.adjust(&annual(), year, minutes(days), reason(), id));
    }

    pub(super) fn is_up_to_date_on(&mut self, today: &str) {
        self.today = date(today);
        self.book(|book| book.bring_up_to_date(&annual()));
    }

    /// The dates of their employments changed.
    pub(super) fn employed(&mut self, spans: &[(&str, Option<&str>)]) {
        let span = |(from, until): &(&str, Option<&str>)| Employment::new(Some(date(from)), until.map(date)).unwrap();
        self.user.employments = Employments::new(spans.iter().map(span).collect()).unwrap();
        self.grant_anew();
    }

    /// The profile changed.
    pub(super) fn grant_anew(&mut self) {
        self.user.version += 1;
        self.book(|book| {
            book.grant_anew();
        });
    }

    /// The daily check of that date; how many days each notice that it gave tells of, and until when they may be taken.
    pub(super) fn is_checked_on(&mut self, today: &str) -> Vec<(f64, String)> {
        self.today = date(today);
        let before = self.facts.len();
        self.book(|book| {
            book.give_notices();
        });
        let notices = self.facts[before..].iter().filter_map(|fact| {
            let Fact::LeaveExpiring { minutes, take_by, .. } = fact else { return None };
            Some((days(LeaveMinutes::new(*minutes)), take_by.to_string()))
        });
        notices.collect()
    }

    /// The daily check.
    pub(super) fn check_mark(&mut self) {
        self.book(|book| {
            book.check_mark();
        });
    }

    pub(super) fn balance(&self, year: i16) -> &Balance {
        &self.balances[&(annual(), year)]
    }

    /// What is available of annual leave, in days.
    pub(super) fn available(&self, year: i16) -> f64 {
        days(self.balance(year).available())
    }

    /// Whole days of leave on these dates.
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
        self.facts.iter().filter(|fact| matches!(fact, Fact::LeaveBalanceLow { .. })).count()
    }
}

#[expect(clippy::cast_precision_loss, reason = "days of a year")]
pub(super) fn days(minutes: LeaveMinutes) -> f64 {
    minutes.get() as f64 / 480.0
}
