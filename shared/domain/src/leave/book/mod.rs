//! A person's leave book: all operations on balances, as one change to commit.

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

/// The time and the author of a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booking {
    /// The instant.
    pub at: Timestamp,
    /// The person's local date.
    pub today: WorkDate,
    /// The user or job that books.
    pub by: Actor,
}

/// A person's balances during a booking. The book doesn't write to the table; [`LeaveBook::finish`] returns what to commit.
///
/// ```
/// use domain::{
///     audit::Actor,
///     leave::{Balances, Booking, LeaveBook, LeaveTypes},
///     schedule::LeaveTypeCode,
///     settings::Settings,
///     user::User,
/// };
/// use jiff::Timestamp;
///
/// # let maria: User = serde_json::from_value(serde_json::json!({
/// #     "id": "01JBN2V7Q4W0M3T9K5ZXH8R6CD", "username": "maria", "email": null, "full_name": "Maria Lopez",
/// #     "authority": {"role": "employee"}, "status": "active", "department_id": null, "site_id": null, "time_zone": null,
/// #     "hired_on": "2020-01-01", "tracks_attendance": true, "annual_leave_days": null, "version": 1,
/// #     "created_at": "2026-01-01T08:00:00Z", "updated_at": "2026-01-01T08:00:00Z",
/// # }))?;
/// let (settings, types) = (Settings::default(), LeaveTypes::default());
/// let today = "2026-11-02".parse()?;
/// let stored = Balances::new(Balances::years_for(today, []), []);
/// let booking = Booking { at: Timestamp::UNIX_EPOCH, today, by: Actor::System };
/// let mut book = LeaveBook::new(&maria, &settings, &types, stored, booking);
/// book.bring_up_to_date(&LeaveTypeCode::annual());
/// // The grant of the leave year is the first entry of the ledger.
/// assert!(!book.finish().entries.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// The types that are already up to date.
    prepared: BTreeSet<LeaveTypeCode>,
}

/// The changes to commit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Booked {
    /// The balances that changed, each with its next version.
    pub balances: Vec<Balance>,
    /// The new entries, in order.
    pub entries: Vec<LedgerEntry>,
    /// The facts about the balances, for the event of the change.
    pub facts: Vec<Fact>,
}

impl Booked {
    /// Returns whether there is nothing to commit.
    pub const fn is_empty(&self) -> bool {
        self.balances.is_empty()
    }
}

/// The error for a request that needs more leave than is available.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not enough leave")]
pub struct NotEnough {
    /// The leave year that lacks leave.
    pub year: LeaveYear,
    /// The leave that is available, without the reservation of the request itself.
    pub available: LeaveMinutes,
    /// The leave that the request needs from that year.
    pub asked: LeaveMinutes,
}

impl<'a> LeaveBook<'a> {
    /// Creates the book of a person from what was read. `person` and `settings` have their state after the change.
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

    /// Returns the balances in their present state.
    pub const fn balances(&self) -> &Balances {
        &self.balances
    }

    /// Returns the leave years of a type, which assign each date to its leave year.
    pub fn years(&self, leave_type: &LeaveTypeCode) -> LeaveYears {
        self.balances.leave_years(leave_type, self.settings.leave_year_start)
    }

    /// Returns the counted dates of leave, grouped by the leave year that pays for them.
    pub fn charges(
        &self,
        leave_type: &LeaveTypeCode,
        dates: impl IntoIterator<Item = (WorkDate, LeaveMinutes)>,
    ) -> Charges {
        let years = self.years(leave_type);
        Charges::new(dates.into_iter().map(|(date, minutes)| (years.of(date).year, date, minutes)))
    }

    /// Returns what to commit: nothing, where nothing was booked.
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

    /// Returns today's leave year.
    fn current(&self, leave_type: &LeaveTypeCode) -> LeaveYear {
        self.years(leave_type).of(self.booking.today)
    }
}

impl Balance {
    /// Returns whether nothing was ever recorded in the balance.
    fn is_untouched(&self) -> bool {
        *self == Self { is_low: self.is_low, ..Self::new(self.year, self.leave_type.clone()) }
    }
}
