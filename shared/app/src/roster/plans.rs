//! Plans: managers set the patterns of people, and override single dates.

use answers::roster::{LeaveShown, PlannedDayAnswer, RosterAnswer, RosterDayAnswer};
use domain::{
    calendar::WorkDate,
    event::{Fact, RosterFact, Subject},
    id::UserId,
    roster::{Caution, UnplanRefusal, cautions_on},
    schedule::Planner,
};
use serde::Serialize;
use store::rescheduling::{PersonSchedule, ScheduleQuery, ScheduleSnapshot};

use super::{DayPlanDraft, DayPlanRefusal, PatternDraft, day_plan_draft::refused_plan};
use crate::{Denied, Failed, Prepared, Refusal, Request, Versions, authorization};

/// The maximum number of dates of one person. They lie in at most two calendar years.
pub const LONGEST_DAYS: i32 = 366;

/// The number of dates in a preview of a pattern: eight weeks from the first date on which the pattern applies.
const PREVIEWED_DAYS: i32 = 56;

/// The effects that a change of a person's roster would have.
#[derive(Debug)]
pub struct RosterEffects {
    /// The dates that would change, in order.
    pub days: Vec<ChangedDay>,
    /// The conflicts on these dates. They don't prevent the change.
    pub conflicts: Vec<(WorkDate, Caution)>,
}

/// A date before and after a change.
#[derive(Debug)]
pub struct ChangedDay {
    /// The work date.
    pub date: WorkDate,
    /// The date as it is.
    pub before: RosterDayAnswer,
    /// The date as it would be.
    pub after: RosterDayAnswer,
}

/// The audited fields of a date: its plan, and the shifts that were expected.
#[derive(Debug, Serialize)]
struct Audited {
    #[serde(skip_serializing_if = "Option::is_none")]
    planned: Option<PlannedDayAnswer>,
    expected: RosterDayAnswer,
}

/// Sets a person's pattern from its date on.
///
/// # Errors
/// The caller may not plan the person's roster, the schedule has another version, or the pattern is impossible.
pub async fn set_pattern(
    request: &Request<'_>,
    user: UserId,
    versions: &Versions,
    draft: &PatternDraft,
) -> Result<Prepared<RosterAnswer>, Failed> {
    let snapshot = snapshot(request, user, &[]).await?;
    let of = person_to_plan(request, user, &snapshot)?;
    let planner = snapshot.planner(of);
    let decided = draft.rescheduled(&snapshot.rostering(of, &planner), &snapshot.sites.book).map_err(Refusal::from);
    let change = versions.check_after(of.schedule.version, decided)?;
    let today = planner.today(request.ports.now);
    let dates = (today, today.plus_days(LONGEST_DAYS - 1));
    let after = change.schedule_after(&of.schedule);
    let before = RosterAnswer::new(&planner, &of.schedule, &of.years, dates);
    let (answer, version) = (RosterAnswer::new(&planner, after, &of.years, dates), after.version);

    let subject = Subject::User(user);
    let facts = vec![Fact::Roster(RosterFact::PatternChanged { effective_from: change.from })];
    let mut commit = snapshot.commit(request.stamp(), subject, facts, &[change])?;
    commit.audit(subject, "pattern_changed", Some(&before), Some(&answer))?;
    Ok(Prepared { commit, answer, version })
}

/// Returns the effects that [`set_pattern`] would have on the first eight weeks, or its refusal.
///
/// # Errors
/// The caller may not plan the person's roster.
pub async fn preview_pattern(
    request: &Request<'_>,
    user: UserId,
    draft: &PatternDraft,
) -> Result<Result<RosterEffects, Refusal>, Failed> {
    let snapshot = snapshot(request, user, &[]).await?;
    let of = person_to_plan(request, user, &snapshot)?;
    let planner = snapshot.planner(of);
    let decided = draft.rescheduled(&snapshot.rostering(of, &planner), &snapshot.sites.book);
    Ok(decided.map_err(Refusal::from).map(|change| {
        let schedule = change.schedule_after(&of.schedule);
        let years = change.years_after(&of.years);
        let after = Planner { schedule, years: &years, ..planner };
        let dates = (0..PREVIEWED_DAYS).map(|days| change.from.plus_days(days));
        RosterEffects::of(&planner, &after, dates)
    }))
}

/// Overrides the pattern on a date.
///
/// # Errors
/// The caller may not plan the person's roster, the plan has another version or is impossible, or the person worked on the
/// date.
pub async fn plan_day(
    request: &Request<'_>,
    (user, date): (UserId, WorkDate),
    versions: &Versions,
    draft: &DayPlanDraft,
) -> Result<Prepared<RosterDayAnswer>, Failed> {
    let snapshot = snapshot(request, user, &[date]).await?;
    let of = person_to_plan(request, user, &snapshot)?;
    let planner = snapshot.planner(of);
    let rostering = snapshot.rostering(of, &planner);
    let version = rostering.planned(date).map_or(0, |planned| planned.version);
    let change = versions.check_after(version, draft.rescheduled(&rostering, date, &snapshot.sites.book))?;
    let years = change.years_after(&of.years);
    let after = Planner { years: &years, ..planner };
    let answer = RosterDayAnswer::new(&after.assignment(date), LeaveShown::Whole);
    let version = years.get(&date.year()).and_then(|year| year.days.get(&date)).map_or(0, |day| day.version);

    let subject = Subject::User(user);
    let facts = vec![Fact::Roster(RosterFact::DayPlanned { date })];
    let mut commit = snapshot.commit(request.stamp(), subject, facts, &[change])?;
    commit.audit(subject, "day_planned", Some(&Audited::new(&planner, date)), Some(&Audited::new(&after, date)))?;
    Ok(Prepared { commit, answer, version })
}

/// Removes the override of a date, so that the pattern applies to it again.
///
/// # Errors
/// The caller may not plan the person's roster, the plan has another version, no manager planned the date, or the person
/// worked on the date.
pub async fn unplan_day(
    request: &Request<'_>,
    (user, date): (UserId, WorkDate),
    versions: &Versions,
) -> Result<Prepared<()>, Failed> {
    let snapshot = snapshot(request, user, &[date]).await?;
    let of = person_to_plan(request, user, &snapshot)?;
    let planner = snapshot.planner(of);
    let rostering = snapshot.rostering(of, &planner);
    let version = rostering.planned(date).map_or(0, |planned| planned.version);
    versions.check(version)?;
    let change = rostering.unplan_day(date).map_err(|refusal| match refusal {
        UnplanRefusal::NotPlanned => DayPlanRefusal::NotPlanned.into(),
        UnplanRefusal::Refused(refusal) => refused_plan(&refusal, "date"),
    })?;
    let years = change.years_after(&of.years);
    let after = Planner { years: &years, ..planner };

    let subject = Subject::User(user);
    let facts = vec![Fact::Roster(RosterFact::DayPlanRemoved { date })];
    let mut commit = snapshot.commit(request.stamp(), subject, facts, &[change])?;
    let (before, after) = (Audited::new(&planner, date), Audited::new(&after, date));
    commit.audit(subject, "day_plan_removed", Some(&before), Some(&after))?;
    Ok(Prepared { commit, answer: (), version })
}

/// Returns the effects that [`plan_day`] would have, or its refusal.
///
/// # Errors
/// The caller may not plan the person's roster.
pub async fn preview_day(
    request: &Request<'_>,
    (user, date): (UserId, WorkDate),
    draft: &DayPlanDraft,
) -> Result<Result<RosterEffects, Refusal>, Failed> {
    let snapshot = snapshot(request, user, &[date]).await?;
    let of = person_to_plan(request, user, &snapshot)?;
    let planner = snapshot.planner(of);
    let decided = draft.rescheduled(&snapshot.rostering(of, &planner), date, &snapshot.sites.book);
    Ok(decided.map(|change| {
        let years = change.years_after(&of.years);
        let after = Planner { years: &years, ..planner };
        RosterEffects::of(&planner, &after, std::iter::once(date))
    }))
}

/// Reads the schedule of a person and the caller, whose token must still be valid.
async fn snapshot(request: &Request<'_>, user: UserId, dates: &[WorkDate]) -> Result<ScheduleSnapshot, Failed> {
    let Request { ports, caller, .. } = *request;
    let query = ScheduleQuery { caller: caller.user_id, people: &[user], dates, repeat: None };
    let snapshot = ports.store.schedule_snapshot(&query, ports.now).await?;
    authorization::ensure_current(caller, snapshot.caller.as_ref())?;
    Ok(snapshot)
}

/// Returns the schedule of a person whose roster the caller may plan.
fn person_to_plan<'a>(
    request: &Request<'_>,
    user: UserId,
    snapshot: &'a ScheduleSnapshot,
) -> Result<&'a PersonSchedule, Denied> {
    let of = snapshot.person(user).ok_or(Denied::NotFound)?;
    authorization::may_plan(request.caller, &of.person, snapshot.deciders)?;
    Ok(of)
}

impl RosterEffects {
    /// Returns the effects on those of the dates that change.
    fn of(before: &Planner<'_>, after: &Planner<'_>, dates: impl Iterator<Item = WorkDate>) -> Self {
        let (mut days, mut conflicts) = (Vec::new(), Vec::new());
        for date in dates {
            let (was, becomes) = (before.assignment(date), after.assignment(date));
            if was == becomes {
                continue;
            }
            days.push(ChangedDay {
                date,
                before: RosterDayAnswer::new(&was, LeaveShown::Whole),
                after: RosterDayAnswer::new(&becomes, LeaveShown::Whole),
            });
            conflicts.extend(cautions_on(after, date).into_iter().map(|caution| (date, caution)));
        }
        Self { days, conflicts }
    }
}

impl Audited {
    fn new(planner: &Planner<'_>, date: WorkDate) -> Self {
        let stored = planner.years.get(&date.year()).and_then(|year| year.days.get(&date));
        Self {
            planned: stored.map(|day| PlannedDayAnswer::new(planner, date, day)),
            expected: RosterDayAnswer::new(&planner.assignment(date), LeaveShown::Whole),
        }
    }
}
