//! Notifications about kiosks. They concern no person, so they go to the users who decide for everyone.

use std::collections::BTreeMap;

use serde_json::json;

use super::{NotificationContent, NotificationContext, NotificationDraft, NotificationKind, NotificationText};
use crate::event::{Event, Fact, KioskFact, Subject};

/// Returns the notification drafts of a kiosk's event.
pub(super) fn kiosk_drafts(event: &Event, context: &NotificationContext<'_>) -> Vec<NotificationDraft> {
    let Subject::Kiosk(kiosk) = event.subject else { return Vec::new() };
    let failing = event.facts.iter().find_map(|fact| {
        if let Fact::Kiosk(KioskFact::KioskPinsFailing { site_id, name }) = fact { Some((site_id, name)) } else { None }
    });
    let Some((site_id, name)) = failing else { return Vec::new() };
    let data = [("kiosk_id", json!(kiosk)), ("site_id", json!(site_id)), ("name", json!(name))];
    let data: BTreeMap<_, _> = data.map(|(field, value)| (field.to_owned(), value)).into();
    let zone = context.sites.zone(*site_id).unwrap_or(&context.settings.time_zone);
    let message = NotificationContent::KioskPinsFailing { kiosk: name.clone() };
    let draft = |to| NotificationDraft {
        to,
        event_id: event.id,
        kind: NotificationKind::KioskPinsFailing,
        text: NotificationText::Content { content: message.clone(), more: 0 },
        data: data.clone(),
        created_at: event.at,
        zone: zone.clone(),
    };
    context.managers.of_newcomers().into_iter().map(draft).collect()
}
