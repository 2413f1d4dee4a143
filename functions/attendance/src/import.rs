//! `POST /attendance/import`: takes over the attendance of the past from another system, by a sheet.
//!
//! The whole sheet is checked before anything is written. A job then sets the days one after the other
//! ([`imports::attendance`]). A day that already has these sessions stays as it is.

use app::{
    Prepared, Refusal,
    attendance::imports::{DayRows, Days, SessionRows, entries},
    imports::{NewImport, find, start_entries},
    use_case::check_repeat,
};
use axum::extract::{Path, State};
use domain::{FieldFault, FieldRule, id::JobId, job::ImportKind, username::Username};
use imports::{ImportPreview, PreviewQuery};
use sheets::{Cells, Columns, MAX_ERRORS, Sheet, date, time_of_day, wrong};
use web::{
    Answer, App, Caller, Failed, Problem, Query, Repeat, RequestId,
    answers::ImportAnswer,
    authorization,
    body::SheetBody,
    parameter,
    use_case::{execute, import_started},
};

/// The maximum size of a sheet, in bytes: a year of a hundred people takes about 1.5 MB.
const LARGEST: usize = 4 * 1024 * 1024;
/// The maximum number of rows in a sheet.
const MAX_ROWS: usize = 30_000;
/// The columns of a sheet.
const COLUMNS: [&str; 6] = ["username", "date", "clock_in", "clock_out", "break_start", "break_end"];

/// Import attendance
///
/// The body is a sheet (CSV or XLSX) with the columns `username`, `date`, `clock_in`, `clock_out` and, if people took breaks,
/// `break_start` and `break_end`. A row is a session of a past date, with the times of the person's time zone; a time before the
/// one that it follows is on the next day. Several rows of one clock-in are a session with several breaks. The sessions have the
/// source `import`, nobody is notified, and lateness costs no leave. The whole sheet is checked first: if anything is wrong, nothing
/// is written, and every error is reported with its row and column. Otherwise a job sets the days. `GET /attendance/import/{id}`
/// returns the progress. Days that have other sessions stay as they are and are listed in `failures`. The same sheet again changes
/// nothing. For managers, and never for the caller's own days.
#[utoipa::path(
    post,
    path = "/attendance/import",
    operation_id = "importAttendance",
    tag = "attendance",
    params(
        PreviewQuery,
        ("Idempotency-Key" = Option<String>, Header, description = "Names the import, so that a repeat begins no other"),
    ),
    request_body(
        content = String,
        content_type = "text/csv",
        example = "username,date,clock_in,clock_out,break_start,break_end\nomar,2026-05-04,09:00,17:30,12:00,12:30\n"
    ),
    responses(
        (status = 200, description = "What the sheet would do (`?preview=true`)", body = ImportPreview),
        (status = 202, description = "The import", body = ImportAnswer, headers(("Location" = String, description = "Where to follow it"))),
        (status = 403, description = "`forbidden`: days are edited by managers"),
        (status = 413, description = "`body_too_large`: more than 4 MiB"),
        (status = 415, description = "The body is neither a CSV file nor an Excel workbook"),
        (status = 422, description = "What is wrong, each with its row and column: `row 3, column clock_out`")
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
    let days = parse(&bytes).map_err(Refusal::Invalid)?;
    if preview {
        let entries = entries(&app.ports(app.now()), &caller, days).await?;
        return Answer::ok(&imports::attendance::preview(&app.store, &entries).await?);
    }
    let key = repeat.key(caller.user_id, &hash);
    let request = &app.request(&caller, &request_id, key.as_ref());
    let days = &days;
    let start = async || -> Result<Prepared<ImportAnswer>, Failed> {
        check_repeat(request).await?;
        let entries = entries(&request.ports, &caller, days.clone()).await?;
        let id = JobId::generate(request.ports.now, &*app.entropy);
        let new = NewImport { id, import: ImportKind::Attendance, sha256: &hash };
        Ok(start_entries(request, new, &entries, 0).await?)
    };
    execute(request, import_started(ImportKind::Attendance), start).await
}

/// Get the progress of an import of attendance
///
/// Available to the person who started the import, and to admins. Imports are kept for a week.
#[utoipa::path(
    get,
    path = "/attendance/import/{id}",
    operation_id = "getAttendanceImport",
    tag = "attendance",
    params(("id" = String, Path, description = "The id of the import")),
    responses((status = 200, description = "The import", body = ImportAnswer))
)]
pub(crate) async fn progress(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Answer, Problem> {
    let id = parameter::id(&id)?;
    Answer::ok(&find(&app.ports(app.now()), &caller, id, ImportKind::Attendance).await?)
}

/// Parses a sheet. Returns all errors if any value is invalid.
fn parse(bytes: &[u8]) -> Result<Days, Vec<FieldFault>> {
    let sheet = Sheet::read(bytes, MAX_ROWS).map_err(|error| vec![error])?;
    let (columns, mut errors) = Columns::of(&sheet, &COLUMNS);
    errors.extend(columns.missing(&["username", "date", "clock_in", "clock_out"]));
    if !errors.is_empty() {
        return Err(errors);
    }
    if sheet.lines.is_empty() {
        return Err(vec![columns.without_rows()]);
    }
    let mut days = Days::new();
    for line in &sheet.lines {
        if let Err(of_row) = add(&mut days, Cells::new(line, &columns)) {
            errors.extend(of_row);
        }
        if errors.len() >= MAX_ERRORS {
            break;
        }
    }
    errors.truncate(MAX_ERRORS);
    if errors.is_empty() { Ok(days) } else { Err(errors) }
}

/// Adds a row to its day.
fn add(days: &mut Days, cells: Cells<'_>) -> Result<(), Vec<FieldFault>> {
    let row = cells.number();
    let (username, date) = (cells.value("username", Username::parse), cells.value("date", date));
    let (clock_in, clock_out) = (cells.value("clock_in", time_of_day), cells.value("clock_out", time_of_day));
    let has_break = cells.text("break_start").is_some() || cells.text("break_end").is_some();
    let pause = if has_break {
        cells.value("break_start", time_of_day).zip(cells.value("break_end", time_of_day))
    } else {
        None
    };
    let errors = cells.into_errors();
    let (Some(username), Some(date), Some(clock_in), Some(clock_out)) = (username, date, clock_in, clock_out) else {
        return Err(errors);
    };
    if !errors.is_empty() {
        return Err(errors);
    }
    let day = days.entry((username, date)).or_insert_with(|| DayRows { row, ..DayRows::default() });
    let new = || SessionRows { row, clock_out, breaks: Vec::new() };
    let session = day.sessions.entry(clock_in).or_insert_with(new);
    if session.clock_out != clock_out {
        return Err(vec![wrong(row, "clock_out", FieldRule::SameClockOut { row: u64::from(session.row) })]);
    }
    session.breaks.extend(pause.map(|(start, end)| (row, start, end)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use app::attendance::imports::session;
    use domain::{calendar::Zone, day::SessionTimes};
    use jiff::Timestamp;

    use super::*;

    const HEADER: &str = "username,date,clock_in,clock_out,break_start,break_end\n";

    fn instants(rows: &str) -> (Vec<SessionTimes>, Vec<String>) {
        let days = parse(format!("{HEADER}{rows}").as_bytes()).unwrap();
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let mut errors = Vec::new();
        let mut sessions = Vec::new();
        for ((_, date), day) in days {
            sessions
                .extend(day.sessions.iter().map(|(clock_in, rows)| session(date, *clock_in, rows, &zone, &mut errors)));
        }
        (sessions, errors.into_iter().map(|error| error.field.into_owned()).collect())
    }

    #[test]
    fn a_session_has_its_breaks_and_may_end_on_the_next_day() {
        let rows = "Maria,4.5.2026,9:00,17:30,12:00,12:30\nmaria,2026-05-04,09:00,17:30,15:00,15:15\n\
            maria,2026-05-05,22:00,06:00,23:45,00:15\n";
        let (sessions, errors) = instants(rows);
        assert_eq!(errors, [] as [String; 0]);
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(
            (sessions[0].clock_in, sessions[0].clock_out),
            (at("2026-05-04T07:00:00Z"), Some(at("2026-05-04T15:30:00Z")))
        );
        assert_eq!(sessions[0].breaks.len(), 2);
        assert_eq!(sessions[1].clock_out, Some(at("2026-05-06T04:00:00Z")));
        assert_eq!(sessions[1].breaks[0].ended_at, Some(at("2026-05-05T22:15:00Z")));
    }

    #[test]
    fn every_error_has_its_row_and_column() {
        let (_, errors) =
            instants("maria,2026-05-04,09:00,17:30,18:00,18:30\nmaria,2026-05-05,09:00,17:30,12:00,11:00\n");
        let expected = ["break_start", "break_end"].map(|column| format!("row 2, column {column}"));
        assert_eq!(errors[..2], expected);
        assert_eq!(errors[2], "row 3, column break_end");
        let wrong =
            format!("{HEADER}m,soon,25:00,,12:00,\nmaria,2026-05-04,09:00,17:00,,\nmaria,2026-05-04,09:00,18:00,,\n");
        let paths: Vec<String> =
            parse(wrong.as_bytes()).unwrap_err().into_iter().map(|error| error.field.into_owned()).collect();
        let columns = ["username", "date", "clock_in", "clock_out", "break_end"];
        let expected = columns.map(|column| format!("row 2, column {column}"));
        assert_eq!(paths[..5], expected);
        assert_eq!(paths[5], "row 4, column clock_out");
    }
}
