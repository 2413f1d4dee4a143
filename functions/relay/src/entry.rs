//! The EventBridge entry of an event.

use aws_sdk_eventbridge::{primitives::DateTime, types::PutEventsRequestEntry};
use domain::event::Received;
use jiff::Timestamp;
use runtime::events::Failure;

/// The source of all Rollcall events.
const SOURCE: &str = "rollcall";

/// The source of the entries that invoke `webhooks`. It isn't the source of events, so no rule for events matches them.
const WEBHOOKS_SOURCE: &str = "rollcall.webhooks";

/// The number of bytes that AWS counts for an entry's time.
const TIME_BYTES: usize = 14;

/// An entry, its size, and the sequence number of its stream record.
#[derive(Debug, Clone)]
pub(crate) struct SizedEntry {
    pub(crate) sequence_number: String,
    pub(crate) entry: PutEventsRequestEntry,
    pub(crate) bytes: usize,
}

impl SizedEntry {
    pub(crate) fn new(sequence_number: String, entry: PutEventsRequestEntry) -> Self {
        let texts = [entry.source(), entry.detail_type(), entry.detail()];
        let texts = texts.into_iter().flatten().chain(entry.resources().iter().map(String::as_str));
        let bytes = TIME_BYTES + texts.map(str::len).sum::<usize>();
        Self { sequence_number, entry, bytes }
    }
}

/// Returns the entry of an event for the bus named `bus`. Its detail is the event itself. Its detail type is the kind
/// of the first fact, which names what the person did or caused. Facts and fields of a newer release stay in the
/// detail as they were written, for consumers that know them.
pub(crate) fn entry(bus: &str, received: &Received) -> Result<PutEventsRequestEntry, Failure> {
    let document = &received.document;
    let kind = received.kind().ok_or_else(|| Failure::new("the event has no facts"))?;
    let at: Option<Timestamp> = document["at"].as_str().and_then(|at| at.parse().ok());
    Ok(PutEventsRequestEntry::builder()
        .event_bus_name(bus)
        .source(SOURCE)
        .detail_type(kind)
        .set_time(at.map(|at| DateTime::from_millis(at.as_millisecond())))
        .set_resources(document["subject"].as_str().map(|subject| vec![subject.to_owned()]))
        .detail(received.in_order().to_string())
        .build())
}

/// Returns the entry that invokes `webhooks` because deliveries are due.
pub(crate) fn deliveries_due(bus: &str) -> PutEventsRequestEntry {
    PutEventsRequestEntry::builder()
        .event_bus_name(bus)
        .source(WEBHOOKS_SOURCE)
        .detail_type("deliveries_due")
        .detail("{}")
        .build()
}

#[cfg(test)]
mod tests {
    use domain::{
        audit::Actor,
        event::{AccountFact, Event, Fact, SCHEMA_VERSION, Subject},
    };
    use serde_json::{Value, json};

    use super::*;

    fn event(facts: Vec<Fact>) -> Received {
        let event = Event {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            schema_version: SCHEMA_VERSION,
            at: "2026-11-02T08:58:00.250Z".parse().unwrap(),
            actor: Actor::System,
            subject: Subject::Settings,
            request_id: None,
            facts,
        };
        let document = serde_json::to_value(&event).unwrap();
        Received { event: Some(event), unknown: Vec::new(), document }
    }

    #[test]
    fn an_entry_carries_the_event_and_is_named_after_its_first_fact() {
        let facts = vec![Fact::Account(AccountFact::UserCreated), Fact::Account(AccountFact::UserActivated)];
        let entry = entry("bus", &event(facts)).unwrap();
        assert_eq!((entry.source(), entry.detail_type()), (Some("rollcall"), Some("user_created")));
        assert_eq!(entry.resources(), ["settings"]);
        assert_eq!(entry.time().unwrap().to_millis().unwrap(), 1_793_609_880_250);
        let detail: Value = serde_json::from_str(entry.detail().unwrap()).unwrap();
        assert_eq!(detail["id"], "01JBN2V7Q4W0M3T9K5ZXH8R6CD");
        assert_eq!(detail["schema_version"], 1);
        assert_eq!(detail["facts"], json!([{"kind": "user_created"}, {"kind": "user_activated"}]));
    }

    #[test]
    fn facts_and_fields_of_a_newer_release_are_carried_as_they_were_written() {
        let mut document = event(vec![Fact::Account(AccountFact::UserCreated)]).document;
        document["trace"] = json!("1-2");
        document["facts"] = json!([{"kind": "badge_lost", "badge": 7}, {"kind": "user_created", "by_import": true}]);
        document["schema_version"] = json!(2);
        let entry = entry("bus", &Received::read(document.clone()).unwrap()).unwrap();
        assert_eq!((entry.detail_type(), entry.resources()), (Some("badge_lost"), &["settings".to_owned()][..]));
        assert_eq!(serde_json::from_str::<Value>(entry.detail().unwrap()).unwrap(), document);
    }

    #[test]
    fn an_event_without_facts_is_an_error() {
        assert!(entry("bus", &event(Vec::new())).is_err());
    }
}
