//! What a person hasn't read, and what they don't want to hear of.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Notification, NotificationKind, note::oldest_kept};
use crate::{id::NotificationNumber, stored::known_items};

/// The most unread items that an inbox counts: there may be more.
pub const MAX_UNREAD: usize = 100;

/// The state of an inbox: one small item beside the notifications, so that the number of those unread is known without
/// counting, and reading them all is one write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    /// The newest of those that are unread.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    unread: BTreeSet<NotificationNumber>,
    /// Whether older ones than these may be unread too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    more: bool,
    /// Up to where all was read at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    read_through: Option<ReadThrough>,
    /// The newest item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<NotificationNumber>,
    /// The kinds that the person doesn't want to hear of.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty", deserialize_with = "known_items")]
    muted: BTreeSet<NotificationKind>,
    /// Counts the changes of what is muted.
    #[serde(default)]
    preferences_version: u64,
    /// Counts the changes of anything here; 0: not stored yet.
    pub version: u64,
}

/// All items up to one were read at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadThrough {
    /// The newest of them.
    pub last: NotificationNumber,
    /// When.
    pub at: Timestamp,
}

impl Inbox {
    /// How many are unread: [`MAX_UNREAD`] means that many or more.
    pub fn unread_count(&self, now: Timestamp) -> usize {
        self.unread_ids(now).count()
    }

    /// The newest of those that are unread, newest first. What is forgotten counts no more.
    pub fn unread_ids(&self, now: Timestamp) -> impl Iterator<Item = NotificationNumber> {
        self.unread.range(oldest_kept(now)..).rev().copied()
    }

    /// Whether others than [`Inbox::unread_ids`] may be unread; they are older than all of these.
    pub const fn more_unread(&self) -> bool {
        self.more
    }

    /// The newest item.
    pub const fn last(&self) -> Option<NotificationNumber> {
        self.last
    }

    /// The kinds that the person doesn't want to hear of.
    pub const fn muted(&self) -> &BTreeSet<NotificationKind> {
        &self.muted
    }

    /// Counts the changes of what is muted.
    pub const fn preferences_version(&self) -> u64 {
        self.preferences_version
    }

    /// Whether the person wants to hear of that.
    pub fn wants(&self, kind: NotificationKind) -> bool {
        !kind.can_be_muted() || !self.muted.contains(&kind)
    }

    /// When an item was read, by itself or with all others.
    pub fn read_at(&self, note: &Notification) -> Option<Timestamp> {
        let with_others = self.read_through.filter(|through| note.number() <= through.last);
        note.read_at.or(with_others.map(|through| through.at))
    }

    /// With another item.
    #[must_use]
    pub fn with(mut self, note: &Notification) -> Self {
        self.last = Some(note.number());
        self.unread.insert(note.number());
        if self.unread.len() > MAX_UNREAD {
            self.unread.pop_first();
            self.more = true;
        }
        self
    }

    /// With one item read. `older` are unread ones older than those counted, to take its place in the count, and whether
    /// there may be still more.
    #[must_use]
    pub fn with_read(mut self, number: NotificationNumber, older: Option<(Vec<NotificationNumber>, bool)>) -> Self {
        self.unread.remove(&number);
        if let Some((older, more)) = older {
            let room = MAX_UNREAD - self.unread.len();
            let others: Vec<NotificationNumber> = older.into_iter().filter(|other| *other != number).collect();
            self.more = more || others.len() > room;
            self.unread.extend(others.into_iter().take(room));
        }
        self
    }

    /// With everything read that is there.
    #[must_use]
    pub fn with_all_read(mut self, at: Timestamp) -> Self {
        self.unread.clear();
        self.more = false;
        self.read_through = self.last.map(|last| ReadThrough { last, at });
        self
    }

    /// With these kinds muted. What is in the inbox already stays.
    #[must_use]
    pub fn with_muted(mut self, muted: BTreeSet<NotificationKind>) -> Self {
        self.muted = muted;
        self.preferences_version += 1;
        self
    }

    /// The next version.
    #[must_use]
    pub fn next_version(mut self) -> Self {
        self.version += 1;
        self
    }
}
