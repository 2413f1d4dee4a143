//! Entries of the ledger: only ever added, each once.

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

/// A line of the ledger of one balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The leave year that it is booked in.
    pub year: i16,
    /// The type of leave.
    #[serde(rename = "type")]
    pub leave_type: LeaveTypeCode,
    /// Counts the entries of the balance, from 1: their order.
    pub number: u32,
    /// When it was booked.
    pub at: Timestamp,
    /// What kind of entry.
    pub kind: EntryKind,
    /// The number of days that the entry adds; negative where it takes days away.
    pub minutes: LeaveMinutes,
    /// What is available after it.
    pub balance_after: LeaveMinutes,
    /// The date that it counts for; of leave its first in the year.
    pub date: WorkDate,
    /// Of leave and deductions what they take, by month of the leave year.
    #[serde(default, skip_serializing_if = "MonthsOfYear::is_empty")]
    pub months: MonthsOfYear,
    /// What it was booked for: with the kind, unique in its balance.
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

    /// What it may be booked only once for, within its person, leave year and type.
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
    /// Leave comes from the year before, or goes into the next.
    CarryOver,
    /// Leave that is asked for is reserved.
    Request,
    /// A reservation ends.
    Release,
    /// Leave is approved.
    Use,
    /// Approved leave is given back.
    Cancel,
    /// Lateness costs leave.
    LateDeduction,
    /// A deduction is taken back.
    Reversal,
    /// A manager adds or takes away.
    Adjustment,
    /// Leave that wasn't taken in time is gone.
    Expiry,
    /// The person is told that leave expires unless it is taken. It adds nothing; it proves that the notice was given.
    Notice,
}

impl EntryKind {
    /// Whether entries of the kind take leave, or give back what was taken.
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

    /// The name of the kind in the API.
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

/// What an entry was booked for. Its text is part of a key: two entries of a balance with the same kind and cause can't be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EntryCause {
    /// The year's grant, or that of its months up to one.
    Grant {
        /// Of a monthly grant the last month that it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        through_month: Option<u8>,
    },
    /// The person's date of hiring or allowance changed.
    GrantChanged {
        /// The version of the profile that says so.
        version: u64,
    },
    /// The person leaves within the year, and gets only a part of its leave.
    LeaverSettled {
        /// The entry's number.
        number: u32,
    },
    /// The year is over: what goes into the next one, and what is gone.
    YearTurned {
        /// None the first time; later changes of a year that is over are told apart by the entry's number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        correction: Option<u32>,
    },
    /// The year before is over: what comes from it.
    YearBeforeTurned {
        /// As of [`EntryCause::YearTurned`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        correction: Option<u32>,
    },
    /// What was carried over wasn't taken in time.
    CarriedExpired {
        /// As of [`EntryCause::YearTurned`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        correction: Option<u32>,
    },
    /// The person is told that leave expires.
    ExpiryNotice {
        /// Which leave.
        expiring: Expiring,
        /// On which date of the person's.
        on: WorkDate,
        /// How much of it.
        minutes: LeaveMinutes,
        /// The last date on which it may be taken.
        take_by: WorkDate,
    },
    /// A request for leave, or what became of it.
    Request {
        /// Which.
        request_id: LeaveRequestId,
        /// Its version after the change that books.
        version: u64,
    },
    /// Other leave, such as sick leave, took dates of a request, or gave them back.
    Interruption {
        /// The request that was interrupted.
        request_id: LeaveRequestId,
        /// Its version after the change that books.
        version: u64,
        /// The request that interrupts it.
        by: LeaveRequestId,
    },
    /// A late clock-in, or that it isn't one any more.
    Lateness {
        /// The shift that was begun late.
        shift_id: ShiftId,
        /// The session whose clock-in was late.
        session_id: SessionId,
        /// Tells the times apart that the lateness of a shift was looked at anew.
        revision: u64,
    },
    /// A manager's adjustment.
    Adjustment {
        /// Which: the id of its event.
        id: EventId,
    },
}

impl EntryCause {
    /// The `reference` that the API shows: the request, the punch (by its session) or the adjustment behind the entry.
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
    /// The request that interrupted the one behind the entry, or no longer does.
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
