//! Entries of the ledger. Entries are only added, each once, and never changed.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Expiring, LeaveDayLength, LeaveDays, LeaveMinutes, MonthsOfYear};
use crate::{
    audit::Actor,
    calendar::WorkDate,
    id::{EventId, LeaveRequestId, SessionId},
    schedule::{LeaveTypeCode, ShiftId},
    text::Reason,
};

/// An entry in the ledger of one balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The leave year of the entry.
    pub year: i16,
    /// The type of leave.
    #[serde(rename = "type")]
    pub leave_type: LeaveTypeCode,
    /// The number of the entry within its balance, from 1. It defines the order.
    pub number: u32,
    /// The instant of the booking.
    pub at: Timestamp,
    /// The kind of the entry.
    pub kind: EntryKind,
    /// The number of days that the entry adds; negative where it takes days away.
    pub minutes: LeaveMinutes,
    /// The available leave after the entry.
    pub balance_after: LeaveMinutes,
    /// The date that the entry counts for; for leave, its first date in the year.
    pub date: WorkDate,
    /// The minutes by month of the leave year, for entries about leave and deductions.
    #[serde(default, skip_serializing_if = "MonthsOfYear::is_empty")]
    pub months: MonthsOfYear,
    /// The cause of the booking. Kind and cause together are unique in a balance.
    pub cause: EntryCause,
    /// The note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reason>,
    /// The user or job that caused the entry.
    pub by: Actor,
}

impl LedgerEntry {
    /// Returns what the entry adds in days, as it is shown.
    pub const fn in_days(&self, day: LeaveDayLength) -> LeaveDays {
        if self.kind.is_cost() { day.cost_in_days(self.minutes) } else { day.in_days(self.minutes) }
    }

    /// Returns the key that makes the entry unique within its person, leave year and type.
    pub fn natural_key(&self) -> String {
        format!("{}#{}", self.kind.as_str(), self.cause)
    }
}

/// What an entry does to its balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Leave is granted; negative where less is due than was granted.
    Grant,
    /// Leave is carried over from the year before, or to the next one.
    CarryOver,
    /// Leave is reserved for a request.
    Request,
    /// A reservation ends.
    Release,
    /// Leave is approved.
    Use,
    /// Approved leave is given back.
    Cancel,
    /// Leave is deducted for lateness.
    LateDeduction,
    /// A deduction is reversed.
    Reversal,
    /// A manager adds or removes leave.
    Adjustment,
    /// Leave that wasn't taken in time expires.
    Expiry,
    /// The person receives a notice that leave expires unless it is taken. The entry adds nothing; it proves that the notice was
    /// given.
    Notice,
}

impl EntryKind {
    /// Returns whether entries of the kind take leave, or give back leave that was taken.
    const fn is_cost(self) -> bool {
        match self {
            Self::Request
            | Self::Release
            | Self::Use
            | Self::Cancel
            | Self::LateDeduction
            | Self::Reversal
            | Self::Expiry => true,
            Self::Grant | Self::CarryOver | Self::Adjustment | Self::Notice => false,
        }
    }

    /// Returns the name of the kind in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::CarryOver => "carry_over",
            Self::Request => "request",
            Self::Release => "release",
            Self::Use => "use",
            Self::Cancel => "cancel",
            Self::LateDeduction => "late_deduction",
            Self::Reversal => "reversal",
            Self::Adjustment => "adjustment",
            Self::Expiry => "expiry",
            Self::Notice => "notice",
        }
    }
}

/// The cause of an entry. Its text is part of a key: a balance can't have two entries with the same kind and cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EntryCause {
    /// The year's grant, or the grant of its months up to one.
    Grant {
        /// For a monthly grant, the last month that it covers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        through_month: Option<u8>,
    },
    /// The person's date of hiring or allowance changed.
    GrantChanged {
        /// The version of the changed profile.
        version: u64,
    },
    /// The person leaves within the year and is granted only a part of its leave.
    LeaverSettled {
        /// The number of the entry.
        number: u32,
    },
    /// The rollover of the year: what is carried over to the next one, and what expires.
    YearTurned {
        /// Absent for the first rollover. For later corrections, the number of the entry.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        correction: Option<u32>,
    },
    /// The rollover of the year before: what is carried over from it.
    YearBeforeTurned {
        /// The number of the correction: see [`EntryCause::YearTurned`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        correction: Option<u32>,
    },
    /// The carry-over wasn't taken in time.
    CarriedExpired {
        /// The number of the correction: see [`EntryCause::YearTurned`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        correction: Option<u32>,
    },
    /// The person received a notice that leave expires.
    ExpiryNotice {
        /// The leave that expires.
        expiring: Expiring,
        /// The person's local date of the notice.
        on: WorkDate,
        /// The amount that expires.
        minutes: LeaveMinutes,
        /// The last date on which it may be taken.
        take_by: WorkDate,
    },
    /// A request for leave, or a change of it.
    Request {
        /// The id of the request.
        request_id: LeaveRequestId,
        /// The request's version after the change.
        version: u64,
    },
    /// Other leave, such as sick leave, interrupted dates of a request, or no longer interrupts them.
    Interruption {
        /// The request that was interrupted.
        request_id: LeaveRequestId,
        /// The request's version after the change.
        version: u64,
        /// The request that interrupts it.
        by: LeaveRequestId,
    },
    /// A late clock-in, or its removal.
    Lateness {
        /// The shift with the late clock-in.
        shift_id: ShiftId,
        /// The session whose clock-in was late.
        session_id: SessionId,
        /// The number of this evaluation of the shift's lateness.
        revision: u64,
    },
    /// A manager's adjustment.
    Adjustment {
        /// The id of the adjustment's event.
        id: EventId,
    },
}

impl EntryCause {
    /// Returns the `reference` that the API shows: the request, the punch (by its session) or the adjustment behind the entry.
    pub fn reference(&self) -> Option<String> {
        match self {
            Self::Request { request_id, .. } | Self::Interruption { request_id, .. } => Some(request_id.to_string()),
            Self::Lateness { session_id, .. } => Some(session_id.to_string()),
            Self::Adjustment { id } => Some(id.to_string()),
            Self::Grant { .. }
            | Self::GrantChanged { .. }
            | Self::LeaverSettled { .. }
            | Self::YearTurned { .. }
            | Self::YearBeforeTurned { .. }
            | Self::CarriedExpired { .. }
            | Self::ExpiryNotice { .. } => None,
        }
    }
}

impl EntryCause {
    /// Returns the request that interrupted the one behind the entry, or no longer interrupts it.
    pub const fn interrupted_by(&self) -> Option<LeaveRequestId> {
        match self {
            Self::Interruption { by, .. } => Some(*by),
            Self::Request { .. }
            | Self::Lateness { .. }
            | Self::Adjustment { .. }
            | Self::Grant { .. }
            | Self::GrantChanged { .. }
            | Self::LeaverSettled { .. }
            | Self::YearTurned { .. }
            | Self::YearBeforeTurned { .. }
            | Self::CarriedExpired { .. }
            | Self::ExpiryNotice { .. } => None,
        }
    }
}

impl fmt::Display for EntryCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Grant { through_month: None } => f.write_str("year"),
            Self::Grant { through_month: Some(month) } => write!(f, "month#{month:02}"),
            Self::GrantChanged { version } => write!(f, "profile#{version}"),
            Self::LeaverSettled { number } => write!(f, "leaver#{number}"),
            Self::YearTurned { correction: None } => f.write_str("turn"),
            Self::YearTurned { correction: Some(number) } => write!(f, "turn#{number}"),
            Self::YearBeforeTurned { correction: None } => f.write_str("before"),
            Self::YearBeforeTurned { correction: Some(number) } => write!(f, "before#{number}"),
            Self::CarriedExpired { correction: None } => f.write_str("carried"),
            Self::CarriedExpired { correction: Some(number) } => write!(f, "carried#{number}"),
            Self::ExpiryNotice { expiring, on, .. } => write!(f, "{}#{on}", expiring.as_str()),
            Self::Request { request_id, version } => write!(f, "request#{request_id}#{version}"),
            Self::Interruption { request_id, version, .. } => write!(f, "interruption#{request_id}#{version}"),
            Self::Lateness { shift_id, revision, .. } => write!(f, "late#{shift_id}#{revision}"),
            Self::Adjustment { id } => write!(f, "adjustment#{id}"),
        }
    }
}
