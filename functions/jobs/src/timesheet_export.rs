//! Exports the timesheets of a pay period as a zip archive of PDFs. The archive is uploaded as it is written: memory holds the
//! timesheets of a few people, and one part of the upload.
//!
//! As with reports ([`export`](crate::export)), one invocation writes the whole archive, and a repeated event starts from the
//! beginning.

use std::collections::BTreeSet;

use domain::{
    export::{FileContent, FileExport},
    id::{DepartmentId, UserId},
    job::Job,
    pay::{PayPeriod, PayPeriods},
    text::Name,
    user::User,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use runtime::Deadline;
use store::{StoreError, pay::timesheets::TimesheetQuery, people_lists::ListScope};
use timesheet_files::{Archive, FileError, entry_name, timesheet_document};

use crate::{
    context::Jobs,
    export::{Stopped, advance, announce, begin, ensure_allowed, ensure_time},
};

/// The number of people that one read returns.
const PAGE: usize = 200;
/// The number of timesheets that are made at the same time.
const CONCURRENCY: usize = 4;

impl From<FileError> for Stopped {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Store(error) => error.into(),
            FileError::Unwritable(_) => Self::Failed(error.to_string()),
        }
    }
}

/// Writes the archive, and notifies the person who requested it.
pub(crate) async fn make(jobs: &Jobs, job: &mut Job, deadline: Deadline) -> Result<(), Stopped> {
    let export: Option<FileExport> = jobs.store.job_step(job.id, 0).await?;
    let export = export.ok_or_else(|| Stopped::Refused("what was asked for is gone".to_owned()))?;
    let person = jobs.store.user(job.requested_by).await?;
    ensure_allowed(person.as_ref(), &export.authority)?;
    let FileContent::Timesheets { period, departments } = &export.content;
    let periods = jobs.store.settings().await?.settings.pay_period.filter(|periods| periods.contain(*period));
    let periods = periods.ok_or_else(|| Stopped::Refused("the company's pay periods have changed".to_owned()))?;
    let people = people(jobs, *period, departments.as_ref()).await?;
    if people.is_empty() {
        return Err(Stopped::Refused("nobody has a timesheet of the period".to_owned()));
    }
    let (content_type, file_name) = (export.content.format().content_type(), export.content.file_name());
    let mut upload = jobs.exports.upload(export.key(job.id), content_type, file_name);
    *job = begin(jobs, job, people.len()).await?;
    let total = people.len();
    let mut archive = Archive::default();
    let documents = people.into_iter().map(|(person, name)| document(jobs, person, name, *period, periods));
    let mut documents = stream::iter(documents.collect::<Vec<_>>()).buffered(CONCURRENCY);
    let (mut done, mut stored) = (0, 0);
    let written = async {
        while let Some((name, bytes)) = documents.try_next().await? {
            if let Some(bytes) = bytes {
                upload.write(&archive.add(&name, &bytes)?).await?;
            }
            done += 1;
            ensure_time(deadline)?;
            stored = advance(jobs, job, (stored, done, total)).await?;
        }
        upload.write(&archive.finish()?).await?;
        Ok::<_, Stopped>(())
    };
    let written = written.await;
    if let Err(stopped) = written {
        upload.abandon().await;
        return Err(stopped);
    }
    let uploaded = upload.finish().await?;
    tracing::info!(id = %job.id, bytes = uploaded.bytes, people = total, "timesheets exported");
    announce(jobs, job, export.content.name()).await
}

/// Returns the people with a timesheet of the period, by department and name.
async fn people(
    jobs: &Jobs,
    period: PayPeriod,
    departments: Option<&BTreeSet<DepartmentId>>,
) -> Result<Vec<(UserId, Name)>, StoreError> {
    let scope = departments.map_or(ListScope::Everyone, |departments| ListScope::Departments(departments.clone()));
    let mut people = Vec::new();
    let mut position = None;
    loop {
        let wanted = |person: &User| period.includes(person);
        let page = jobs.store.people(&scope, position, PAGE, wanted, true).await?;
        people.extend(page.people.into_iter().map(|person| (person.id, person.full_name)));
        position = page.next;
        if position.is_none() {
            return Ok(people);
        }
    }
}

/// Returns the file of a person's timesheet with its name; without content if the person doesn't exist any more.
async fn document(
    jobs: &Jobs,
    person: UserId,
    name: Name,
    period: PayPeriod,
    periods: PayPeriods,
) -> Result<(String, Option<Vec<u8>>), Stopped> {
    let query = TimesheetQuery { caller: None, person, period, periods, repeat: None };
    let snapshot = jobs.store.timesheet_snapshot(&query, jobs.clock.now()).await?;
    let bytes = match snapshot {
        Some(snapshot) => Some(timesheet_document(&jobs.store, &snapshot).await?),
        None => None,
    };
    Ok((entry_name(person, &name), bytes))
}
