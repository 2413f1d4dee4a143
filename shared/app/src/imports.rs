//! Imports of sheets: a request checks the whole sheet and stores its entries, which `jobs` applies one after the other
//! ([ADR 0012](../../../docs/adr/0012-import-steps-advance-the-job.md)).

use answers::ImportAnswer;
use domain::{
    event::{Fact, JobFact, Subject},
    id::JobId,
    job::{ImportKind, Job, StepCounts},
};
use serde::{Deserialize, Serialize};
use store::Commit;

use crate::{Caller, Denied, Failed, Ports, Prepared, Request, authorization, caller::CallerKind};

/// The number of entries in a chunk, which is one item.
pub const CHUNK: usize = 50;

/// A chunk of entries, as it is stored.
#[derive(Debug, Serialize, Deserialize)]
pub struct Chunk<E> {
    /// The entries, in the order of the sheet.
    pub entries: Vec<E>,
}

impl<E: Clone> Chunk<E> {
    /// Splits the entries of a sheet into chunks.
    fn split(entries: &[E]) -> Vec<Self> {
        entries.chunks(CHUNK).map(|some| Self { entries: some.to_vec() }).collect()
    }
}

/// A new import.
#[derive(Debug, Clone, Copy)]
pub struct NewImport<'a> {
    /// The id of the import.
    pub id: JobId,
    /// What the sheet contains.
    pub import: ImportKind,
    /// The hash of the sheet, for the audit.
    pub sha256: &'a str,
}

/// The audited fields of an import. The changes are in the audit of what they change.
#[derive(Debug, Serialize)]
struct Audited<'a> {
    sha256: &'a str,
    entries: usize,
}

/// Stores the entries of a sheet in chunks, and prepares the job that imports them. `unchanged` is the number of further entries
/// that are already as the sheet says.
///
/// # Errors
/// The table refuses a request.
pub async fn start_entries<E: Clone + Serialize>(
    request: &Request<'_>,
    new: NewImport<'_>,
    entries: &[E],
    unchanged: u32,
) -> Result<Prepared<ImportAnswer>, Failed> {
    start(request, new, &Chunk::split(entries), entries.len(), unchanged).await
}

/// Stores the steps of a job, and prepares the job. It has `total` things to do.
///
/// # Errors
/// The table refuses a request.
pub async fn start<S: Serialize>(
    request: &Request<'_>,
    new: NewImport<'_>,
    steps: &[S],
    total: usize,
    unchanged: u32,
) -> Result<Prepared<ImportAnswer>, Failed> {
    let Request { ports, caller, .. } = *request;
    let NewImport { id, import, sha256 } = new;
    let stamp = request.stamp();
    ports.store.put_job_steps(id, steps, &stamp).await?;
    let total_entries = u32::try_from(total).unwrap_or(u32::MAX);
    let job = Job::new(id, import.job_kind(), caller.user_id, total_entries, ports.now);
    let service_token = match caller.kind {
        CallerKind::Person => None,
        CallerKind::ServiceToken(token) => Some(token),
    };
    let job = Job { service_token, counts: StepCounts { unchanged, ..job.counts }, ..job };
    let answer = ImportAnswer::new(&job, &caller.zone);
    let subject = Subject::Job(id);
    let mut commit = Commit::new(stamp, subject, vec![Fact::Job(requested(import, id))])?;
    commit.put_job(&job)?;
    commit.audit(subject, audit_action(import), None, Some(&Audited { sha256, entries: total }))?;
    Ok(Prepared { commit, answer, version: 0 })
}

/// Returns an import with its progress, for the person or system that requested it, and for admins.
///
/// # Errors
/// There is no such import that the caller may see.
pub async fn find(ports: &Ports<'_>, caller: &Caller, id: JobId, import: ImportKind) -> Result<ImportAnswer, Failed> {
    let job = ports.store.job(id, ports.now).await?.ok_or(Denied::NotFound)?;
    let may_see = authorization::is_self(caller, job.requested_by) || authorization::must_be_admin(caller).is_ok();
    let is_it = job.kind.import() == Some(import);
    if is_it && may_see { Ok(ImportAnswer::new(&job, &caller.zone)) } else { Err(Denied::NotFound.into()) }
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
