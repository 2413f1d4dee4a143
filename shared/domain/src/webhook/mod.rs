//! Webhooks, through which the company's own systems receive events, and the deliveries to them.
//!
//! Two rules decide when a delivery is attempted. Each delivery has a retry schedule of its own ([`Delivery::attempted`]), so a
//! receiver that refuses one event doesn't delay others. A receiver that is down is left alone for a pause
//! ([`Health::after`]). After the pause, one delivery is attempted. If it succeeds, all others follow in the order of their
//! events.

mod delivery;
mod health;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::{
    delivery::{Attempt, AttemptResult, DELIVERY_DAYS, Delivery, DeliveryError, DeliveryStatus, Outcome},
    health::Health,
};
use crate::{
    event::Subject,
    id::{UserId, WebhookId},
    patch_field::changed_fields,
    text::Name,
};

/// The most webhooks of a company.
pub const MAX_WEBHOOKS: usize = 20;

/// The kind of the event that tests a webhook.
const TEST: &str = "webhook_test";

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// The id.
    pub id: WebhookId,
    /// The address that receives events.
    pub url: String,
    /// The kinds of facts of which at least one must be in an event; empty for all events.
    #[serde(default)]
    pub kinds: BTreeSet<String>,
    /// The name of the receiving system.
    pub description: Name,
    /// Whether events are delivered.
    pub active: bool,
    /// The reason and the time of a pause; absent unless the receiver kept failing.
    #[serde(default)]
    pub paused: Option<Pause>,
    /// The instant at which the webhook was created.
    pub created_at: Timestamp,
    /// The administrator who created it.
    pub created_by: UserId,
    /// The number of changes.
    pub version: u64,
}

/// A change of a webhook. Absent fields stay as they are.
#[derive(Debug, Clone, Default)]
pub struct WebhookUpdate {
    /// The new address.
    pub url: Option<String>,
    /// The new kinds of facts.
    pub kinds: Option<BTreeSet<String>>,
    /// The new name of the receiving system.
    pub description: Option<Name>,
    /// Whether events are delivered from now on. True ends a pause.
    pub active: Option<bool>,
}

impl WebhookUpdate {
    /// Returns the changed webhook, with its version unchanged, and the names of the changed fields.
    pub fn apply(&self, before: &Webhook) -> (Webhook, Vec<String>) {
        let Self { url, kinds, description, active } = self.clone();
        let after = Webhook {
            url: url.unwrap_or_else(|| before.url.clone()),
            kinds: kinds.unwrap_or_else(|| before.kinds.clone()),
            description: description.unwrap_or_else(|| before.description.clone()),
            active: active.unwrap_or(before.active),
            paused: before.paused.filter(|_| active != Some(true)),
            ..before.clone()
        };
        let fields = changed_fields([
            ("url", after.url != before.url),
            ("kinds", after.kinds != before.kinds),
            ("description", after.description != before.description),
            ("active", after.active != before.active),
        ]);
        (after, fields)
    }
}

/// The pause of a webhook. An admin ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The instant from which nothing is delivered.
    pub at: Timestamp,
    /// The reason.
    pub reason: PauseReason,
}

/// The reason for which a webhook is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// Every delivery of five days failed.
    Failing,
    /// The receiver answered 410: it wants no more events.
    Gone,
}

impl Webhook {
    /// Returns whether the webhook receives an event about `subject` with facts of these kinds. A test is only for the webhook
    /// that it tests.
    pub fn receives<'a>(&self, subject: &str, mut kinds: impl Iterator<Item = &'a str> + Clone) -> bool {
        let is_test = kinds.clone().any(|kind| kind == TEST);
        if is_test {
            return subject == Subject::Webhook(self.id).to_string();
        }
        self.active && (self.kinds.is_empty() || kinds.any(|kind| self.kinds.contains(kind)))
    }

    /// Returns whether a pending delivery may be sent now. Only tests are sent to a webhook that isn't active.
    pub fn delivers(&self, delivery: &Delivery) -> bool {
        self.active || delivery.kind == TEST
    }
}
