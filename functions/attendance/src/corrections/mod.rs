//! Corrections: a person requests a change of their own day, and a manager in charge of the person decides.

pub(crate) mod decide;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod request;
pub(crate) mod withdraw;
