//! What a person has asked for or has ahead, in one small item.

use serde::{Deserialize, Serialize};

use super::{Extent, LeavePeriod, LeaveRequest, LeaveStatus};
use crate::{calendar::WorkDate, id::LeaveRequestId, schedule::LeaveTypeCode};

/// The most requests that a person may have open: more than anybody plans ahead, few enough to be read in one call.
const MAX_COUNT: usize = 40;

/// The requests of a person that are pending, or approved and not over: against which overlaps are refused, and which a
/// recount or a leaver's end concerns. Every change of a request writes it, so that the requests of one person are
/// decided one after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenLeave {
    /// In no particular order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    entries: Vec<OpenEntry>,
    /// Counts the changes; 0 before the first.
    #[serde(default)]
    pub version: u64,
}

/// A request that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenEntry {
    /// Which.
    pub id: LeaveRequestId,
    /// From when to when.
    #[serde(flatten)]
    pub period: LeavePeriod,
    /// Of which type.
    #[serde(rename = "type")]
    pub leave_type: LeaveTypeCode,
    /// Whether it waits or is ahead.
    pub status: LeaveStatus,
}

/// Why a request can't be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenRefusal {
    /// Another one lies on the same half of a date.
    #[error("there is other leave on {0}")]
    Overlaps(WorkDate),
    /// See the number of requests that may be open.
    #[error("at most {MAX_COUNT} requests may be pending or ahead")]
    TooMany,
}

impl OpenLeave {
    /// The open requests.
    pub fn entries(&self) -> &[OpenEntry] {
        &self.entries
    }

    /// Whether a request may be added, or changed to cover this. It may lie over leave of the types that `yields` names.
    pub fn admit(
        &self,
        id: LeaveRequestId,
        extent: Extent<'_>,
        yields: impl Fn(&LeaveTypeCode) -> bool,
    ) -> Result<(), OpenRefusal> {
        let mut others = self.entries.iter().filter(|entry| entry.id != id);
        let in_the_way = others.clone().filter(|entry| !yields(&entry.leave_type));
        if let Some(date) = in_the_way.into_iter().find_map(|entry| extent.first_common(&entry.period)) {
            return Err(OpenRefusal::Overlaps(date));
        }
        if others.nth(MAX_COUNT - 1).is_some() { Err(OpenRefusal::TooMany) } else { Ok(()) }
    }

    /// The open requests that have a half of a date in common with the period.
    pub fn within<'a>(&'a self, period: &LeavePeriod) -> impl Iterator<Item = &'a OpenEntry> {
        let extent = Extent::from(*period);
        self.entries.iter().filter(move |entry| extent.first_common(&entry.period).is_some())
    }

    /// The next version, with these requests as they are now; what is over on `today` is forgotten along the way. A
    /// pending request stays until it is decided, however long ago it would have begun.
    #[must_use]
    pub fn with<'a>(&self, requests: impl IntoIterator<Item = &'a LeaveRequest>, today: WorkDate) -> Self {
        let mut entries = self.entries.clone();
        for request in requests {
            entries.retain(|entry| entry.id != request.id);
            entries.push(OpenEntry {
                id: request.id,
                period: request.period,
                leave_type: request.leave_type.clone(),
                status: request.status,
            });
        }
        entries.retain(|entry| match entry.status {
            LeaveStatus::Pending => true,
            LeaveStatus::Approved => today <= entry.period.end_date(),
            LeaveStatus::Rejected | LeaveStatus::Cancelled => false,
        });
        Self { entries, version: self.version + 1 }
    }
}
