//! A person's open requests, as one small item.

use serde::{Deserialize, Serialize};

use super::{Extent, LeavePeriod, LeaveRequest, LeaveStatus};
use crate::{calendar::WorkDate, id::LeaveRequestId, schedule::LeaveTypeCode};

/// The most open requests of a person. This is more than anyone plans ahead, and few enough to read in one call.
const MAX_COUNT: usize = 40;

/// A person's requests that are pending, or approved and not over. They serve to refuse overlaps, to recount leave, and to end
/// leave when the person leaves. Every change of a request writes this item, so that the requests of one person are decided one
/// after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenLeave {
    /// The requests, in no particular order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    entries: Vec<OpenEntry>,
    /// The number of changes; 0 before the first.
    #[serde(default)]
    pub version: u64,
}

/// An open request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenEntry {
    /// The id of the request.
    pub id: LeaveRequestId,
    /// The dates of the leave.
    #[serde(flatten)]
    pub period: LeavePeriod,
    /// The type of leave.
    #[serde(rename = "type")]
    pub leave_type: LeaveTypeCode,
    /// Whether the request is pending or approved.
    pub status: LeaveStatus,
}

/// The reason why a request can't be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenRefusal {
    /// Another request covers the same half of a date.
    #[error("there is other leave on {0}")]
    Overlaps(WorkDate),
    /// The person has reached the limit of open requests.
    #[error("at most {MAX_COUNT} requests may be pending or ahead")]
    TooMany,
}

impl OpenLeave {
    /// Returns the open requests.
    pub fn entries(&self) -> &[OpenEntry] {
        &self.entries
    }

    /// Checks whether a request may be added, or changed to cover this extent. It may overlap with leave of the types that
    /// `yields` accepts.
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

    /// Returns the open requests that share a half of a date with the period.
    pub fn within<'a>(&'a self, period: &LeavePeriod) -> impl Iterator<Item = &'a OpenEntry> {
        let extent = Extent::from(*period);
        self.entries.iter().filter(move |entry| extent.first_common(&entry.period).is_some())
    }

    /// Returns the next version, with these requests in their present state. Removes leave that is over on `today`. A pending
    /// request stays until it is decided, even where its dates are over.
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
