//! Notifications about the calendar of holidays that the company subscribes to. They concern no person, so they go to all admins.

use std::collections::BTreeMap;

use serde_json::json;

use super::{NotificationContent, NotificationContext, NotificationDraft, NotificationKind, NotificationText};
use crate::{
    event::{CompanyFact, Event, Fact, Subject},
    id::UserId,
};

/// Returns the notification drafts of an event about holidays.
pub(super) fn holiday_drafts(event: &Event, context: &NotificationContext<'_>) -> Vec<NotificationDraft> {
    if event.subject != Subject::Holidays {
        return Vec::new();
    }
    let failed = event.facts.iter().find_map(|fact| {
        if let Fact::Company(CompanyFact::HolidaySubscriptionFailed { host, reason }) = fact {
            Some((host, *reason))
        } else {
            None
        }
    });
    let Some((host, reason)) = failed else { return Vec::new() };
    let data = [("host", json!(host)), ("reason", json!(reason))];
    let data: BTreeMap<_, _> = data.map(|(field, value)| (field.to_owned(), value)).into();
    let message = NotificationContent::HolidaySubscriptionFailed { host: host.clone(), reason };
    let draft = |to: &UserId| NotificationDraft {
        to: *to,
        event_id: event.id,
        kind: NotificationKind::HolidaySubscriptionFailed,
        text: NotificationText::Content { content: message.clone(), more: 0 },
        data: data.clone(),
        created_at: event.at,
        zone: context.settings.time_zone.clone(),
    };
    context.managers.admins.iter().map(draft).collect()
}
