//! The leave request: its data, its states and its transitions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Extent, HalfDays, HistoryEntry, HistoryKind, Interruption, LeavePeriod, Unapplied, history};
use crate::{
    audit::Actor,
    calendar::{WorkDate, Zone},
    correction::{Decision, Verdict},
    id::{DepartmentId, LeaveRequestId, UserId},
    leave::Charges,
    schedule::{LeaveRef, LeaveTypeCode},
    text::{Reason, Remark},
};

/// Leave that someone requests, or that a manager entered for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveRequest {
    /// The id of the request.
    pub id: LeaveRequestId,
    /// The person who will be away.
    pub user_id: UserId,
    /// The department that the person belonged to at the last change. Its managers see the request in their list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department_id: Option<DepartmentId>,
    /// The person's zone, in which the request's instants are shown.
    pub zone: Zone,
    /// The type of leave.
    #[serde(rename = "type")]
    pub leave_type: LeaveTypeCode,
    /// The dates of the leave.
    #[serde(flatten)]
    pub period: LeavePeriod,
    /// The half days that each of the dates counts.
    pub half_days: HalfDays,
    /// The minutes that the ledger has for the request: reserved while it is pending, used once it is approved. Empty for types
    /// that aren't counted.
    #[serde(default, skip_serializing_if = "Charges::is_empty")]
    pub charges: Charges,
    /// The dates that other leave has interrupted. They count for the other leave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interruptions: Vec<Interruption>,
    /// The part of the request that `jobs` still has to apply. It exists where leave that is approved or cancelled afterwards
    /// reaches so far back, or interrupts so much other leave, that it doesn't fit into one transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unapplied: Option<Unapplied>,
    /// The reason that the person gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The state of the request.
    pub status: LeaveStatus,
    /// The user who decided the request, or entered the leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<UserId>,
    /// The instant of the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// The note of the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Remark>,
    /// Whether the sole admin decided their own request, because nobody else could.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub self_decided: bool,
    /// The history of the request, oldest first.
    pub history: Vec<HistoryEntry>,
    /// The instant at which the request was made.
    pub created_at: Timestamp,
    /// The number of changes, from 1.
    pub version: u64,
}

/// The state of a leave request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeaveStatus {
    /// Nobody has decided yet.
    Pending,
    /// The person was, is or will be away.
    Approved,
    /// A manager rejected the request.
    Rejected,
    /// The request was withdrawn before the decision, or cancelled: before the leave began, or afterwards because it was never
    /// taken.
    Cancelled,
}

/// The leave that someone asks for, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedLeave {
    /// The code of the leave type.
    pub leave_type: LeaveTypeCode,
    /// The dates of the leave.
    pub period: LeavePeriod,
    /// The half days that each date counts.
    pub half_days: HalfDays,
    /// The minutes that are booked for the leave.
    pub charges: Charges,
    /// The dates that other leave has interrupted.
    pub interruptions: Vec<Interruption>,
    /// The reason that the person gives.
    pub reason: Option<Reason>,
}

/// The data of a new request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// The id, which contains the person.
    pub id: LeaveRequestId,
    /// The person's department.
    pub department_id: Option<DepartmentId>,
    /// The person's zone.
    pub zone: Zone,
    /// The leave.
    pub requested_leave: RequestedLeave,
    /// The instant of the request.
    pub at: Timestamp,
}

/// The request is no longer pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("already decided")]
pub struct NotPending(pub LeaveStatus);

/// There is nothing to cancel: the request was rejected or cancelled already, or all of the leave has been taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotThere {
    /// The request was rejected or cancelled already.
    #[error("rejected or cancelled already")]
    Ended(LeaveStatus),
    /// The leave is over.
    #[error("the leave is over")]
    Over,
    /// The last day of the leave has begun, so that no later day can be given back.
    #[error("the last day of the leave has begun")]
    LastDay,
}

/// The dates by which a cancellation is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CancelDates {
    /// The present date of the person.
    pub today: WorkDate,
    /// The last date on which the leave has begun (see [`begun_until`](super::begun_until)): today or yesterday.
    pub begun_until: WorkDate,
    /// The earliest first date of leave that can be cancelled when it is over; none if such leave can't be cancelled.
    pub earliest: Option<WorkDate>,
}

/// The result of a cancellation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    /// The request after the cancellation.
    pub request: LeaveRequest,
    /// The charges that are given back: reserved ones of a pending request, used ones of an approved one.
    pub given_back: Charges,
}

impl LeaveRequest {
    /// Creates a request that waits for a decision.
    pub fn requested(new: NewRequest) -> Self {
        let by = Actor::User { id: new.id.owner() };
        Self::made(new, LeaveStatus::Pending, by, HistoryKind::Requested)
    }

    /// Creates leave that a manager enters for the person. It is approved at once.
    pub fn entered(new: NewRequest, by: UserId) -> Self {
        let at = new.at;
        let made = Self::made(new, LeaveStatus::Approved, Actor::User { id: by }, HistoryKind::Entered);
        Self { decided_by: Some(by), decided_at: Some(at), ..made }
    }

    fn made(new: NewRequest, status: LeaveStatus, by: Actor, kind: HistoryKind) -> Self {
        let NewRequest { id, department_id, zone, requested_leave, at } = new;
        let RequestedLeave { leave_type, period, half_days, charges, interruptions, reason } = requested_leave;
        let made = Self {
            id,
            user_id: id.owner(),
            department_id,
            zone,
            leave_type,
            period,
            half_days,
            charges,
            interruptions,
            unapplied: None,
            reason,
            status,
            decided_by: None,
            decided_at: None,
            note: None,
            self_decided: false,
            history: Vec::new(),
            created_at: at,
            version: 0,
        };
        made.next(at, by, kind, None)
    }

    /// Returns the dates and halves that the leave covers.
    pub fn extent(&self) -> Extent<'_> {
        Extent { period: self.period, interruptions: &self.interruptions }
    }

    /// Returns whether the type was counted when the leave was booked. A request that was made while it wasn't stays unbooked.
    pub(super) fn was_counted(&self) -> bool {
        !self.charges.is_empty() || self.half_days.total() == 0
    }

    /// Returns the reference that approved leave has in the schedule.
    pub fn leave_ref(&self) -> LeaveRef {
        LeaveRef { request_id: self.id, leave_type: self.leave_type.clone() }
    }

    /// Returns the request of a person who moved to another department. From now on, it is in the lists of that department.
    #[must_use]
    pub fn moved(&self, department_id: Option<DepartmentId>) -> Self {
        Self { department_id, version: self.version + 1, ..self.clone() }
    }

    /// Returns the request with a change by the person who made it, while it is pending.
    pub fn changed(&self, requested_leave: RequestedLeave, at: Timestamp) -> Result<Self, NotPending> {
        self.must_be_pending()?;
        let RequestedLeave { leave_type, period, half_days, charges, interruptions, reason } = requested_leave;
        let changed = Self { leave_type, period, half_days, charges, interruptions, reason, ..self.clone() };
        Ok(changed.next(at, Actor::User { id: self.user_id }, HistoryKind::Changed, None))
    }

    /// Returns the interruptions by other leave within another period.
    pub(super) fn interruptions_within(&self, period: &LeavePeriod) -> Vec<Interruption> {
        let extent = Extent::from(*period);
        let touches = |interruption: &&Interruption| extent.first_common(&interruption.period).is_some();
        self.interruptions.iter().filter(touches).copied().collect()
    }

    /// Returns the request with its decision. A request is decided once, and only while it is pending. `half_days` and `charges`
    /// are its cost by the present schedule. When it is rejected, nothing stays booked for it.
    pub fn decided(&self, verdict: Verdict, half_days: HalfDays, charges: Charges) -> Result<Self, NotPending> {
        self.must_be_pending()?;
        let Verdict { by, at, decision, note, self_decided } = verdict;
        let (status, kind, charges) = match decision {
            Decision::Approved => (LeaveStatus::Approved, HistoryKind::Approved, charges),
            Decision::Rejected => (LeaveStatus::Rejected, HistoryKind::Rejected, Charges::default()),
        };
        let (decided_by, decided_at) = (Some(by), Some(at));
        let decided = Self {
            status,
            half_days,
            charges,
            decided_by,
            decided_at,
            note: note.clone(),
            self_decided,
            ..self.clone()
        };
        Ok(decided.next(at, Actor::User { id: by }, kind, note))
    }

    /// Returns the request, withdrawn or cancelled. Leave that has begun stays approved and ends on the last date on which it has
    /// begun. Leave that is over is cancelled completely where it doesn't begin before the earliest date.
    ///
    /// # Errors
    ///
    /// The request was rejected or cancelled already, or all of the leave has been taken.
    pub fn cancelled(
        &self,
        by: Actor,
        at: Timestamp,
        CancelDates { today, begun_until, earliest }: CancelDates,
    ) -> Result<Cancelled, NotThere> {
        match self.status {
            LeaveStatus::Pending => Ok(self.ended(by, at, HistoryKind::Withdrawn)),
            LeaveStatus::Approved => {
                let begun = self.period.until(begun_until).filter(|period| self.half_days_within(period).total() > 0);
                match begun {
                    None if begun_until < self.period.end_date() => Ok(self.ended(by, at, HistoryKind::Cancelled)),
                    Some(period) if period != self.period => Ok(self.ended_early(period, by, at)),
                    // Also a second cancellation of the same day: the first one has ended the leave.
                    Some(_) | None if today <= self.period.end_date() => Err(NotThere::LastDay),
                    Some(_) | None if earliest.is_some_and(|earliest| earliest <= self.period.start_date()) => {
                        Ok(self.ended(by, at, HistoryKind::Cancelled))
                    }
                    Some(_) | None => Err(NotThere::Over),
                }
            }
            LeaveStatus::Rejected | LeaveStatus::Cancelled => Err(NotThere::Ended(self.status)),
        }
    }

    fn ended(&self, by: Actor, at: Timestamp, kind: HistoryKind) -> Cancelled {
        let given_back = self.charges.clone();
        let (status, charges) = (LeaveStatus::Cancelled, Charges::default());
        let ended = Self { status, charges, unapplied: None, ..self.clone() };
        Cancelled { request: ended.next(at, by, kind, None), given_back }
    }

    fn ended_early(&self, period: LeavePeriod, by: Actor, at: Timestamp) -> Cancelled {
        let last = period.end_date();
        let given_back = self.charges.filtered(|date| last < date);
        let charges = self.charges.filtered(|date| date <= last);
        let (half_days, interruptions) = (self.half_days_within(&period), self.interruptions_within(&period));
        let ended = Self { period, half_days, charges, interruptions, ..self.clone() };
        Cancelled { request: ended.next(at, by, HistoryKind::EndedEarly, None), given_back }
    }

    fn half_days_within(&self, period: &LeavePeriod) -> HalfDays {
        self.half_days.first(period.dates().count())
    }

    /// Returns the request with its new count after a change of a holiday or the roster, attributed to the author of that change.
    /// Returns none where the count is the same, or where nothing is booked or taken for the request any more.
    pub fn recounted(&self, half_days: HalfDays, charges: Charges, by: Actor, at: Timestamp) -> Option<Self> {
        let differs = half_days != self.half_days || charges != self.charges;
        match self.status {
            LeaveStatus::Pending | LeaveStatus::Approved => differs.then(|| {
                let recounted = Self { half_days, charges, ..self.clone() };
                recounted.next(at, by, HistoryKind::Recounted, None)
            }),
            LeaveStatus::Rejected | LeaveStatus::Cancelled => None,
        }
    }

    /// Returns the request after other leave interrupted it, or gave dates back. `kind` says which of them, `other` is the other
    /// request.
    pub(super) fn interrupted(
        &self,
        counted: (HalfDays, Charges),
        interruptions: Vec<Interruption>,
        (kind, other): (HistoryKind, LeaveRequestId),
        by: Actor,
        at: Timestamp,
    ) -> Self {
        let (half_days, charges) = counted;
        let after = Self { half_days, charges, interruptions, ..self.clone() };
        let entry = HistoryEntry { interrupted_by: Some(other), ..after.history_entry(at, by, kind, None) };
        after.with_history(entry)
    }

    /// Returns the request after `jobs` applied a part of it. This adds no line to the history, which has one for the whole
    /// change already.
    pub(super) fn applied_up_to(&self, unapplied: Option<Unapplied>) -> Self {
        Self { unapplied, version: self.version + 1, ..self.clone() }
    }

    /// Returns the next version, with a line in the history.
    fn next(self, at: Timestamp, by: Actor, kind: HistoryKind, note: Option<Remark>) -> Self {
        let entry = self.history_entry(at, by, kind, note);
        self.with_history(entry)
    }

    fn history_entry(&self, at: Timestamp, by: Actor, kind: HistoryKind, note: Option<Remark>) -> HistoryEntry {
        let (period, half_days) = (self.period, self.half_days.total());
        HistoryEntry { at, by, kind, note, period, half_days, interrupted_by: None }
    }

    fn with_history(self, entry: HistoryEntry) -> Self {
        Self { history: history::with(&self.history, entry), version: self.version + 1, ..self }
    }

    /// Checks that the request wasn't decided, withdrawn or cancelled.
    pub fn must_be_pending(&self) -> Result<(), NotPending> {
        match self.status {
            LeaveStatus::Pending => Ok(()),
            LeaveStatus::Approved | LeaveStatus::Rejected | LeaveStatus::Cancelled => Err(NotPending(self.status)),
        }
    }
}
