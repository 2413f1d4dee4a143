//! What the company's own systems get of the events: the feed of `GET /events`, and deliveries to webhooks.

use std::sync::Arc;

use domain::{
    event::Received,
    id::EventId,
    ports::Clock,
    webhook::{Delivery, DeliveryStatus, Webhook},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use serde_json::json;
use store::{Store, StoreError};

/// The number of deliveries that are written at the same time.
const CONCURRENCY: usize = 16;

/// Writes events to the feed, and a delivery for each webhook that receives an event.
#[derive(Debug)]
pub(crate) struct Outlets {
    store: Store,
    clock: Arc<dyn Clock>,
}

/// Whether a batch has deliveries that are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// There are deliveries to send now.
    Now,
    /// There are none.
    Nothing,
}

impl Outlets {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// Writes the events of a batch, in order. One Query for the webhooks, and one `PutItem` for each event and each
    /// delivery.
    pub(crate) async fn write(&self, events: &[&Received]) -> Result<Due, StoreError> {
        if events.is_empty() {
            return Ok(Due::Nothing);
        }
        let now = self.clock.now();
        self.store.add_to_feed(events, now).await?;
        let webhooks = self.store.webhooks().await?;
        let deliveries: Vec<Delivery> = webhooks
            .iter()
            .flat_map(|record| events.iter().filter_map(move |received| delivery(&record.webhook, received, now)))
            .collect();
        let is_due = !deliveries.is_empty() || events.iter().any(|received| is_about_webhook(received));
        stream::iter(deliveries)
            .map(|delivery| async move { self.store.add_delivery(&delivery).await })
            .buffer_unordered(CONCURRENCY)
            .try_collect::<()>()
            .await?;
        Ok(if is_due { Due::Now } else { Due::Nothing })
    }
}

/// Returns whether an event may make deliveries due, such as a replay.
fn is_about_webhook(received: &Received) -> bool {
    received.document["subject"].as_str().is_some_and(|subject| subject.starts_with("webhook:"))
}

/// Returns the delivery of an event to a webhook, if the webhook receives it.
fn delivery(webhook: &Webhook, received: &Received, now: Timestamp) -> Option<Delivery> {
    let document = &received.document;
    let subject = document["subject"].as_str().unwrap_or_default();
    if !webhook.receives(subject, received.kinds()) {
        return None;
    }
    let id: EventId = document["id"].as_str()?.parse().ok()?;
    let kind = received.kind()?.to_owned();
    let body = json!({"type": kind, "timestamp": document["at"], "data": received.in_order()});
    Some(Delivery {
        id,
        webhook_id: webhook.id,
        subject: subject.to_owned(),
        kind,
        at: document["at"].as_str().and_then(|at| at.parse().ok()).unwrap_or(now),
        body: body.to_string(),
        status: DeliveryStatus::Pending,
        attempts: 0,
        due_at: now,
        since: now,
        last_attempt: None,
        version: 1,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::text::Name;
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_delivery_carries_the_event_with_its_kind_and_time() {
        let webhook = Webhook {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6WH".parse().unwrap(),
            url: "https://hooks.example.com".to_owned(),
            kinds: BTreeSet::from(["late".to_owned()]),
            description: Name::parse("Payroll").unwrap(),
            active: true,
            paused: None,
            created_at: Timestamp::UNIX_EPOCH,
            created_by: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            version: 1,
        };
        // The second fact and a field are of a newer release.
        let event = json!({
            "id": "01JBN2V7Q4W0M3T9K5ZXH8R6EV", "schema_version": 1, "at": "2026-11-02T08:00:00Z",
            "actor": {"kind": "system"}, "subject": "user:01JBN2V7Q4W0M3T9K5ZXH8R6CD", "request_id": null,
            "facts": [
                {"kind": "late", "date": "2026-11-02", "shift_id": "2026-11-02T09:00", "late_seconds": 60},
                {"kind": "badge_lost"},
            ],
            "trace": "1-2",
        });
        let received = Received::read(event.clone()).unwrap();
        let now = "2026-11-02T08:00:01Z".parse().unwrap();
        let delivery = delivery(&webhook, &received, now).unwrap();
        assert_eq!((delivery.id.to_string().as_str(), delivery.kind.as_str()), ("01JBN2V7Q4W0M3T9K5ZXH8R6EV", "late"));
        assert_eq!((delivery.due_at, delivery.at), (now, "2026-11-02T08:00:00Z".parse().unwrap()));
        let body: Value = serde_json::from_str(&delivery.body).unwrap();
        assert_eq!(body, json!({"type": "late", "timestamp": "2026-11-02T08:00:00Z", "data": event}));

        let other = Webhook { kinds: BTreeSet::from(["absent".to_owned()]), ..webhook };
        assert_eq!(super::delivery(&other, &received, now), None);
    }
}
