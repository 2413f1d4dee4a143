//! `POST /leave/balances/import`: sets the available leave of many people by a sheet, when a company begins with Rollcall.
//!
//! A row says how many days a person may still take in the current leave year. The whole sheet is checked before anything is
//! written. A job then books the differences as adjustments ([`imports::leave_balances`]), so the same sheet again changes nothing.

use std::collections::BTreeSet;

use app::{
    Prepared, Refusal,
    imports::{NewImport, find, start_entries},
    leave::imports::{BalanceRow, Balances, LeaveBalanceImportPreview},
    use_case::check_repeat,
};
use axum::extract::{Path, State};
use domain::{
    FieldFault, FieldRule, id::JobId, job::ImportKind, leave::LeaveDays, schedule::LeaveTypeCode, text::Reason,
    username::Username,
};
use imports::PreviewQuery;
use sheets::{Cells, Columns, MAX_ERRORS, Sheet, number, wrong};
use web::{
    Answer, App, Caller, Failed, Problem, Query, Repeat, RequestId,
    answers::ImportAnswer,
    authorization,
    body::SheetBody,
    parameter,
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
    let rows = parse(&bytes).map_err(Refusal::Invalid)?;
    if preview {
        let balances = Balances::read(&app.ports(app.now()), &caller, &rows).await?;
        return Answer::ok(&balances.preview(rows));
    }
    let key = repeat.key(caller.user_id, &hash);
    let request = &app.request(&caller, &request_id, key.as_ref());
    let rows = &rows;
    let start = async || -> Result<Prepared<ImportAnswer>, Failed> {
        check_repeat(request).await?;
        let (entries, unchanged) = Balances::read(&request.ports, &caller, rows).await?.entries(rows);
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

/// Parses a sheet. Returns all errors if any value is invalid, or if a balance is named twice.
fn parse(bytes: &[u8]) -> Result<Vec<BalanceRow>, Vec<FieldFault>> {
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

fn row(cells: Cells<'_>) -> Result<BalanceRow, Vec<FieldFault>> {
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
        let paths: Vec<String> =
            parse(wrong.as_bytes()).unwrap_err().into_iter().map(|error| error.field.into_owned()).collect();
        let expected = [
            "row 3, column username",
            "row 4, column username",
            "row 4, column available_days",
            "row 5, column available_days",
        ];
        assert_eq!(paths, expected);
    }
}
