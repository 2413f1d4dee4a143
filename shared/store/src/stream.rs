//! The table's stream as its consumers get it: batches of inserted outbox items and, for `notify`, of audit entries. The
//! response names the records that Lambda must send again.
//!
//! A consumer handles a batch in order and responds with the position at which it stopped. Lambda sends the records from
//! there on again. Some of their work may then be done twice, so consumers are idempotent by event id.

use domain::event::Received;
use serde::{Deserialize, Serialize};

use crate::{StoreError, audit_digests::AuditHash, keys};

/// A batch of records, in order for each partition key.
#[derive(Debug, Clone, Deserialize)]
pub struct StreamBatch {
    #[serde(rename = "Records")]
    records: Vec<StreamRecord>,
}

/// A change of one item of the table.
#[derive(Debug, Clone, Deserialize)]
struct StreamRecord {
    #[serde(rename = "eventName")]
    event_name: ChangeName,
    dynamodb: Change,
}

/// The kind of change of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum ChangeName {
    Insert,
    Modify,
    Remove,
}

#[derive(Debug, Clone, Deserialize)]
struct Change {
    #[serde(rename = "SequenceNumber")]
    sequence_number: String,
    #[serde(rename = "Keys")]
    keys: serde_dynamo::Item,
    #[serde(rename = "NewImage", default)]
    new_image: Option<serde_dynamo::Item>,
}

/// An event from the stream.
#[derive(Debug)]
pub struct StreamedEvent {
    /// The sequence number of the stream's record, which a response refers to.
    pub sequence_number: String,
    /// The event of this or another release. An item that isn't an event is a defect; its record is sent again until it is
    /// moved to the dead-letter queue.
    pub event: Result<Received, StoreError>,
}

/// The audit entries of a batch.
#[derive(Debug, Default)]
pub struct StreamedAudit {
    /// The hashes of new entries.
    pub hashes: Vec<AuditHash>,
    /// The keys of entries that were changed or removed, which isn't allowed.
    pub changed: Vec<String>,
}

impl StreamBatch {
    /// Returns the sequence number of the batch's first record; empty for an empty batch, which Lambda never sends.
    pub fn first_sequence_number(&self) -> &str {
        self.records.first().map(|record| record.dynamodb.sequence_number.as_str()).unwrap_or_default()
    }

    /// Hashes the batch's new audit entries, and returns the keys of those that were changed or removed.
    pub fn audit(&self) -> Result<StreamedAudit, StoreError> {
        let mut audit = StreamedAudit::default();
        for StreamRecord { event_name, dynamodb: Change { keys, new_image, .. } } in &self.records {
            if !text(keys, keys::PK).starts_with(keys::AUDIT) {
                continue;
            }
            let entry = format!("{} / {}", text(keys, keys::PK), text(keys, keys::SK));
            match (event_name, new_image) {
                (ChangeName::Insert, Some(image)) => audit.hashes.push(AuditHash::of(entry, image)?),
                (ChangeName::Insert, None) => {
                    let reason = "the stream shows no image of it".to_owned();
                    return Err(StoreError::Unreadable { key: entry, reason });
                }
                (ChangeName::Modify | ChangeName::Remove, _) => audit.changed.push(entry),
            }
        }
        Ok(audit)
    }

    /// Returns the events of the batch in order. The filter of the template only accepts new outbox items; other records are
    /// ignored.
    pub fn into_events(self) -> Vec<StreamedEvent> {
        self.records.into_iter().filter_map(StreamRecord::into_event).collect()
    }
}

impl StreamRecord {
    fn into_event(self) -> Option<StreamedEvent> {
        let Change { sequence_number, keys, new_image } = self.dynamodb;
        let key = |name| text(&keys, name);
        let is_outbox = key(keys::PK).starts_with(keys::OUTBOX);
        if self.event_name != ChangeName::Insert || !is_outbox {
            return None;
        }
        let unreadable =
            |reason: String| StoreError::Unreadable { key: format!("{} / {}", key(keys::PK), key(keys::SK)), reason };
        let event = match new_image {
            Some(mut image) => {
                for name in [keys::PK, keys::SK, keys::EXPIRES_AT] {
                    image.remove(name);
                }
                let document =
                    serde_dynamo::from_item::<_, serde_json::Value>(image).map_err(|error| error.to_string());
                document.and_then(Received::read).map_err(unreadable)
            }
            None => Err(unreadable("the stream shows no image of it".to_owned())),
        };
        Some(StreamedEvent { sequence_number, event })
    }
}

/// Returns the text of a key's attribute.
fn text<'a>(keys: &'a serde_dynamo::Item, name: &str) -> &'a str {
    match keys.inner().get(name) {
        Some(serde_dynamo::AttributeValue::S(text)) => text.as_str(),
        Some(_) | None => "",
    }
}

/// The response of a consumer: the records that must be sent again. Lambda continues from the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamAnswer {
    batch_item_failures: Vec<BatchItemFailure>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct BatchItemFailure {
    item_identifier: String,
}

impl StreamAnswer {
    /// All records are done.
    pub const DONE: Self = Self { batch_item_failures: Vec::new() };

    /// Returns the response that all records before that sequence number are done. It and all later records must be sent
    /// again.
    pub fn again_from(sequence_number: impl Into<String>) -> Self {
        Self { batch_item_failures: vec![BatchItemFailure { item_identifier: sequence_number.into() }] }
    }
}

#[cfg(test)]
mod tests {
    use domain::event::{CompanyFact, Fact};
    use serde_json::{Value, json};

    use super::*;

    fn record(name: &str, pk: &str, image: Option<Value>) -> Value {
        let mut record = json!({
            "eventID": "1",
            "eventName": name,
            "dynamodb": {
                "Keys": {"pk": {"S": pk}, "sk": {"S": "01JBN2V7Q4W0M3T9K5ZXH8R6CD"}},
                "SequenceNumber": "100000000000000000001",
            },
        });
        if let Some(image) = image {
            record["dynamodb"]["NewImage"] = image;
        }
        record
    }

    fn image() -> Value {
        json!({
            "pk": {"S": "OUTBOX#settings"},
            "sk": {"S": "01JBN2V7Q4W0M3T9K5ZXH8R6CD"},
            "id": {"S": "01JBN2V7Q4W0M3T9K5ZXH8R6CD"},
            "schema_version": {"N": "1"},
            "at": {"S": "2026-11-02T05:00:00Z"},
            "actor": {"M": {"kind": {"S": "system"}}},
            "subject": {"S": "settings"},
            "request_id": {"NULL": true},
            "facts": {"L": [{"M": {"kind": {"S": "settings_changed"}, "fields": {"L": [{"S": "time_zone"}]}}}]},
            "expires_at": {"N": "1762000000"},
        })
    }

    fn events(records: Value) -> Vec<StreamedEvent> {
        serde_json::from_value::<StreamBatch>(json!({"Records": records})).unwrap().into_events()
    }

    #[test]
    fn a_new_outbox_item_is_an_event() {
        let events = events(json!([record("INSERT", "OUTBOX#settings", Some(image()))]));
        let [StreamedEvent { sequence_number, event: Ok(received) }] = events.as_slice() else { panic!("{events:?}") };
        let event = received.event.as_ref().unwrap();
        assert!(received.unknown.is_empty());
        assert_eq!(received.document, serde_json::to_value(event).unwrap(), "nothing but the event");
        assert_eq!(sequence_number, "100000000000000000001");
        assert_eq!(event.subject, domain::event::Subject::Settings);
        let changed = CompanyFact::SettingsChanged { fields: vec!["time_zone".to_owned()] };
        assert_eq!(event.facts, [Fact::Company(changed)]);
    }

    #[test]
    fn an_event_of_a_newer_release_is_no_defect() {
        let mut newer = image();
        newer["facts"]["L"][0]["M"]["kind"] = json!({"S": "rules_changed"});
        newer["trace"] = json!({"S": "1-2"});
        let events = events(json!([record("INSERT", "OUTBOX#settings", Some(newer))]));
        let received = events[0].event.as_ref().unwrap();
        assert!(received.event.as_ref().unwrap().facts.is_empty());
        assert_eq!(
            (received.unknown.as_slice(), received.document["trace"].as_str()),
            (&["rules_changed".to_owned()][..], Some("1-2"))
        );
    }

    #[test]
    fn what_is_no_new_outbox_item_is_passed_over() {
        let others = json!([
            record("MODIFY", "OUTBOX#settings", Some(image())),
            record("REMOVE", "OUTBOX#settings", None),
            record("INSERT", "ORG", Some(image())),
        ]);
        assert!(events(others).is_empty());
    }

    #[test]
    fn an_outbox_item_that_is_no_event_says_which_it_is() {
        for image in [None, Some(json!({"id": {"S": "?"}}))] {
            let events = events(json!([record("INSERT", "OUTBOX#settings", image)]));
            let error = events[0].event.as_ref().unwrap_err().to_string();
            assert!(error.contains("OUTBOX#settings / 01JBN2V7Q4W0M3T9K5ZXH8R6CD"), "{error}");
        }
    }

    #[test]
    fn new_audit_entries_are_hashed_and_changes_of_one_are_named() {
        let records = json!([
            record("INSERT", "AUDIT#settings", Some(image())),
            record("INSERT", "OUTBOX#settings", Some(image())),
            record("MODIFY", "AUDIT#settings", Some(image())),
            record("REMOVE", "AUDIT#settings", None),
        ]);
        let batch = serde_json::from_value::<StreamBatch>(json!({"Records": records})).unwrap();
        assert_eq!(batch.first_sequence_number(), "100000000000000000001");
        let audit = batch.audit().unwrap();
        let entry = "AUDIT#settings / 01JBN2V7Q4W0M3T9K5ZXH8R6CD";
        let [hash] = audit.hashes.as_slice() else { panic!("{audit:?}") };
        assert_eq!((hash.entry.as_str(), hash.hash.len()), (entry, 64));
        assert_eq!(audit.changed, [entry, entry]);
        assert_eq!(batch.into_events().len(), 1);

        let without_image = json!({"Records": [record("INSERT", "AUDIT#settings", None)]});
        assert!(serde_json::from_value::<StreamBatch>(without_image).unwrap().audit().is_err());
    }

    #[test]
    fn an_answer_names_the_first_record_that_must_come_again() {
        let again = serde_json::to_value(StreamAnswer::again_from("7")).unwrap();
        assert_eq!(again, json!({"batchItemFailures": [{"itemIdentifier": "7"}]}));
        assert_eq!(serde_json::to_value(StreamAnswer::DONE).unwrap(), json!({"batchItemFailures": []}));
    }
}
