//! Timesheets: a person's figures of a pay period, and the signatures under them.
//!
//! A timesheet is `open` until its person submits it or a manager approves it. Both are possible only when no punch can change
//! its days any more ([`accepts_no_more_punches`]), and both are about a hash of the figures. A change of the figures
//! afterwards returns the timesheet to `open`, until the period is closed. A closed timesheet is a snapshot: a later change of
//! its days is paid as a difference by the earliest timesheet that isn't submitted yet
//! ([`SettledTimesheets`](super::SettledTimesheets)).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Absence, CostCenterCode, PayCode, PayPeriod, SecondsByCode, Segment, Settled, SettlementLine};
use crate::{
    FieldRule, Invalid,
    calendar::WorkDate,
    correction::CorrectionId,
    day::{Day, Flag, ShiftStatus},
    id::{LeaveRequestId, UserId},
    schedule::Shift,
    text::Reason,
};

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

/// Whether no punch can change the day any more: its date is over, no session is open, and the clock-in windows of its shifts
/// have ended.
pub fn accepts_no_more_punches(day: &Day, now: Timestamp) -> bool {
    let has_ended = |shift: &Shift| shift.end_at < now && day.policy().window(shift).until < now;
    day.is_frozen(now) && day.open_session().is_none() && day.shifts().iter().all(has_ended)
}

/// The figures of a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TimesheetDay {
    /// The work date.
    pub date: WorkDate,
    /// The worked time in seconds.
    pub worked_seconds: i64,
    /// The time to be worked in seconds.
    pub scheduled_seconds: i64,
    /// The seconds that rounding adds to the paid time; negative if rounding reduces it. They are part of `seconds`.
    pub adjustment_seconds: i64,
    /// The seconds by pay code, work and absences.
    #[schema(value_type = std::collections::BTreeMap<String, i64>)]
    pub seconds: SecondsByCode,
    /// The absences by type. Their seconds are part of `seconds`, under `absence_paid` and `absence_unpaid`.
    #[serde(default)]
    pub absences: Vec<Absence>,
    /// The paid seconds of work by cost center. Work without a cost center isn't among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cost_centers: Vec<CostCenterSeconds>,
    /// The segments of work, in order. Their lengths add up to `worked_seconds`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<Segment>,
}

/// The paid seconds of a date by cost center and code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CostCenterSeconds {
    /// The cost center.
    pub cost_center: CostCenterCode,
    /// The pay code.
    pub code: PayCode,
    /// The seconds.
    pub seconds: i64,
}

/// A date of an earlier period that has changed since that period settled it, with its present seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangedDay {
    /// The work date.
    pub date: WorkDate,
    /// The seconds by pay code that earlier timesheets have settled.
    #[schema(value_type = std::collections::BTreeMap<String, i64>)]
    pub before: SecondsByCode,
    /// The present seconds by pay code. The timesheet pays the difference.
    #[schema(value_type = std::collections::BTreeMap<String, i64>)]
    pub after: SecondsByCode,
}

impl ChangedDay {
    /// The seconds by pay code that the timesheet pays; negative where earlier timesheets paid too many.
    pub fn difference(&self) -> SecondsByCode {
        let mut difference = self.after.clone();
        for (code, seconds) in &self.before {
            *difference.entry(code.clone()).or_default() -= seconds;
        }
        difference.retain(|_, seconds| *seconds != 0);
        difference
    }
}

/// All figures of a timesheet. Signatures are about their hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimesheetFigures {
    /// The period.
    pub period: PayPeriod,
    /// The days of the period, in order. Dates without work and absences are left out.
    pub days: Vec<TimesheetDay>,
    /// The days of earlier periods that have changed since, in order.
    #[serde(default)]
    pub changed: Vec<ChangedDay>,
}

impl TimesheetFigures {
    /// The maximum number of changed days of earlier periods in one timesheet. The next period pays the others.
    pub const MAX_CHANGED: usize = 100;

    /// The present seconds of each date.
    pub fn seconds(&self) -> BTreeMap<WorkDate, SecondsByCode> {
        let own = self.days.iter().map(|day| (day.date, day.seconds.clone()));
        own.chain(self.changed.iter().map(|day| (day.date, day.after.clone()))).collect()
    }

    /// The seconds that this timesheet pays for a date: all of a date of the period, and the difference of an earlier date.
    pub fn paid_for(&self, date: WorkDate) -> SecondsByCode {
        let own = self.days.iter().find(|day| day.date == date).map(|day| day.seconds.clone());
        let changed = self.changed.iter().find(|day| day.date == date);
        own.or_else(|| changed.map(ChangedDay::difference)).unwrap_or_default()
    }

    /// The lines that the timesheet pays: its days, and the differences of earlier dates.
    pub fn lines(&self) -> Vec<SettlementLine> {
        let before = self.changed.iter().map(|day| (day.date, day.before.clone())).collect();
        Settled::default().with(&before).lines(&self.seconds(), self.period.first())
    }

    /// The seconds by pay code that the timesheet pays.
    pub fn totals(&self) -> SecondsByCode {
        let mut totals = SecondsByCode::new();
        for line in self.lines() {
            *totals.entry(line.code).or_default() += line.seconds;
        }
        totals.retain(|_, seconds| *seconds != 0);
        totals
    }
}

/// A reason for which a timesheet can't be submitted, approved or closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Blocker {
    /// A punch can still change the last day of the period.
    NotOver {
        /// The last date of the period.
        date: WorkDate,
    },
    /// A session is open.
    OpenSession {
        /// The work date of the session.
        date: WorkDate,
    },
    /// The guessed end of a session, an offline punch or a flagged clock-in waits for a manager.
    NeedsReview {
        /// The work date.
        date: WorkDate,
    },
    /// The person missed a shift, and the absence isn't excused: a punch or leave is missing.
    MissingPunches {
        /// The work date.
        date: WorkDate,
    },
    /// Overtime waits for approval.
    OvertimePending {
        /// The work date.
        date: WorkDate,
        /// The seconds that wait.
        seconds: i64,
    },
    /// A correction waits for a decision.
    CorrectionPending {
        /// The work date.
        date: WorkDate,
        /// The correction.
        correction_id: CorrectionId,
    },
    /// A leave request waits for a decision.
    LeavePending {
        /// The first date of the leave.
        start_date: WorkDate,
        /// The last date of the leave.
        end_date: WorkDate,
        /// The request.
        leave_request_id: LeaveRequestId,
    },
}

/// The blockers that a day itself shows.
pub fn blockers_of_day(day: &Day, now: Timestamp) -> Vec<Blocker> {
    let date = day.date();
    let figures = day.figures(now);
    let is_missed = |status: ShiftStatus| match status {
        ShiftStatus::Missed => true,
        ShiftStatus::Expected | ShiftStatus::Attended | ShiftStatus::OnLeave => false,
    };
    let misses = day.excuse().is_none() && figures.shifts.iter().any(|shift| is_missed(shift.status));
    let waits = figures.flags.contains(&Flag::NeedsReview) || day.waits_for_review();
    let found = [
        (day.open_session().is_some(), Blocker::OpenSession { date }),
        (waits, Blocker::NeedsReview { date }),
        (misses, Blocker::MissingPunches { date }),
    ];
    found.into_iter().filter(|(is_found, _)| *is_found).map(|(_, blocker)| blocker).collect()
}
