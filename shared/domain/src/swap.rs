//! Swaps: one person asks another to exchange whole dates, or to take theirs; the other answers, and where it is needed a
//! manager decides.
//!
//! This is the state machine. What a swap makes of the two schedules, and whether it may, is [`crate::roster`]'s.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    calendar::{WorkDate, Zone},
    event::{Fact, SwapEnding},
    id::{DepartmentId, UserId},
    schedule::Shift,
    text::Remark,
};

pub use crate::owned_id::SwapId;

/// What one person asks another, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swap {
    /// Which.
    pub id: SwapId,
    /// The id of the person who asks.
    pub from_user_id: UserId,
    /// The asker's department when they asked: whose managers have it in their list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_department_id: Option<DepartmentId>,
    /// The id of the person who is asked.
    pub with_user_id: UserId,
    /// The other's department when they were asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_department_id: Option<DepartmentId>,
    /// The asker's zone, in which instants are shown.
    pub zone: Zone,
    /// The date whose shifts the asker gives away.
    pub my_date: WorkDate,
    /// The date whose shifts the asker takes for it; none: "take my shift".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub their_date: Option<WorkDate>,
    /// The asker's shifts of `my_date` as they were when they asked: these are what changes hands, or nothing.
    pub offered: Vec<Shift>,
    /// The other person's shifts of `their_date` as they were offered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wanted: Vec<Shift>,
    /// What the asker says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Remark>,
    /// What became of it; past [`Swap::begins_at`] see [`Swap::status_at`].
    pub status: SwapStatus,
    /// Who says the last word. Known once the other accepts, because it hangs on the settings and the departments then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// When the first of its dates begins: then it is too late.
    pub begins_at: Timestamp,
    /// When the other answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// What the other said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_note: Option<Remark>,
    /// The manager who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<UserId>,
    /// When they decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// What they said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_note: Option<Remark>,
    /// Whether the sole admin decided their own, because there was nobody else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub self_decided: bool,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Counts the changes.
    pub version: u64,
}

/// The state of a swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SwapStatus {
    /// The other hasn't answered.
    Pending,
    /// The other said yes. Where a manager must approve nothing has changed yet; else it is made.
    Accepted,
    /// A manager said yes too: it is made.
    Approved,
    /// The other said no.
    Declined,
    /// A manager said no.
    Rejected,
    /// The asker doesn't want it any more, or one of the two left.
    Withdrawn,
    /// The first of its dates began.
    Expired,
}

/// Who says the last word on a swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// The two alone.
    NotNeeded,
    /// A manager.
    Needed,
}

/// Whose word a swap waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Awaited {
    /// The one who is asked.
    Other,
    /// A manager.
    Manager,
}

/// A manager's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// The note.
    pub note: Option<Remark>,
    /// Whether it is the sole admin's own.
    pub self_decided: bool,
}

/// A step that the swap's state doesn't allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Untimely {
    /// It isn't open any more.
    #[error("already decided")]
    AlreadyDecided(SwapStatus),
    /// The other has already said yes.
    #[error("already accepted")]
    AlreadyAccepted,
    /// The other hasn't answered yet.
    #[error("not accepted yet")]
    NotAcceptedYet,
    /// Its first date hasn't begun.
    #[error("not over yet")]
    NotExpiredYet,
}

impl Swap {
    /// What became of it by that instant: what nobody decided in time has expired, whether or not that was written.
    pub fn status_at(&self, now: Timestamp) -> SwapStatus {
        match self.stored_await() {
            Some(Awaited::Other | Awaited::Manager) if self.begins_at <= now => SwapStatus::Expired,
            Some(Awaited::Other | Awaited::Manager) | None => self.status,
        }
    }

    /// Whose word it waits for at that instant; nobody's once it is over.
    pub fn awaits(&self, now: Timestamp) -> Option<Awaited> {
        self.stored_await().filter(|_| now < self.begins_at)
    }

    /// Whose word it waited for when it was written, whatever the time.
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

    /// Whether it concerns that person: as who asks or who is asked.
    pub fn concerns(&self, user: UserId) -> bool {
        self.from_user_id == user || self.with_user_id == user
    }

    /// The other says yes. Without the need of an approval both schedules change along.
    pub fn accepted(&self, approval: Approval, note: Option<Remark>, now: Timestamp) -> Result<Self, Untimely> {
        self.must_await(Awaited::Other, now)?;
        let (status, approval, answered_at) = (SwapStatus::Accepted, Some(approval), Some(now));
        Ok(Self { status, approval, answered_at, answer_note: note, ..self.next() })
    }

    /// The other says no.
    pub fn declined(&self, note: Option<Remark>, now: Timestamp) -> Result<Self, Untimely> {
        self.must_await(Awaited::Other, now)?;
        Ok(Self { status: SwapStatus::Declined, answered_at: Some(now), answer_note: note, ..self.next() })
    }

    /// A manager says yes; both schedules change along.
    pub fn approved(&self, ruling: Ruling) -> Result<Self, Untimely> {
        self.ruled(SwapStatus::Approved, ruling)
    }

    /// A manager says no.
    pub fn rejected(&self, ruling: Ruling) -> Result<Self, Untimely> {
        self.ruled(SwapStatus::Rejected, ruling)
    }

    fn ruled(&self, status: SwapStatus, ruling: Ruling) -> Result<Self, Untimely> {
        let Ruling { by, at, note, self_decided } = ruling;
        self.must_await(Awaited::Manager, at)?;
        let (decided_by, decided_at) = (Some(by), Some(at));
        Ok(Self { status, decided_by, decided_at, decision_note: note, self_decided, ..self.next() })
    }

    /// The asker takes it back, whoever's word it waits for; also where one of the two leaves.
    pub fn withdrawn(&self, now: Timestamp) -> Result<Self, Untimely> {
        match self.awaits(now) {
            Some(Awaited::Other | Awaited::Manager) => Ok(Self { status: SwapStatus::Withdrawn, ..self.next() }),
            None => Err(Untimely::AlreadyDecided(self.status_at(now))),
        }
    }

    /// Nobody decided in time: what readers see already, written down.
    pub fn expired(&self, now: Timestamp) -> Result<Self, Untimely> {
        match (self.stored_await(), self.begins_at <= now) {
            (Some(Awaited::Other | Awaited::Manager), true) => Ok(Self { status: SwapStatus::Expired, ..self.next() }),
            (Some(Awaited::Other | Awaited::Manager), false) => Err(Untimely::NotExpiredYet),
            (None, _) => Err(Untimely::AlreadyDecided(self.status)),
        }
    }

    /// What is told when it is asked for.
    pub const fn requested_fact(&self) -> Fact {
        Fact::SwapRequested {
            swap_id: self.id,
            with_user_id: self.with_user_id,
            my_date: self.my_date,
            their_date: self.their_date,
        }
    }

    /// What is told when the other says yes.
    pub fn accepted_fact(&self) -> Fact {
        let needs_approval = self.approval == Some(Approval::Needed);
        Fact::SwapAccepted { swap_id: self.id, with_user_id: self.with_user_id, needs_approval }
    }

    /// What is told when both schedules change.
    pub const fn made_fact(&self) -> Fact {
        Fact::SwapMade {
            swap_id: self.id,
            with_user_id: self.with_user_id,
            my_date: self.my_date,
            their_date: self.their_date,
        }
    }

    /// What is told when it ends without any change.
    pub const fn ended_fact(&self, ending: SwapEnding) -> Fact {
        Fact::SwapEnded { swap_id: self.id, with_user_id: self.with_user_id, ending }
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

    /// Asked for at hour 0; too late at hour 10.
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

    /// Every step, tried at an hour; those that are taken.
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
    fn what_nobody_decided_in_time_is_expired_though_nobody_wrote_it_down() {
        assert_eq!(pending().status_at(at(9)), SwapStatus::Pending);
        assert_eq!((pending().status_at(at(10)), pending().awaits(at(10))), (SwapStatus::Expired, None));
        let late = pending().accepted(Approval::NotNeeded, None, at(10));
        assert_eq!(late, Err(Untimely::AlreadyDecided(SwapStatus::Expired)));
        let made = pending().accepted(Approval::NotNeeded, None, at(9)).unwrap();
        assert_eq!(made.status_at(at(11)), SwapStatus::Accepted);
    }

    #[test]
    fn a_manager_waits_for_the_other_and_the_other_answers_once() {
        assert_eq!(pending().approved(ruling(1)), Err(Untimely::NotAcceptedYet));
        let waiting = pending().accepted(Approval::Needed, None, at(1)).unwrap();
        assert_eq!(waiting.accepted(Approval::Needed, None, at(2)), Err(Untimely::AlreadyAccepted));
        assert_eq!(waiting.declined(None, at(2)), Err(Untimely::AlreadyAccepted));
    }
}
