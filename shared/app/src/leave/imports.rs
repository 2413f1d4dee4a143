//! Imports of leave balances: what each row of a sheet books, decided before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    FieldRule,
    audit::Actor,
    id::UserId,
    leave::{Balance, Booking, LeaveDayLength, LeaveDays, LeaveMinutes},
    schedule::LeaveTypeCode,
    sheet::{MAX_ERRORS, wrong},
    text::Reason,
    user::User,
    username::Username,
};
use serde::{Deserialize, Serialize};
use store::leave_book::BookQuery;
use utoipa::ToSchema;

use super::balances::Amount;
use crate::{Caller, Failed, Ports, authorization};

/// What a sheet of balances would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeaveBalanceImportPreview {
    /// The number of rows.
    total: usize,
    /// The number of balances that would be adjusted.
    changed: usize,
    /// The number of balances that are already as the sheet says.
    unchanged: usize,
    /// The rows that would adjust a balance, in the order of the sheet.
    results: Vec<BalancePreview>,
}

/// What a row would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportedLeaveBalance)]
pub struct BalancePreview {
    /// The number of the row, as spreadsheet programs count.
    row: u32,
    /// The username of the person.
    username: Username,
    /// The code of the leave type.
    #[serde(rename = "type")]
    leave_type: LeaveTypeCode,
    /// The days that the person can take now.
    before_days: LeaveDays,
    /// The days that the person could take afterwards.
    available_days: LeaveDays,
}

/// A row of a sheet.
#[derive(Debug, Clone)]
pub struct BalanceRow {
    /// The number of the row, as spreadsheet programs count.
    pub number: u32,
    /// The username of the person.
    pub username: Username,
    /// The leave type.
    pub leave_type: LeaveTypeCode,
    /// The days that the person may still take in the current leave year.
    pub available: LeaveDays,
    /// The reason in the ledger.
    pub reason: Reason,
}

/// The leave that a person is to have in the current leave year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportedBalance {
    /// The number of the row.
    pub row: u32,
    /// The person.
    pub user_id: UserId,
    /// The leave type.
    pub leave_type: LeaveTypeCode,
    /// The days that are available afterwards.
    pub available: LeaveDays,
    /// The reason in the ledger.
    pub reason: Reason,
}

/// The people and the present balances of the rows.
#[derive(Debug)]
pub struct Balances {
    day: LeaveDayLength,
    /// The person and the available leave of each row.
    of_rows: Vec<(UserId, LeaveMinutes)>,
}

impl Balances {
    /// Reads the balances of the rows.
    ///
    /// # Errors
    /// A row names a person whose leave the caller may not adjust, or a leave type without balances.
    pub async fn read(ports: &Ports<'_>, caller: &Caller, rows: &[BalanceRow]) -> Result<Self, Failed> {
        let Ports { store, now, .. } = *ports;
        let company = store.company_snapshot(&[]).await?;
        let types = store.leave_types().await?;
        let holders = store.holders(rows.iter().map(|row| row.username.clone()).collect()).await?;
        let people = store.all_users(holders.values().copied().collect()).await?;
        let people: BTreeMap<Username, User> =
            people.into_iter().map(|person| (person.username.clone(), person)).collect();
        let counted: BTreeSet<LeaveTypeCode> = types.counted().into_iter().collect();
        let settings = &company.settings.settings;
        let (mut of_people, mut errors) = (Vec::new(), Vec::new());
        for row in rows {
            let person = people.get(&row.username);
            let person = person.filter(|it| authorization::may_edit_days(caller, it, company.deciders).is_ok());
            if person.is_none() {
                errors.push(wrong(row.number, "username", FieldRule::NotManaged));
            }
            if !counted.contains(&row.leave_type) {
                errors.push(wrong(row.number, "type", FieldRule::NotCountedLeaveType));
            }
            of_people.extend(person.map(|person| {
                let today = person.zone_at(&company.sites, &settings.time_zone).date_of(now);
                (person, row.leave_type.clone(), today)
            }));
        }
        errors.truncate(MAX_ERRORS);
        if !errors.is_empty() {
            return Err(errors.into());
        }
        let mut queries: Vec<BookQuery> = Vec::new();
        for (person, leave_type, today) in &of_people {
            let years = BookQuery::years_around(*today, None);
            queries.push(BookQuery { user: person.id, years, types: vec![leave_type.clone()] });
        }
        let books = store.stored_books(&queries, &types).await?;
        let mut of_rows = Vec::new();
        for ((person, leave_type, today), stored) in of_people.iter().zip(&books) {
            // Nothing here is committed: the book only shows what is due.
            let mut book = stored.open(person, settings, Booking { at: now, today: *today, by: Actor::System });
            book.bring_up_to_date(leave_type);
            let year = book.years(leave_type).of(*today).year;
            let available = book.balances().get(leave_type, year).map_or(LeaveMinutes::ZERO, Balance::available);
            of_rows.push((person.id, available));
        }
        Ok(Self { day: LeaveDayLength::of(settings), of_rows })
    }

    /// Returns whether a balance with that available leave is as the row says.
    fn is_as(&self, row: &BalanceRow, available: LeaveMinutes) -> bool {
        Amount::Available(row.available).of(available, self.day) == LeaveMinutes::ZERO
    }

    /// Returns the rows that adjust a balance, and the number of the others.
    pub fn entries(&self, rows: &[BalanceRow]) -> (Vec<ImportedBalance>, u32) {
        let (mut entries, mut unchanged) = (Vec::new(), 0);
        for (row, (user_id, available)) in rows.iter().zip(&self.of_rows) {
            if self.is_as(row, *available) {
                unchanged += 1;
                continue;
            }
            let BalanceRow { number, username: _, leave_type, available, reason } = row.clone();
            entries.push(ImportedBalance { row: number, user_id: *user_id, leave_type, available, reason });
        }
        (entries, unchanged)
    }

    /// Returns what the rows would do.
    pub fn preview(&self, rows: Vec<BalanceRow>) -> LeaveBalanceImportPreview {
        let total = rows.len();
        let mut results = Vec::new();
        for (row, (_, before)) in rows.into_iter().zip(&self.of_rows) {
            if self.is_as(&row, *before) {
                continue;
            }
            let BalanceRow { number, username, leave_type, available: available_days, reason: _ } = row;
            let before_days = self.day.in_days(*before);
            results.push(BalancePreview { row: number, username, leave_type, before_days, available_days });
        }
        let changed = results.len();
        LeaveBalanceImportPreview { total, changed, unchanged: total - changed, results }
    }
}
