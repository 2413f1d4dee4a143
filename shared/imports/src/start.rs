//! Requests an import.

use domain::{
    event::{Fact, JobFact, Subject},
    id::JobId,
    job::{ImportKind, Job, StepCounts},
};
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use store::{Commit, RepeatKey};
use web::{Answer, App, Caller, Failed, RequestId, caller::CallerKind};

use crate::{
    ImportAnswer,
    entries::{Chunk, Entry},
};

/// A request for an import.
#[derive(Debug, Clone, Copy)]
pub struct NewImport<'a> {
    /// The id of the import.
    pub id: JobId,
    /// The state of the function.
    pub app: &'a App,
    /// The caller.
    pub caller: &'a Caller,
    /// The id of the request.
    pub request_id: &'a RequestId,
    /// The key under which the answer is saved for repeats.
    pub key: Option<&'a RepeatKey>,
    /// What the sheet contains.
    pub import: ImportKind,
    /// The hash of the sheet, for the audit.
    pub sha256: &'a str,
    /// The instant of the request.
    pub now: Timestamp,
}

/// The audited fields of an import. The changes are in the audit of what they change.
#[derive(Debug, Serialize)]
struct Audited<'a> {
    sha256: &'a str,
    entries: usize,
}

/// Stores the entries of a sheet and a job that imports them. Returns the answer 202 with the job. `unchanged` is the number of
/// further entries that are already as the sheet says.
///
/// # Errors
///
/// The same request was answered before, or the table failed.
pub async fn start<E: Entry>(new: NewImport<'_>, entries: &[E], unchanged: u32) -> Result<Answer, Failed> {
    new.start(&Chunk::split(entries), entries.len(), unchanged).await
}

impl NewImport<'_> {
    /// Stores the steps of the job, and the job. It has `total` things to do.
    ///
    /// # Errors
    ///
    /// The same request was answered before, or the table failed.
    pub async fn start<S: Serialize>(self, steps: &[S], total: usize, unchanged: u32) -> Result<Answer, Failed> {
        let Self { id, app, caller, request_id, key, import, sha256, now } = self;
        let stamp = app.stamp(caller, request_id, now);
        app.store.put_job_steps(id, steps, &stamp).await?;
        let job = Job::new(id, import.job_kind(), caller.user_id, u32::try_from(total).unwrap_or(u32::MAX), now);
        let service_token = match caller.kind {
            CallerKind::Person => None,
            CallerKind::ServiceToken(token) => Some(token),
        };
        let job = Job { service_token, counts: StepCounts { unchanged, ..job.counts }, ..job };
        let answer = Answer::created(location(import, id), &ImportAnswer::new(&job, &caller.zone))?;
        let answer = answer.status(StatusCode::ACCEPTED);
        let (subject, requested) = (Subject::Job(id), requested(import, id));
        let mut commit = Commit::new(stamp, subject, vec![Fact::Job(requested)])?;
        commit.put_job(&job)?;
        commit.audit(subject, audit_action(import), None, Some(&Audited { sha256, entries: total }))?;
        commit.save_answer(key, answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    }
}

/// Returns the path of an import's progress.
fn location(import: ImportKind, id: JobId) -> String {
    let path = match import {
        ImportKind::Roster => "/roster/import",
        ImportKind::Attendance => "/attendance/import",
        ImportKind::LeaveBalances => "/leave/balances/import",
        ImportKind::Users => "/users/import",
    };
    format!("{path}/{id}")
}

/// Returns the fact that makes `jobs` process the import.
const fn requested(import: ImportKind, job_id: JobId) -> JobFact {
    match import {
        ImportKind::Roster => JobFact::RosterImportRequested { job_id },
        ImportKind::Attendance | ImportKind::LeaveBalances | ImportKind::Users => {
            JobFact::ImportRequested { job_id, import }
        }
    }
}

/// Returns the audit's name of the request.
const fn audit_action(import: ImportKind) -> &'static str {
    match import {
        ImportKind::Roster => "roster_import_requested",
        ImportKind::Attendance => "attendance_import_requested",
        ImportKind::LeaveBalances => "leave_balance_import_requested",
        ImportKind::Users => "user_import_requested",
    }
}
