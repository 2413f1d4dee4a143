//! The request: what is asked for, what became of it, and how it may change.

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

/// Leave that someone asks for, or that was entered for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveRequest {
    /// Which.
    pub id: LeaveRequestId,
    /// Who will be away.
    pub user_id: UserId,
    /// The department that the person belonged to when it last changed: whose managers have it in their list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department_id: Option<DepartmentId>,
    /// The person's zone, in which its instants are shown.
    pub zone: Zone,
    /// Of which type.
    #[serde(rename = "type")]
    pub leave_type: LeaveTypeCode,
    /// From when to when.
    #[serde(flatten)]
    pub period: LeavePeriod,
    /// What each of its dates counts.
    pub half_days: HalfDays,
    /// What is booked for it in the ledger: reserved while it is pending, used once approved. Nothing for types that
    /// aren't counted.
    #[serde(default, skip_serializing_if = "Charges::is_empty")]
    pub charges: Charges,
    /// What other leave has taken of its dates, and counts for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interruptions: Vec<Interruption>,
    /// What of it `jobs` has still to apply: leave, approved or cancelled afterwards, that reaches so far back, or interrupts so
    /// much other leave, that one transaction doesn't hold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unapplied: Option<Unapplied>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What became of it.
    pub status: LeaveStatus,
    /// Who decided, or entered it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<UserId>,
    /// When that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// What was said with the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Remark>,
    /// Whether the sole admin decided their own, because there was nobody else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub self_decided: bool,
    /// What happened to it, oldest first.
    pub history: Vec<HistoryEntry>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: u64,
}

/// The state of a leave request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeaveStatus {
    /// Nobody has decided yet.
    Pending,
    /// The person is, was or will be away.
    Approved,
    /// They are not to be away.
    Rejected,
    /// Withdrawn before the decision, cancelled before it began, or cancelled afterwards because it was never taken.
    Cancelled,
}

/// What someone wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileUpdate {
    /// The code of the leave type.
    pub leave_type: LeaveTypeCode,
    /// From when to when.
    pub period: LeavePeriod,
    /// What each date counts.
    pub half_days: HalfDays,
    /// What is booked for it.
    pub charges: Charges,
    /// What other leave has taken of its dates.
    pub interruptions: Vec<Interruption>,
    /// Why.
    pub reason: Option<Reason>,
}

/// A request to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// Its id, which names the person.
    pub id: LeaveRequestId,
    /// The person's department.
    pub department_id: Option<DepartmentId>,
    /// The person's zone.
    pub zone: Zone,
    /// What is wanted.
    pub wish: ProfileUpdate,
    /// When.
    pub at: Timestamp,
}

/// It isn't pending any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("already decided")]
pub struct NotPending(pub LeaveStatus);

/// There is nothing to cancel: it was rejected or cancelled already, or all of it has been taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotThere {
    /// It ended otherwise.
    #[error("rejected or cancelled already")]
    Ended(LeaveStatus),
    /// The leave is over.
    #[error("the leave is over")]
    Over,
}

/// How a request ends before its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    /// The request as it is then.
    pub request: LeaveRequest,
    /// What of its charges is given back: reserved where it was pending, used where it was approved.
    pub given_back: Charges,
}

impl LeaveRequest {
    /// A request that waits for a decision.
    pub fn requested(new: NewRequest) -> Self {
        let by = Actor::User { id: new.id.owner() };
        Self::made(new, LeaveStatus::Pending, by, HistoryKind::Requested)
    }

    /// Leave that a manager enters for the person: approved at once.
    pub fn entered(new: NewRequest, by: UserId) -> Self {
        let at = new.at;
        let made = Self::made(new, LeaveStatus::Approved, Actor::User { id: by }, HistoryKind::Entered);
        Self { decided_by: Some(by), decided_at: Some(at), ..made }
    }

    fn made(new: NewRequest, status: LeaveStatus, by: Actor, kind: HistoryKind) -> Self {
        let NewRequest { id, department_id, zone, wish, at } = new;
        let ProfileUpdate { leave_type, period, half_days, charges, interruptions, reason } = wish;
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

    /// What it covers.
    pub fn extent(&self) -> Extent<'_> {
        Extent { period: self.period, interruptions: &self.interruptions }
    }

    /// Whether its type was counted when it was booked: what was asked for while it wasn't stays unbooked.
    pub(super) fn was_counted(&self) -> bool {
        !self.charges.is_empty() || self.half_days.total() == 0
    }

    /// What approved leave leaves in the schedule.
    pub fn leave_ref(&self) -> LeaveRef {
        LeaveRef { request_id: self.id, leave_type: self.leave_type.clone() }
    }

    /// The request of someone who moved: from now on it is in the lists of the department that they belong to.
    #[must_use]
    pub fn moved(&self, department_id: Option<DepartmentId>) -> Self {
        Self { department_id, version: self.version + 1, ..self.clone() }
    }

    /// The request as who asks wants it now, while it is pending.
    pub fn changed(&self, wish: ProfileUpdate, at: Timestamp) -> Result<Self, NotPending> {
        self.must_be_pending()?;
        let ProfileUpdate { leave_type, period, half_days, charges, interruptions, reason } = wish;
        let changed = Self { leave_type, period, half_days, charges, interruptions, reason, ..self.clone() };
        Ok(changed.next(at, Actor::User { id: self.user_id }, HistoryKind::Changed, None))
    }

    /// What other leave has taken of another period.
    pub(super) fn interruptions_within(&self, period: &LeavePeriod) -> Vec<Interruption> {
        let extent = Extent::from(*period);
        let touches = |interruption: &&Interruption| extent.first_common(&interruption.period).is_some();
        self.interruptions.iter().filter(touches).copied().collect()
    }

    /// The request as it was decided: once, and only while it is pending. `half_days` and `charges` are what it comes to
    /// by the schedule of now; rejected, nothing is booked for it any more.
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

    /// The request withdrawn or cancelled. `begun_until` is the last date on which its leave has begun (see
    /// [`begun_until`](super::begun_until)): leave under way stays approved and ends there. Leave that is over is cancelled whole
    /// where it doesn't begin before `earliest`; without that it isn't.
    ///
    /// # Errors
    ///
    /// The request was rejected or cancelled already, or all of the leave has been taken.
    pub fn cancelled(
        &self,
        by: Actor,
        at: Timestamp,
        begun_until: WorkDate,
        earliest: Option<WorkDate>,
    ) -> Result<Cancelled, NotThere> {
        match self.status {
            LeaveStatus::Pending => Ok(self.ended(by, at, HistoryKind::Withdrawn)),
            LeaveStatus::Approved => {
                let begun = self.period.until(begun_until).filter(|period| self.half_days_within(period).total() > 0);
                match begun {
                    None if begun_until < self.period.end_date() => Ok(self.ended(by, at, HistoryKind::Cancelled)),
                    Some(period) if period != self.period => Ok(self.ended_early(period, by, at)),
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

    /// The request as it counts after a holiday or the roster changed, by whose change it is; none where it counts as
    /// before, or where nothing is booked or taken for it any more.
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

    /// The request as it counts after other leave took dates of it, or gave some back. `kind` says which, `other` whose.
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

    /// The request after `jobs` applied a part of it: the history has a line for the whole already.
    pub(super) fn applied_up_to(&self, unapplied: Option<Unapplied>) -> Self {
        Self { unapplied, version: self.version + 1, ..self.clone() }
    }

    /// The next version, with a line in the history.
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

    /// Fails where the request was decided, withdrawn or cancelled.
    pub fn must_be_pending(&self) -> Result<(), NotPending> {
        match self.status {
            LeaveStatus::Pending => Ok(()),
            LeaveStatus::Approved | LeaveStatus::Rejected | LeaveStatus::Cancelled => Err(NotPending(self.status)),
        }
    }
}
