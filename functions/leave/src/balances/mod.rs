//! What people have of leave, and the ledger behind it.

pub(crate) mod adjust;
pub(crate) mod ledger;
pub(crate) mod read;
