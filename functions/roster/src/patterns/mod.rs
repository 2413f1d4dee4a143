//! Patterns: what comes back week by week.

pub(crate) mod body;
pub(crate) mod preview;
pub(crate) mod put;
pub(crate) mod read;
pub(crate) mod shown;
