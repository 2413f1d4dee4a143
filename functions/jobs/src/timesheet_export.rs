//! Exports the timesheets of a pay period as a zip archive of PDFs. Memory holds the timesheets of a few people, and one part of the
//! upload.

use std::collections::BTreeSet;

use domain::{
    id::{DepartmentId, UserId},
    job::JobStop,
    pay::{PayPeriod, PayPeriods},
    text::Name,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use store::{pay::timesheets::TimesheetQuery, people_lists::ListScope};
use timesheet_files::{Archive, FileError, entry_name, timesheet_document};

use crate::{
    context::Jobs,
    export_run::{Stopped, advance, begin, ensure_time},
    written_file::{PAGE, WrittenFile, people},
};

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

/// Writes the archive.
pub(crate) async fn write(
    file: WrittenFile<'_>,
    period: PayPeriod,
    departments: Option<&BTreeSet<DepartmentId>>,
) -> Result<(), Stopped> {
    let WrittenFile { jobs, job, deadline, upload } = file;
    let periods = jobs.store.settings().await?.settings.pay_period.filter(|periods| periods.contain(period));
    let periods = periods.ok_or_else(|| Stopped::Refused(JobStop::PayPeriodsChanged.into()))?;
    let scope = departments.map_or(ListScope::Everyone, |departments| ListScope::Departments(departments.clone()));
    let people = people(|position| jobs.store.people_of_period(&scope, position, PAGE, period)).await?;
    if people.is_empty() {
        return Err(Stopped::Refused(JobStop::NoTimesheets.into()));
    }
    let total = people.len();
    *job = begin(jobs, job, total).await?;
    let mut archive = Archive::default();
    let documents = stream::iter(people).map(|person| document(jobs, person.id, person.full_name, period, periods));
    let mut documents = documents.buffered(CONCURRENCY);
    let (mut done, mut stored) = (0, 0);
    while let Some((name, bytes)) = documents.try_next().await? {
        if let Some(bytes) = bytes {
            upload.write(&archive.add(&name, &bytes)?).await?;
        }
        done += 1;
        ensure_time(deadline)?;
        stored = advance(jobs, job, (stored, done, total)).await?;
    }
    upload.write(&archive.finish()?).await?;
    Ok(())
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
