//! Facts about rosters: patterns, plans, swaps and calendar feeds.

use serde::{Deserialize, Serialize};

use crate::{
    calendar::WorkDate,
    id::{SwapId, UserId},
};

/// Facts about rosters: patterns, plans, swaps and calendar feeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RosterFact {
    /// Someone's pattern changed, or a pattern was added.
    PatternChanged {
        /// The first date to which the pattern applies.
        effective_from: WorkDate,
    },
    /// A manager planned a date differently from the pattern.
    DayPlanned {
        /// The planned date.
        date: WorkDate,
    },
    /// A manager removed the plan of a date. The pattern applies to the date again.
    DayPlanRemoved {
        /// The date.
        date: WorkDate,
    },
    /// Someone asked another person to swap shifts, or to take over a shift.
    SwapRequested {
        /// The id of the swap. Its owner is the person who asks.
        swap_id: SwapId,
        /// The person who is asked.
        with_user_id: UserId,
        /// The date of the person who asks.
        my_date: WorkDate,
        /// The date of the person who is asked; absent where that person only takes over a shift.
        their_date: Option<WorkDate>,
    },
    /// The other person accepted a swap. Where a manager must approve it, nothing has changed yet. Otherwise a `swap_made`
    /// follows in the same event.
    SwapAccepted {
        /// The id of the swap.
        swap_id: SwapId,
        /// The person who accepted.
        with_user_id: UserId,
        /// Whether a manager must approve the swap.
        needs_approval: bool,
    },
    /// A swap took effect: both schedules changed.
    SwapMade {
        /// The id of the swap.
        swap_id: SwapId,
        /// The person who was asked.
        with_user_id: UserId,
        /// The date of the person who asked.
        my_date: WorkDate,
        /// The date of the person who was asked; absent where that person only takes over a shift.
        their_date: Option<WorkDate>,
    },
    /// A swap ended without any change.
    SwapEnded {
        /// The id of the swap.
        swap_id: SwapId,
        /// The person who was asked.
        with_user_id: UserId,
        /// The reason why the swap ended.
        ending: SwapEnding,
    },
    /// Someone created the address of their calendar feed. An earlier address is void.
    CalendarFeedMade,
    /// Someone's calendar feed was revoked.
    CalendarFeedRevoked,
}

/// How a swap ended without any change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SwapEnding {
    /// The other person declined.
    Declined,
    /// A manager rejected the swap.
    Rejected,
    /// The person who asked withdrew the swap, or one of the two people left.
    Withdrawn,
    /// The first of its dates began before the swap was decided.
    Expired,
}
