//! Applies one step.

use std::collections::{BTreeMap, BTreeSet};

use app::roster::imports::{Step, Wanted};
use domain::{
    calendar::WorkDate,
    event::{Fact, RosterFact, Subject},
    id::JobId,
    job::{Job, JobFailure, JobStop, StepOutcome},
    roster::{Rescheduled, Rostering},
    schedule::{PlannedDay, Schedule, ScheduleYear},
    user::{Role, User, UserStatus},
};
use jiff::Timestamp;
use serde::Serialize;
use store::{CommitError, rescheduling::ScheduleQuery};

use crate::Importer;

/// The audit data of a step: the changed parts of the roster, before and after.
#[derive(Debug, Serialize)]
struct Audited {
    job_id: JobId,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule: Option<Schedule>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    days: BTreeMap<WorkDate, Option<PlannedDay>>,
}

/// Reads, decides and commits the next step of the job.
pub(crate) async fn next_step(context: Importer<'_>, job: &Job, now: Timestamp) -> Result<(), CommitError> {
    let store = context.store;
    let Some(step) = store.job_step::<Step>(job.id, job.done).await? else {
        return context.give_up(job, JobStop::RequestGone, now).await;
    };
    // Only dates that may be over by now; stored future days are read in any case.
    let dates: Vec<WorkDate> = step.wanted.dates().take(1).collect();
    let query = ScheduleQuery { caller: job.requested_by, people: &[step.user_id], dates: &dates, repeat: None };
    let snapshot = store.schedule_snapshot(&query, now).await?;
    if !snapshot.caller.as_ref().is_some_and(still_plans) {
        return context.give_up(job, JobStop::RightsChanged, now).await;
    }
    let failed = |message: String| {
        let failure = JobFailure { path: format!("row {}", step.row), message, code: None };
        job.stepped(0, Some(StepOutcome::Failed(failure)), now)
    };
    let Some(of) = snapshot.person(step.user_id).filter(|of| works_here(&of.person)) else {
        return context.record(&failed("the person has left".to_owned())).await;
    };
    let planner = snapshot.planner(of);
    let change = match decided(&snapshot.rostering(of, &planner), &step.wanted) {
        Ok(change) => change,
        Err(message) => return context.record(&failed(message)).await,
    };
    let from: BTreeSet<WorkDate> =
        step.wanted.patterns().iter().map(|pattern| pattern.effective_from.max(change.from)).collect();
    let of_patterns =
        from.into_iter().map(|effective_from| Fact::Roster(RosterFact::PatternChanged { effective_from }));
    let facts =
        of_patterns.chain(step.wanted.dates().map(|date| Fact::Roster(RosterFact::DayPlanned { date }))).collect();
    let audited = |schedule: Option<&Schedule>, years: &BTreeMap<i16, ScheduleYear>| {
        let day = |date: WorkDate| years.get(&date.year()).and_then(|year| year.days.get(&date)).cloned();
        let days = step.wanted.dates().map(|date| (date, day(date))).collect();
        Audited { job_id: job.id, schedule: schedule.cloned(), days }
    };
    let before = audited(change.schedule.as_ref().map(|_| &of.schedule), &of.years);
    let after = audited(change.schedule.as_ref(), &change.years_after(&of.years));

    let subject = Subject::User(step.user_id);
    let mut commit = snapshot.commit(context.stamp(job, now), subject, facts, std::slice::from_ref(&change))?;
    commit.audit(subject, "roster_imported", Some(&before), Some(&after))?;
    commit.put_job(&job.stepped(0, Some(StepOutcome::Changed), now))?;
    commit.send(store).await
}

/// Applies the step to the roster, or returns the reason for which it can't be applied.
fn decided(rostering: &Rostering<'_>, wanted: &Wanted) -> Result<Rescheduled, String> {
    match wanted {
        Wanted::Patterns(_) | Wanted::Pattern(_) => {
            rostering.set_patterns(wanted.patterns()).map_err(|refusal| refusal.to_string())
        }
        Wanted::Days(days) => rostering.plan_days(days).map_err(|(date, refusal)| format!("{date} {refusal}")),
    }
}

/// Returns whether the person may still plan rosters. The people whom they may plan were checked at the request; this
/// permission is checked for each step.
fn still_plans(person: &User) -> bool {
    let plans = match person.authority.role() {
        Role::Manager | Role::Admin => true,
        Role::Employee => false,
    };
    plans && works_here(person)
}

fn works_here(person: &User) -> bool {
    match person.status {
        UserStatus::Active => true,
        UserStatus::Pending | UserStatus::Disabled => false,
    }
}
