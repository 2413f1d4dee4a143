//! A swap as the API shows it.

use crate::{RosterShiftAnswer, actions::SwapAction, instant::Instant};
use domain::{
    calendar::WorkDate,
    id::{SwapId, UserId},
    swap::{Approval, Swap, SwapStatus},
    text::Remark,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A swap of shifts between two people.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Swap)]
pub struct SwapAnswer {
    /// The id of the swap.
    id: SwapId,
    /// The id of the person who asks.
    from_user_id: UserId,
    /// The date whose shifts the asker gives away.
    my_date: WorkDate,
    /// The id of the person who is asked.
    with_user_id: UserId,
    /// The date whose shifts the asker takes in return; `null` for "take my shift".
    their_date: Option<WorkDate>,
    /// The state of the swap.
    status: SwapStatus,
    /// Whether a manager decides; `null` until the other person accepts.
    needs_approval: Option<bool>,
    /// The asker's shifts of `my_date` as they were offered.
    offered: Vec<RosterShiftAnswer>,
    /// The other person's shifts of `their_date` as they were offered.
    wanted: Vec<RosterShiftAnswer>,
    /// The note of the person who asked.
    #[schema(value_type = Option<String>)]
    note: Option<Remark>,
    /// The instant at which the person asked answered.
    answered_at: Option<Instant>,
    /// The note of the person who was asked.
    #[schema(value_type = Option<String>)]
    answer_note: Option<Remark>,
    /// The id of the manager who decided.
    decided_by: Option<UserId>,
    /// The instant of the decision.
    decided_at: Option<Instant>,
    /// The note of the manager who decided.
    #[schema(value_type = Option<String>)]
    decision_note: Option<Remark>,
    /// Whether the sole admin decided their own swap, because nobody else could.
    self_decided: bool,
    /// The instant after which the swap can't be decided: the start of its first date.
    expires_at: Instant,
    /// The instant at which the swap was requested.
    created_at: Instant,
    /// The version of the swap; grows with each change.
    version: u64,
    /// The actions that the caller may currently take on the swap.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_actions: Option<Vec<SwapAction>>,
}

impl SwapAnswer {
    /// Sets the actions that the caller may currently take.
    #[must_use]
    pub fn allowing(self, actions: Vec<SwapAction>) -> Self {
        Self { allowed_actions: Some(actions), ..self }
    }

    /// Returns the swap in its state at an instant, with its instants in the asker's zone.
    pub fn new(swap: &Swap, now: Timestamp) -> Self {
        let zone = &swap.zone;
        let shifts = |shifts: &[_]| shifts.iter().map(|shift| RosterShiftAnswer::new(shift, zone)).collect();
        Self {
            id: swap.id,
            from_user_id: swap.from_user_id,
            my_date: swap.my_date,
            with_user_id: swap.with_user_id,
            their_date: swap.their_date,
            status: swap.status_at(now),
            needs_approval: swap.approval.map(|approval| match approval {
                Approval::Needed => true,
                Approval::NotNeeded => false,
            }),
            offered: shifts(&swap.offered),
            wanted: shifts(&swap.wanted),
            note: swap.note.clone(),
            answered_at: swap.answered_at.map(|at| Instant::new(at, zone)),
            answer_note: swap.answer_note.clone(),
            decided_by: swap.decided_by,
            decided_at: swap.decided_at.map(|at| Instant::new(at, zone)),
            decision_note: swap.decision_note.clone(),
            self_decided: swap.self_decided,
            expires_at: Instant::new(swap.begins_at, zone),
            created_at: Instant::new(swap.created_at, zone),
            version: swap.version,
            allowed_actions: None,
        }
    }
}
