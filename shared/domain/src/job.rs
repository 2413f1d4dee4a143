//! Long-running jobs, which are done step by step after the request that started them.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    event::{Fact, JobFact},
    export::FileContent,
    id::{JobId, ServiceTokenId, UserId},
};

/// The time without progress after which a job is given up. It is longer than the event bus retries.
const STALLED: SignedDuration = SignedDuration::from_hours(24);

/// The maximum number of failures that a job keeps: with each step, the job is written again.
pub const MAX_FAILURES: usize = 100;

/// The reason for which a job stopped. The job stores its English text, and notifications have it in the reader's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobStop {
    /// The person or the service token no longer has the rights that the job needs.
    RightsChanged,
    /// A part of the request isn't stored any more.
    RequestGone,
    /// An export takes longer than it may.
    TooLong,
    /// Nobody has a timesheet in the pay period.
    NoTimesheets,
    /// The company's pay periods have changed since the request.
    PayPeriodsChanged,
    /// The pay rules have been deleted since the request.
    RulesDeleted,
    /// A service was unavailable in each run.
    Unavailable,
    /// The job was interrupted, and no run continues it.
    Stalled,
}

impl JobStop {
    /// All reasons.
    pub const ALL: [Self; 8] = [
        Self::RightsChanged,
        Self::RequestGone,
        Self::TooLong,
        Self::NoTimesheets,
        Self::PayPeriodsChanged,
        Self::RulesDeleted,
        Self::Unavailable,
        Self::Stalled,
    ];

    /// Returns the reason of a stored text; none for other texts. Texts of earlier releases are among them.
    pub fn of_text(text: &str) -> Option<Self> {
        match text {
            "it was interrupted and doesn't go on" => Some(Self::Stalled),
            "who asked for it may not see it any more"
            | "who asked for it may not import any more"
            | "who asked for it may not plan rosters any more" => Some(Self::RightsChanged),
            "what was asked for is gone" | "a part of it is gone" | "a step of it is gone" => Some(Self::RequestGone),
            "nobody has a timesheet of the period" => Some(Self::NoTimesheets),
            "the company's pay periods have changed" => Some(Self::PayPeriodsChanged),
            "the pay rules are gone" => Some(Self::RulesDeleted),
            text if text.starts_with("it takes longer than an export may") => Some(Self::TooLong),
            text if text.ends_with("times because a service was unavailable") => Some(Self::Unavailable),
            text => Self::ALL.into_iter().find(|reason| reason.text() == text),
        }
    }

    /// Returns the name of the reason in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RightsChanged => "rights_changed",
            Self::RequestGone => "request_gone",
            Self::TooLong => "too_long",
            Self::NoTimesheets => "no_timesheets",
            Self::PayPeriodsChanged => "pay_periods_changed",
            Self::RulesDeleted => "rules_deleted",
            Self::Unavailable => "unavailable",
            Self::Stalled => "stalled",
        }
    }

    /// Returns the English text that a job stores.
    pub const fn text(self) -> &'static str {
        match self {
            Self::RightsChanged => "Your rights have changed since you asked for it.",
            Self::RequestGone => "A part of the request isn't stored any more. Try again.",
            Self::TooLong => "It takes longer than it may. Choose fewer dates, or one department at a time.",
            Self::NoTimesheets => "Nobody has a timesheet in this pay period.",
            Self::PayPeriodsChanged => "The company's pay periods have changed. Choose the period again.",
            Self::RulesDeleted => "The pay rules have been deleted.",
            Self::Unavailable => "A service couldn't be reached several times. Try again later.",
            Self::Stalled => "It was interrupted and doesn't continue. Try again.",
        }
    }
}

impl From<JobStop> for String {
    fn from(reason: JobStop) -> Self {
        reason.text().to_owned()
    }
}

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
    /// The number of steps of an import by what they did. Imports of earlier versions lack it.
    #[serde(default)]
    pub counts: StepCounts,
    /// The first [`MAX_FAILURES`] steps that failed. [`StepCounts::failed`] counts all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<JobFailure>,
    /// The service token of the system that requested the job; absent if a person requested it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_token: Option<ServiceTokenId>,
    /// The report or other content that an export creates, by its name. Exports of earlier versions lack it.
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
    /// Sets the attendance of the past.
    AttendanceImport,
    /// Sets the available leave of many people.
    LeaveBalanceImport,
    /// Creates and changes people.
    UserImport,
    /// Creates a report as a file.
    ReportExport,
    /// Creates another file ([`FileContent`]).
    FileExport,
}

impl JobKind {
    /// Returns what the job imports; none if it is no import.
    pub const fn import(self) -> Option<ImportKind> {
        match self {
            Self::RosterImport => Some(ImportKind::Roster),
            Self::AttendanceImport => Some(ImportKind::Attendance),
            Self::LeaveBalanceImport => Some(ImportKind::LeaveBalances),
            Self::UserImport => Some(ImportKind::Users),
            Self::ReportExport | Self::FileExport => None,
        }
    }
}

/// What a sheet contains that is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// Rosters (`POST /roster/import`).
    Roster,
    /// The attendance of the past (`POST /attendance/import`).
    Attendance,
    /// The leave that people may still take (`POST /leave/balances/import`).
    LeaveBalances,
    /// People (`POST /users/import`).
    Users,
}

impl ImportKind {
    /// The name of the import in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Roster => "roster",
            Self::Attendance => "attendance",
            Self::LeaveBalances => "leave_balances",
            Self::Users => "users",
        }
    }

    /// The kind of the job that does the import.
    pub const fn job_kind(self) -> JobKind {
        match self {
            Self::Roster => JobKind::RosterImport,
            Self::Attendance => JobKind::AttendanceImport,
            Self::LeaveBalances => JobKind::LeaveBalanceImport,
            Self::Users => JobKind::UserImport,
        }
    }
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
    /// The reason, in English.
    pub message: String,
    /// The problem code of the reason, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = String, example = "invalid_values")]
    pub code: Option<String>,
}

/// What a step of an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepOutcome {
    /// The step created something.
    Created,
    /// The step changed something.
    Changed,
    /// The step failed.
    Failed(JobFailure),
}

/// The number of steps of an import by what they did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StepCounts {
    /// The number of new items, such as accounts of people.
    pub created: u32,
    /// The number of items that changed.
    pub changed: u32,
    /// The number of items that were already as the sheet says.
    pub unchanged: u32,
    /// The number of items that can't be imported any more, because something else has changed since the sheet was checked.
    pub failed: u32,
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
            counts: StepCounts { created: 0, changed: 0, unchanged: 0, failed: 0 },
            failures: Vec::new(),
            service_token: None,
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

    /// A new export of another file.
    pub fn file_export(id: JobId, content: &FileContent, requested_by: UserId, at: Timestamp) -> Self {
        let job = Self::new(id, JobKind::FileExport, requested_by, 0, at);
        Self { report: Some(content.name().to_owned()), ..job }
    }

    /// Whether the job is done or failed.
    pub const fn is_over(&self) -> bool {
        match self.status {
            JobStatus::Queued | JobStatus::Running => false,
            JobStatus::Done | JobStatus::Failed => true,
        }
    }

    /// The import after `unchanged` steps that changed nothing, and one more step unless `outcome` is `None`. After the last step
    /// it is still running: [`Job::finished`] ends it.
    #[must_use]
    pub fn stepped(&self, unchanged: u32, outcome: Option<StepOutcome>, at: Timestamp) -> Self {
        let mut job = Self { status: JobStatus::Running, updated_at: at, version: self.version + 1, ..self.clone() };
        job.counts.unchanged += unchanged;
        job.done += unchanged + u32::from(outcome.is_some());
        match outcome {
            None => {}
            Some(StepOutcome::Created) => job.counts.created += 1,
            Some(StepOutcome::Changed) => job.counts.changed += 1,
            Some(StepOutcome::Failed(failure)) => {
                job.counts.failed += 1;
                if job.failures.len() < MAX_FAILURES {
                    job.failures.push(failure);
                }
            }
        }
        job
    }

    /// Whether all steps of the job are done, although the job may not be finished.
    pub const fn is_at_its_end(&self) -> bool {
        self.total <= self.done
    }

    /// The job at the start of a run that has `total` steps. A run starts from the first step, even after an earlier run.
    #[must_use]
    pub fn begun(&self, total: u32, at: Timestamp) -> Self {
        self.resumed(0, total, at)
    }

    /// The job with `done` of `total` steps done, for jobs whose number of steps is only known once they have started.
    #[must_use]
    pub fn advanced(&self, done: u32, total: u32, at: Timestamp) -> Self {
        Self { status: JobStatus::Running, done, total, updated_at: at, version: self.version + 1, ..self.clone() }
    }

    /// The job that a further run continues. Its runs are counted from the start again.
    #[must_use]
    pub fn handed_over(&self, done: u32, total: u32, at: Timestamp) -> Self {
        Self { runs: 0, ..self.advanced(done, total, at) }
    }

    /// The job at the start of a run that continues after `done` of `total` steps.
    #[must_use]
    pub fn resumed(&self, done: u32, total: u32, at: Timestamp) -> Self {
        Self { runs: self.runs + 1, ..self.advanced(done, total, at) }
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
            JobKind::ReportExport | JobKind::FileExport => {
                Some(Fact::Job(JobFact::ReportExportFailed { job_id: self.id, report: self.report.clone(), error }))
            }
            JobKind::RosterImport | JobKind::AttendanceImport | JobKind::LeaveBalanceImport | JobKind::UserImport => {
                None
            }
        }
    }

    /// The fact that an import is over, if the job is an import that is over.
    pub fn import_finished_fact(&self) -> Option<Fact> {
        let import = self.kind.import().filter(|_| self.is_over())?;
        let StepCounts { created, changed, unchanged, failed } = self.counts;
        // Entries that were known to be as the sheet says aren't steps.
        let total = self.total.max(created + changed + unchanged + failed);
        let finished = JobFact::ImportFinished { job_id: self.id, import, total, failed, error: self.error.clone() };
        Some(Fact::Job(finished))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_reason_is_recognized_by_its_text_and_by_earlier_texts() {
        for reason in JobStop::ALL {
            assert_eq!(JobStop::of_text(reason.text()), Some(reason));
        }
        let earlier = "it failed 3 times because a service was unavailable";
        assert_eq!(JobStop::of_text(earlier), Some(JobStop::Unavailable));
        assert_eq!(JobStop::of_text("it was interrupted and doesn't go on"), Some(JobStop::Stalled));
        assert_eq!(JobStop::of_text("A workbook has at most 250000 rows."), None);
    }

    #[test]
    fn work_is_done_with_its_last_step_and_keeps_what_failed() {
        let at = Timestamp::UNIX_EPOCH;
        let (id, by) = ("01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(), "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap());
        let job = Job::new(id, JobKind::RosterImport, by, 2, at);
        let failure = JobFailure { path: "row 2".to_owned(), message: "they left".to_owned(), code: None };
        let half = job.stepped(0, Some(StepOutcome::Failed(failure.clone())), at);
        assert_eq!((half.status, half.done, half.version, half.is_over()), (JobStatus::Running, 1, 2, false));
        let all = half.stepped(0, Some(StepOutcome::Changed), at);
        assert_eq!((all.done, all.is_at_its_end(), all.is_over()), (2, true, false));
        assert_eq!((all.import_finished_fact(), all.finished(at).is_over()), (None, true));
        let finished =
            JobFact::ImportFinished { job_id: id, import: ImportKind::Roster, total: 2, failed: 1, error: None };
        assert_eq!(all.finished(at).import_finished_fact(), Some(Fact::Job(finished)));
        assert_eq!(all.failures, [failure]);
        assert!(half.given_up("the manager left", at).is_over());
    }

    #[test]
    fn an_import_counts_what_its_steps_did_and_keeps_a_hundred_failures() {
        let at = Timestamp::UNIX_EPOCH;
        let (id, by) = ("01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(), "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap());
        let mut job = Job::new(id, JobKind::UserImport, by, 200, at);
        job = job.stepped(7, Some(StepOutcome::Created), at).stepped(3, None, at);
        for row in 0..120 {
            let failure = JobFailure { path: format!("row {row}"), message: "they left".to_owned(), code: None };
            job = job.stepped(0, Some(StepOutcome::Failed(failure)), at);
        }
        assert_eq!((job.done, job.failures.len()), (131, MAX_FAILURES));
        assert_eq!(job.counts, StepCounts { created: 1, changed: 0, unchanged: 10, failed: 120 });
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
        stored.as_object_mut().unwrap().remove("counts");
        let read: Job = serde_json::from_value(stored).unwrap();
        assert_eq!((read.runs, read.report), (0, None));
    }
}
