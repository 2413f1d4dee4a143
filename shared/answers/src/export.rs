//! An export as the API shows it.

use domain::{
    calendar::Zone,
    export::FileFormat,
    id::JobId,
    job::{Job, JobStatus, JobStop},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::instant::Instant;

/// An export: a report, or another file that `jobs` makes.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReportExport)]
pub struct ExportAnswer {
    /// The id of the export.
    pub id: JobId,
    /// The name of the report or of the other content.
    #[schema(example = "monthly-work")]
    report: String,
    /// The format of the file.
    format: FileFormat,
    /// The state of the export.
    status: JobStatus,
    /// The number of finished parts.
    progress: ExportProgress,
    /// The URL of the file, once the file is ready. The URL is valid for a short time; another request returns a new
    /// one.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The instant until which the link is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    url_expires_at: Option<Instant>,
    /// The reason for a failure. The export can be ordered again.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// The instant at which the export was ordered.
    created_at: Instant,
    /// The instant of the latest progress.
    updated_at: Instant,
}

/// The progress of an export. The number of all parts is known once the export has begun.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExportProgress {
    /// The number of finished parts.
    done: u32,
    /// The number of all parts; known once the export has begun.
    total: u32,
}

impl ExportAnswer {
    /// Creates the answer for an export, with its instants in the caller's time zone.
    pub fn new(job: &Job, report: &str, format: FileFormat, zone: &Zone, now: Timestamp) -> Self {
        let stalled = job.is_stalled(now);
        Self {
            id: job.id,
            report: report.to_owned(),
            format,
            status: if stalled { JobStatus::Failed } else { job.status },
            progress: ExportProgress { done: job.done, total: job.total },
            url: None,
            url_expires_at: None,
            error: job.error.clone().or_else(|| stalled.then(|| JobStop::Stalled.into())),
            created_at: Instant::new(job.created_at, zone),
            updated_at: Instant::new(job.updated_at, zone),
        }
    }

    /// Returns the answer with a link to the file.
    #[must_use]
    pub fn with_link(self, url: String, until: Instant) -> Self {
        Self { url: Some(url), url_expires_at: Some(until), ..self }
    }
}
