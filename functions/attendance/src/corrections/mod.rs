//! Corrections: asked for by whose day it is, decided by who is in charge of them.

pub(crate) mod decide;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod request;
pub(crate) mod withdraw;
