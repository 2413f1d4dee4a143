//! `GET /pay/runs/{id}/file`

use app::pay::runs;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use payroll::{PayrollFile, RunResult, Template, write_file};
use web::{App, Caller, Code, Detail, Problem, authorization, parameter};

/// The maximum size of a file in bytes: a Lambda function answers with at most 6 MB, and binary files are a third larger there.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Get the file of a pay run
///
/// Returns the file in the format of the run's template, with the content type of that format (`text/csv`, for example). The same run always has the same file. For admins, and for service tokens for all people.
#[utoipa::path(
    get,
    path = "/pay/runs/{id}/file",
    operation_id = "getPayRunFile",
    tag = "pay",
    params(("id" = String, Path, description = "The id of the run")),
    responses(
        (status = 200, description = "The file", content_type = "application/octet-stream", body = Vec<u8>,
            headers(("Content-Disposition" = String, description = "The name of the file"))),
        (status = 409, description = "`pay_run_not_done`; `pay_run_file_too_large`: list the lines instead")
    )
)]
pub(crate) async fn read(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    authorization::may_read_of_all_people(&caller)?;
    let (run, lines) = runs::read_done::<Template, _>(&app.ports(app.now()), &caller, parameter::id(&id)?).await?;
    let result = RunResult::collected(run.period, lines);
    let PayrollFile { bytes, content_type, ending, .. } =
        write_file(&result, &run.definition).map_err(Problem::internal)?;
    if bytes.len() > MAX_BYTES {
        return Err(Problem::new(Code::PayRunFileTooLarge).detail(Detail::AnswerBytes { max: MAX_BYTES as u64 }));
    }
    // Lambda answers texts in UTF-8, whatever their charset.
    let content_type = if content_type.ends_with("windows-1252") { "application/octet-stream" } else { content_type };
    file_response(bytes, content_type, &format!("payroll-{}.{ending}", run.period))
}

/// Returns a file that browsers save under a name.
pub(crate) fn file_response(bytes: Vec<u8>, content_type: &'static str, name: &str) -> Result<Response, Problem> {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).map_err(Problem::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}
