//! Notification drafts, and the company data that they need.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::{Managers, NotificationKind, NotificationText};
use crate::{
    calendar::Zone,
    id::{EventId, UserId},
    schedule::SiteBook,
    settings::Settings,
    user::User,
};

/// The company data that notification drafts need.
#[derive(Debug, Clone, Copy)]
pub struct NotificationContext<'a> {
    /// The managers register.
    pub managers: &'a Managers,
    /// The profiles of the people concerned ([`super::people_of`]).
    pub people: &'a BTreeMap<UserId, User>,
    /// The company's settings.
    pub settings: &'a Settings,
    /// The company's sites.
    pub sites: &'a SiteBook,
}

/// A notification for one person that isn't in their inbox yet.
#[derive(Debug, Clone, PartialEq)]
pub struct NotificationDraft {
    /// The recipient.
    pub to: UserId,
    /// The event.
    pub event_id: EventId,
    /// The kind of notification.
    pub kind: NotificationKind,
    /// The text.
    pub text: NotificationText,
    /// The ids and figures that the notification is about.
    pub data: BTreeMap<String, Value>,
    /// The instant of the event.
    pub created_at: Timestamp,
    /// The zone of the person that the notification is about.
    pub zone: Zone,
}

impl NotificationDraft {
    /// Adds the number of further notifications of this kind in the same event.
    pub(super) fn and(mut self, more: usize) -> Self {
        if more > 0 {
            if let NotificationText::Content { more: others, .. } = &mut self.text {
                *others = more;
            }
            self.data.insert("more".to_owned(), more.into());
        }
        self
    }
}
