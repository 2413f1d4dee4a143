//! Exports: reports made as files by `jobs`, to be fetched when they are ready.

pub(crate) mod follow;
mod shown;
pub(crate) mod start;
