//! Imports of sheets as jobs.
//!
//! A function checks a whole sheet, then calls `app::imports`, which stores its entries and the job. The functions that run jobs call
//! [`Importer::continue_import`] until the import is finished. An entry changes its item and the job in one transaction. So each entry is
//! applied once, even if the work is restarted, interrupted or run twice at the same time
//! ([ADR 0012](../../../docs/adr/0012-import-steps-advance-the-job.md)).
//!
//! [`roster`] has a step for each person. The other sheets ([`attendance`], [`leave_balances`], [`users`]) have entries in chunks ([`entries`]).

pub mod attendance;
pub mod entries;
pub mod leave_balances;
mod preview;
mod requester;
pub mod roster;
pub mod users;

use app::{attendance::imports::ImportedDay, leave::imports::ImportedBalance, people::imports::ImportedPerson};
use domain::{
    event::Subject,
    id::{EventId, JobId},
    job::{Job, JobKind, JobStop},
    ports::{Clock, Entropy},
};
use jiff::Timestamp;
use secret_store::CompanyKeys;
use store::{Commit, CommitError, Stamp, Store, StoreError};

pub use preview::{ImportPreview, PreviewQuery};

/// The maximum number of decisions of a step after lost races.
const MAX_DECISIONS: u32 = 5;

/// The progress of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// All steps are done.
    Finished(Job),
    /// The deadline came before the end: the import must be continued.
    Unfinished(Job),
    /// The job doesn't exist, or not any more.
    Unknown,
}

/// The reason for which an import can't continue now. A later attempt may succeed.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The table didn't respond, or not as expected.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Other requests keep changing the same items.
    #[error("the step {0} lost every race")]
    Busy(u32),
}

/// Applies imports.
#[derive(Debug, Clone, Copy)]
pub struct Importer<'a> {
    /// The table.
    pub store: &'a Store,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// The source of ids.
    pub entropy: &'a dyn Entropy,
    /// The keys from which the temporary passwords of new people are derived.
    pub keys: &'a CompanyKeys,
}

impl Importer<'_> {
    /// Applies the remaining steps of an import, one after the other, until it is finished or `deadline` is reached.
    ///
    /// # Errors
    ///
    /// The import can't continue now.
    pub async fn continue_import(self, id: JobId, deadline: Timestamp) -> Result<Progress, ImportError> {
        let (mut lost, mut at) = (0, None);
        loop {
            let now = self.clock.now();
            let Some(job) = self.store.job(id, now).await? else { return Ok(Progress::Unknown) };
            if job.is_over() {
                return Ok(Progress::Finished(job));
            }
            if deadline <= now {
                return Ok(Progress::Unfinished(job));
            }
            if at != Some(job.done) {
                (lost, at) = (0, Some(job.done));
            }
            match self.proceed(&job, now, deadline).await {
                Ok(()) => {}
                // Another request changed the job or its step's items first.
                Err(CommitError::ConditionFailed(_)) if lost < MAX_DECISIONS => lost += 1,
                Err(CommitError::ConditionFailed(_)) => return Err(ImportError::Busy(job.done)),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
    }

    /// Does the next steps of the job, or ends the job after its last step.
    async fn proceed(self, job: &Job, now: Timestamp, deadline: Timestamp) -> Result<(), CommitError> {
        if job.is_at_its_end() {
            return self.end(&job.finished(now), now).await;
        }
        match job.kind {
            JobKind::RosterImport => roster::next_step(self, job, now).await,
            JobKind::AttendanceImport => entries::apply::<ImportedDay>(self, job, deadline).await,
            JobKind::LeaveBalanceImport => entries::apply::<ImportedBalance>(self, job, deadline).await,
            JobKind::UserImport => entries::apply::<ImportedPerson>(self, job, deadline).await,
            JobKind::ReportExport | JobKind::FileExport => self.give_up(job, JobStop::RequestGone, now).await,
        }
    }

    /// Stores the job after steps that changed nothing else, so that nobody is notified.
    pub(crate) async fn record(self, job: &Job) -> Result<(), CommitError> {
        let mut commit = Commit::without_event(self.stamp(job, job.updated_at));
        commit.put_job(job)?;
        commit.send(self.store).await
    }

    /// Ends an import that can't be continued, and notifies the person who requested it.
    pub(crate) async fn give_up(self, job: &Job, reason: JobStop, now: Timestamp) -> Result<(), CommitError> {
        self.end(&job.given_up(reason, now), now).await
    }

    /// Stores the job at its end, and notifies the person who requested it.
    async fn end(self, job: &Job, now: Timestamp) -> Result<(), CommitError> {
        let subject = match job.service_token {
            Some(token) => Subject::ServiceToken(token),
            None => Subject::User(job.requested_by),
        };
        let facts = job.import_finished_fact().into_iter().collect();
        let mut commit = Commit::new(self.stamp(job, now), subject, facts)?;
        commit.put_job(job)?;
        commit.send(self.store).await
    }

    /// Returns the stamp of a change that the import makes for the person who requested it.
    pub(crate) fn stamp(self, job: &Job, at: Timestamp) -> Stamp {
        let event_id = EventId::generate(at, self.entropy);
        Stamp { event_id, at, actor: requester::actor(job), request_id: None }
    }
}
