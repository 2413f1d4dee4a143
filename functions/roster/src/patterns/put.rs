//! `PUT /roster/{user_id}`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    event::{Fact, RosterFact, Subject},
    roster::{PatternRefusal, Rescheduled, Rostering},
    schedule::SiteBook,
};
use store::rescheduling::ScheduleQuery;
use web::{Answer, App, Body, Caller, Failed, IfMatch, Problem, RequestId, authorization, command, parameter};

use super::{body::PatternBody, shown::RosterAnswer};
use crate::dates::LONGEST_DAYS;

/// Set a person's pattern
///
/// Managers set the patterns of people in their charge. They can't set their own. The pattern applies from
/// `effective_from` until the next pattern. It replaces a pattern from the same date. Earlier patterns stay, so that
/// past days keep theirs. If work on that date has already begun, the pattern applies from the next date.
#[utoipa::path(
    put,
    path = "/roster/{user_id}",
    operation_id = "putPattern",
    tag = "roster",
    params(
        ("user_id" = String, Path, description = "The id of the person"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on")
    ),
    request_body = PatternBody,
    responses(
        (status = 200, description = "The patterns", body = RosterAnswer, headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 412, description = "The patterns have changed since they were read"),
        (status = 422, description = "An impossible pattern, with the path of each invalid value; shifts that overlap are both named")
    )
)]
pub(crate) async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<PatternBody>,
) -> Result<Response, Problem> {
    let user = parameter::user(&user, &caller)?;
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let query = ScheduleQuery { caller: caller.user_id, people: &[user], dates: &[], repeat: None };
        let snapshot = app.store.schedule_snapshot(&query, now).await?;
        authorization::ensure_current(&caller, snapshot.caller.as_ref())?;
        let of = snapshot.person(user).ok_or_else(Problem::not_found)?;
        authorization::may_plan(&caller, &of.person, snapshot.deciders)?;
        let planner = snapshot.planner(of);
        let decided = changed(&value, &snapshot.rostering(of, &planner), &snapshot.sites.book);
        let change = if_match.check_after(of.schedule.version, decided)?;
        let today = planner.today(now);
        let dates = (today, today.plus_days(LONGEST_DAYS - 1));
        let after = change.schedule_after(&of.schedule);
        let shown = RosterAnswer::new(&planner, after, &of.years, dates);

        let subject = Subject::User(user);
        let facts = vec![Fact::Roster(RosterFact::PatternChanged { effective_from: change.from })];
        let changes = [change.clone()];
        let mut commit = snapshot.commit(app.stamp(&caller, &request_id, now), subject, facts, &changes)?;
        let before = RosterAnswer::new(&planner, &of.schedule, &of.years, dates);
        commit.audit(subject, "pattern_changed", Some(&before), Some(&shown))?;
        commit.send(&app.store).await?;
        Ok(Answer::ok(&shown)?.version(after.version))
    };
    command(&app.store, None, now, attempt).await
}

/// Returns the schedule with the pattern, or an error with the path of the field.
pub(super) fn changed(body: &PatternBody, rostering: &Rostering<'_>, sites: &SiteBook) -> Result<Rescheduled, Problem> {
    let pattern = body.pattern(sites)?;
    rostering.set_pattern(pattern).map_err(|refusal| problem(&refusal, body, rostering))
}

/// Returns the problem for a refused pattern.
fn problem(refusal: &PatternRefusal, body: &PatternBody, rostering: &Rostering<'_>) -> Problem {
    let path = match refusal {
        PatternRefusal::InThePast | PatternRefusal::TooFarAhead => "effective_from".to_owned(),
        PatternRefusal::WeeklyOffs(_) => body.weekly_offs_path().to_owned(),
        PatternRefusal::UnknownSite(_) | PatternRefusal::Invalid(_) => body.shifts_path().to_owned(),
        PatternRefusal::Clash(_) => body.clash_path(|pattern| rostering.set_pattern(pattern).is_ok()),
    };
    Problem::invalid(path, refusal.rule())
}
