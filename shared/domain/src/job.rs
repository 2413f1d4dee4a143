//! Long work that is done step by step, apart from the request that asked for it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    event::Fact,
    id::{JobId, UserId},
};

/// After how long work that doesn't come further never will: longer than the bus tries again.
const STALLED: SignedDuration = SignedDuration::from_hours(24);

/// The reason that is shown of an export that stalled.
pub const EXPORT_STALLED: &str = "it was interrupted and doesn't go on";

/// A piece of long work, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Which.
    pub id: JobId,
    /// What is done.
    pub kind: JobKind,
    /// Who asked for it.
    pub requested_by: UserId,
    /// How it stands.
    pub status: JobStatus,
    /// How many of its steps are done: the number of the next one.
    pub done: u32,
    /// How many steps it has.
    pub total: u32,
    /// The steps that couldn't be done; the others were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<JobFailure>,
    /// The report that an export makes, as its route names it. Exports of earlier versions lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
    /// How many runs began the work, where each run begins anew.
    #[serde(default)]
    pub runs: u32,
    /// The reason of a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last came further.
    pub updated_at: Timestamp,
    /// Counts the changes.
    pub version: u64,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Rosters of many people are changed.
    RosterImport,
    /// A report is made as a file.
    ReportExport,
}

/// The state of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// Nobody has begun it.
    Queued,
    /// Some of it is done.
    Running,
    /// All of it is done.
    Done,
    /// It was given up.
    Failed,
}

/// A step that couldn't be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobFailure {
    /// The subject of the step, such as `row 3` of a sheet.
    pub path: String,
    /// Why.
    pub message: String,
}

impl Job {
    /// New work of that many steps.
    pub const fn new(id: JobId, kind: JobKind, requested_by: UserId, total: u32, at: Timestamp) -> Self {
        Self {
            id,
            kind,
            requested_by,
            status: JobStatus::Queued,
            done: 0,
            total,
            failures: Vec::new(),
            report: None,
            runs: 0,
            error: None,
            created_at: at,
            updated_at: at,
            version: 1,
        }
    }

    /// A new export of the report of that name.
    pub fn export(id: JobId, report: &str, requested_by: UserId, at: Timestamp) -> Self {
        let job = Self::new(id, JobKind::ReportExport, requested_by, 0, at);
        Self { report: Some(report.to_owned()), ..job }
    }

    /// Whether nothing is left to be done.
    pub const fn is_over(&self) -> bool {
        match self.status {
            JobStatus::Queued | JobStatus::Running => false,
            JobStatus::Done | JobStatus::Failed => true,
        }
    }

    /// One step further, done or not.
    #[must_use]
    pub fn stepped(&self, failure: Option<JobFailure>, at: Timestamp) -> Self {
        let done = self.done + 1;
        let status = if done < self.total { JobStatus::Running } else { JobStatus::Done };
        let mut failures = self.failures.clone();
        failures.extend(failure);
        Self { status, done, failures, updated_at: at, version: self.version + 1, ..self.clone() }
    }

    /// Begun, or begun anew, by a run that starts from the first of that many steps.
    #[must_use]
    pub fn begun(&self, total: u32, at: Timestamp) -> Self {
        Self { runs: self.runs + 1, ..self.advanced(0, total, at) }
    }

    /// So many of so many steps done, of work that only knows its steps once it has begun.
    #[must_use]
    pub fn advanced(&self, done: u32, total: u32, at: Timestamp) -> Self {
        Self { status: JobStatus::Running, done, total, updated_at: at, version: self.version + 1, ..self.clone() }
    }

    /// All of it done.
    #[must_use]
    pub fn finished(&self, at: Timestamp) -> Self {
        let done = self.total;
        Self { status: JobStatus::Done, done, updated_at: at, version: self.version + 1, ..self.clone() }
    }

    /// The instant before which work that is stalled at `now` was asked for.
    pub fn stalled_if_asked_before(now: Timestamp) -> Timestamp {
        now.saturating_sub(STALLED).unwrap_or(Timestamp::MIN)
    }

    /// Whether nothing has come of it for so long that nothing will: whoever did it died, and died again.
    pub fn is_stalled(&self, now: Timestamp) -> bool {
        !self.is_over() && self.updated_at.saturating_add(STALLED).is_ok_and(|at| at <= now)
    }

    /// Given up where it stands.
    #[must_use]
    pub fn given_up(&self, error: impl Into<String>, at: Timestamp) -> Self {
        let (status, error) = (JobStatus::Failed, Some(error.into()));
        Self { status, error, updated_at: at, version: self.version + 1, ..self.clone() }
    }

    /// The fact that an export failed, once it is given up.
    pub fn export_failed_fact(&self) -> Option<Fact> {
        let error = self.error.clone()?;
        match self.kind {
            JobKind::ReportExport => {
                Some(Fact::ReportExportFailed { job_id: self.id, report: self.report.clone(), error })
            }
            JobKind::RosterImport => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_done_with_its_last_step_and_keeps_what_failed() {
        let at = Timestamp::UNIX_EPOCH;
        let (id, by) = ("01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(), "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap());
        let job = Job::new(id, JobKind::RosterImport, by, 2, at);
        let failure = JobFailure { path: "row 2".to_owned(), message: "they left".to_owned() };
        let half = job.stepped(Some(failure.clone()), at);
        assert_eq!((half.status, half.done, half.version, half.is_over()), (JobStatus::Running, 1, 2, false));
        let whole = half.stepped(None, at);
        assert_eq!((whole.status, whole.done, whole.is_over()), (JobStatus::Done, 2, true));
        assert_eq!(whole.failures, [failure]);
        assert!(half.given_up("the manager left", at).is_over());
    }

    #[test]
    fn an_export_counts_its_runs_and_fails_as_a_fact() {
        let at = Timestamp::UNIX_EPOCH;
        let (id, by) = ("01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(), "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap());
        let job = Job::export(id, "leave", by, at);
        let again = job.begun(4, at).advanced(3, 4, at).begun(5, at);
        assert_eq!((again.runs, again.done, again.total, again.version), (2, 0, 5, 4));
        assert_eq!(again.export_failed_fact(), None);
        let failed = again.given_up("it is too large", at);
        let (report, error) = (Some("leave".to_owned()), "it is too large".to_owned());
        assert_eq!(failed.export_failed_fact(), Some(Fact::ReportExportFailed { job_id: id, report, error }));
    }

    #[test]
    fn an_export_of_an_earlier_version_is_read() {
        let at = Timestamp::UNIX_EPOCH;
        let (id, by) = ("01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(), "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap());
        let mut stored = serde_json::to_value(Job::new(id, JobKind::ReportExport, by, 0, at)).unwrap();
        stored.as_object_mut().unwrap().remove("runs");
        let read: Job = serde_json::from_value(stored).unwrap();
        assert_eq!((read.runs, read.report), (0, None));
    }
}
