//! Exports: reports that `jobs` writes to files. Clients fetch the files when they are ready.

pub(crate) mod follow;
mod shown;
pub(crate) mod start;
