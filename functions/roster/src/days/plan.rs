//! `PUT /roster/{user_id}/days/{date}`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    FieldRule,
    calendar::WorkDate,
    event::{Fact, RosterFact, Subject},
    roster::{PlanRefusal, Rescheduled, Rostering},
    schedule::{DayPlan, PatternShift, Planner, SiteBook},
    text::Reason,
};
use serde::{Deserialize, Serialize};
use store::rescheduling::ScheduleQuery;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Failed, IfMatch, Problem, RequestId, authorization, command, parameter,
    problem::FieldError,
};

use super::problem;
use crate::{
    assigned::{DayAnswer, LeaveShown},
    patterns::{body::MAX_SHIFTS, shown::PlannedDayAnswer},
    shift::ShiftTimesBody,
};

/// The plan of a date: `shifts`, or `off`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"shifts": [{"start": "10:00", "end": "14:00"}], "reason": "Stocktaking"}))]
pub(crate) struct DayPlanBody {
    /// The shifts that begin on the date.
    #[schema(min_items = 1, max_items = 6)]
    shifts: Option<Vec<ShiftTimesBody>>,
    /// `true` if the date is off.
    off: Option<bool>,
    /// The reason for the override.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Stocktaking")]
    reason: Reason,
}

/// The audited fields of a date: its plan, and the shifts that were expected.
#[derive(Debug, Serialize)]
pub(super) struct Audited {
    #[serde(skip_serializing_if = "Option::is_none")]
    planned: Option<PlannedDayAnswer>,
    expected: DayAnswer,
}

impl Audited {
    pub(super) fn new(planner: &Planner<'_>, date: WorkDate) -> Self {
        let stored = planner.years.get(&date.year()).and_then(|year| year.days.get(&date));
        Self {
            planned: stored.map(|day| PlannedDayAnswer::new(planner, date, day)),
            expected: DayAnswer::new(&planner.assignment(date), LeaveShown::Whole),
        }
    }
}

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
    request_body = DayPlanBody,
    responses(
        (status = 200, description = "The date after the change", body = DayAnswer, headers(("ETag" = String, description = "The version of the plan"))),
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
    Body { value, .. }: Body<DayPlanBody>,
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
        let version = rostering.planned(date).map_or(0, |planned| planned.version);
        let change = if_match.check_after(version, value.plan(&rostering, date, &snapshot.sites.book))?;
        let years = change.years_after(&of.years);
        let after = Planner { years: &years, ..planner };
        let shown = DayAnswer::new(&after.assignment(date), LeaveShown::Whole);
        let version = years.get(&date.year()).and_then(|year| year.days.get(&date)).map_or(0, |day| day.version);

        let subject = Subject::User(user);
        let facts = vec![Fact::Roster(RosterFact::DayPlanned { date })];
        let mut commit = snapshot.commit(app.stamp(&caller, &request_id, now), subject, facts, &[change])?;
        commit.audit(subject, "day_planned", Some(&Audited::new(&planner, date)), Some(&Audited::new(&after, date)))?;
        commit.send(&app.store).await?;
        Ok(Answer::ok(&shown)?.version(version))
    };
    command(&app.store, None, now, attempt).await
}

impl DayPlanBody {
    /// Returns the plan of the date, or an error with the path of the field.
    pub(super) fn plan(
        &self,
        rostering: &Rostering<'_>,
        date: WorkDate,
        sites: &SiteBook,
    ) -> Result<Rescheduled, Problem> {
        let plan = |plan| rostering.plan_day(date, plan, self.reason.clone());
        let shifts = match (&self.shifts, self.off) {
            (None, Some(true)) => return plan(DayPlan::Off).map_err(|refusal| problem(refusal, "off")),
            (Some(shifts), None) => shifts,
            (Some(_), Some(_)) => {
                return Err(Problem::invalid("off", FieldRule::NotWith { other: "shifts".to_owned() }));
            }
            (None, Some(false)) => return Err(Problem::invalid("off", FieldRule::OffOrShifts)),
            (None, None) => {
                return Err(Problem::invalid("shifts", FieldRule::RequiredUnless { other: "off".to_owned() }));
            }
        };
        if !(1..=MAX_SHIFTS).contains(&shifts.len()) {
            return Err(Problem::invalid("shifts", FieldRule::ShiftsBetween { min: 1, max: MAX_SHIFTS as u64 }));
        }
        let unknown =
            shifts.iter().enumerate().filter(|(_, shift)| shift.site_id().is_some_and(|site| !sites.contains(site)));
        let unknown: Vec<FieldError> = unknown
            .map(|(index, _)| FieldError::new(format!("shifts[{index}].site_id"), FieldRule::NotASite))
            .collect();
        if !unknown.is_empty() {
            return Err(Problem::invalid_values(unknown));
        }
        let shifts: Vec<PatternShift> = shifts.iter().copied().map(PatternShift::from).collect();
        plan(DayPlan::Shifts(shifts.clone())).map_err(|refusal| {
            let clashes = matches!(refusal, PlanRefusal::Clash(_));
            // Two shifts overlap only once enough of them are planned. The first shift that doesn't fit is named.
            let counts: Vec<usize> = (1..=shifts.len()).collect();
            let fitting = counts.partition_point(|count| plan(DayPlan::Shifts(shifts[..*count].to_vec())).is_ok());
            problem(refusal, if clashes { format!("shifts[{fitting}]") } else { "shifts".to_owned() })
        })
    }
}
