//! Events as consumers receive them, written by this release or by another one.

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;

use super::{Event, Fact, SCHEMA_VERSION};

/// An event of this or another release, read from the outbox or from the bus.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// The event with the facts that this release knows. Absent where this release can't read the event: its format has a
    /// newer version, or its subject or actor is of a new kind.
    pub event: Option<Event>,
    /// The kinds of the facts that this release doesn't know, in order.
    pub unknown: Vec<String>,
    /// The event as it was written, with all facts and fields.
    pub document: Value,
}

impl Received {
    /// Returns the kind of the first fact: the action that was taken.
    pub fn kind(&self) -> Option<&str> {
        self.document["facts"].as_array()?.first().and_then(kind_of)
    }

    /// Returns the kinds of all facts, in order.
    pub fn kinds(&self) -> impl Iterator<Item = &str> + Clone {
        self.document["facts"].as_array().into_iter().flatten().filter_map(kind_of)
    }

    /// Returns the event as it was written. If this release knows the whole event, its fields have the order of the format, which
    /// stored attributes don't keep.
    pub fn in_order(&self) -> Value {
        let known = self.event.as_ref().and_then(|event| serde_json::to_value(event).ok());
        known.filter(|known| *known == self.document).unwrap_or_else(|| self.document.clone())
    }

    /// Reads a document.
    ///
    /// # Errors
    /// The document isn't an event of any release: it has no id, no version or no facts with kinds.
    pub fn read(document: Value) -> Result<Self, String> {
        let facts = document["facts"].as_array().map(Vec::as_slice).unwrap_or_default();
        let kinds: Option<Vec<&str>> = facts.iter().map(kind_of).collect();
        let (Some(_), Some(version), Some(kinds)) =
            (document["id"].as_str(), document["schema_version"].as_u64(), kinds.filter(|kinds| !kinds.is_empty()))
        else {
            // The error of serde is more precise than the one below.
            let reason = Event::deserialize(&document).err().map(|error| error.to_string());
            return Err(reason.unwrap_or_else(|| "it has no facts".to_owned()));
        };
        if version > u64::from(SCHEMA_VERSION) {
            let unknown = kinds.into_iter().map(str::to_owned).collect();
            return Ok(Self { event: None, unknown, document });
        }
        let (known, unknown): (Vec<&Value>, Vec<&Value>) =
            facts.iter().partition(|fact| Fact::deserialize(*fact).is_ok());
        let mut readable = document.clone();
        readable["facts"] = known.into_iter().cloned().collect();
        let unknown: Vec<String> = unknown.into_iter().filter_map(kind_of).map(str::to_owned).collect();
        match Event::deserialize(readable) {
            Ok(event) => Ok(Self { event: Some(event), unknown, document }),
            Err(_) => Ok(Self { event: None, unknown: kinds.into_iter().map(str::to_owned).collect(), document }),
        }
    }
}

fn kind_of(fact: &Value) -> Option<&str> {
    fact["kind"].as_str()
}

impl<'de> Deserialize<'de> for Received {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::AccountFact, *};

    fn document(facts: &Value) -> Value {
        json!({
            "id": "01JBN2V7Q4W0M3T9K5ZXH8R6CD", "schema_version": 1, "at": "2026-11-02T05:00:00Z",
            "actor": {"kind": "system"}, "subject": "settings", "request_id": null, "facts": facts,
        })
    }

    #[test]
    fn facts_that_arent_known_are_named_and_the_others_are_read() {
        let facts = json!([{"kind": "badge_lost", "badge": 7}, {"kind": "user_created", "by_import": true}]);
        let received = Received::read(document(&facts)).unwrap();
        assert_eq!(received.event.as_ref().unwrap().facts, [Fact::Account(AccountFact::UserCreated)]);
        assert_eq!(
            (received.unknown.as_slice(), received.kind()),
            (&["badge_lost".to_owned()][..], Some("badge_lost"))
        );
        assert_eq!(received.document["facts"], facts);
    }

    #[test]
    fn a_known_kind_with_a_value_that_isnt_known_is_passed_over_too() {
        let facts = json!([{"kind": "day_edited", "date": "2026-11-02", "cause": "robot"}]);
        assert_eq!(Received::read(document(&facts)).unwrap().unknown, ["day_edited"]);
    }

    #[test]
    fn an_event_about_a_new_kind_of_subject_or_in_a_newer_format_isnt_read() {
        let facts = json!([{"kind": "user_created"}]);
        for (field, value) in
            [("schema_version", json!(2)), ("subject", json!("badge:7")), ("actor", json!({"kind": "device"}))]
        {
            let mut newer = document(&facts);
            newer[field] = value;
            let received = Received::read(newer).unwrap();
            assert_eq!(
                (received.event, received.unknown.as_slice()),
                (None, &["user_created".to_owned()][..]),
                "{field}"
            );
        }
    }

    #[test]
    fn what_has_no_facts_is_no_event() {
        for (field, value) in
            [("facts", json!([])), ("facts", json!([{}])), ("id", json!(null)), ("facts", json!(null))]
        {
            let mut other = document(&json!([{"kind": "user_created"}]));
            other[field] = value;
            assert!(Received::read(other).is_err(), "{field}");
        }
    }
}
