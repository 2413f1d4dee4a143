//! Webhooks as the API and the audit show them.

use std::collections::BTreeSet;

use domain::{
    calendar::Zone,
    id::{UserId, WebhookId},
    text::Name,
    webhook::{Health, Pause, PauseReason, Webhook},
};
use serde::Serialize;
use store::webhooks::WebhookRecord;
use utoipa::ToSchema;

use crate::instant::Instant;

/// A webhook as the API and the audit show it. Its secret is never shown again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Webhook)]
pub struct WebhookAnswer {
    /// The id of the webhook.
    id: WebhookId,
    /// The address that receives events.
    #[schema(format = "uri")]
    url: String,
    /// The kinds of facts of which at least one must be in an event; empty for all events.
    kinds: BTreeSet<String>,
    /// The name of the receiving system.
    #[schema(value_type = String)]
    description: Name,
    /// Whether events are delivered.
    active: bool,
    /// The pause, if Rollcall stopped the deliveries; null otherwise. `PATCH` with `active` true ends it.
    #[schema(required = true)]
    paused: Option<PauseAnswer>,
    /// The instant of the first failure since the last successful delivery; null if the last attempt succeeded.
    #[schema(required = true)]
    failing_since: Option<Instant>,
    /// The instant until which deliveries are also signed with an earlier secret; null if there is none.
    #[schema(required = true)]
    earlier_secret_until: Option<Instant>,
    /// The instant at which the webhook was created.
    created_at: Instant,
    /// The administrator who created the webhook.
    created_by: UserId,
    /// The number of changes.
    version: u64,
}

/// A pause of a webhook.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookPause)]
pub struct PauseAnswer {
    /// The instant from which nothing is delivered.
    at: Instant,
    /// The reason.
    reason: PauseReason,
}

impl WebhookAnswer {
    /// Creates the answer, with instants in the reader's time zone.
    pub fn new(record: &WebhookRecord, health: Health, zone: &Zone) -> Self {
        let Webhook { id, url, kinds, description, active, paused, created_at, created_by, version } =
            record.webhook.clone();
        let instant = |at| Instant::new(at, zone);
        Self {
            id,
            url,
            kinds,
            description,
            active,
            paused: paused.map(|Pause { at, reason }| PauseAnswer { at: instant(at), reason }),
            failing_since: health.failing_since.map(instant),
            earlier_secret_until: record.secrets.iter().filter_map(|secret| secret.expires_at).max().map(instant),
            created_at: instant(created_at),
            created_by,
            version,
        }
    }
}
