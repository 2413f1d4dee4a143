//! An import as the API shows it.

use domain::{
    calendar::Zone,
    id::JobId,
    job::{Job, JobFailure, JobStatus, StepCounts},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::instant::Instant;

/// An import of a sheet.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportAnswer {
    /// The id of the import.
    pub id: JobId,
    /// The state of the import.
    status: JobStatus,
    /// The number of entries that were attempted.
    progress: ProgressAnswer,
    /// The number of entries by what the import did with them.
    counts: StepCounts,
    /// The first 100 entries that failed, by their first row of the sheet. `counts.failed` counts all of them, and all others
    /// succeeded.
    failures: Vec<JobFailure>,
    /// The reason for which the import was given up before its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// The instant at which the import was started.
    created_at: Instant,
    /// The instant of the latest progress.
    updated_at: Instant,
}

/// The progress of an import, in entries of the sheet: people, days or balances. Entries that were known to be as the sheet says when
/// it was checked aren't in it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = JobProgress)]
struct ProgressAnswer {
    /// The number of entries that were attempted.
    done: u32,
    /// The number of all entries.
    total: u32,
}

impl ImportAnswer {
    /// Creates the answer for an import, with its instants in the caller's time zone.
    pub fn new(job: &Job, zone: &Zone) -> Self {
        Self {
            id: job.id,
            status: job.status,
            progress: ProgressAnswer { done: job.done, total: job.total },
            counts: job.counts,
            failures: job.failures.clone(),
            error: job.error.clone(),
            created_at: Instant::new(job.created_at, zone),
            updated_at: Instant::new(job.updated_at, zone),
        }
    }
}
