//! Patterns: weekly plans that repeat.

pub(crate) mod body;
pub(crate) mod preview;
pub(crate) mod put;
pub(crate) mod read;
pub(crate) mod shown;
