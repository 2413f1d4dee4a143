//! Exports a file that isn't a report ([`FileContent`]). The file is uploaded as it is written, so that memory doesn't grow with its
//! size.
//!
//! As with reports ([`export`](crate::export)), one invocation writes the whole file, and a repeated event starts from the
//! beginning.

use bucket::Upload;
use domain::{
    export::{FileContent, FileExport},
    job::Job,
    user::User,
};
use runtime::Deadline;
use store::{StoreError, people_lists::ListScope};

use crate::{
    context::Jobs,
    export::{Stopped, announce, ensure_allowed},
    preview_export, timesheet_export,
};

/// The number of people that one read returns.
const PAGE: usize = 200;

/// A file that is being written.
pub(crate) struct WrittenFile<'a> {
    pub(crate) jobs: &'a Jobs,
    pub(crate) job: &'a mut Job,
    pub(crate) deadline: Deadline,
    pub(crate) upload: &'a mut Upload,
}

/// Writes the file, and notifies the person who requested it.
pub(crate) async fn make(jobs: &Jobs, job: &mut Job, deadline: Deadline) -> Result<(), Stopped> {
    let export: Option<FileExport> = jobs.store.job_step(job.id, 0).await?;
    let export = export.ok_or_else(|| Stopped::Refused("what was asked for is gone".to_owned()))?;
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

/// Returns the people whom a file is about, by department and name.
pub(crate) async fn people(
    jobs: &Jobs,
    scope: &ListScope,
    wanted: impl Fn(&User) -> bool + Copy,
) -> Result<Vec<User>, StoreError> {
    let mut people = Vec::new();
    let mut position = None;
    loop {
        let page = jobs.store.people(scope, position, PAGE, wanted, true).await?;
        people.extend(page.people);
        position = page.next;
        if position.is_none() {
            return Ok(people);
        }
    }
}
