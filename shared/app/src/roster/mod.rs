//! Rosters: patterns, plans of single dates, imports, swaps between two people, and calendar feeds.

pub mod calendar_feed;
mod day_plan_draft;
pub mod imports;
mod pattern_draft;
pub mod plans;
pub mod swaps;

pub use self::{
    day_plan_draft::{DayPlanDraft, DayPlanRefusal},
    pattern_draft::{MAX_SHIFTS, PatternDraft, WeekDraft},
    swaps::SwapUseRefusal,
};
