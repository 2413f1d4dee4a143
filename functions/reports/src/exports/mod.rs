//! Exports: reports that `jobs` writes to files. Clients fetch the files when they are ready.

pub(crate) mod follow;
pub(crate) mod start;
