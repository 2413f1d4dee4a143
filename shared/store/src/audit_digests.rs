//! Digests that show whether the audit was changed: a hash of each entry as the stream shows it, and hourly digests, each of
//! which contains the previous one (ADR 0028).
//!
//! `notify` stores the hashes, `checks` closes the hours, and `scripts/check-audit.py` computes both again.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::When,
    item::Item,
    keys,
    read::{KeyRange, Range},
};

const SECONDS_OF_AN_HOUR: i64 = 3600;

/// The maximum number of hash batches that one query reads. Each batch has at most a hundred hashes.
const PAGE_SIZE: usize = 100;

/// The maximum number of hours that a run closes.
const MAX_HOURS: usize = 500;

/// A clock hour in UTC, such as `2026-11-28T10`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditHour(i64);

impl AuditHour {
    /// Returns the hour that contains an instant.
    pub fn of(at: Timestamp) -> Self {
        Self(at.as_second().div_euclid(SECONDS_OF_AN_HOUR))
    }

    /// Returns the previous hour.
    #[must_use]
    pub const fn before(self) -> Self {
        Self(self.0 - 1)
    }

    fn parse(text: &str) -> Option<Self> {
        format!("{text}:00:00Z").parse().ok().map(Self::of)
    }
}

impl fmt::Display for AuditHour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let begins_at = Timestamp::from_second(self.0 * SECONDS_OF_AN_HOUR).map_err(|_| fmt::Error)?;
        write!(f, "{}", begins_at.strftime("%Y-%m-%dT%H"))
    }
}

impl Serialize for AuditHour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AuditHour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("isn't an hour such as 2026-11-28T10"))
    }
}

/// The hash of an audit entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AuditHash {
    /// The key of the entry, `AUDIT#user:… / 01JBN2V7Q4W0M3T9K5ZXH8R6CD`.
    pub entry: String,
    /// The SHA-256 hash in hex of the item in DynamoDB's JSON, with sorted names and without spaces.
    pub hash: String,
}

impl AuditHash {
    /// Hashes an item.
    pub(crate) fn of(entry: String, item: &serde_dynamo::Item) -> Result<Self, StoreError> {
        let mut json = serde_json::to_value(item).map_err(|error| StoreError::Unwritable(error.to_string()))?;
        json.sort_all_objects();
        Ok(Self { entry, hash: sha256(&json.to_string()) })
    }
}

/// The hashes of one batch of the stream.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HashBatch {
    hashes: Vec<AuditHash>,
}

/// An hour that has hashes and no digest.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OpenHour {
    hour: AuditHour,
}

/// The digest of an hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditDigest {
    /// The hour in which the hashes were stored.
    pub hour: AuditHour,
    /// The digest of the last earlier hour that has one; empty for the first hour.
    pub previous: String,
    /// The SHA-256 hash in hex of the previous digest, the hour and the hashes, each on a line.
    pub digest: String,
    /// The number of hashes.
    pub entries: usize,
}

impl AuditDigest {
    /// Computes the digest of an hour. `hashes` are sorted and distinct.
    pub fn new(hour: AuditHour, previous: Option<&Self>, hashes: &[AuditHash]) -> Self {
        let previous = previous.map(|digest| digest.digest.clone()).unwrap_or_default();
        let mut text = format!("{previous}\n{hour}\n");
        for AuditHash { entry, hash } in hashes {
            text += entry;
            text += " ";
            text += hash;
            text += "\n";
        }
        Self { hour, previous, digest: sha256(&text), entries: hashes.len() }
    }
}

fn sha256(text: &str) -> String {
    HEXLOWER.encode(digest(&SHA256, text.as_bytes()).as_ref())
}

impl Store {
    /// Reads the hours that have hashes and no digest, earliest first. One Query.
    pub async fn open_audit_hours(&self) -> Result<Vec<AuditHour>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::AUDIT_HOURS.to_owned(),
            range: Range::All,
            descending: false,
            limit: MAX_HOURS,
            after: None,
        };
        Ok(self.query::<OpenHour>(key_range).await?.items.into_iter().map(|open| open.hour).collect())
    }

    /// Reads the hashes of an hour, sorted and distinct. A batch that the stream repeated is stored twice.
    pub async fn audit_hashes(&self, hour: AuditHour) -> Result<Vec<AuditHash>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::audit_hashes_partition(hour),
            range: Range::All,
            descending: false,
            limit: PAGE_SIZE,
            after: None,
        };
        let batches: Vec<HashBatch> = self.query_all(key_range).await?;
        let mut hashes: Vec<AuditHash> = batches.into_iter().flat_map(|batch| batch.hashes).collect();
        hashes.sort_unstable();
        hashes.dedup();
        Ok(hashes)
    }

    /// Reads the digest of the last hour that has one. One Query.
    pub async fn last_audit_digest(&self) -> Result<Option<AuditDigest>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::AUDIT_DIGESTS.to_owned(),
            range: Range::All,
            descending: true,
            limit: 1,
            after: None,
        };
        Ok(self.query(key_range).await?.items.pop())
    }
}

impl Commit {
    /// Stores the hashes of a batch of the stream under the hour of the commit. A batch never replaces another one, because
    /// a repeated batch may contain only a part of the first.
    pub fn keep_audit_hashes(&mut self, hashes: Vec<AuditHash>) -> Result<(), StoreError> {
        let hour = AuditHour::of(self.stamp().at);
        let item = Item::new(keys::audit_hashes(hour, self.stamp().event_id), &HashBatch { hashes })?;
        self.put(item, When::Always, None)?;
        self.put(Item::new(keys::audit_hour(hour), &OpenHour { hour })?, When::Always, None)
    }

    /// Removes an hour that has a digest from the list of open hours.
    pub fn forget_audit_hour(&mut self, hour: AuditHour) -> Result<(), StoreError> {
        self.delete(&keys::audit_hour(hour), None, None)
    }

    /// Stores the digest of an hour, once, and removes the hour from the list of open hours.
    pub fn close_audit_hour(&mut self, digest: &AuditDigest) -> Result<(), StoreError> {
        self.put(Item::new(keys::audit_digest(digest.hour), digest)?, When::Absent, Some(Condition::Version))?;
        self.forget_audit_hour(digest.hour)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn item(json: serde_json::Value) -> serde_dynamo::Item {
        serde_json::from_value(json).unwrap()
    }

    fn hash(entry: &str) -> AuditHash {
        AuditHash { entry: entry.to_owned(), hash: sha256(entry) }
    }

    #[test]
    fn an_hour_is_written_as_its_beginning() {
        let hour = AuditHour::of("2026-11-28T10:59:59.999Z".parse().unwrap());
        assert_eq!(hour.to_string(), "2026-11-28T10");
        assert_eq!(AuditHour::parse("2026-11-28T10"), Some(hour));
        assert_eq!(hour.before().to_string(), "2026-11-28T09");
        assert_eq!(AuditHour::parse("2026-11-28"), None);
    }

    /// The same value is in `scripts/test_operators.py`, whose script hashes the item of the table.
    #[test]
    fn the_order_of_attributes_is_no_part_of_a_hash() {
        let one = json!({"pk": {"S": "AUDIT#settings"}, "sk": {"S": "1"}, "n": {"N": "5"}, "m": {"M": {"b": {"S": "ü\"\n"}, "a": {"NULL": true}}}});
        let other = json!({"n": {"N": "5"}, "m": {"M": {"a": {"NULL": true}, "b": {"S": "ü\"\n"}}}, "sk": {"S": "1"}, "pk": {"S": "AUDIT#settings"}});
        let hash = |json| AuditHash::of("e".to_owned(), &item(json)).unwrap().hash;
        assert_eq!(hash(one.clone()), hash(other));
        assert_eq!(hash(one), "84148f1d4f26e4103d6139c98fc9314e87749ffb36b80531d1821190fac243de");
    }

    #[test]
    fn a_digest_contains_the_one_before_it_the_hour_and_every_hash() {
        let hour = AuditHour::of("2026-11-28T10:00:00Z".parse().unwrap());
        let first = AuditDigest::new(hour, None, &[hash("a"), hash("b")]);
        assert_eq!((first.previous.as_str(), first.entries), ("", 2));
        assert_eq!(first.digest, "43c60ad304c3be754446724221461d2b6e84171e8e26033f5d2c8ef097621f99");
        let second = AuditDigest::new(AuditHour(hour.0 + 1), Some(&first), &[]);
        assert_eq!(second.previous, first.digest);
        for other in [
            AuditDigest::new(hour, None, &[hash("a")]),
            AuditDigest::new(hour.before(), None, &[hash("a"), hash("b")]),
            AuditDigest::new(hour, Some(&second), &[hash("a"), hash("b")]),
        ] {
            assert_ne!(other.digest, first.digest);
        }
    }
}
