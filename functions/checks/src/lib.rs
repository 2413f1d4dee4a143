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
    run::{Outcome, Pace, Run},
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
async fn execute(check: Check, run: &Run, photos: &PhotoStore, archive: Option<&Bucket>) -> Result<Outcome, Failure> {
    let outcome = match check {
        Check::OpenDay => {
            company_context::refresh(run).await.map_err(Failure::new)?;
            manager_register::move_old_lines(run).await.map_err(Failure::new)?;
            open_day::open_days(run).await.map_err(Failure::new)?
        }
        Check::Lateness => {
            let announced = registrations::announce(run).await.map_err(Failure::new)?;
            let announced = announced.and(terminals::announce(run).await.map_err(Failure::new)?);
            announced.and(lateness::examine_all(run).await.map_err(Failure::new)?)
        }
        Check::CloseDay => {
            let closed = close_day::close(run).await.map_err(Failure::new)?;
            let closed = closed.and(swaps::expire(run).await.map_err(Failure::new)?);
            closed.and(accounts::book(run).await.map_err(Failure::new)?)
        }
        Check::Balances | Check::LeaveYear => leave_books::keep(run, check).await.map_err(Failure::new)?,
        Check::Housekeeping => {
            let told = reviews::tell_week(run).await.map_err(Failure::new)?;
            let tidied = housekeeping::tidy(run, photos).await?;
            let tidied = tidied.and(exports::give_up(run).await.map_err(Failure::new)?);
            let tidied = tidied.and(registrations::expire(run).await.map_err(Failure::new)?);
            let tidied = tidied.and(holiday_subscription::refresh(run).await.map_err(Failure::new)?);
            let reminded = timesheets::remind(run).await.map_err(Failure::new)?;
            let told = told.and(reminded);
            told.and(tidied).and(self_check::compare_totals(run).await.map_err(Failure::new)?)
        }
        Check::AuditDigest => audit_digest::close_hours(run, archive).await?,
    };
    tracing::info!(%check, done = outcome.done, looked_at = outcome.looked_at, changed = outcome.changed, "check");
    if !outcome.done {
        let commit = run
            .commit(Subject::Check(check), vec![Fact::Job(JobFact::CheckHandedOver { check })])
            .map_err(Failure::new)?;
        commit.send(&run.store).await.map_err(Failure::new)?;
    }
    Ok(outcome)
}
