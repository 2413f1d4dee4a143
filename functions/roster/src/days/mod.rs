//! Overrides of the pattern on single dates.

pub(crate) mod plan;
pub(crate) mod preview;
pub(crate) mod unplan;
