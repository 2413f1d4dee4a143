//! `POST /leave/balances/import`: sets the available leave of many people by a sheet, when a company begins with Rollcall.
//!
//! A row says how many days a person may still take in the current leave year. The whole sheet is checked before anything is
//! written. A job then books the differences as adjustments ([`imports::leave_balances`]), so the same sheet again changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use app::{
    Prepared,
    imports::{NewImport, find, start_entries},
    leave::balances::Amount,
    use_case::check_repeat,
};
use axum::extract::{Path, State};
use domain::{
    FieldRule,
    audit::Actor,
    id::{JobId, UserId},
    job::ImportKind,
    leave::{Balance, Booking, LeaveDayLength, LeaveDays, LeaveMinutes},
    schedule::LeaveTypeCode,
    text::Reason,
    user::User,
    username::Username,
};
use imports::{PreviewQuery, leave_balances::ImportedBalance};
use serde::Serialize;
use sheets::{Cells, Columns, MAX_ERRORS, Sheet, number, wrong};
use store::leave_book::BookQuery;
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Failed, Problem, Query, Repeat, RequestId,
    answers::ImportAnswer,
    authorization,
    body::SheetBody,
    parameter,
    problem::FieldError,
    use_case::{execute, import_started},
};

/// The maximum size of a sheet, in bytes.
const LARGEST: usize = 1024 * 1024;
/// The maximum number of rows in a sheet.
const MAX_ROWS: usize = 5000;
/// The columns of a sheet.
const COLUMNS: [&str; 4] = ["username", "type", "available_days", "reason"];
/// The reason in the ledger if the sheet has none.
const REASON: &str = "Imported";

/// What a sheet of balances would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeaveBalanceImportPreview {
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
pub(crate) struct BalancePreview {
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
struct BalanceRow {
    number: u32,
    username: Username,
    leave_type: LeaveTypeCode,
    available: LeaveDays,
    reason: Reason,
}

/// Import leave balances
///
/// The body is a sheet (CSV or XLSX) with the columns `username`, `available_days`, `type` (by default `annual`) and `reason`. Each
/// row sets the days that a person may still take in the current leave year: the difference is booked as an adjustment with the
/// reason. The whole sheet is checked first: if anything is wrong, nothing is written, and every error is reported with its row and
/// column. Otherwise a job adjusts the balances. `GET /leave/balances/import/{id}` returns the progress. The same sheet again changes
/// nothing. For managers, and never for the caller's own balance.
#[utoipa::path(
    post,
    path = "/leave/balances/import",
    operation_id = "importLeaveBalances",
    tag = "leave",
    params(
        PreviewQuery,
        ("Idempotency-Key" = Option<String>, Header, description = "Names the import, so that a repeat begins no other"),
    ),
    request_body(content = String, content_type = "text/csv", example = "username,type,available_days,reason\nomar,annual,12.5,Taken over\n"),
    responses(
        (status = 200, description = "What the sheet would do (`?preview=true`)", body = LeaveBalanceImportPreview),
        (status = 202, description = "The import", body = ImportAnswer, headers(("Location" = String, description = "Where to follow it"))),
        (status = 403, description = "`forbidden`: balances are adjusted by managers"),
        (status = 413, description = "`body_too_large`: more than 1 MiB"),
        (status = 415, description = "The body is neither a CSV file nor an Excel workbook"),
        (status = 422, description = "What is wrong, each with its row and column: `row 3, column type`")
    )
)]
pub(crate) async fn import(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    Query(PreviewQuery { preview }): Query<PreviewQuery>,
    SheetBody { bytes, hash }: SheetBody<LARGEST>,
) -> Result<Answer, Problem> {
    authorization::must_be_manager(&caller)?;
    let rows = parse(&bytes).map_err(Problem::invalid_values)?;
    if preview {
        let balances = Balances::read(&app, &caller, &rows).await?;
        return Answer::ok(&balances.preview(rows));
    }
    let key = repeat.key(caller.user_id, &hash);
    let request = &app.request(&caller, &request_id, key.as_ref());
    let rows = &rows;
    let start = async || -> Result<Prepared<ImportAnswer>, Failed> {
        check_repeat(request).await?;
        let (entries, unchanged) = Balances::read(&app, &caller, rows).await?.entries(rows);
        let id = JobId::generate(request.ports.now, &*app.entropy);
        let new = NewImport { id, import: ImportKind::LeaveBalances, sha256: &hash };
        Ok(start_entries(request, new, &entries, unchanged).await?)
    };
    execute(request, import_started(ImportKind::LeaveBalances), start).await
}

/// Get the progress of an import of leave balances
///
/// Available to the person who started the import, and to admins. Imports are kept for a week.
#[utoipa::path(
    get,
    path = "/leave/balances/import/{id}",
    operation_id = "getLeaveBalanceImport",
    tag = "leave",
    params(("id" = String, Path, description = "The id of the import")),
    responses((status = 200, description = "The import", body = ImportAnswer))
)]
pub(crate) async fn progress(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Answer, Problem> {
    let id = parameter::id(&id)?;
    Answer::ok(&find(&app.ports(app.now()), &caller, id, ImportKind::LeaveBalances).await?)
}

/// The people and the present balances of the rows.
struct Balances {
    day: LeaveDayLength,
    /// The person and the available leave of each row.
    of_rows: Vec<(UserId, LeaveMinutes)>,
}

impl Balances {
    async fn read(app: &App, caller: &Caller, rows: &[BalanceRow]) -> Result<Self, Problem> {
        let now = app.now();
        let company = app.store.company_snapshot(&[]).await?;
        let types = app.store.leave_types().await?;
        let holders = app.store.holders(rows.iter().map(|row| row.username.clone()).collect()).await?;
        let people = app.store.all_users(holders.values().copied().collect()).await?;
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
            return Err(Problem::invalid_values(errors));
        }
        let mut queries: Vec<BookQuery> = Vec::new();
        for (person, leave_type, today) in &of_people {
            let years = BookQuery::years_around(*today, None);
            queries.push(BookQuery { user: person.id, years, types: vec![leave_type.clone()] });
        }
        let books = app.store.stored_books(&queries, &types).await?;
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
    fn entries(&self, rows: &[BalanceRow]) -> (Vec<ImportedBalance>, u32) {
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
    fn preview(&self, rows: Vec<BalanceRow>) -> LeaveBalanceImportPreview {
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

/// Parses a sheet. Returns all errors if any value is invalid, or if a balance is named twice.
fn parse(bytes: &[u8]) -> Result<Vec<BalanceRow>, Vec<FieldError>> {
    let sheet = Sheet::read(bytes, MAX_ROWS).map_err(|error| vec![error])?;
    let (columns, mut errors) = Columns::of(&sheet, &COLUMNS);
    errors.extend(columns.missing(&["username", "available_days"]));
    if !errors.is_empty() {
        return Err(errors);
    }
    if sheet.lines.is_empty() {
        return Err(vec![columns.without_rows()]);
    }
    let (mut rows, mut named) = (Vec::new(), BTreeSet::new());
    for line in &sheet.lines {
        match row(Cells::new(line, &columns)) {
            Ok(row) => {
                if !named.insert((row.username.clone(), row.leave_type.clone())) {
                    errors.push(wrong(line.number, "username", FieldRule::GivenTwice));
                }
                rows.push(row);
            }
            Err(of_row) => errors.extend(of_row),
        }
        if errors.len() >= MAX_ERRORS {
            break;
        }
    }
    errors.truncate(MAX_ERRORS);
    if errors.is_empty() { Ok(rows) } else { Err(errors) }
}

fn row(cells: Cells<'_>) -> Result<BalanceRow, Vec<FieldError>> {
    let line = cells.number();
    let username = cells.value("username", Username::parse);
    let code = |text: &str| LeaveTypeCode::try_from(text.to_lowercase());
    let leave_type = match cells.text("type") {
        Some(_) => cells.value("type", code),
        None => Some(LeaveTypeCode::annual()),
    };
    let available = cells.value("available_days", |text| number(text).and_then(LeaveDays::try_from));
    let reason = match cells.text("reason") {
        Some(_) => cells.value("reason", Reason::parse),
        None => Reason::parse(REASON).ok(),
    };
    let errors = cells.into_errors();
    match (username, leave_type, available, reason) {
        (Some(username), Some(leave_type), Some(available), Some(reason)) if errors.is_empty() => {
            Ok(BalanceRow { number: line, username, leave_type, available, reason })
        }
        (_, _, _, _) => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_balance_of_annual_leave_unless_it_names_another_type() {
        let sheet = "username;type;available_days;reason\nMaria;;12,5;\nmaria;study;-1;Taken over\n";
        let rows = parse(sheet.as_bytes()).unwrap();
        assert_eq!((rows[0].leave_type.as_str(), rows[0].available.hundredths()), ("annual", 1250));
        assert_eq!((rows[1].leave_type.as_str(), rows[1].available.hundredths()), ("study", -100));
        assert_eq!((rows[0].reason.as_str(), rows[1].reason.as_str()), ("Imported", "Taken over"));
        let wrong = "username,available_days\nmaria,1\nmaria,2\nm,many\nomar,400\n";
        let paths: Vec<String> = parse(wrong.as_bytes()).unwrap_err().into_iter().map(|error| error.path).collect();
        let expected = [
            "row 3, column username",
            "row 4, column username",
            "row 4, column available_days",
            "row 5, column available_days",
        ];
        assert_eq!(paths, expected);
    }
}
