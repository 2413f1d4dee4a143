//! Leave balances, and the ledger that they are computed from.

pub(crate) mod adjust;
pub(crate) mod import;
pub(crate) mod ledger;
pub(crate) mod read;
