//! Leave balances, as the API shows them.

use domain::{
    audit::Actor,
    calendar::WorkDate,
    leave::{Balance, Booking, LeaveDayLength, LeaveDays},
    schedule::LeaveTypeCode,
    settings::Settings,
    user::User,
};
use jiff::Timestamp;
use serde::Serialize;
use store::leave_book::StoredBook;
use utoipa::ToSchema;

/// A person's balance of a leave type in a leave year.
#[derive(Debug, Serialize, ToSchema)]
pub struct BalanceAnswer {
    /// The code of the leave type.
    #[serde(rename = "type")]
    leave_type: LeaveTypeCode,
    /// The calendar year in which the leave year begins.
    year: i16,
    /// The first date of the leave year.
    from: WorkDate,
    /// The last date of the leave year.
    to: WorkDate,
    /// The days granted.
    granted_days: LeaveDays,
    /// The days carried over from the year before, less those carried into the next.
    carried_days: LeaveDays,
    /// The days of approved leave, past and future.
    used_days: LeaveDays,
    /// The days of requests that wait for a decision.
    pending_days: LeaveDays,
    /// The days deducted for lateness.
    deducted_days: LeaveDays,
    /// The days that managers added, less those that they took away.
    adjusted_days: LeaveDays,
    /// The days that expired.
    expired_days: LeaveDays,
    /// The days that may still be taken; negative where more was taken than granted.
    available_days: LeaveDays,
}

impl BalanceAnswer {
    /// Returns the balance in days.
    pub fn new(balance: &Balance, day: LeaveDayLength) -> Self {
        let days = balance.figures.in_days(day);
        Self {
            leave_type: balance.leave_type.clone(),
            year: balance.year.year,
            from: balance.year.from,
            to: balance.year.to,
            granted_days: days.granted,
            carried_days: days.carried,
            used_days: days.used,
            pending_days: days.pending,
            deducted_days: days.deducted,
            adjusted_days: days.adjusted,
            expired_days: days.expired,
            available_days: days.available,
        }
    }

    /// Returns a person's balances of the given leave types in the given leave year, by default today's. Entries that are due
    /// and not booked yet are included as they will be booked.
    pub fn of_person(
        stored: &StoredBook,
        person: &User,
        settings: &Settings,
        types: &[LeaveTypeCode],
        (year, today, now): (Option<i16>, WorkDate, Timestamp),
    ) -> Vec<Self> {
        // Nothing here is committed: the result only shows what would be booked.
        let mut book = stored.open(person, settings, Booking { at: now, today, by: Actor::System });
        let mut balances = Vec::with_capacity(types.len());
        for leave_type in types {
            let current = book.years(leave_type).of(today);
            let year = year.map_or(current, |year| book.years(leave_type).named(year));
            book.include_year(leave_type, year.year);
            let none = Balance::new(year, leave_type.clone());
            let balance = book.balances().get(leave_type, year.year).unwrap_or(&none);
            balances.push(Self::new(balance, LeaveDayLength::of(settings)));
        }
        balances
    }
}
