//! `DELETE /roster/{user_id}/days/{date}`

use app::roster::plans;
use axum::extract::{Path, State};
use domain::calendar::WorkDate;
use web::{
    Answer, App, Caller, IfMatch, Problem, RequestId, parameter,
    use_case::{execute, no_content},
};

/// Remove the override of a date
///
/// The pattern applies to the date again. This doesn't undo a swap: to change a swapped date, plan it instead.
#[utoipa::path(
    delete,
    path = "/roster/{user_id}/days/{date}",
    operation_id = "unplanDay",
    tag = "roster",
    params(
        ("user_id" = String, Path, description = "The id of the person"),
        ("date" = String, Path, description = "The work date", example = "2026-11-19"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on")
    ),
    responses(
        (status = 204, description = "The date is as the pattern has it"),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 404, description = "Also where no manager planned the date otherwise"),
        (status = 409, description = "`day_worked`"),
        (status = 412, description = "The plan has changed since it was read")
    )
)]
pub(crate) async fn unplan(
    State(app): State<App>,
    caller: Caller,
    Path((user, date)): Path<(String, String)>,
    if_match: IfMatch,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let date: WorkDate = parameter::value("date", &date)?;
    let user = parameter::user(&user, &caller)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    execute(&request, no_content, || plans::unplan_day(&request, (user, date), &versions)).await
}
