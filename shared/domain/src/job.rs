//! Long-running jobs, which are done step by step after the request that started them.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    event::{Fact, JobFact},
    id::{JobId, UserId},
};

/// The time without progress after which a job is given up. It is longer than the event bus retries.
const STALLED: SignedDuration = SignedDuration::from_hours(24);

/// The error text of an export that stalled.
pub const EXPORT_STALLED: &str = "it was interrupted and doesn't go on";

/// A long-running job and its progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The job's id.
    pub id: JobId,
    /// The kind of job.
    pub kind: JobKind,
    /// The user who requested the job.
    pub requested_by: UserId,
    /// The state of the job.
    pub status: JobStatus,
    /// The number of steps done, which is also the number of the next step.
    pub done: u32,
    /// The number of steps.
    pub total: u32,
    /// The steps that failed. All other steps succeeded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<JobFailure>,
    /// The report that an export creates, named as in its route. Exports of earlier versions lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
    /// The number of runs, for jobs in which each run starts over.
    #[serde(default)]
    pub runs: u32,
    /// The reason, if the job failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The instant of the request.
    pub created_at: Timestamp,
    /// The instant of the last progress.
    pub updated_at: Timestamp,
    /// The version, which grows by 1 with each change.
    pub version: u64,
}

/// The kind of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Changes the rosters of many people.
    RosterImport,
    /// Creates a report as a file.
    ReportExport,
}

/// The state of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// The job hasn't started.
    Queued,
    /// Some steps are done.
    Running,
    /// All steps are done.
    Done,
    /// The job was given up.
    Failed,
}

/// A step that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobFailure {
    /// The subject of the step, such as `row 3` of a sheet.
    pub path: String,
    /// The reason.
    pub message: String,
}

impl Job {
    /// A new job with that many steps.
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

    /// A new export of the named report.
    pub fn export(id: JobId, report: &str, requested_by: UserId, at: Timestamp) -> Self {
        let job = Self::new(id, JobKind::ReportExport, requested_by, 0, at);
        Self { report: Some(report.to_owned()), ..job }
    }

    /// Whether the job is done or failed.
    pub const fn is_over(&self) -> bool {
        match self.status {
            JobStatus::Queued | JobStatus::Running => false,
            JobStatus::Done | JobStatus::Failed => true,
        }
    }

    /// The job after one more step, whether the step succeeded or failed.
    #[must_use]
    pub fn stepped(&self, failure: Option<JobFailure>, at: Timestamp) -> Self {
        let done = self.done + 1;
        let status = if done < self.total { JobStatus::Running } else { JobStatus::Done };
        let mut failures = self.failures.clone();
        failures.extend(failure);
        Self { status, done, failures, updated_at: at, version: self.version + 1, ..self.clone() }
    }

    /// The job at the start of a run that has `total` steps. A run starts from the first step, even after an earlier run.
    #[must_use]
    pub fn begun(&self, total: u32, at: Timestamp) -> Self {
        Self { runs: self.runs + 1, ..self.advanced(0, total, at) }
    }

    /// The job with `done` of `total` steps done, for jobs whose number of steps is only known once they have started.
    #[must_use]
    pub fn advanced(&self, done: u32, total: u32, at: Timestamp) -> Self {
        Self { status: JobStatus::Running, done, total, updated_at: at, version: self.version + 1, ..self.clone() }
    }

    /// The job with all steps done.
    #[must_use]
    pub fn finished(&self, at: Timestamp) -> Self {
        let done = self.total;
        Self { status: JobStatus::Done, done, updated_at: at, version: self.version + 1, ..self.clone() }
    }

    /// The instant before which a job that is stalled at `now` was requested.
    pub fn stalled_if_asked_before(now: Timestamp) -> Timestamp {
        now.saturating_sub(STALLED).unwrap_or(Timestamp::MIN)
    }

    /// Whether the job has made no progress for so long that it won't continue: its function failed, and so did the retries.
    pub fn is_stalled(&self, now: Timestamp) -> bool {
        !self.is_over() && self.updated_at.saturating_add(STALLED).is_ok_and(|at| at <= now)
    }

    /// The job, given up at its current step.
    #[must_use]
    pub fn given_up(&self, error: impl Into<String>, at: Timestamp) -> Self {
        let (status, error) = (JobStatus::Failed, Some(error.into()));
        Self { status, error, updated_at: at, version: self.version + 1, ..self.clone() }
    }

    /// The fact that an export failed, if the job is a failed export.
    pub fn export_failed_fact(&self) -> Option<Fact> {
        let error = self.error.clone()?;
        match self.kind {
            JobKind::ReportExport => {
                Some(Fact::Job(JobFact::ReportExportFailed { job_id: self.id, report: self.report.clone(), error }))
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
        assert_eq!(
            failed.export_failed_fact(),
            Some(Fact::Job(JobFact::ReportExportFailed { job_id: id, report, error }))
        );
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
