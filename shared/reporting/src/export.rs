//! A report that is exported to a file by a job.

use domain::{id::JobId, user::Authority};
use serde::{Deserialize, Serialize};

use crate::{Format, Order, Report};

/// The request of an export, stored with the job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// The report.
    pub order: Order,
    /// The format of the file.
    pub format: Format,
    /// The authority that allowed the export. If the person's authority has changed when the export is made, it is refused.
    pub authority: Authority,
}

impl Export {
    /// Returns whether a further invocation can continue the file where another one stopped: the lines of each part stand alone,
    /// and nothing at the end of the file depends on all of them.
    pub fn can_be_continued(&self) -> bool {
        let stands_alone = match self.order.report {
            Report::MonthlyWork { .. } | Report::Lateness { .. } | Report::Leave { .. } | Report::Attendance { .. } => {
                true
            }
            // These add up all parts, and have few lines.
            Report::WorkedHours { .. } | Report::Trends { .. } => false,
        };
        match self.format {
            Format::Csv => stands_alone,
            Format::Json | Format::Xlsx => false,
        }
    }

    /// Returns the key of the file in the bucket.
    pub fn key(&self, job: JobId) -> String {
        format!("exports/{job}/{}", self.file_name())
    }

    /// Returns the name of the file.
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.order.report.file_name(), self.format.ending())
    }
}
