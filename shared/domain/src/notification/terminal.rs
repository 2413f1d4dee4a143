//! Notifications about terminals. They concern no person, so they go to all admins.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{NotificationContent, NotificationContext, NotificationDraft, NotificationKind, NotificationText};
use crate::{
    event::{Event, Fact, KioskFact, Subject},
    id::{SiteId, UserId},
};

/// Returns the notification drafts of a terminal's event.
pub(super) fn terminal_drafts(event: &Event, context: &NotificationContext<'_>) -> Vec<NotificationDraft> {
    let Subject::Kiosk(terminal) = event.subject else { return Vec::new() };
    let Some((kind, site_id, message, more)) = event.facts.iter().find_map(announced) else { return Vec::new() };
    let data = [("terminal_id", json!(terminal)), ("site_id", json!(site_id))].into_iter().chain(more);
    let data: BTreeMap<_, _> = data.map(|(field, value)| (field.to_owned(), value)).collect();
    let zone = context.sites.zone(site_id).unwrap_or(&context.settings.time_zone);
    let draft = |to: &UserId| NotificationDraft {
        to: *to,
        event_id: event.id,
        kind,
        text: NotificationText::Content { content: message.clone(), more: 0 },
        data: data.clone(),
        created_at: event.at,
        zone: zone.clone(),
    };
    context.managers.admins.iter().map(draft).collect()
}

type Announced = (NotificationKind, SiteId, NotificationContent, Vec<(&'static str, Value)>);

/// Returns the notification of a fact that admins are notified of.
fn announced(fact: &Fact) -> Option<Announced> {
    let Fact::Kiosk(fact) = fact else { return None };
    match fact {
        KioskFact::TerminalSilent { site_id, name, last_seen_at } => {
            let content = NotificationContent::TerminalSilent { terminal: name.clone(), last_seen_at: *last_seen_at };
            let more = vec![("name", json!(name)), ("last_seen_at", json!(last_seen_at))];
            Some((NotificationKind::TerminalSilent, *site_id, content, more))
        }
        KioskFact::TerminalClockWrong { site_id, name, seconds } => {
            let content = NotificationContent::TerminalClockWrong { terminal: name.clone(), seconds: *seconds };
            let more = vec![("name", json!(name)), ("seconds", json!(seconds))];
            Some((NotificationKind::TerminalClockWrong, *site_id, content, more))
        }
        KioskFact::KioskCreated { .. }
        | KioskFact::KioskRevoked { .. }
        | KioskFact::KioskTokenRenewed { .. }
        | KioskFact::KioskPinsFailing { .. }
        | KioskFact::TerminalCreated { .. }
        | KioskFact::TerminalChanged { .. }
        | KioskFact::TerminalSecretRotated { .. }
        | KioskFact::TerminalDeleted { .. } => None,
    }
}
