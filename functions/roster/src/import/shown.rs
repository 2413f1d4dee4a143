//! An import as the API shows it.

use domain::{
    calendar::Zone,
    id::JobId,
    job::{Job, JobFailure, JobStatus},
};
use serde::Serialize;
use utoipa::ToSchema;
use web::instant::Instant;

/// How far an import has come.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RosterImport)]
pub(crate) struct ImportAnswer {
    id: JobId,
    status: JobStatus,
    progress: ProgressAnswer,
    /// The changes that couldn't be made, by the row of the sheet; all others were.
    failures: Vec<JobFailure>,
    /// Why it was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    created_at: Instant,
    updated_at: Instant,
}

/// Of how many changes how many are done: one for each person.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = JobProgress)]
pub(crate) struct ProgressAnswer {
    done: u32,
    total: u32,
}

impl ImportAnswer {
    /// The import, its instants in the caller's zone.
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
