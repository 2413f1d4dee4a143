//! A report that is made later, as a file.

use std::time::Duration;

use domain::{id::JobId, user::Authority};
use serde::{Deserialize, Serialize};

use crate::{Format, Order};

/// How long a link to an export's file holds: long enough to be clicked on, too short to be kept.
pub const LINK_LASTS: Duration = Duration::from_hours(1);

/// What was asked for, kept with the job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// The report.
    pub order: Order,
    /// The form of its file.
    pub format: Format,
    /// What allowed it. Whoever is something else by the time it is made may not have it any more.
    pub authority: Authority,
}

impl Export {
    /// Where its file lies in the bucket.
    pub fn key(&self, job: JobId) -> String {
        format!("exports/{job}/{}", self.file_name())
    }

    /// What its file is called.
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.order.report.file_name(), self.format.ending())
    }
}
