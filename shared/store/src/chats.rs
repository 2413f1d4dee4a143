//! Chats of departments: where each is, and the list of those that get news.
//!
//! The address of a chat is enough to write to it, so it is encrypted. The list has the departments and kinds only. `notify` reads
//! the list with each batch, and `messages` reads the address when it sends.

use std::{collections::BTreeSet, fmt};

use domain::{
    chat::{ChatKind, ChatService, DepartmentChats},
    id::{DepartmentId, EventId, UserId},
    outgoing::OutgoingMessage,
    user::User,
};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Stamp, Store, StoreError, commit::When, departments::DepartmentRecord, item::Item, keys,
};

/// The number of days for which the mark of an event's news is kept. It is longer than the stream and the outbox can deliver the
/// event again.
const NOTIFIED_DAYS: i64 = 8;

/// The chat of a department.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chat {
    /// The department.
    pub department_id: DepartmentId,
    /// The service.
    pub service: ChatService,
    /// The address of the webhook, encrypted under the keys of the company.
    pub sealed: String,
    /// The host of the address.
    pub host: String,
    /// The kinds of news that the chat gets.
    pub kinds: BTreeSet<ChatKind>,
    /// The administrator who set the chat.
    pub set_by: UserId,
    /// The instant at which the chat was set.
    pub set_at: Timestamp,
    /// The instant from which the service doesn't know the address any more; none while it takes messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<Timestamp>,
    /// The number of changes, from 1.
    pub version: u64,
}

impl fmt::Debug for Chat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chat").field("department_id", &self.department_id).finish_non_exhaustive()
    }
}

/// The items that a change of a department's chat depends on.
#[derive(Debug)]
pub struct ChatSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The department.
    pub department: Option<DepartmentRecord>,
    /// The chat, if the department has one.
    pub chat: Option<Chat>,
    /// The list of all chats.
    pub list: DepartmentChats,
}

impl Store {
    /// Reads the items that a change of a department's chat depends on: one BatchGetItem.
    pub async fn chat_snapshot(&self, caller: UserId, department: DepartmentId) -> Result<ChatSnapshot, StoreError> {
        let (profile, of) = (keys::profile(caller), keys::department(department));
        let (chat, list) = (keys::chat(department), keys::chats());
        let mut items = self.read([profile.clone(), of.clone(), chat.clone(), list.clone()]).await?;
        Ok(ChatSnapshot {
            caller: items.take(&profile)?,
            department: items.take(&of)?,
            chat: items.take(&chat)?,
            list: items.take(&list)?.unwrap_or_default(),
        })
    }

    /// Returns the chat of a department, and the list of all chats.
    pub async fn chat(&self, department: DepartmentId) -> Result<(Option<Chat>, DepartmentChats), StoreError> {
        let (chat, list) = (keys::chat(department), keys::chats());
        let mut items = self.read([chat.clone(), list.clone()]).await?;
        Ok((items.take(&chat)?, items.take(&list)?.unwrap_or_default()))
    }

    /// Stores news for a department's chat, once for each event.
    pub async fn queue_chat_news(
        &self,
        department: DepartmentId,
        event: EventId,
        messages: &[OutgoingMessage],
        stamp: Stamp,
    ) -> Result<(), StoreError> {
        let kept_until = stamp.at.saturating_add((24 * NOTIFIED_DAYS).hours()).unwrap_or(Timestamp::MAX);
        let mut commit = Commit::without_event(stamp);
        let mark = Item::new(keys::chat_notified(department, event), &serde_json::json!({}))?.expires_at(kept_until);
        commit.put(mark, When::Absent, Some(Condition::Notified))?;
        for message in messages {
            commit.queue_message(message)?;
        }
        commit.send_if_unchanged(self).await?;
        Ok(())
    }
}

impl Commit {
    /// Puts the next version of a department's chat and of the list.
    pub fn put_chat(&mut self, chat: &Chat, list: &DepartmentChats) -> Result<(), StoreError> {
        let kinds = if chat.stopped_at.is_some() { BTreeSet::new() } else { chat.kinds.clone() };
        let before = When::Version(chat.version.saturating_sub(1));
        self.put(Item::next(keys::chat(chat.department_id), chat)?, before, Some(Condition::Version))?;
        self.put_chats(list, &list.with(chat.department_id, kinds))
    }

    /// Removes a department's chat.
    pub fn remove_chat(&mut self, department: DepartmentId, list: &DepartmentChats) -> Result<(), StoreError> {
        self.delete(&keys::chat(department), None, None)?;
        self.put_chats(list, &list.with(department, BTreeSet::new()))
    }

    fn put_chats(&mut self, before: &DepartmentChats, after: &DepartmentChats) -> Result<(), StoreError> {
        self.put(Item::next(keys::chats(), after)?, When::Version(before.version), Some(Condition::Version))
    }
}
