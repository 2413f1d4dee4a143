//! Swaps: one person asks another to exchange whole dates, or to take over a date. The other person answers, and if required a
//! manager decides.
//!
//! This module is the state machine. [`crate::roster`] computes how a swap changes the two schedules, and whether the swap is
//! allowed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    calendar::{WorkDate, Zone},
    event::{Fact, RosterFact, SwapEnding},
    id::{DepartmentId, UserId},
    schedule::Shift,
    text::Remark,
};

pub use crate::owned_id::SwapId;

/// A swap request and its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swap {
    /// The swap's id.
    pub id: SwapId,
    /// The id of the person who requests the swap.
    pub from_user_id: UserId,
    /// The requester's department when they requested the swap. The managers of this department see the swap in their list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_department_id: Option<DepartmentId>,
    /// The id of the other person.
    pub with_user_id: UserId,
    /// The other person's department when the swap was requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_department_id: Option<DepartmentId>,
    /// The requester's time zone, in which instants are shown.
    pub zone: Zone,
    /// The date whose shifts the requester gives away.
    pub my_date: WorkDate,
    /// The date whose shifts the requester takes in exchange; absent if the requester only gives shifts away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub their_date: Option<WorkDate>,
    /// The requester's shifts of `my_date` when they requested the swap. The swap exchanges exactly these shifts, or nothing.
    pub offered: Vec<Shift>,
    /// The other person's shifts of `their_date` when the swap was requested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wanted: Vec<Shift>,
    /// The requester's note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Remark>,
    /// The state of the swap as stored. After [`Swap::begins_at`], use [`Swap::status_at`].
    pub status: SwapStatus,
    /// Whether a manager must approve the swap. Known once the other person accepts, because it depends on the settings and the
    /// departments at that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// The beginning of the earlier of the swap's dates. The swap expires then.
    pub begins_at: Timestamp,
    /// The instant of the other person's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// The other person's note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_note: Option<Remark>,
    /// The manager who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<UserId>,
    /// The instant of the manager's decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// The manager's note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_note: Option<Remark>,
    /// Whether the only administrator decided their own swap, because nobody else could.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub self_decided: bool,
    /// The instant of the request.
    pub created_at: Timestamp,
    /// The version, which grows by 1 with each change.
    pub version: u64,
}

/// The state of a swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SwapStatus {
    /// The other person hasn't answered.
    Pending,
    /// The other person accepted. If a manager must approve the swap, nothing has changed yet; otherwise the schedules have
    /// changed.
    Accepted,
    /// A manager approved the swap, and the schedules have changed.
    Approved,
    /// The other person declined.
    Declined,
    /// A manager rejected the swap.
    Rejected,
    /// The requester withdrew the swap, or one of the two people left.
    Withdrawn,
    /// The first of the swap's dates began before a decision.
    Expired,
}

/// Whether a swap requires a manager's approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// The two people decide alone.
    NotNeeded,
    /// A manager must approve the swap.
    Needed,
}

/// The person whose answer a swap waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Awaited {
    /// The other person.
    Other,
    /// A manager.
    Manager,
}

/// A manager's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The manager who decides.
    pub by: UserId,
    /// The instant of the decision.
    pub at: Timestamp,
    /// The note.
    pub note: Option<Remark>,
    /// Whether the only administrator decides their own swap.
    pub self_decided: bool,
}

/// The error of a step that the swap's state doesn't allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Untimely {
    /// The swap is no longer open.
    #[error("already decided")]
    AlreadyDecided(SwapStatus),
    /// The other person has already accepted.
    #[error("already accepted")]
    AlreadyAccepted,
    /// The other person hasn't answered yet.
    #[error("not accepted yet")]
    NotAcceptedYet,
    /// The swap's first date hasn't begun.
    #[error("not over yet")]
    NotExpiredYet,
}

impl Swap {
    /// The state of the swap at an instant. A swap that nobody decided in time is expired, even if that isn't stored yet.
    pub fn status_at(&self, now: Timestamp) -> SwapStatus {
        match self.stored_await() {
            Some(Awaited::Other | Awaited::Manager) if self.begins_at <= now => SwapStatus::Expired,
            Some(Awaited::Other | Awaited::Manager) | None => self.status,
        }
    }

    /// The person whose answer the swap waits for at an instant; `None` once the swap is over.
    pub fn awaits(&self, now: Timestamp) -> Option<Awaited> {
        self.stored_await().filter(|_| now < self.begins_at)
    }

    /// The person whose answer the swap waits for in its stored state, regardless of the time.
    pub const fn stored_await(&self) -> Option<Awaited> {
        match (self.status, self.approval) {
            (SwapStatus::Pending, _) => Some(Awaited::Other),
            (SwapStatus::Accepted, Some(Approval::Needed)) => Some(Awaited::Manager),
            (SwapStatus::Accepted, Some(Approval::NotNeeded) | None)
            | (
                SwapStatus::Approved
                | SwapStatus::Declined
                | SwapStatus::Rejected
                | SwapStatus::Withdrawn
                | SwapStatus::Expired,
                _,
            ) => None,
        }
    }

    /// Whether the person is one of the swap's two people.
    pub fn concerns(&self, user: UserId) -> bool {
        self.from_user_id == user || self.with_user_id == user
    }

    /// The other person accepts. If no approval is required, both schedules change in the same transaction.
    pub fn accepted(&self, approval: Approval, note: Option<Remark>, now: Timestamp) -> Result<Self, Untimely> {
        self.must_await(Awaited::Other, now)?;
        let (status, approval, answered_at) = (SwapStatus::Accepted, Some(approval), Some(now));
        Ok(Self { status, approval, answered_at, answer_note: note, ..self.next() })
    }

    /// The other person declines.
    pub fn declined(&self, note: Option<Remark>, now: Timestamp) -> Result<Self, Untimely> {
        self.must_await(Awaited::Other, now)?;
        Ok(Self { status: SwapStatus::Declined, answered_at: Some(now), answer_note: note, ..self.next() })
    }

    /// A manager approves; both schedules change in the same transaction.
    pub fn approved(&self, ruling: Ruling) -> Result<Self, Untimely> {
        self.ruled(SwapStatus::Approved, ruling)
    }

    /// A manager rejects.
    pub fn rejected(&self, ruling: Ruling) -> Result<Self, Untimely> {
        self.ruled(SwapStatus::Rejected, ruling)
    }

    fn ruled(&self, status: SwapStatus, ruling: Ruling) -> Result<Self, Untimely> {
        let Ruling { by, at, note, self_decided } = ruling;
        self.must_await(Awaited::Manager, at)?;
        let (decided_by, decided_at) = (Some(by), Some(at));
        Ok(Self { status, decided_by, decided_at, decision_note: note, self_decided, ..self.next() })
    }

    /// The requester withdraws the swap, regardless of who has to answer. Also used if one of the two people leaves.
    pub fn withdrawn(&self, now: Timestamp) -> Result<Self, Untimely> {
        match self.awaits(now) {
            Some(Awaited::Other | Awaited::Manager) => Ok(Self { status: SwapStatus::Withdrawn, ..self.next() }),
            None => Err(Untimely::AlreadyDecided(self.status_at(now))),
        }
    }

    /// Stores that nobody decided in time, as readers already see it.
    pub fn expired(&self, now: Timestamp) -> Result<Self, Untimely> {
        match (self.stored_await(), self.begins_at <= now) {
            (Some(Awaited::Other | Awaited::Manager), true) => Ok(Self { status: SwapStatus::Expired, ..self.next() }),
            (Some(Awaited::Other | Awaited::Manager), false) => Err(Untimely::NotExpiredYet),
            (None, _) => Err(Untimely::AlreadyDecided(self.status)),
        }
    }

    /// The fact of the request.
    pub const fn requested_fact(&self) -> Fact {
        Fact::Roster(RosterFact::SwapRequested {
            swap_id: self.id,
            with_user_id: self.with_user_id,
            my_date: self.my_date,
            their_date: self.their_date,
        })
    }

    /// The fact that the other person accepted.
    pub fn accepted_fact(&self) -> Fact {
        let needs_approval = self.approval == Some(Approval::Needed);
        Fact::Roster(RosterFact::SwapAccepted { swap_id: self.id, with_user_id: self.with_user_id, needs_approval })
    }

    /// The fact that both schedules change.
    pub const fn made_fact(&self) -> Fact {
        Fact::Roster(RosterFact::SwapMade {
            swap_id: self.id,
            with_user_id: self.with_user_id,
            my_date: self.my_date,
            their_date: self.their_date,
        })
    }

    /// The fact that the swap ends without a change.
    pub const fn ended_fact(&self, ending: SwapEnding) -> Fact {
        Fact::Roster(RosterFact::SwapEnded { swap_id: self.id, with_user_id: self.with_user_id, ending })
    }

    fn next(&self) -> Self {
        Self { version: self.version + 1, ..self.clone() }
    }

    fn must_await(&self, wanted: Awaited, now: Timestamp) -> Result<(), Untimely> {
        match (self.awaits(now), wanted) {
            (Some(Awaited::Other), Awaited::Other) | (Some(Awaited::Manager), Awaited::Manager) => Ok(()),
            (Some(Awaited::Manager), Awaited::Other) => Err(Untimely::AlreadyAccepted),
            (Some(Awaited::Other), Awaited::Manager) => Err(Untimely::NotAcceptedYet),
            (None, Awaited::Other | Awaited::Manager) => Err(Untimely::AlreadyDecided(self.status_at(now))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01JBPB7N3C5V7X9Z1B3D5F7H9K01JBN2V7Q4W0M3T9K5ZXH8R6CD";

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(3600 * hour).unwrap()
    }

    /// Requested at hour 0; expires at hour 10.
    fn pending() -> Swap {
        let id: SwapId = ID.parse().unwrap();
        Swap {
            id,
            from_user_id: id.owner(),
            from_department_id: None,
            with_user_id: "01JBN2V7Q4W0M3T9K5ZXH8R6CZ".parse().unwrap(),
            with_department_id: None,
            zone: Zone::UTC,
            my_date: "2026-11-02".parse().unwrap(),
            their_date: None,
            offered: Vec::new(),
            wanted: Vec::new(),
            note: None,
            status: SwapStatus::Pending,
            approval: None,
            begins_at: at(10),
            answered_at: None,
            answer_note: None,
            decided_by: None,
            decided_at: None,
            decision_note: None,
            self_decided: false,
            created_at: at(0),
            version: 1,
        }
    }

    fn ruling(hour: i64) -> Ruling {
        Ruling { by: "01JBN2V7Q4W0M3T9K5ZXH8R6CY".parse().unwrap(), at: at(hour), note: None, self_decided: false }
    }

    /// Tries every step at an hour, and returns the states of those that are allowed.
    fn steps(swap: &Swap, hour: i64) -> Vec<SwapStatus> {
        let tried = [
            swap.accepted(Approval::NotNeeded, None, at(hour)),
            swap.declined(None, at(hour)),
            swap.approved(ruling(hour)),
            swap.rejected(ruling(hour)),
            swap.withdrawn(at(hour)),
            swap.expired(at(hour)),
        ];
        let taken: Vec<Swap> = tried.into_iter().filter_map(Result::ok).collect();
        assert!(taken.iter().all(|after| after.version == swap.version + 1));
        taken.into_iter().map(|after| after.status).collect()
    }

    #[test]
    fn each_state_allows_its_own_steps_and_no_others() {
        use SwapStatus::{Accepted, Approved, Declined, Expired, Rejected, Withdrawn};
        let waiting = pending().accepted(Approval::Needed, None, at(1)).unwrap();
        assert_eq!(steps(&pending(), 1), [Accepted, Declined, Withdrawn]);
        assert_eq!(steps(&waiting, 2), [Approved, Rejected, Withdrawn]);
        let ends = [
            pending().accepted(Approval::NotNeeded, None, at(1)).unwrap(),
            pending().declined(None, at(1)).unwrap(),
            waiting.approved(ruling(2)).unwrap(),
            waiting.rejected(ruling(2)).unwrap(),
            waiting.withdrawn(at(2)).unwrap(),
            pending().expired(at(10)).unwrap(),
        ];
        for end in ends {
            for hour in [2, 10] {
                assert_eq!(steps(&end, hour), [], "{:?}", end.status);
                assert_eq!(end.withdrawn(at(hour)), Err(Untimely::AlreadyDecided(end.status)));
            }
        }
        for open in [pending(), waiting] {
            assert_eq!(steps(&open, 10), [Expired], "too late for anything else");
        }
    }

    /// "expired (when the first date begins)"
    #[test]
    fn an_undecided_swap_counts_as_expired_once_its_first_date_begins() {
        assert_eq!(pending().status_at(at(9)), SwapStatus::Pending);
        assert_eq!((pending().status_at(at(10)), pending().awaits(at(10))), (SwapStatus::Expired, None));
        let late = pending().accepted(Approval::NotNeeded, None, at(10));
        assert_eq!(late, Err(Untimely::AlreadyDecided(SwapStatus::Expired)));
        let made = pending().accepted(Approval::NotNeeded, None, at(9)).unwrap();
        assert_eq!(made.status_at(at(11)), SwapStatus::Accepted);
    }

    #[test]
    fn the_other_person_answers_once_before_a_manager_decides() {
        assert_eq!(pending().approved(ruling(1)), Err(Untimely::NotAcceptedYet));
        let waiting = pending().accepted(Approval::Needed, None, at(1)).unwrap();
        assert_eq!(waiting.accepted(Approval::Needed, None, at(2)), Err(Untimely::AlreadyAccepted));
        assert_eq!(waiting.declined(None, at(2)), Err(Untimely::AlreadyAccepted));
    }
}
