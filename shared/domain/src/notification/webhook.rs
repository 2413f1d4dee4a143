//! Notifications about webhooks. They concern no person, so they go to all admins.

use std::collections::BTreeMap;

use serde_json::json;

use super::{NotificationContent, NotificationContext, NotificationDraft, NotificationKind, NotificationText};
use crate::{
    event::{CompanyFact, Event, Fact, Subject},
    id::UserId,
};

/// Returns the notification drafts of a webhook's event.
pub(super) fn webhook_drafts(event: &Event, context: &NotificationContext<'_>) -> Vec<NotificationDraft> {
    let Subject::Webhook(webhook) = event.subject else { return Vec::new() };
    let paused = event.facts.iter().find_map(|fact| {
        if let Fact::Company(CompanyFact::WebhookPaused { description, reason }) = fact {
            Some((description, *reason))
        } else {
            None
        }
    });
    let Some((description, reason)) = paused else { return Vec::new() };
    let data = [("webhook_id", json!(webhook)), ("description", json!(description)), ("reason", json!(reason))];
    let data: BTreeMap<_, _> = data.map(|(field, value)| (field.to_owned(), value)).into();
    let message = NotificationContent::WebhookPaused { webhook: description.clone(), reason };
    let draft = |to: &UserId| NotificationDraft {
        to: *to,
        event_id: event.id,
        kind: NotificationKind::WebhookPaused,
        text: NotificationText::Content { content: message.clone(), more: 0 },
        data: data.clone(),
        created_at: event.at,
        zone: context.settings.time_zone.clone(),
    };
    context.managers.admins.iter().map(draft).collect()
}
