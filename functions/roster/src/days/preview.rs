//! `POST /roster/{user_id}/days/{date}/preview`

use app::roster::{DayPlanDraft, plans};
use axum::extract::{Path, State};
use domain::calendar::WorkDate;
use web::{Answer, App, Body, Caller, Problem, RequestId, parameter};

use crate::preview::RosterPreview;

/// Preview an override of a date
///
/// Returns what `PUT /roster/{user_id}/days/{date}` with the same body would do, without changing anything: whether
/// the change would be allowed, the date before and after, and conflicts.
#[utoipa::path(
    post,
    path = "/roster/{user_id}/days/{date}/preview",
    operation_id = "previewDayPlan",
    tag = "roster",
    params(
        ("user_id" = String, Path, description = "A person's id"),
        ("date" = String, Path, description = "The work date", example = "2026-11-02")
    ),
    request_body = DayPlanDraft,
    responses(
        (status = 200, description = "The effects that the change would have", body = RosterPreview),
        (status = 403, description = "`forbidden`; `own_record`")
    )
)]
pub(crate) async fn preview(
    State(app): State<App>,
    caller: Caller,
    Path((user, date)): Path<(String, String)>,
    request_id: RequestId,
    Body { value, .. }: Body<DayPlanDraft>,
) -> Result<Answer, Problem> {
    let date: WorkDate = parameter::value("date", &date)?;
    let user = parameter::user(&user, &caller)?;
    let request = app.request(&caller, &request_id, None);
    let effects = plans::preview_day(&request, (user, date), &value).await?;
    Answer::ok(&RosterPreview::new(effects, &request_id))
}
