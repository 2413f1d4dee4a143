//! `DELETE /roster/{user_id}/days/{date}`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    calendar::WorkDate,
    event::{Fact, RosterFact, Subject},
    roster::UnplanRefusal,
    schedule::Planner,
};
use store::rescheduling::ScheduleQuery;
use web::{Answer, App, Caller, Detail, Failed, IfMatch, Problem, RequestId, authorization, command, parameter};

use super::{plan::Audited, problem};

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
) -> Result<Response, Problem> {
    let date: WorkDate = parameter::value("date", &date)?;
    let user = parameter::user(&user, &caller)?;
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let query = ScheduleQuery { caller: caller.user_id, people: &[user], dates: &[date], repeat: None };
        let snapshot = app.store.schedule_snapshot(&query, now).await?;
        authorization::ensure_current(&caller, snapshot.caller.as_ref())?;
        let of = snapshot.person(user).ok_or_else(Problem::not_found)?;
        authorization::may_plan(&caller, &of.person, snapshot.deciders)?;
        let planner = snapshot.planner(of);
        let rostering = snapshot.rostering(of, &planner);
        if_match.check(rostering.planned(date).map_or(0, |planned| planned.version))?;
        let change = rostering.unplan_day(date).map_err(|refusal| match refusal {
            UnplanRefusal::NotPlanned => Problem::not_found().detail(Detail::NotPlanned),
            UnplanRefusal::Refused(refusal) => problem(refusal, "date"),
        })?;
        let years = change.years_after(&of.years);
        let after = Planner { years: &years, ..planner };

        let subject = Subject::User(user);
        let facts = vec![Fact::Roster(RosterFact::DayPlanRemoved { date })];
        let mut commit = snapshot.commit(app.stamp(&caller, &request_id, now), subject, facts, &[change])?;
        let (before, after) = (Audited::new(&planner, date), Audited::new(&after, date));
        commit.audit(subject, "day_plan_removed", Some(&before), Some(&after))?;
        commit.send(&app.store).await?;
        Ok(Answer::no_content())
    };
    command(&app.store, None, now, attempt).await
}
