//! Facts about long-running jobs, exports and scheduled jobs.

use serde::{Deserialize, Serialize};

use crate::{
    id::{EventId, JobId},
    job::ImportKind,
    scheduled_jobs::Check,
};

/// Facts about long-running jobs, exports and scheduled jobs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobFact {
    /// An import of rosters was requested. `jobs` processes it.
    RosterImportRequested {
        /// The id of the import job.
        job_id: JobId,
    },
    /// An import of a sheet was requested, other than one of rosters. `jobs` processes it.
    ImportRequested {
        /// The id of the import job.
        job_id: JobId,
        /// What the sheet contains.
        import: ImportKind,
    },
    /// An import of a sheet is over. The event is for the person who requested it.
    ImportFinished {
        /// The id of the import job.
        job_id: JobId,
        /// What the sheet contains.
        import: ImportKind,
        /// The number of items in the sheet.
        total: u32,
        /// The number of items that couldn't be imported.
        failed: u32,
        /// The reason, if the import was given up before its end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// A report export was requested. `jobs` creates the file.
    ReportExportRequested {
        /// The id of the export job.
        job_id: JobId,
    },
    /// A report export is ready for the person who requested it. `GET /reports/exports/{id}` returns a link to the file.
    ReportExported {
        /// The id of the export job.
        job_id: JobId,
        /// The report, as its route names it.
        report: String,
    },
    /// A report export failed. The event is for the person who requested it.
    ReportExportFailed {
        /// The id of the export job.
        job_id: JobId,
        /// The report, as its route names it; absent where the export job no longer exists.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        report: Option<String>,
        /// The reason, as the export shows it.
        error: String,
    },
    /// A long-running job reached its time limit and continues where it stopped.
    WorkContinues {
        /// The event that requested the job.
        cause: EventId,
    },
    /// A run of a scheduled job came near its deadline. The next run does the rest.
    CheckHandedOver {
        /// The scheduled job.
        check: Check,
    },
}
