//! Swaps: asked for by one person, answered by another, and decided by a manager where that is needed.

pub(crate) mod ask;
pub(crate) mod decide;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod withdraw;
