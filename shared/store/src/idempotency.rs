//! The saved answers of requests that may be repeated. The request's own transaction writes the answer, and repeats get the
//! same answer.

use std::io::{Read, Write};

use data_encoding::BASE64_NOPAD;
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize, de::IgnoredAny};

use crate::{
    Store, StoreError,
    item::Item,
    keys::{self, Key},
    read::Items,
};

/// The number of hours for which an answer is replayed.
const KEPT_HOURS: i64 = 24;

/// The minimum size in bytes of a body that is compressed. With compression, the item of a punch's answer stays below 1 kB
/// and costs two write units.
const PACKED_FROM: usize = 512;

/// The maximum size of a saved body in bytes.
const MAX_BODY_BYTES: u64 = 1 << 20;

/// The hashes by which a request is recognized as a repeat of an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatKey {
    /// A hash of caller, route and `Idempotency-Key`. The answer is saved under it.
    pub hash: String,
    /// A hash of the body. A different body with the same key is an error of the client.
    pub body_hash: String,
}

/// An answer as it is saved. It doesn't contain secrets that are shown only once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body as compact JSON; none if the answer has no body.
    pub body: Option<String>,
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The `Location` header.
    pub location: Option<String>,
}

/// A [`SavedAnswer`] in the table. The body is stored as text, because DynamoDB numbers and JSON numbers differ slightly.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    body_hash: String,
    status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    /// A long body, as deflated text in Base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    packed_body: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    pub(crate) expires_at: i64,
}

/// The state of a request in the table.
#[derive(Debug, Clone, PartialEq)]
pub enum Earlier {
    /// The request has no answer yet.
    Never,
    /// The same request has this answer.
    Answered(SavedAnswer),
    /// The key was used with another body.
    OtherBody,
}

impl Record {
    pub(crate) fn item(key: &RepeatKey, answer: &SavedAnswer, now: Timestamp) -> Result<Item, StoreError> {
        let expires_at = now.saturating_add(KEPT_HOURS.hours()).unwrap_or(now);
        let (body, packed_body) = match &answer.body {
            Some(text) if text.len() >= PACKED_FROM => (None, Some(pack(text)?)),
            short => (short.clone(), None),
        };
        let record = Self {
            body_hash: key.body_hash.clone(),
            status: answer.status,
            body,
            packed_body,
            etag: answer.etag.clone(),
            location: answer.location.clone(),
            expires_at: expires_at.as_second(),
        };
        Ok(Item::new(keys::idempotency(&key.hash), &record)?.expires_at(expires_at))
    }

    /// Compares the record, if there is one, with the request.
    pub(crate) fn compare(record: Option<Self>, key: &RepeatKey, now: Timestamp) -> Result<Earlier, StoreError> {
        let Some(record) = record.filter(|record| record.expires_at > now.as_second()) else {
            return Ok(Earlier::Never);
        };
        if record.body_hash != key.body_hash {
            return Ok(Earlier::OtherBody);
        }
        let unreadable = |reason: String| keys::idempotency(&key.hash).unreadable(reason);
        let body = match record.packed_body {
            Some(packed) => Some(unpack(&packed).map_err(unreadable)?),
            None => record.body,
        };
        if let Some(text) = &body {
            serde_json::from_str::<IgnoredAny>(text).map_err(|error| unreadable(error.to_string()))?;
        }
        Ok(Earlier::Answered(SavedAnswer { status: record.status, body, etag: record.etag, location: record.location }))
    }
}

fn pack(text: &str) -> Result<String, StoreError> {
    let unwritable = |error: std::io::Error| StoreError::Unwritable(error.to_string());
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes()).map_err(unwritable)?;
    Ok(BASE64_NOPAD.encode(&encoder.finish().map_err(unwritable)?))
}

fn unpack(packed: &str) -> Result<String, String> {
    let deflated = BASE64_NOPAD.decode(packed.as_bytes()).map_err(|error| error.to_string())?;
    let mut text = String::new();
    let mut decoder = DeflateDecoder::new(deflated.as_slice()).take(MAX_BODY_BYTES);
    decoder.read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

impl RepeatKey {
    /// Returns the key under which the answer is saved, for decisions that read it together with other items.
    pub(crate) fn item_key(&self) -> Key {
        keys::idempotency(&self.hash)
    }
}

impl Items {
    /// Takes out the record of a request that may be a repeat; [`Earlier::Never`] for a request without a key.
    pub(crate) fn earlier(&mut self, key: Option<&RepeatKey>, now: Timestamp) -> Result<Earlier, StoreError> {
        key.map_or(Ok(Earlier::Never), |key| Record::compare(self.take(&key.item_key())?, key, now))
    }
}

impl Store {
    /// Reads the earlier answer of a request that may be a repeat.
    pub async fn earlier_answer(&self, key: &RepeatKey, now: Timestamp) -> Result<Earlier, StoreError> {
        Record::compare(self.get(keys::idempotency(&key.hash)).await?, key, now)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::AttributeValue;
    use serde_json::json;

    use super::*;
    use crate::stored_item::StoredItem;

    fn key() -> RepeatKey {
        RepeatKey { hash: "a".repeat(64), body_hash: "b".repeat(64) }
    }

    fn answer(text: String) -> SavedAnswer {
        let body = Some(json!({"text": text}).to_string());
        SavedAnswer { status: 201, body, etag: Some("\"2\"".to_owned()), location: None }
    }

    #[test]
    fn answers_are_read_back_as_they_were_saved() {
        for saved in [
            answer("short".to_owned()),
            answer("long ".repeat(1000)),
            SavedAnswer { body: None, ..answer(String::new()) },
        ] {
            let item = Record::item(&key(), &saved, Timestamp::UNIX_EPOCH).unwrap();
            let record: Record = StoredItem::from(item.attributes).read().unwrap();
            let read = Record::compare(Some(record), &key(), Timestamp::UNIX_EPOCH).unwrap();
            assert_eq!(read, Earlier::Answered(saved));
        }
    }

    #[test]
    fn an_answer_saved_by_an_earlier_release_is_replayed() {
        let mut item = Record::item(&key(), &answer(String::new()), Timestamp::UNIX_EPOCH).unwrap().attributes;
        item.insert("body".to_owned(), AttributeValue::S("{\"a\":1}".to_owned()));
        item.insert("location".to_owned(), AttributeValue::Null(true));
        let record: Record = StoredItem::from(item).read().unwrap();
        let read = Record::compare(Some(record), &key(), Timestamp::UNIX_EPOCH).unwrap();
        let Earlier::Answered(saved) = read else { panic!("{read:?}") };
        assert_eq!((saved.body, saved.location), (Some(r#"{"a":1}"#.to_owned()), None));
    }

    #[test]
    fn a_saved_punch_costs_two_write_units() {
        let id = "01M6FZRRJ0D5AKGKKW751SJ4WD";
        let shift = json!({"id": "2026-11-03T09:00", "start_at": "2026-11-03T09:00:00+03:00",
            "end_at": "2026-11-03T18:00:00+03:00", "break_minutes": 60, "site_id": null, "status": "expected",
            "late_seconds": 0, "early_leave_seconds": 0});
        let clock_in = json!({"at": "2026-11-03T08:58:00+03:00", "remark": null, "location": null, "has_photo": false,
            "source": "self"});
        let session = json!({"id": id, "clock_in": clock_in, "clock_out": null, "breaks": [], "worked_seconds": 0,
            "break_seconds": 0, "flagged": null});
        let body = json!({"user_id": id, "date": "2026-11-03", "time_zone": "Europe/Istanbul", "kind": "workday",
            "status": "present", "presence": "working", "shifts": [shift], "leave": null, "sessions": [session],
            "worked_seconds": 0, "break_seconds": 0, "unpaid_break_seconds": 0, "auto_break_seconds": 0,
            "scheduled_seconds": 28800, "late_seconds": 0, "early_leave_seconds": 0, "overtime_seconds": 0, "flags": [],
            "version": 2, "allowed_actions": ["request_correction"]});
        let saved = SavedAnswer { body: Some(body.to_string()), ..answer(String::new()) };
        let item = Record::item(&key(), &saved, Timestamp::UNIX_EPOCH).unwrap();
        let bytes: usize =
            item.attributes.iter().map(|(name, value)| name.len() + value.as_s().map_or(10, String::len)).sum();
        assert!(bytes < 900, "{bytes}");
    }
}
