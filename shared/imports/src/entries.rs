//! Imports whose sheet is a list of entries. The entries are stored in chunks. Entries that are already as the sheet says cost no
//! write of their own.

use app::{
    Caller, Denied, Failed, Outcome, Ports, Prepared, Refusal, Request,
    imports::{CHUNK, Chunk},
};
use domain::job::{Job, JobFailure, JobStop, StepOutcome};
use jiff::Timestamp;
use problems::{Code, Problem};
use secret_store::CompanyKeys;
use serde::{Serialize, de::DeserializeOwned};
use store::{Commit, CommitError, Condition, StoreError};

use crate::{Importer, MAX_DECISIONS, requester};

/// The decision on an entry.
#[derive(Debug)]
pub enum Decision {
    /// The entry is already as the sheet says.
    Unchanged,
    /// The entry changes something by this transaction.
    Change(Box<Commit>, StepOutcome),
}

impl Decision {
    /// Returns the decision to create something.
    pub fn created<T>(prepared: Prepared<T>) -> Self {
        Self::Change(Box::new(prepared.commit), StepOutcome::Created)
    }
}

impl<T> From<Outcome<T>> for Decision {
    fn from(outcome: Outcome<T>) -> Self {
        match outcome {
            Outcome::Changed(prepared) => prepared.into(),
            Outcome::Unchanged { .. } => Self::Unchanged,
        }
    }
}

impl<T> From<Prepared<T>> for Decision {
    fn from(prepared: Prepared<T>) -> Self {
        Self::Change(Box::new(prepared.commit), StepOutcome::Changed)
    }
}

/// An entry of a sheet.
pub trait Entry: Clone + Serialize + DeserializeOwned + Send + Sync {
    /// Returns the number of the entry's first row, as spreadsheet programs count.
    fn row(&self) -> u32;

    /// Returns for each entry whether it is known to be as the sheet says, so that it needs no decision.
    fn known(store: &store::Store, entries: &[Self]) -> impl Future<Output = Result<Vec<bool>, StoreError>> + Send;

    /// Decides the entry on the present data.
    fn decide(&self, request: &Request<'_>, job: OfJob<'_>) -> impl Future<Output = Result<Decision, Failed>> + Send;
}

/// Returns the failure of the entry that begins in a row.
pub(crate) fn failure(row: u32, problem: &Problem) -> JobFailure {
    JobFailure {
        path: format!("row {row}"),
        code: Some(problem.code().as_str().to_owned()),
        message: problem.explanation(),
    }
}

/// The import that an entry belongs to.
#[derive(Debug, Clone, Copy)]
pub struct OfJob<'a> {
    /// The job.
    pub job: &'a Job,
    /// The keys of the company.
    pub keys: &'a CompanyKeys,
}

/// The result of an attempt at an entry.
enum Attempt {
    /// The entry is already as the sheet says.
    Unchanged,
    /// The entry is applied or has failed, and the job is stored.
    Done(Box<Job>),
    /// The caller's rights have changed.
    OtherRights,
}

/// Applies the entries of the job's present chunk until its end or the deadline.
pub(crate) async fn apply<E: Entry>(context: Importer<'_>, job: &Job, deadline: Timestamp) -> Result<(), CommitError> {
    let now = context.clock.now();
    let Some(caller) = requester::caller(context.store, job, now).await? else {
        return context.give_up(job, JobStop::RightsChanged, now).await;
    };
    let done = usize::try_from(job.done).unwrap_or(usize::MAX);
    let number = u32::try_from(done / CHUNK).unwrap_or(u32::MAX);
    let chunk: Option<Chunk<E>> = context.store.job_step(job.id, number).await?;
    let entries = chunk.map(|chunk| chunk.entries).unwrap_or_default();
    let entries = entries.get(done % CHUNK..).unwrap_or_default();
    if entries.is_empty() {
        return context.give_up(job, JobStop::RequestGone, now).await;
    }
    let known = E::known(context.store, entries).await?;
    let (mut job, mut unchanged) = (job.clone(), 0);
    for (entry, is_known) in entries.iter().zip(known) {
        if is_known {
            unchanged += 1;
            continue;
        }
        if deadline <= context.clock.now() {
            break;
        }
        match attempt(context, &caller, entry, &job, unchanged).await? {
            Attempt::Unchanged => unchanged += 1,
            Attempt::Done(next) => (job, unchanged) = (*next, 0),
            // The next attempt reads the caller again.
            Attempt::OtherRights => return Err(CommitError::ConditionFailed(Condition::Version)),
        }
    }
    if unchanged > 0 {
        context.record(&job.stepped(unchanged, None, context.clock.now())).await?;
    }
    Ok(())
}

/// Decides an entry and commits it together with the job, again after each lost race.
async fn attempt<E: Entry>(
    context: Importer<'_>,
    caller: &Caller,
    entry: &E,
    job: &Job,
    unchanged: u32,
) -> Result<Attempt, CommitError> {
    let request_id = job.id.to_string();
    let mut decisions = 0;
    loop {
        let now = context.clock.now();
        let ports = Ports { store: context.store, entropy: context.entropy, now };
        let request = Request { ports, caller, request_id: &request_id, repeat: None };
        let failed = match entry.decide(&request, OfJob { job, keys: context.keys }).await {
            Ok(Decision::Unchanged) => return Ok(Attempt::Unchanged),
            Ok(Decision::Change(mut commit, outcome)) => {
                let next = job.stepped(unchanged, Some(outcome), now);
                commit.put_job(&next)?;
                match commit.send(context.store).await {
                    Ok(()) => return Ok(Attempt::Done(Box::new(next))),
                    Err(error) => Failed::from(error),
                }
            }
            Err(failed) => failed,
        };
        decisions += 1;
        let problem = match failed {
            Failed::Refused(Refusal::Denied(Denied::RoleChanged | Denied::Unauthenticated | Denied::Session(_))) => {
                return Ok(Attempt::OtherRights);
            }
            Failed::Refused(refusal) => Problem::from(refusal),
            Failed::ConditionFailed(condition) => {
                let present = context.store.job(job.id, now).await?;
                let is_overtaken = present.is_none_or(|present| present.version != job.version);
                // Another run of the same job is ahead, or others change the same items.
                if is_overtaken || (MAX_DECISIONS <= decisions && condition == Condition::Version) {
                    return Err(CommitError::ConditionFailed(condition));
                }
                if decisions < MAX_DECISIONS {
                    continue;
                }
                Problem::from(condition)
            }
            Failed::Store(StoreError::PeriodClosed(closed)) => closed.into(),
            Failed::Store(StoreError::Contended) => return Err(CommitError::ConditionFailed(Condition::Version)),
            Failed::Store(error) => return Err(error.into()),
            Failed::Answered(_) => Problem::internal("an import repeats no request"),
        };
        if problem.code() == Code::Internal {
            return Err(StoreError::Unwritable(problem.explanation()).into());
        }
        let failure = failure(entry.row(), &problem);
        let next = job.stepped(unchanged, Some(StepOutcome::Failed(failure)), now);
        context.record(&next).await?;
        return Ok(Attempt::Done(Box::new(next)));
    }
}
