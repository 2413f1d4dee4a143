//! The inbox of a person: the unread notifications, the muted kinds and the kinds that also go to other channels.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Channels, Notification, NotificationKind, StopReason, note::oldest_kept};
use crate::{id::NotificationNumber, stored::known_items};

/// The most unread notifications that an inbox counts. There may be more.
pub const MAX_UNREAD: usize = 100;

/// The state of an inbox. It is one small item, separate from the notifications. The number of unread notifications is known
/// without counting them, and marking all of them as read is one write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    /// The newest unread notifications.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    unread: BTreeSet<NotificationNumber>,
    /// Whether older unread notifications may exist.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    more: bool,
    /// The last time that all notifications were marked as read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    read_through: Option<ReadThrough>,
    /// The number of the newest notification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<NotificationNumber>,
    /// The kinds that the person has muted.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty", deserialize_with = "known_items")]
    muted: BTreeSet<NotificationKind>,
    /// The kinds that also go to other channels.
    #[serde(default, skip_serializing_if = "Channels::is_default")]
    channels: Channels,
    /// The number of changes of the muted kinds and the channels.
    #[serde(default)]
    preferences_version: u64,
    /// The number of changes of the inbox; 0 before it is stored.
    pub version: u64,
}

/// The point up to which all notifications were marked as read at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadThrough {
    /// The number of the newest of these notifications.
    pub last: NotificationNumber,
    /// The instant at which they were marked.
    pub at: Timestamp,
}

impl Inbox {
    /// Returns the number of unread notifications; [`MAX_UNREAD`] means that many or more.
    pub fn unread_count(&self, now: Timestamp) -> usize {
        self.unread_ids(now).count()
    }

    /// Returns the newest unread notifications, newest first. Expired ones don't count.
    pub fn unread_ids(&self, now: Timestamp) -> impl Iterator<Item = NotificationNumber> {
        self.unread.range(oldest_kept(now)..).rev().copied()
    }

    /// Returns whether unread notifications other than [`Inbox::unread_ids`] may exist. They are older than all of these.
    pub const fn more_unread(&self) -> bool {
        self.more
    }

    /// Returns the number of the newest notification.
    pub const fn last(&self) -> Option<NotificationNumber> {
        self.last
    }

    /// Returns the kinds that the person has muted.
    pub const fn muted(&self) -> &BTreeSet<NotificationKind> {
        &self.muted
    }

    /// Returns the kinds that also go to other channels.
    pub const fn channels(&self) -> &Channels {
        &self.channels
    }

    /// Returns the number of changes of the muted kinds and the channels.
    pub const fn preferences_version(&self) -> u64 {
        self.preferences_version
    }

    /// Returns whether the person hasn't muted the kind.
    pub fn wants(&self, kind: NotificationKind) -> bool {
        !kind.can_be_muted() || !self.muted.contains(&kind)
    }

    /// Returns when a notification was read, on its own or with all others.
    pub fn read_at(&self, note: &Notification) -> Option<Timestamp> {
        let with_others = self.read_through.filter(|through| note.number() <= through.last);
        note.read_at.or(with_others.map(|through| through.at))
    }

    /// Returns the inbox with another notification.
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

    /// Returns the inbox with one notification read. `older` has unread ones older than those counted, which take its place in
    /// the count, and whether more of them may exist.
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

    /// Returns the inbox with all present notifications read.
    #[must_use]
    pub fn with_all_read(mut self, at: Timestamp) -> Self {
        self.unread.clear();
        self.more = false;
        self.read_through = self.last.map(|last| ReadThrough { last, at });
        self
    }

    /// Returns the inbox with these kinds muted, and these channels. Notifications that are in the inbox already stay.
    #[must_use]
    pub fn with_preferences(mut self, muted: BTreeSet<NotificationKind>, channels: Channels) -> Self {
        self.muted = muted;
        self.channels = channels;
        self.preferences_version += 1;
        self
    }

    /// Returns the inbox without e-mails about notifications.
    #[must_use]
    pub fn without_email(self, reason: StopReason, at: Timestamp) -> Self {
        let (muted, channels) = (self.muted.clone(), self.channels.clone().without_email(reason, at));
        self.with_preferences(muted, channels)
    }

    /// Returns the next version.
    #[must_use]
    pub fn next_version(mut self) -> Self {
        self.version += 1;
        self
    }
}
