//! Chats of departments: a channel of Slack or Microsoft Teams that gets news of a department's people. Nothing is ever read from
//! a chat.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{id::DepartmentId, stored::known_items};

/// A service for chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatService {
    /// Slack, with an incoming webhook.
    Slack,
    /// Microsoft Teams, with a workflow that posts what its webhook receives.
    Teams,
}

/// A kind of news for chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatKind {
    /// Someone clocked in after the grace period.
    Late,
    /// People haven't arrived although the grace period of their shift is over.
    NotArrived,
    /// Someone's leave was approved.
    LeaveApproved,
}

/// The departments that have chats, with the kinds of news that each chat gets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentChats {
    /// The kinds by department.
    #[serde(default)]
    chats: BTreeMap<DepartmentId, ChatKinds>,
    /// The number of changes; 0 means that none is stored.
    #[serde(default)]
    pub version: u64,
}

/// The kinds of news of one chat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct ChatKinds {
    #[serde(default, deserialize_with = "known_items")]
    kinds: BTreeSet<ChatKind>,
}

impl DepartmentChats {
    /// Returns whether a department's chat gets news of a kind.
    pub fn wants(&self, department: DepartmentId, kind: ChatKind) -> bool {
        self.chats.get(&department).is_some_and(|chat| chat.kinds.contains(&kind))
    }

    /// Returns the next version, in which a department's chat gets news of these kinds. Without kinds the department has no chat.
    #[must_use]
    pub fn with(&self, department: DepartmentId, kinds: BTreeSet<ChatKind>) -> Self {
        let mut after = Self { chats: self.chats.clone(), version: self.version + 1 };
        if kinds.is_empty() {
            after.chats.remove(&department);
        } else {
            after.chats.insert(department, ChatKinds { kinds });
        }
        after
    }
}
