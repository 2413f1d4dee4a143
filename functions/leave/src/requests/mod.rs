//! Leave requests: people ask for leave, and their managers decide.

pub(crate) mod cancel;
pub(crate) mod change;
pub(crate) mod decide;
pub(crate) mod list;
pub(crate) mod preview;
pub(crate) mod read;
pub(crate) mod request;
