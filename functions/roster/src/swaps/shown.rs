//! A swap as the API shows it.

use domain::{
    calendar::WorkDate,
    id::{SwapId, UserId},
    swap::{Approval, Swap, SwapStatus},
    text::Remark,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use web::instant::Instant;

use crate::assigned::ShiftAnswer;

/// `Swap` of the contract.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Swap)]
pub(crate) struct SwapAnswer {
    id: SwapId,
    /// Who asks.
    from_user_id: UserId,
    /// The date whose shifts the asker gives away.
    my_date: WorkDate,
    /// Who is asked.
    with_user_id: UserId,
    /// The date whose shifts the asker takes for it; null: "take my shift".
    their_date: Option<WorkDate>,
    status: SwapStatus,
    /// Whether a manager says the last word; null until the other accepts.
    needs_approval: Option<bool>,
    /// The asker's shifts of `my_date` as they were offered: these change hands, or nothing.
    offered: Vec<ShiftAnswer>,
    /// The other's shifts of `their_date`, likewise.
    wanted: Vec<ShiftAnswer>,
    #[schema(value_type = Option<String>)]
    note: Option<Remark>,
    answered_at: Option<Instant>,
    #[schema(value_type = Option<String>)]
    answer_note: Option<Remark>,
    decided_by: Option<UserId>,
    decided_at: Option<Instant>,
    #[schema(value_type = Option<String>)]
    decision_note: Option<Remark>,
    /// Whether the sole admin decided their own, because there was nobody else.
    self_decided: bool,
    /// When the first of its dates begins: nobody can decide any more then.
    expires_at: Instant,
    created_at: Instant,
    version: u64,
}

impl SwapAnswer {
    /// The swap as it stands at an instant, its instants in the asker's zone.
    pub(crate) fn new(swap: &Swap, now: Timestamp) -> Self {
        let zone = &swap.zone;
        let shifts = |shifts: &[_]| shifts.iter().map(|shift| ShiftAnswer::new(shift, zone)).collect();
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
        }
    }
}
