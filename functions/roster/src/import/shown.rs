//! An import as the API shows it.

use domain::{
    calendar::Zone,
    id::JobId,
    job::{Job, JobFailure, JobStatus},
};
use serde::Serialize;
use utoipa::ToSchema;
use web::instant::Instant;

/// An import of rosters.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RosterImport)]
pub(crate) struct ImportAnswer {
    /// The id of the import.
    id: JobId,
    /// The state of the import.
    status: JobStatus,
    /// The number of changes that were attempted.
    progress: ProgressAnswer,
    /// The changes that failed, by the row of the sheet. All others succeeded.
    failures: Vec<JobFailure>,
    /// The reason for a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// The instant at which the import was started.
    created_at: Instant,
    /// The instant of the latest progress.
    updated_at: Instant,
}

/// The progress of an import. There is one change for each person.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = JobProgress)]
pub(crate) struct ProgressAnswer {
    /// The number of changes that were attempted.
    done: u32,
    /// The number of all changes.
    total: u32,
}

impl ImportAnswer {
    /// Creates the answer for an import, with its instants in the caller's time zone.
    pub(crate) fn new(job: &Job, zone: &Zone) -> Self {
        Self {
            id: job.id,
            status: job.status,
            progress: ProgressAnswer { done: job.done, total: job.total },
            failures: job.failures.clone(),
            error: job.error.clone(),
            created_at: Instant::new(job.created_at, zone),
            updated_at: Instant::new(job.updated_at, zone),
        }
    }
}
