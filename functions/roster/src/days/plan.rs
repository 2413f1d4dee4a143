//! `PUT /roster/{user_id}/days/{date}`

use app::roster::{DayPlanDraft, plans};
use axum::extract::{Path, State};
use domain::calendar::WorkDate;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, RequestId,
    answers::roster::RosterDayAnswer,
    parameter,
    use_case::{changed, execute},
};

/// Override a date
///
/// Managers give a date other shifts than the pattern's, or none. They can't plan their own dates. The plan also
/// applies on a holiday. Today can still be planned. A past day on which the person worked is changed by corrections.
#[utoipa::path(
    put,
    path = "/roster/{user_id}/days/{date}",
    operation_id = "planDay",
    tag = "roster",
    params(
        ("user_id" = String, Path, description = "The id of the person"),
        ("date" = String, Path, description = "The work date", example = "2026-11-19"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on")
    ),
    request_body = DayPlanDraft,
    responses(
        (status = 200, description = "The date after the change", body = RosterDayAnswer, headers(("ETag" = String, description = "The version of the plan"))),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 409, description = "`day_worked`"),
        (status = 412, description = "The plan has changed since it was read"),
        (status = 422, description = "An impossible plan, with the path of each invalid value; shifts that overlap are both named")
    )
)]
pub(crate) async fn plan(
    State(app): State<App>,
    caller: Caller,
    Path((user, date)): Path<(String, String)>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<DayPlanDraft>,
) -> Result<Answer, Problem> {
    let date: WorkDate = parameter::value("date", &date)?;
    let user = parameter::user(&user, &caller)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    execute(&request, changed, || plans::plan_day(&request, (user, date), &versions, &value)).await
}
