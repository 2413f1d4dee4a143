//! Applies a change to one person: to their stored days and their pending and future leave. It also moves their days to review
//! and their corrections to the right department's list, and ends what is open when the person leaves.

use std::collections::BTreeSet;

use app::people::offboarding::Offboarding;
use domain::{
    audit::Actor,
    calendar::{WorkDate, Zone},
    employment::Employment,
    id::{EventId, UserId},
    pay::AfterClose,
    settings::Settings,
};
use runtime::events::Failure;
use store::{Commit, CommitError, leave_recount::recount_person, pay::closing::SignOff};

use crate::{
    context::Jobs,
    days,
    decisions::decide,
    pay_approvals::{self, ChangedPay},
    signatures,
};

/// Updates everything that depends on a person's profile. `corrected` are past dates whose employment the change adds or
/// removes, and `pay` the dates whose pay it changes otherwise.
pub(crate) async fn follow_profile(
    jobs: &Jobs,
    cause: EventId,
    person: UserId,
    corrected: &[Employment],
    pay: Option<ChangedPay>,
) -> Result<(), Failure> {
    let offboarding = Offboarding {
        store: &jobs.store,
        entropy: &*jobs.entropy,
        person,
        actor: Actor::System,
        request_id: None,
        now: jobs.clock.now(),
    };
    let finished = offboarding.finish(&Zone::UTC).await;
    finished.map_err(|error| Failure::new(format!("what {person} left open: {error}")))?;
    reindex_leave(jobs, person).await?;
    let moved = jobs.store.move_corrections(person, &jobs.stamp()).await;
    moved.map_err(|error| Failure::new(format!("the corrections of {person}: {error}")))?;
    follow(jobs, cause, person).await?;
    if !corrected.is_empty() {
        let followed = jobs.store.follow_employment(person, corrected, cause, jobs.clock.now()).await;
        followed.map_err(|error| Failure::new(format!("the employments of {person}: {error}")))?;
    }
    let today = Zone::UTC.date_of(jobs.clock.now());
    let changed_at = cause.generated_at();
    let of_span = |span: &Employment| {
        let (first, last) = (span.from().unwrap_or(WorkDate::MIN), span.until().unwrap_or(WorkDate::MAX));
        ChangedPay::of_schedule(first, last, today, changed_at)
    };
    let present = pay.into_iter().chain(ChangedPay::from_today(today, changed_at)).reduce(ChangedPay::with);
    let changed: Vec<ChangedPay> = corrected.iter().filter_map(of_span).chain(present).collect();
    let updated = pay_approvals::update(jobs, person, &changed, &BTreeSet::new()).await?;
    // The holidays of another site can change premiums.
    let settings = jobs.store.settings().await.map_err(Failure::new)?.settings;
    let from = today.plus_days(-signatures::DAYS_BACK);
    let from = updated.map_or(from, |updated| from.min(updated.first));
    signatures::compare(jobs, &settings, person, from).await
}

/// Updates everything that depends on a person's schedule and department. Costs two reads for a person without future leave if
/// nothing changes.
pub(crate) async fn follow(jobs: &Jobs, cause: EventId, person: UserId) -> Result<(), Failure> {
    let open_leave = days::follow(jobs, cause, person).await?;
    if !open_leave.entries().is_empty() {
        let counted = recount_person(&jobs.store, person, cause, jobs.clock.now()).await;
        counted.map_err(|error| Failure::new(format!("the leave of {person}: {error}")))?;
    }
    let moved = jobs.store.move_reviews(person, &jobs.stamp()).await;
    moved.map_err(|error| Failure::new(format!("the days to review of {person}: {error}")))?;
    let moved = jobs.store.move_pay_approvals(person, &jobs.stamp()).await;
    moved.map_err(|error| Failure::new(format!("the time to approve of {person}: {error}")))?;
    Ok(())
}

/// Notes that holidays of the past change what a person's dates pay: a signed timesheet loses its signatures, and of a closed one
/// the next period pays the difference. Days that are over keep their schedule. Costs one read if one of the dates may be over.
pub(crate) async fn follow_past_holidays(
    jobs: &Jobs,
    settings: &Settings,
    person: UserId,
    dates: &BTreeSet<WorkDate>,
) -> Result<(), Failure> {
    decide("the timesheets", person, || note_past_holidays(jobs, settings, person, dates)).await
}

async fn note_past_holidays(
    jobs: &Jobs,
    settings: &Settings,
    person: UserId,
    dates: &BTreeSet<WorkDate>,
) -> Result<(), CommitError> {
    let stamp = jobs.stamp();
    let timesheets = jobs.store.timesheets_on(person, settings, dates.iter().copied(), stamp.at).await?;
    if !timesheets.are_signed() {
        return Ok(());
    }
    let mut commit = Commit::without_event(stamp);
    commit.change_pay_of(dates.iter().copied(), SignOff::Read(&timesheets, AfterClose::Allowed))?;
    commit.send(&jobs.store).await
}

/// Reindexes open leave requests for which the transaction of the profile's change had no room.
async fn reindex_leave(jobs: &Jobs, person: UserId) -> Result<(), Failure> {
    decide("the lists of the leave", person, || reindex(jobs, person)).await
}

async fn reindex(jobs: &Jobs, person: UserId) -> Result<(), CommitError> {
    let (person, requests) = jobs.store.misplaced_leave(person).await?;
    let Some(person) = person.filter(|_| !requests.is_empty()) else { return Ok(()) };
    let mut commit = Commit::without_event(jobs.stamp());
    commit.relist_leave(&person, &requests)?;
    commit.send(&jobs.store).await
}
