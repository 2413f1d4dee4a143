//! Files that `jobs` makes and that aren't reports, such as the timesheets of a pay period. Reports are ordered in
//! `shared/reporting`.

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    calendar::WorkDate,
    id::{DepartmentId, JobId, PayRulesId},
    pay::{PayPeriod, PayRulesVersions},
    settings::Settings,
    user::Authority,
};

/// The lifetime of a link to an export's file: long enough for a download, too short to be shared.
pub const LINK_LASTS: Duration = Duration::from_hours(1);

/// The request of a file, stored with the job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileExport {
    /// The content of the file.
    pub content: FileContent,
    /// The authority that allowed the export. If the person's authority has changed when the export is made, it is refused.
    pub authority: Authority,
}

/// The content of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FileContent {
    /// The timesheets of a pay period as PDF, in a zip archive.
    Timesheets {
        /// The pay period.
        period: PayPeriod,
        /// The departments of the people; none for everyone.
        departments: Option<BTreeSet<DepartmentId>>,
    },
    /// The effects that other pay rules would have on stored days.
    PayRulesPreview {
        /// The rules that the versions replace; none for the built-in rules.
        rules_id: Option<PayRulesId>,
        /// The versions that are tried.
        versions: PayRulesVersions,
        /// The people and dates.
        scope: PreviewedDays,
    },
    /// The effects that other settings would have on stored days.
    SettingsPreview {
        /// The settings that are tried.
        settings: Box<Settings>,
        /// The people and dates.
        scope: PreviewedDays,
    },
}

/// The people and dates of a preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewedDays {
    /// The first date.
    pub from: WorkDate,
    /// The last date.
    pub to: WorkDate,
    /// The department of the people; none for everyone.
    pub department_id: Option<DepartmentId>,
}

impl PreviewedDays {
    /// All dates, in order.
    pub fn dates(self) -> impl Iterator<Item = WorkDate> {
        (0..=self.to.days_since(self.from)).map(move |days| self.from.plus_days(days))
    }
}

/// The format of an export's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// An object.
    Json,
    /// A line for each row after a header.
    Csv,
    /// A workbook.
    Xlsx,
    /// An archive of files.
    Zip,
}

impl FileFormat {
    /// The content type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Zip => "application/zip",
        }
    }
}

impl FileContent {
    /// The name of the content. Notifications have texts for it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Timesheets { .. } => "timesheets",
            Self::PayRulesPreview { .. } => "pay-rules-preview",
            Self::SettingsPreview { .. } => "settings-preview",
        }
    }

    /// The format of the file.
    pub const fn format(&self) -> FileFormat {
        match self {
            Self::Timesheets { .. } => FileFormat::Zip,
            Self::PayRulesPreview { .. } | Self::SettingsPreview { .. } => FileFormat::Json,
        }
    }

    /// The name of the file.
    pub fn file_name(&self) -> String {
        match self {
            Self::Timesheets { period, .. } => format!("timesheets-{period}.zip"),
            Self::PayRulesPreview { .. } | Self::SettingsPreview { .. } => format!("{}.json", self.name()),
        }
    }
}

impl FileExport {
    /// The key of the file in the bucket.
    pub fn key(&self, job: JobId) -> String {
        format!("exports/{job}/{}", self.content.file_name())
    }
}
