//! Timesheets: a person's figures of a pay period, and the signatures under them.
//!
//! A timesheet is `open` until its person submits it or a manager approves it. Both are possible only when no punch can change
//! its days any more ([`accepts_no_more_punches`]), and both are about a hash of the figures. A change of the figures
//! afterwards returns the timesheet to `open`, until the period is closed. A closed timesheet is a snapshot: a later change of
//! its days is paid as a difference by the earliest timesheet that isn't submitted yet
//! ([`SettledTimesheets`](super::SettledTimesheets)).

mod blockers;
mod figures;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::{
    blockers::{Blocker, accepts_no_more_punches, blockers_of_day},
    figures::{ChangedDay, CostCenterSeconds, TimesheetDay, TimesheetFigures},
};
use super::PayPeriod;
use crate::{FieldRule, Invalid, calendar::WorkDate, id::UserId, text::Reason};

/// The SHA-256 hash of a timesheet's figures, in hex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[0-9a-f]{64}$",
    example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
pub struct FiguresHash(String);

impl FiguresHash {
    /// Returns the hash if the text is 64 hexadecimal digits in lower case.
    ///
    /// # Errors
    /// The text is no such hash.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() == 64 && text.bytes().all(is_digit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(FieldRule::FiguresHash))
        }
    }

    /// The hash as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for FiguresHash {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<FiguresHash> for String {
    fn from(hash: FiguresHash) -> Self {
        hash.0
    }
}

/// The state of a timesheet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimesheetStatus {
    /// Nobody has signed the timesheet, or its figures have changed since.
    #[default]
    Open,
    /// The person has submitted the timesheet.
    Submitted,
    /// A manager has approved the timesheet.
    Approved,
    /// A manager has rejected the timesheet. The person may submit it again.
    Rejected,
    /// The period is being closed. The figures can't change.
    Closing,
    /// The period is closed. The timesheet is a snapshot.
    Closed,
}

impl TimesheetStatus {
    /// The status as the API writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Closing => "closing",
            Self::Closed => "closed",
        }
    }

    /// Whether the figures are signed or closed, so that later changes belong to a later period.
    pub const fn is_settled(self) -> bool {
        match self {
            Self::Open | Self::Rejected => false,
            Self::Submitted | Self::Approved | Self::Closing | Self::Closed => true,
        }
    }

    /// Whether the timesheet is closed or is being closed, so that a change of its figures is a difference.
    pub const fn is_closed(self) -> bool {
        match self {
            Self::Open | Self::Submitted | Self::Approved | Self::Rejected => false,
            Self::Closing | Self::Closed => true,
        }
    }
}

/// The person who signed, and the instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Signature {
    /// The person who signed.
    pub by: UserId,
    /// The instant of the signature.
    #[schema(value_type = String, format = "date-time")]
    pub at: Timestamp,
}

/// The rejection of a timesheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rejection {
    /// The manager.
    pub by: UserId,
    /// The instant.
    #[schema(value_type = String, format = "date-time")]
    pub at: Timestamp,
    /// The reason.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    pub note: Reason,
}

/// The state of a person's timesheet of a period. The figures are stored apart from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timesheet {
    /// The person.
    pub user_id: UserId,
    /// The period.
    pub period: PayPeriod,
    /// The state.
    pub status: TimesheetStatus,
    /// The hash of the figures that were submitted or approved; none while the timesheet is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<FiguresHash>,
    /// The signature of the person; none if a manager approved the timesheet without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted: Option<Signature>,
    /// The signature of the manager.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<Signature>,
    /// The last rejection, until the timesheet is submitted again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<Rejection>,
    /// The instant at which a change of the figures removed the signatures, until the next signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voided_at: Option<Timestamp>,
    /// The instant of the close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// The dates of earlier periods whose changes this timesheet pays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delta_dates: Vec<WorkDate>,
    /// The version: 0 before the timesheet is stored, plus 1 with each change.
    pub version: u64,
}

/// The reason for which a timesheet can't change to a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimesheetRefusal {
    /// The timesheet is already in that state, or beyond it.
    #[error("the timesheet is already {}", .0.name())]
    Already(TimesheetStatus),
    /// The timesheet isn't signed, so there is nothing to reject.
    #[error("the timesheet isn't submitted")]
    NotSubmitted,
    /// The timesheet isn't approved, so it can't be closed.
    #[error("the timesheet isn't approved")]
    NotApproved,
    /// The figures have changed since the signature.
    #[error("the figures have changed since the signature")]
    FiguresChanged,
}

impl Timesheet {
    /// The timesheet of a person and period before it is stored.
    pub const fn open(user_id: UserId, period: PayPeriod) -> Self {
        Self {
            user_id,
            period,
            status: TimesheetStatus::Open,
            hash: None,
            submitted: None,
            approved: None,
            rejected: None,
            voided_at: None,
            closed_at: None,
            delta_dates: Vec::new(),
            version: 0,
        }
    }

    fn next(&self) -> Self {
        Self { version: self.version + 1, ..self.clone() }
    }

    /// The timesheet after its person submits it.
    ///
    /// # Errors
    /// The timesheet is already submitted, approved or closed.
    pub fn submit(
        &self,
        hash: FiguresHash,
        delta_dates: Vec<WorkDate>,
        signature: Signature,
    ) -> Result<Self, TimesheetRefusal> {
        match self.status {
            TimesheetStatus::Open | TimesheetStatus::Rejected => Ok(Self {
                status: TimesheetStatus::Submitted,
                hash: Some(hash),
                submitted: Some(signature),
                approved: None,
                rejected: None,
                voided_at: None,
                delta_dates,
                ..self.next()
            }),
            status @ (TimesheetStatus::Submitted
            | TimesheetStatus::Approved
            | TimesheetStatus::Closing
            | TimesheetStatus::Closed) => Err(TimesheetRefusal::Already(status)),
        }
    }

    /// The timesheet after a manager approves it. A timesheet that its person hasn't submitted may be approved too: people on
    /// long leave don't sign.
    ///
    /// # Errors
    /// The timesheet is already approved or closed, or `hash` isn't the hash that was submitted.
    pub fn approve(
        &self,
        hash: FiguresHash,
        delta_dates: Vec<WorkDate>,
        signature: Signature,
    ) -> Result<Self, TimesheetRefusal> {
        match self.status {
            TimesheetStatus::Submitted if self.hash.as_ref() != Some(&hash) => Err(TimesheetRefusal::FiguresChanged),
            TimesheetStatus::Submitted => {
                Ok(Self { status: TimesheetStatus::Approved, approved: Some(signature), ..self.next() })
            }
            TimesheetStatus::Open | TimesheetStatus::Rejected => Ok(Self {
                status: TimesheetStatus::Approved,
                hash: Some(hash),
                submitted: None,
                approved: Some(signature),
                rejected: None,
                voided_at: None,
                delta_dates,
                ..self.next()
            }),
            status @ (TimesheetStatus::Approved | TimesheetStatus::Closing | TimesheetStatus::Closed) => {
                Err(TimesheetRefusal::Already(status))
            }
        }
    }

    /// The timesheet after a manager rejects it.
    ///
    /// # Errors
    /// The timesheet isn't submitted or approved.
    pub fn reject(&self, rejection: Rejection) -> Result<Self, TimesheetRefusal> {
        match self.status {
            TimesheetStatus::Submitted | TimesheetStatus::Approved => {
                Ok(Self { status: TimesheetStatus::Rejected, rejected: Some(rejection), ..self.unsigned() })
            }
            TimesheetStatus::Open | TimesheetStatus::Rejected => Err(TimesheetRefusal::NotSubmitted),
            status @ (TimesheetStatus::Closing | TimesheetStatus::Closed) => Err(TimesheetRefusal::Already(status)),
        }
    }

    /// The timesheet without signatures, because its figures have changed.
    #[must_use]
    pub fn voided(&self, at: Timestamp) -> Self {
        Self { voided_at: Some(at), ..self.unsigned() }
    }

    fn unsigned(&self) -> Self {
        Self {
            status: TimesheetStatus::Open,
            hash: None,
            submitted: None,
            approved: None,
            closed_at: None,
            delta_dates: Vec::new(),
            ..self.next()
        }
    }

    /// The timesheet while its period is being closed.
    ///
    /// # Errors
    /// The timesheet isn't approved.
    pub fn closing(&self) -> Result<Self, TimesheetRefusal> {
        match self.status {
            TimesheetStatus::Approved => Ok(Self { status: TimesheetStatus::Closing, ..self.next() }),
            status @ (TimesheetStatus::Closing | TimesheetStatus::Closed) => Err(TimesheetRefusal::Already(status)),
            TimesheetStatus::Open | TimesheetStatus::Submitted | TimesheetStatus::Rejected => {
                Err(TimesheetRefusal::NotApproved)
            }
        }
    }

    /// The closed timesheet. `hash` is the hash of the present figures.
    ///
    /// # Errors
    /// The timesheet isn't being closed, or its figures have changed since the approval.
    pub fn close(&self, hash: &FiguresHash, at: Timestamp) -> Result<Self, TimesheetRefusal> {
        match self.status {
            TimesheetStatus::Closing if self.hash.as_ref() != Some(hash) => Err(TimesheetRefusal::FiguresChanged),
            TimesheetStatus::Closing => {
                Ok(Self { status: TimesheetStatus::Closed, closed_at: Some(at), ..self.next() })
            }
            TimesheetStatus::Closed => Err(TimesheetRefusal::Already(TimesheetStatus::Closed)),
            TimesheetStatus::Open
            | TimesheetStatus::Submitted
            | TimesheetStatus::Approved
            | TimesheetStatus::Rejected => Err(TimesheetRefusal::NotApproved),
        }
    }

    /// The timesheet after its period is opened again: approved, as before the close. If its days have changed since the close,
    /// the signatures are removed.
    ///
    /// # Errors
    /// The timesheet isn't closed.
    pub fn reopen(&self, has_changed: bool, at: Timestamp) -> Result<Self, TimesheetRefusal> {
        match self.status {
            TimesheetStatus::Closing | TimesheetStatus::Closed if has_changed => Ok(self.voided(at)),
            TimesheetStatus::Closing | TimesheetStatus::Closed => {
                Ok(Self { status: TimesheetStatus::Approved, closed_at: None, ..self.next() })
            }
            status @ (TimesheetStatus::Open
            | TimesheetStatus::Submitted
            | TimesheetStatus::Approved
            | TimesheetStatus::Rejected) => Err(TimesheetRefusal::Already(status)),
        }
    }
}

/// The effect of a change of a day on the timesheet of its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffectOnTimesheet {
    /// The timesheet isn't signed, so nothing changes.
    Nothing,
    /// The change removes the signatures.
    Voids,
    /// The change becomes a difference that a later period pays.
    BecomesDelta,
}

/// Whether a change may be made to a day of a closed period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AfterClose {
    /// The change is refused.
    Refused,
    /// The change is made, and a later period pays the difference.
    Allowed,
}

impl AfterClose {
    /// Whether a request that says `after_close` may change the day.
    pub const fn of(is_allowed: bool) -> Self {
        if is_allowed { Self::Allowed } else { Self::Refused }
    }
}

/// A period is closed, so that a day of it can't change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the pay period {period} is closed")]
pub struct PeriodClosed {
    /// The period.
    pub period: PayPeriod,
    /// Whether the period is being closed at the moment. No change is possible until that is done.
    pub is_closing: bool,
}

impl Timesheet {
    /// The effect of a change of one of the timesheet's days.
    ///
    /// # Errors
    /// The period is closed and the change isn't allowed after the close, or the period is being closed.
    pub const fn effect_of_change(&self, after_close: AfterClose) -> Result<EffectOnTimesheet, PeriodClosed> {
        match (self.status, after_close) {
            (TimesheetStatus::Open | TimesheetStatus::Rejected, _) => Ok(EffectOnTimesheet::Nothing),
            (TimesheetStatus::Submitted | TimesheetStatus::Approved, _) => Ok(EffectOnTimesheet::Voids),
            (TimesheetStatus::Closing, _) => Err(PeriodClosed { period: self.period, is_closing: true }),
            (TimesheetStatus::Closed, AfterClose::Allowed) => Ok(EffectOnTimesheet::BecomesDelta),
            (TimesheetStatus::Closed, AfterClose::Refused) => {
                Err(PeriodClosed { period: self.period, is_closing: false })
            }
        }
    }
}
