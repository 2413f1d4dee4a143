//! Exports a file that isn't a report ([`FileContent`]). The file is uploaded as it is written, so that memory doesn't grow with its
//! size.
//!
//! As with reports ([`export`](crate::export)), one invocation writes the whole file, and a repeated event starts from the
//! beginning.

use domain::{
    export::{FileContent, FileExport},
    job::{Job, JobStop},
};
use runtime::Deadline;

use crate::{
    context::Jobs,
    export_run::{Stopped, announce, ensure_allowed},
    preview_export, timesheet_export,
    written_file::WrittenFile,
};

/// Writes the file, and notifies the person who requested it.
pub(crate) async fn make(jobs: &Jobs, job: &mut Job, deadline: Deadline) -> Result<(), Stopped> {
    let export: Option<FileExport> = jobs.store.job_step(job.id, 0).await?;
    let export = export.ok_or_else(|| Stopped::Refused(JobStop::RequestGone.into()))?;
    let person = jobs.store.user(job.requested_by).await?;
    ensure_allowed(person.as_ref(), &export.authority)?;
    let key = export.key(job.id);
    let content = export.content;
    let name = content.name();
    let mut upload = jobs.exports.upload(key, content.format().content_type(), content.file_name());
    let file = WrittenFile { jobs, job: &mut *job, deadline, upload: &mut upload };
    let written = match content {
        FileContent::Timesheets { period, departments } => {
            Box::pin(timesheet_export::write(file, period, departments.as_ref())).await
        }
        FileContent::PayRulesPreview { rules_id, versions, scope } => {
            Box::pin(preview_export::write_pay(file, rules_id, &versions, scope)).await
        }
        FileContent::SettingsPreview { settings, scope } => {
            Box::pin(preview_export::write_figures(file, &settings, scope)).await
        }
    };
    if let Err(stopped) = written {
        upload.abandon().await;
        return Err(stopped);
    }
    let uploaded = upload.finish().await?;
    tracing::info!(id = %job.id, bytes = uploaded.bytes, name, "file export");
    announce(jobs, job, name).await
}
