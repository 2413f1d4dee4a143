//! Applies a change that concerns the whole company to every person, page by page.

use domain::{
    audit::Actor,
    calendar::WorkDate,
    event::{Fact, JobFact, Subject},
    id::{EventId, JobId, UserId},
    settings::Settings,
    user::UserStatus,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use runtime::{Deadline, events::Failure};
use store::{Commit, CommitError, Condition, Stamp, StoreError, people_lists::ListScope, progress::Progress};

use crate::{
    context::{Jobs, RESERVE},
    person,
};

/// The number of people in a page; the position is stored after each page.
const PAGE: usize = 25;
/// The number of people who are processed concurrently.
const CONCURRENCY: usize = 8;

/// Applies the change to everyone, from the stored position on. `holiday` is the date of an added or removed holiday.
pub(crate) async fn execute(
    jobs: &Jobs,
    cause: EventId,
    holiday: Option<WorkDate>,
    deadline: Deadline,
) -> Result<(), Failure> {
    let mut progress = jobs.store.progress(job(cause)).await.map_err(Failure::new)?.about(holiday);
    let past_holiday = past_holiday(jobs, &progress).await.map_err(Failure::new)?;
    while !progress.is_done() {
        let page = jobs.store.people(
            &ListScope::Everyone,
            progress.next(),
            PAGE,
            |person| person.status == UserStatus::Active,
            false,
        );
        let page = page.await.map_err(Failure::new)?;
        let people: Vec<UserId> = page.people.into_iter().map(|person| person.id).collect();
        let past_holiday = past_holiday.as_ref();
        let applied = stream::iter(people).map(|person| async move {
            person::follow(jobs, cause, person).await?;
            match past_holiday {
                Some((date, settings)) => person::follow_past_holiday(jobs, settings, person, *date).await,
                None => Ok(()),
            }
        });
        applied.buffer_unordered(CONCURRENCY).try_collect::<Vec<()>>().await?;

        let hands_on = page.next.is_some() && deadline.left() < RESERVE;
        match keep(jobs, cause, &progress, progress.after(page.next), hands_on).await {
            Ok(kept) => progress = kept,
            // The event was delivered twice, and the other invocation is ahead: it continues.
            Err(CommitError::ConditionFailed(Condition::Version)) => return Ok(()),
            Err(error) => return Err(Failure::new(error)),
        }
        if hands_on {
            return Ok(());
        }
    }
    Ok(())
}

/// Returns the date of the holiday that the work is about, with the settings, if the company has timesheets that it can change.
async fn past_holiday(jobs: &Jobs, progress: &Progress) -> Result<Option<(WorkDate, Settings)>, StoreError> {
    let Some(date) = progress.holiday().filter(|_| !progress.is_done()) else { return Ok(None) };
    let settings = jobs.store.settings().await?.settings;
    Ok(settings.pay_period.is_some().then_some((date, settings)))
}

/// Stores the position of the work, and adds the event that hands over the rest if another invocation is to do it.
async fn keep(
    jobs: &Jobs,
    cause: EventId,
    before: &Progress,
    after: Progress,
    hands_on: bool,
) -> Result<Progress, CommitError> {
    let stamp = jobs.stamp();
    let mut commit = if hands_on {
        Commit::new(stamp, Subject::Job(job(cause)), vec![Fact::Job(JobFact::WorkContinues { cause })])?
    } else {
        Commit::without_event(stamp)
    };
    commit.keep_progress(job(cause), before, &after)?;
    commit.send(&jobs.store).await?;
    Ok(after)
}

/// Returns the id of the work that an event starts.
pub(crate) fn job(cause: EventId) -> JobId {
    cause.ulid().into()
}

impl Jobs {
    /// Returns the stamp of a change that Rollcall makes by itself, now.
    pub(crate) fn stamp(&self) -> Stamp {
        let at = self.clock.now();
        Stamp { event_id: EventId::generate(at, &*self.entropy), at, actor: Actor::System, request_id: None }
    }
}
