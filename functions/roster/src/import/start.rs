//! `POST /roster/import`

use app::{Refusal, roster::imports};
use axum::extract::State;
use domain::job::ImportKind;
use web::{
    Answer, App, Caller, Problem, Repeat, RequestId,
    answers::ImportAnswer,
    authorization,
    body::SheetBody,
    use_case::{execute, import_started},
};

use super::sheet::parse;

/// The maximum size of a sheet, in bytes.
const LARGEST: usize = 1024 * 1024;

/// Import rosters
///
/// The body is a sheet (CSV or XLSX) of weekly patterns or of single dates, for people whose rosters the caller may
/// plan. The whole sheet is checked first. If anything is wrong, nothing is written, and every error is reported with
/// its row and column. Otherwise the changes are made person by person. `GET /roster/import/{id}` returns the
/// progress.
#[utoipa::path(
    post,
    path = "/roster/import",
    operation_id = "importRoster",
    tag = "roster",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the import, so that a repeat begins no other")),
    request_body(
        content = String,
        content_type = "text/csv",
        example = "username,effective_from,weekday,start,end,break_minutes\nmaria,2026-11-16,monday,09:00,17:00,30\nmaria,2026-11-16,sunday,,,\n"
    ),
    responses(
        (status = 202, description = "The import", body = ImportAnswer, headers(("Location" = String, description = "Where to follow it"))),
        (status = 403, description = "`forbidden`: rosters are planned by managers"),
        (status = 413, description = "`body_too_large`: more than 1 MiB"),
        (status = 415, description = "The body is neither a CSV file nor an Excel workbook"),
        (status = 422, description = "The faults, each with its row and column: `row 3, column start`")
    )
)]
pub(crate) async fn start(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    SheetBody { bytes, hash }: SheetBody<LARGEST>,
) -> Result<Answer, Problem> {
    authorization::must_be_manager(&caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let sheet = parse(&bytes).map_err(Refusal::Invalid)?;
    let request = app.request(&caller, &request_id, key.as_ref());
    execute(&request, import_started(ImportKind::Roster), || imports::start(&request, &sheet, &hash)).await
}
