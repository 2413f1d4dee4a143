//! The company's types of leave.

pub(crate) mod list;
pub(crate) mod put;
