//! Audit entries: each records who made a change, when, and the subject before and after it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{EventId, ServiceTokenId, UserId};

/// One change as the audit stores it. `before` and `after` never contain secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// The same id as the change's event.
    pub id: EventId,
    /// The instant of the change.
    pub at: Timestamp,
    /// The user or job that made the change.
    pub actor: Actor,
    /// The subject of the change: a user's id, `settings`, `department:<id>` and the like.
    pub subject: String,
    /// The action, named as the event's kind.
    pub action: String,
    /// The subject before the change; absent if it didn't exist.
    pub before: Option<serde_json::Value>,
    /// The subject after the change; absent if it no longer exists.
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
    /// A system of the company, identified by its service token.
    ServiceToken {
        /// The id of the service token.
        id: ServiceTokenId,
    },
    /// Rollcall itself: a scheduled job or a background job.
    System,
}
