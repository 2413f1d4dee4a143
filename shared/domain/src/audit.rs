//! Who changed what, when, before and after.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{EventId, ServiceTokenId, UserId};

/// One change as the audit keeps it. Secrets never enter `before` or `after`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// The same id as the change's event.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// The user or job that made the change.
    pub actor: Actor,
    /// What was changed: a user's id, `settings`, `department:<id>` and the like.
    pub subject: String,
    /// What was done, as the event's kind names it.
    pub action: String,
    /// The subject before, where there was one.
    pub before: Option<serde_json::Value>,
    /// The subject after, where it is still there.
    pub after: Option<serde_json::Value>,
}

/// The user, system or job that makes a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Actor {
    /// A person.
    User {
        /// The id of the person.
        id: UserId,
    },
    /// A system of the company, by its service token.
    ServiceToken {
        /// The id of the service token.
        id: ServiceTokenId,
    },
    /// Rollcall itself: a schedule, or a job.
    System,
}
