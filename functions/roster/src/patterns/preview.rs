//! `POST /roster/{user_id}/preview`

use axum::extract::{Path, State};
use domain::schedule::Planner;
use store::rescheduling::ScheduleQuery;
use web::{Answer, App, Body, Caller, Problem, RequestId, authorization, parameter};

use super::{body::PatternBody, put};
use crate::preview::RosterPreview;

/// The number of dates in a preview: eight weeks from the first date on which the pattern applies.
const PREVIEWED_DAYS: i32 = 56;

/// Preview a pattern
///
/// Returns what `PUT /roster/{user_id}` with the same body would do, without changing anything: whether the change
/// would be allowed, the dates of the first eight weeks that would change, and conflicts.
#[utoipa::path(
    post,
    path = "/roster/{user_id}/preview",
    operation_id = "previewPattern",
    tag = "roster",
    params(("user_id" = String, Path, description = "A person's id")),
    request_body = PatternBody,
    responses(
        (status = 200, description = "The effects that the change would have", body = RosterPreview),
        (status = 403, description = "`forbidden`; `own_record`")
    )
)]
pub(crate) async fn preview(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    request_id: RequestId,
    Body { value, .. }: Body<PatternBody>,
) -> Result<Answer, Problem> {
    let user = parameter::user(&user, &caller)?;
    let now = app.now();
    let query = ScheduleQuery { caller: caller.user_id, people: &[user], dates: &[], repeat: None };
    let snapshot = app.store.schedule_snapshot(&query, now).await?;
    authorization::ensure_current(&caller, snapshot.caller.as_ref())?;
    let of = snapshot.person(user).ok_or_else(Problem::not_found)?;
    authorization::may_plan(&caller, &of.person, snapshot.deciders)?;
    let planner = snapshot.planner(of);
    let changed = put::changed(&value, &snapshot.rostering(of, &planner), &snapshot.sites.book);
    let preview = match changed {
        Ok(change) => {
            let schedule = change.schedule_after(&of.schedule);
            let years = change.years_after(&of.years);
            let after = Planner { schedule, years: &years, ..planner };
            let dates = (0..PREVIEWED_DAYS).map(|days| change.from.plus_days(days));
            RosterPreview::of_change(&planner, &after, dates)
        }
        Err(problem) => RosterPreview::refused(problem, &request_id),
    };
    Answer::ok(&preview)
}
