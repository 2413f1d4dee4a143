//! A report that is exported to a file by a job.

use domain::{id::JobId, user::Authority};
use serde::{Deserialize, Serialize};

use crate::{Format, Order};

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
    /// Returns the key of the file in the bucket.
    pub fn key(&self, job: JobId) -> String {
        format!("exports/{job}/{}", self.file_name())
    }

    /// Returns the name of the file.
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.order.report.file_name(), self.format.ending())
    }
}
