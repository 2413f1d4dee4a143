//! `/audit`: who changed what, when, before and after; for admins.

pub(crate) mod list;
