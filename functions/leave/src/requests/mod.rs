//! Leave requests: asked for by who wants to be away, decided by who is in charge of them.

pub(crate) mod cancel;
pub(crate) mod change;
pub(crate) mod decide;
pub(crate) mod list;
pub(crate) mod preview;
pub(crate) mod read;
pub(crate) mod request;
