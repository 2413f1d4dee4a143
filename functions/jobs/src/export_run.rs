//! The run of an export: its progress, its end, and the reasons for which it stops. All files share it.

use bucket::BucketError;
use domain::{
    event::{Fact, JobFact, Subject},
    job::{Job, JobStop},
    user::{Authority, User, UserStatus},
};
use reporting::ReportError;
use runtime::Deadline;
use store::{Commit, CommitError, Condition, StoreError};

use crate::context::{Jobs, RESERVE};

/// The maximum number of progress updates: each is a write.
const STEPS: usize = 50;

/// The reason why an export stopped.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The export can't be made, and retrying won't help.
    Refused(String),
    /// Another run has taken over the export.
    TakenOver,
    /// A service was unavailable; retrying may help.
    Failed(String),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<BucketError> for Stopped {
    fn from(error: BucketError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<std::io::Error> for Stopped {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<CommitError> for Stopped {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::ConditionFailed(Condition::Version) => Self::TakenOver,
            CommitError::ConditionFailed(condition) => Self::Failed(format!("{condition:?}")),
            CommitError::Store(error) => error.into(),
        }
    }
}

impl From<ReportError> for Stopped {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Store(error) => error.into(),
            ReportError::TooLarge(_) | ReportError::NobodyThere => Self::Refused(error.to_string()),
            ReportError::Unwritable(_) => Self::Failed(error.to_string()),
        }
    }
}

/// Takes over the work from an earlier run.
pub(crate) async fn begin(jobs: &Jobs, job: &Job, total: usize) -> Result<Job, Stopped> {
    let begun = job.begun(number(total), jobs.clock.now());
    record(jobs, &begun).await?;
    Ok(begun)
}

/// Stores the progress of the export, unless it is too small to be worth a write. Returns the progress that was stored last.
pub(crate) async fn advance(
    jobs: &Jobs,
    job: &mut Job,
    (stored, done, total): (usize, usize, usize),
) -> Result<usize, Stopped> {
    if done - stored < total.div_ceil(STEPS).max(1) || total <= done {
        return Ok(stored);
    }
    let next = job.advanced(number(done), number(total), jobs.clock.now());
    record(jobs, &next).await?;
    *job = next;
    Ok(done)
}

/// Returns a number of parts as the job stores it.
pub(crate) fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Stores the job without an event.
pub(crate) async fn record(jobs: &Jobs, job: &Job) -> Result<(), CommitError> {
    let mut commit = Commit::without_event(jobs.stamp());
    commit.put_job(job)?;
    commit.send(&jobs.store).await
}

/// Notifies the person who requested the file that it is ready. The link is signed when the person fetches it, because anyone
/// who has a link can download the file.
pub(crate) async fn announce(jobs: &Jobs, job: &Job, name: &str) -> Result<(), Stopped> {
    let ready = Fact::Job(JobFact::ReportExported { job_id: job.id, report: name.to_owned() });
    Ok(conclude(jobs, &job.finished(jobs.clock.now()), vec![ready]).await?)
}

/// Ends the work and notifies the person who requested it, in one transaction.
pub(crate) async fn conclude(jobs: &Jobs, job: &Job, facts: Vec<Fact>) -> Result<(), CommitError> {
    let mut commit = Commit::new(jobs.stamp(), Subject::User(job.requested_by), facts)?;
    commit.put_job(job)?;
    commit.send(&jobs.store).await
}

/// Refuses the file if the person may not have it any more: the account must be active and have at least the rights that it had
/// at the request.
pub(crate) fn ensure_allowed(person: Option<&User>, authority: &Authority) -> Result<(), Stopped> {
    let is_active = |person: &User| match person.status {
        UserStatus::Active => true,
        UserStatus::Pending | UserStatus::Disabled => false,
    };
    if person.is_some_and(|person| is_active(person) && person.authority.covers(authority)) {
        Ok(())
    } else {
        Err(Stopped::Refused(JobStop::RightsChanged.into()))
    }
}

/// Refuses an export that takes longer than an invocation.
pub(crate) fn ensure_time(deadline: Deadline) -> Result<(), Stopped> {
    if deadline.left() < RESERVE {
        return Err(Stopped::Refused(JobStop::TooLong.into()));
    }
    Ok(())
}
