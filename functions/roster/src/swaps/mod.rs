//! Swaps: one person asks, another answers, and a manager decides where approval is needed.

pub(crate) mod ask;
pub(crate) mod decide;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod withdraw;
