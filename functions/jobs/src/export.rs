//! Exports a report as a file. The report is read and written part by part, so that memory doesn't grow with its size. Memory
//! holds the figures of eight parts (a department's month, or date), one part of the upload, and a workbook's chart data. The
//! workbook's rows go to a temporary file. [`crate::file_export`] exports other files.
//!
//! Usually one invocation writes the whole export. If the time of an invocation ends before a CSV file, whose lines stand alone,
//! the next invocation continues the file. If an invocation is interrupted, its event is delivered again, and the next one
//! starts where that one started, with the same key. If two invocations run at once, the one that started last continues.

use std::io::{Read, Seek, SeekFrom};

use bucket::{SuspendedUpload, Upload};
use domain::{
    event::{Fact, JobFact, Subject},
    id::{EventId, JobId},
    job::{Job, JobKind, JobStatus, JobStop},
};
use reporting::{Document, Export, Finished, Position, ReportBuilder};
use runtime::{Deadline, events::Failure};
use serde::{Deserialize, Serialize};
use store::{Commit, CommitError, Condition};

use crate::{
    context::{Jobs, RESERVE},
    export_run::{Stopped, advance, announce, begin, conclude, ensure_allowed, ensure_time, number, record},
    file_export,
};

/// The number of failed runs after which an export is abandoned: Lambda invokes `jobs` this many times for one event.
pub const MAX_RUNS: u32 = 3;

/// The number of bytes that are uploaded at once.
const PIECE: usize = 1024 * 1024;

/// The number of the job's step that has the [`Continuation`]. The step before it has the request.
const CONTINUATION: u32 = 1;

/// The state of a file that a further invocation continues.
#[derive(Debug, Serialize, Deserialize)]
struct Continuation {
    upload: SuspendedUpload,
    position: Position,
}

/// The result of a run that didn't stop early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    /// All lines are written.
    Whole,
    /// A further invocation writes the rest.
    HandedOver,
}

/// Writes the file, unless the export is finished or abandoned already.
pub(crate) async fn execute(jobs: &Jobs, id: JobId, deadline: Deadline) -> Result<(), Failure> {
    let mut job = match jobs.store.job(id, jobs.clock.now()).await.map_err(Failure::new)? {
        Some(job) if !job.is_over() => job,
        Some(_) | None => return Ok(()),
    };
    let made = match job.kind {
        // Boxed: their state is large, and every future that does any work would contain it.
        JobKind::FileExport => Box::pin(file_export::make(jobs, &mut job, deadline)).await,
        JobKind::ReportExport => Box::pin(make(jobs, &mut job, deadline)).await,
        JobKind::RosterImport | JobKind::AttendanceImport | JobKind::LeaveBalanceImport | JobKind::UserImport => {
            return Ok(());
        }
    };
    match made {
        Ok(()) | Err(Stopped::TakenOver) => Ok(()),
        Err(Stopped::Refused(reason)) => {
            tracing::warn!(%id, reason, "an export was given up");
            give_up(jobs, &job, reason).await
        }
        Err(Stopped::Failed(reason)) => {
            // There is no retry after this run.
            if job.runs >= MAX_RUNS {
                give_up(jobs, &job, JobStop::Unavailable.into()).await?;
            }
            // The event goes to the dead-letter queue, whose alarm notifies the operator.
            Err(Failure::new(format!("export {id}: {reason}")))
        }
    }
}

/// Ends an export that can't be made, and notifies the person who requested it.
async fn give_up(jobs: &Jobs, job: &Job, error: String) -> Result<(), Failure> {
    let given_up = job.given_up(error, jobs.clock.now());
    match conclude(jobs, &given_up, given_up.export_failed_fact().into_iter().collect()).await {
        // Another run has taken over the export.
        Ok(()) | Err(CommitError::ConditionFailed(Condition::Version)) => Ok(()),
        Err(error) => Err(Failure::new(error)),
    }
}

async fn make(jobs: &Jobs, job: &mut Job, deadline: Deadline) -> Result<(), Stopped> {
    let export: Option<Export> = jobs.store.job_step(job.id, 0).await?;
    let export = export.ok_or_else(|| Stopped::Refused(JobStop::RequestGone.into()))?;
    let person = jobs.store.user(job.requested_by).await?;
    ensure_allowed(person.as_ref(), &export.authority)?;
    let mut report = ReportBuilder::begin(&jobs.store, &export.order, jobs.clock.now(), usize::MAX).await?;
    let continuation: Option<Continuation> = match job.status {
        JobStatus::Queued => None,
        JobStatus::Running | JobStatus::Done | JobStatus::Failed => jobs.store.job_step(job.id, CONTINUATION).await?,
    };
    // If departments have changed since, the file starts from the beginning. A lifecycle rule removes the first parts.
    let continuation = continuation.filter(|continuation| report.skip_to(continuation.position));
    let (key, content_type, file) = (export.key(job.id), export.format.content_type(), export.file_name());
    let mut upload = match &continuation {
        Some(continuation) => jobs.exports.resume_upload(key, content_type, file, &continuation.upload),
        None => jobs.exports.upload(key, content_type, file),
    };
    let is_resumed = continuation.is_some();
    let made = match write(jobs, job, deadline, &export, report, &mut upload, is_resumed).await {
        Ok(Written::Whole) => upload.complete().await.map_err(Stopped::from).map(Some),
        Ok(Written::HandedOver) => Ok(None),
        Err(stopped) => Err(stopped),
    };
    match made {
        Ok(Some(uploaded)) => {
            tracing::info!(id = %job.id, bytes = uploaded.bytes, report = export.order.report.name(), "export");
            announce(jobs, job, export.order.report.name()).await
        }
        Ok(None) => Ok(()),
        // The next run needs the parts of the runs before.
        Err(stopped @ (Stopped::Failed(_) | Stopped::TakenOver)) if is_resumed => Err(stopped),
        Err(stopped) => {
            upload.abandon().await;
            Err(stopped)
        }
    }
}

/// Writes the report, to its end or until the time of the invocation ends.
async fn write(
    jobs: &Jobs,
    job: &mut Job,
    deadline: Deadline,
    export: &Export,
    mut report: ReportBuilder,
    upload: &mut Upload,
    is_resumed: bool,
) -> Result<Written, Stopped> {
    let (mut stored, total) = report.progress();
    let mut document = if is_resumed {
        let resumed = job.resumed(number(stored), number(total), jobs.clock.now());
        record(jobs, &resumed).await?;
        *job = resumed;
        Document::continued_csv(report.columns())
    } else {
        *job = begin(jobs, job, total).await?;
        Document::begin(export.format, &export.order.report.title(), report.columns())?
    };
    while let Some(lines) = report.next().await? {
        document.add(&lines)?;
        upload.write(&document.written()?).await?;
        let (done, total) = report.progress();
        if export.can_be_continued() && RESERVE / 3 < deadline.left() {
            // At its end, or with too few bytes for a part of the upload, the run goes on in the reserved time.
            if done < total && deadline.left() < RESERVE && upload.can_be_suspended() {
                hand_over(jobs, job, (report.position(), done, total), upload).await?;
                return Ok(Written::HandedOver);
            }
        } else {
            ensure_time(deadline)?;
        }
        stored = advance(jobs, job, (stored, done, total)).await?;
    }
    match document.finish(&report.totals(), report.chart())? {
        Finished::Bytes(bytes) => upload.write(&bytes).await?,
        Finished::File(mut file) => {
            file.seek(SeekFrom::Start(0))?;
            let mut piece = vec![0; PIECE];
            loop {
                let read = file.read(&mut piece)?;
                let Some(bytes) = piece.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
                upload.write(bytes).await?;
            }
        }
    }
    Ok(Written::Whole)
}

/// Stores the state of the file, and the event by which a further invocation continues it.
async fn hand_over(
    jobs: &Jobs,
    job: &mut Job,
    (position, done, total): (Position, usize, usize),
    upload: &mut Upload,
) -> Result<(), Stopped> {
    let continuation = Continuation { upload: upload.suspend().await?, position };
    let now = jobs.clock.now();
    let next = job.handed_over(number(done), number(total), now);
    let continues = Fact::Job(JobFact::WorkContinues { cause: EventId::generate(now, &*jobs.entropy) });
    let mut commit = Commit::new(jobs.stamp(), Subject::Job(job.id), vec![continues])?;
    commit.put_job(&next)?;
    commit.put_job_step(job.id, CONTINUATION, &continuation)?;
    commit.send(&jobs.store).await?;
    tracing::info!(id = %job.id, done, total, "an export continues in a further invocation");
    *job = next;
    Ok(())
}
