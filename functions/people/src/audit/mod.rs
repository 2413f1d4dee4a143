//! `/audit`: who changed what and when, with the subject before and after; for admins.

pub(crate) mod list;
