//! The definition of the table that the stack creates.

use serde_json::Value;

/// The name of the table.
pub(crate) const NAME: &str = "rollcall";

/// The keys, indexes, stream and time to live of the table, as in the template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Definition {
    /// The body of a `CreateTable` request.
    pub(crate) create: Value,
    /// The name of the time-to-live attribute.
    pub(crate) ttl: String,
}
