//! The leave book of a person: everything that may be done with balances, as one change to be committed.

mod grants;
mod lateness;
mod low;
mod notices;
mod posting;
mod requests;
mod turning;

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Balance, Balances, Charges, LeaveDayLength, LeaveMinutes, LeaveTypes, LeaveYear, LeaveYears, LedgerEntry};
use crate::{audit::Actor, calendar::WorkDate, event::Fact, schedule::LeaveTypeCode, settings::Settings, user::User};

pub use self::{lateness::LateCharge, requests::Requested};

/// When something is booked, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booking {
    /// The instant.
    pub at: Timestamp,
    /// The person's local date.
    pub today: WorkDate,
    /// Who.
    pub by: Actor,
}

/// A person's balances while something is booked. It does nothing to the table; [`LeaveBook::finish`] tells what to commit.
#[derive(Debug, Clone)]
pub struct LeaveBook<'a> {
    person: &'a User,
    settings: &'a Settings,
    types: &'a LeaveTypes,
    booking: Booking,
    before: Balances,
    balances: Balances,
    entries: Vec<LedgerEntry>,
    facts: Vec<Fact>,
    /// The types that are up to date.
    prepared: BTreeSet<LeaveTypeCode>,
}

/// What is to be committed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Booked {
    /// The balances that changed, each with its next version.
    pub balances: Vec<Balance>,
    /// The new entries, in order.
    pub entries: Vec<LedgerEntry>,
    /// What happened to the balances, for the event of the change.
    pub facts: Vec<Fact>,
}

impl Booked {
    /// Whether there is nothing to commit.
    pub const fn is_empty(&self) -> bool {
        self.balances.is_empty()
    }
}

/// There isn't as much leave as is asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not enough leave")]
pub struct NotEnough {
    /// In which leave year.
    pub year: LeaveYear,
    /// What there is, without the reservation of the request itself.
    pub available: LeaveMinutes,
    /// What is asked for of that year.
    pub asked: LeaveMinutes,
}

impl<'a> LeaveBook<'a> {
    /// The book of a person, on what was read. `person` and `settings` are as they are after the change.
    pub fn new(
        person: &'a User,
        settings: &'a Settings,
        types: &'a LeaveTypes,
        balances: Balances,
        booking: Booking,
    ) -> Self {
        Self {
            person,
            settings,
            types,
            booking,
            before: balances.clone(),
            balances,
            entries: Vec::new(),
            facts: Vec::new(),
            prepared: BTreeSet::new(),
        }
    }

    /// The balances as they are by now.
    pub const fn balances(&self) -> &Balances {
        &self.balances
    }

    /// Which leave year of a type each date belongs to.
    pub fn years(&self, leave_type: &LeaveTypeCode) -> LeaveYears {
        self.balances.leave_years(leave_type, self.settings.leave_year_start)
    }

    /// Counted dates of leave, under the leave years that pay for them.
    pub fn charges(
        &self,
        leave_type: &LeaveTypeCode,
        dates: impl IntoIterator<Item = (WorkDate, LeaveMinutes)>,
    ) -> Charges {
        let years = self.years(leave_type);
        Charges::new(dates.into_iter().map(|(date, minutes)| (years.of(date).year, date, minutes)))
    }

    /// What is to be committed. Nothing, where nothing was booked.
    pub fn finish(mut self) -> Booked {
        self.watch();
        let Self { before, balances, entries, facts, .. } = self;
        let changed = balances.iter().filter(|balance| {
            let stored = before.get(&balance.leave_type, balance.year.year);
            stored.map_or_else(|| !balance.is_untouched(), |stored| stored != *balance)
        });
        let balances = changed.map(|balance| Balance { version: balance.version + 1, ..balance.clone() }).collect();
        Booked { balances, entries, facts }
    }

    fn day(&self) -> LeaveDayLength {
        LeaveDayLength::of(self.settings)
    }

    /// The leave year of today.
    fn current(&self, leave_type: &LeaveTypeCode) -> LeaveYear {
        self.years(leave_type).of(self.booking.today)
    }
}

impl Balance {
    /// Whether nothing was ever said of it.
    fn is_untouched(&self) -> bool {
        *self == Self { is_low: self.is_low, ..Self::new(self.year, self.leave_type.clone()) }
    }
}
