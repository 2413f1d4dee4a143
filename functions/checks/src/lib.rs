//! Scheduled jobs: everything that happens because time passes. EventBridge Scheduler invokes the function with the name of a
//! check. Each check is idempotent, continues where an earlier run stopped, and reads in proportion to the work to do.
//!
//! A run that comes near the end of its invocation hands the rest over with an event of the outbox, which EventBridge delivers
//! back to this function. The event contains no position: the indexes still list the work that is left.

mod accounts;
mod audit_digest;
mod close_day;
mod company_context;
mod exports;
mod holiday_subscription;
mod housekeeping;
mod lateness;
mod leave_books;
mod manager_register;
mod open_day;
mod registrations;
mod reviews;
mod run;
mod self_check;
mod swaps;
mod terminals;
mod timesheets;
mod trigger;

use std::sync::Arc;

use bucket::Bucket;
use domain::{
    event::{Fact, JobFact, Subject},
    scheduled_jobs::Check,
};
use photo_store::PhotoStore;
use runtime::{
    Environment, InitError,
    events::{EventFunction, Failure, Invocation, note_unknown},
};

use crate::{
    run::{Outcome, Pace, Run, Steps},
    trigger::Trigger,
};

/// Returns the function that handles invocations.
#[expect(clippy::unused_async, reason = "all functions share this signature; others read something first")]
pub async fn function(environment: &Environment) -> Result<EventFunction, InitError> {
    let store = runtime::store(environment)?;
    let photos = PhotoStore::new(&environment.sdk, environment.variables.required("PHOTO_BUCKET")?);
    let archive = environment.variables.optional("AUDIT_ARCHIVE").map(|name| Bucket::new(&environment.sdk, name));
    let (clock, entropy) = (Arc::clone(&environment.clock), Arc::clone(&environment.entropy));
    Ok(EventFunction::new(move |trigger: Trigger, invocation: Invocation| {
        let run = Run {
            store: store.clone(),
            now: clock.now(),
            entropy: Arc::clone(&entropy),
            deadline: invocation.deadline,
            request_id: invocation.request_id,
            pace: Pace::default(),
        };
        let (photos, archive) = (photos.clone(), archive.clone());
        async move {
            trigger.received().inspect(|received| note_unknown(received));
            match trigger.check() {
                Some(check) => execute(check, &run, &photos, archive.as_ref()).await,
                // A newer release has added this check and runs it by its own schedule.
                None if trigger.received().is_some_and(|received| !received.unknown.is_empty()) => {
                    Ok(Outcome::NOTHING_TO_DO)
                }
                None => Err(Failure::new("the event hands no check over")),
            }
        }
    }))
}

/// Runs a check, and hands over the work that doesn't fit into the invocation.
///
/// # Errors
/// A step failed, and no work is left. All other steps are done all the same.
async fn execute(check: Check, run: &Run, photos: &PhotoStore, archive: Option<&Bucket>) -> Result<Outcome, Failure> {
    let steps = Steps::new();
    let steps = match check {
        Check::OpenDay => steps
            .and(company_context::refresh(run).await)
            .and(manager_register::move_old_lines(run).await)
            .and(open_day::open_days(run).await),
        Check::Lateness => steps
            .and(registrations::announce(run).await)
            .and(terminals::announce(run).await)
            .and(lateness::examine_all(run).await),
        Check::CloseDay => {
            steps.and(close_day::close(run).await).and(swaps::expire(run).await).and(accounts::book(run).await)
        }
        Check::Balances | Check::LeaveYear => steps.and(leave_books::keep(run, check).await),
        Check::Housekeeping => steps
            .and(reviews::announce_week(run).await)
            .and(housekeeping::tidy(run, photos).await)
            .and(exports::give_up(run).await)
            .and(registrations::expire(run).await)
            .and(holiday_subscription::refresh(run).await)
            .and(timesheets::remind(run).await)
            .and(self_check::compare_totals(run).await),
        Check::AuditDigest => steps.and(audit_digest::close_hours(run, archive).await),
    };
    let Steps { outcome, failure } = steps;
    tracing::info!(%check, done = outcome.done, looked_at = outcome.looked_at, changed = outcome.changed, "check");
    if !outcome.done {
        let commit = run
            .commit(Subject::Check(check), vec![Fact::Job(JobFact::CheckHandedOver { check })])
            .map_err(Failure::new)?;
        commit.send(&run.store).await.map_err(Failure::new)?;
        // The invocation that continues meets the failure again.
        return Ok(outcome);
    }
    failure.map_or(Ok(outcome), Err)
}
