//! The saved answer of a request that may be repeated: written in the request's own transaction, replayed to its repeats.

use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::{
    Store, StoreError,
    item::Item,
    keys::{self, Key},
    read::Items,
};

/// How long an answer is replayed: 24 hours.
const KEPT_HOURS: i64 = 24;

/// What makes a request the same as an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatKey {
    /// A hash over caller, route and `Idempotency-Key`: where the answer is saved.
    pub hash: String,
    /// A hash over the body: another one under the same key is a mistake of the client.
    pub body_hash: String,
}

/// An answer as it is saved. Secrets shown once aren't in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The JSON body, where there is one.
    pub body: Option<serde_json::Value>,
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The `Location` header.
    pub location: Option<String>,
}

/// A [`SavedAnswer`] in the table. The body travels as text: DynamoDB numbers and JSON numbers aren't quite the same.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    body_hash: String,
    status: u16,
    body: Option<String>,
    etag: Option<String>,
    location: Option<String>,
    pub(crate) expires_at: i64,
}

/// What the table knows of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Earlier {
    /// Nothing: it is the first.
    Never,
    /// The same request was answered so.
    Answered(SavedAnswer),
    /// Its key was used with another body.
    OtherBody,
}

impl Record {
    pub(crate) fn item(key: &RepeatKey, answer: &SavedAnswer, now: Timestamp) -> Result<Item, StoreError> {
        let expires_at = now.saturating_add(KEPT_HOURS.hours()).unwrap_or(now);
        let record = Self {
            body_hash: key.body_hash.clone(),
            status: answer.status,
            body: answer.body.as_ref().map(ToString::to_string),
            etag: answer.etag.clone(),
            location: answer.location.clone(),
            expires_at: expires_at.as_second(),
        };
        Ok(Item::new(keys::idempotency(&key.hash), &record)?.expires_at(expires_at))
    }

    /// What the record, read or not, means for the request.
    pub(crate) fn compare(record: Option<Self>, key: &RepeatKey, now: Timestamp) -> Result<Earlier, StoreError> {
        let Some(record) = record.filter(|record| record.expires_at > now.as_second()) else {
            return Ok(Earlier::Never);
        };
        if record.body_hash != key.body_hash {
            return Ok(Earlier::OtherBody);
        }
        let body = record.body.map(|text| serde_json::from_str(&text)).transpose().map_err(|error| {
            StoreError::Unreadable { key: keys::idempotency(&key.hash).to_string(), reason: error.to_string() }
        })?;
        Ok(Earlier::Answered(SavedAnswer { status: record.status, body, etag: record.etag, location: record.location }))
    }
}

impl RepeatKey {
    /// Where the answer is saved: for decisions that read it along with everything else.
    pub(crate) fn item_key(&self) -> Key {
        keys::idempotency(&self.hash)
    }
}

impl Items {
    /// What was read of a request that may be a repeat; [`Earlier::Never`] for one that isn't.
    pub(crate) fn earlier(&mut self, key: Option<&RepeatKey>, now: Timestamp) -> Result<Earlier, StoreError> {
        key.map_or(Ok(Earlier::Never), |key| Record::compare(self.take(&key.item_key())?, key, now))
    }
}

impl Store {
    /// Looks a request up that may be a repeat.
    pub async fn earlier_answer(&self, key: &RepeatKey, now: Timestamp) -> Result<Earlier, StoreError> {
        Record::compare(self.get(keys::idempotency(&key.hash)).await?, key, now)
    }
}
