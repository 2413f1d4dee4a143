//! The table that the stack creates.

use serde_json::Value;

/// The table's name.
pub(crate) const NAME: &str = "rollcall";

/// Keys, indexes, stream and time to live, as the template has them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Definition {
    /// The body of a `CreateTable` request.
    pub(crate) create: Value,
    /// The attribute that says when an item may be forgotten.
    pub(crate) ttl: String,
}
