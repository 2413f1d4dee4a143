//! Exports: a caller orders a file, which `jobs` makes.

use answers::ExportAnswer;
use domain::{
    event::{Fact, JobFact, Subject},
    export::{FileContent, FileExport, FileFormat},
    id::JobId,
    job::Job,
};
use serde::Serialize;
use store::Commit;

use crate::{Failed, Prepared, Request, authorization, use_case::check_repeat};

/// Checks that the order wasn't answered before, and that the caller's token is still valid.
///
/// # Errors
/// The order was answered before, or the caller's token isn't valid any more.
pub async fn check_order(request: &Request<'_>) -> Result<(), Failed> {
    check_repeat(request).await?;
    let Request { ports, caller, .. } = *request;
    authorization::current_profile(caller, ports.store.user(caller.user_id).await?.as_ref())?;
    Ok(())
}

/// Orders an export. `export` is what the job reads, `content` the name and the format of the file, and `action` the audit's name
/// of the order.
///
/// # Errors
/// The export can't be stored.
pub fn order<E: Serialize>(
    request: &Request<'_>,
    job: &Job,
    export: &E,
    (content, format): (&str, FileFormat),
    action: &str,
) -> Result<Prepared<ExportAnswer>, Failed> {
    let answer = ExportAnswer::new(job, content, format, &request.caller.zone, request.ports.now);
    let subject = Subject::Job(job.id);
    let fact = Fact::Job(JobFact::ReportExportRequested { job_id: job.id });
    let mut commit = Commit::new(request.stamp(), subject, vec![fact])?;
    commit.put_job(job)?;
    commit.put_job_step(job.id, 0, export)?;
    // The audit records who exported which figures.
    commit.audit(subject, action, None, Some(export))?;
    Ok(Prepared { commit, answer, version: 0 })
}

/// Orders a file that isn't a report. `action` is the audit's name of the order.
///
/// # Errors
/// The order was answered before, the caller's token isn't valid any more, or the export can't be stored.
pub async fn order_file(
    request: &Request<'_>,
    content: &FileContent,
    action: &str,
) -> Result<Prepared<ExportAnswer>, Failed> {
    check_order(request).await?;
    let Request { ports, caller, .. } = *request;
    let export = FileExport { content: content.clone(), authority: caller.authority.clone() };
    let job = Job::file_export(JobId::generate(ports.now, ports.entropy), content, caller.user_id, ports.now);
    order(request, &job, &export, (content.name(), content.format()), action)
}
