//! An export as the API shows it.

use domain::{
    calendar::Zone,
    id::JobId,
    job::{EXPORT_STALLED, Job, JobStatus},
};
use jiff::Timestamp;
use reporting::{Export, Format};
use serde::Serialize;
use utoipa::ToSchema;
use web::instant::Instant;

/// How far an export has come.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReportExport)]
pub(crate) struct ExportAnswer {
    id: JobId,
    /// Which report.
    #[schema(example = "monthly-work")]
    report: &'static str,
    format: Format,
    status: JobStatus,
    progress: ExportProgress,
    /// Where its file is, once it is there; the link holds for a short time, and asking again gives another.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Until when the link holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    url_expires_at: Option<Instant>,
    /// Why it failed. It may be asked for again.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    created_at: Instant,
    updated_at: Instant,
}

/// Of how many parts how many are done; how many there are is known once it has begun.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ExportProgress {
    done: u32,
    total: u32,
}

impl ExportAnswer {
    /// The export, its instants in the caller's zone.
    pub(crate) fn new(job: &Job, export: &Export, zone: &Zone, now: Timestamp) -> Self {
        let stalled = job.is_stalled(now);
        Self {
            id: job.id,
            report: export.order.report.name(),
            format: export.format,
            status: if stalled { JobStatus::Failed } else { job.status },
            progress: ExportProgress { done: job.done, total: job.total },
            url: None,
            url_expires_at: None,
            error: job.error.clone().or_else(|| stalled.then(|| EXPORT_STALLED.to_owned())),
            created_at: Instant::new(job.created_at, zone),
            updated_at: Instant::new(job.updated_at, zone),
        }
    }

    /// With a link to its file.
    pub(crate) fn with_link(self, url: String, until: Instant) -> Self {
        Self { url: Some(url), url_expires_at: Some(until), ..self }
    }
}
