//! `POST /roster/{user_id}/days/{date}/preview`

use axum::extract::{Path, State};
use domain::{calendar::WorkDate, schedule::Planner};
use store::rescheduling::ScheduleQuery;
use web::{Answer, App, Body, Caller, Problem, RequestId, authorization, parameter};

use super::plan::DayPlanBody;
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
    request_body = DayPlanBody,
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
    Body { value, .. }: Body<DayPlanBody>,
) -> Result<Answer, Problem> {
    let date: WorkDate = parameter::value("date", &date)?;
    let user = parameter::user(&user, &caller)?;
    let now = app.now();
    let query = ScheduleQuery { caller: caller.user_id, people: &[user], dates: &[date], repeat: None };
    let snapshot = app.store.schedule_snapshot(&query, now).await?;
    authorization::ensure_current(&caller, snapshot.caller.as_ref())?;
    let of = snapshot.person(user).ok_or_else(Problem::not_found)?;
    authorization::may_plan(&caller, &of.person, snapshot.deciders)?;
    let planner = snapshot.planner(of);
    let preview = match value.plan(&snapshot.rostering(of, &planner), date, &snapshot.sites.book) {
        Ok(change) => {
            let years = change.years_after(&of.years);
            let after = Planner { years: &years, ..planner };
            RosterPreview::of_change(&planner, &after, std::iter::once(date))
        }
        Err(problem) => RosterPreview::refused(problem, &request_id),
    };
    Answer::ok(&preview)
}
