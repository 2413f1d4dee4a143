//! The records of the table's stream, as dynoxide stores them.

use rusqlite::Row;
use serde_json::{Value, json};

/// Indexes the records by table and sequence number.
///
/// Each write reads the last number, and each reader reads the records after a number. Without the index, both scan all
/// records, and a stack with thousands of punches is slow. The index includes the shard because dynoxide's queries
/// filter by it, so that it covers them.
pub(super) const INDEX: &str = "DROP INDEX IF EXISTS stream_in_order;
    CREATE INDEX IF NOT EXISTS stream_by_number
    ON _stream_records (table_name, CAST(sequence_number AS INTEGER), shard_id)";

/// Reads the records after a number.
pub(super) const RECORDS_AFTER: &str = "SELECT CAST(sequence_number AS INTEGER), event_name, event_id, created_at,
        keys_json, new_image, old_image, user_identity,
        (SELECT stream_view_type FROM _tables WHERE table_name = ?1)
    FROM _stream_records
    WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) > ?2
    ORDER BY CAST(sequence_number AS INTEGER)
    LIMIT ?3";

/// Reads the last number.
pub(super) const LAST: &str = "SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = ?1";

/// Deletes old records among the first ones, up to a number and before the last one.
pub(super) const TRIM: &str = "DELETE FROM _stream_records WHERE created_at < ?4 AND id IN (
        SELECT id FROM _stream_records
        WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) <= ?2 AND CAST(sequence_number AS INTEGER) < (
            SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = ?1)
        ORDER BY CAST(sequence_number AS INTEGER)
        LIMIT ?3)";

/// A record of the stream.
#[derive(Debug)]
pub(crate) struct StreamRecord {
    /// The number by which records are ordered.
    pub(crate) number: i64,
    /// The time at which the record was created, in seconds since 1970.
    pub(crate) created_at: i64,
    event_name: String,
    event_id: Option<String>,
    keys: String,
    new_image: Option<String>,
    old_image: Option<String>,
    user_identity: Option<String>,
    view_type: Option<String>,
}

impl StreamRecord {
    /// Reads a record from a row of [`RECORDS_AFTER`].
    pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(0)?,
            event_name: row.get(1)?,
            event_id: row.get(2)?,
            created_at: row.get(3)?,
            keys: row.get(4)?,
            new_image: row.get(5)?,
            old_image: row.get(6)?,
            user_identity: row.get(7)?,
            view_type: row.get(8)?,
        })
    }

    /// Returns the record without its images, for filters that read only keys and names.
    pub(crate) fn outline(&self) -> Value {
        json!({"eventName": self.event_name, "dynamodb": {"Keys": parsed(&self.keys)}})
    }

    /// Returns the record as a function gets it from `DynamoDB` Streams.
    pub(crate) fn to_event(&self) -> Value {
        let mut change = json!({
            "ApproximateCreationDateTime": self.created_at,
            "Keys": parsed(&self.keys),
            "SequenceNumber": sequence_number(self.number),
            "SizeBytes": self.keys.len() + [&self.new_image, &self.old_image].into_iter().flatten().map(String::len).sum::<usize>(),
            "StreamViewType": self.view_type,
        });
        for (name, image) in [("NewImage", &self.new_image), ("OldImage", &self.old_image)] {
            if let Some(image) = image {
                change[name] = parsed(image);
            }
        }
        let mut event = json!({
            "eventID": self.event_id.clone().unwrap_or_else(|| self.number.to_string()),
            "eventName": self.event_name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": super::REGION,
            "dynamodb": change,
        });
        if let Some(identity) = &self.user_identity {
            event["userIdentity"] = parsed(identity);
        }
        event
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// Returns a number in the form of `DynamoDB`, in which numbers have 21 digits and compare as texts.
pub(crate) fn sequence_number(number: i64) -> String {
    format!("1{number:020}")
}

/// Returns the number of [`sequence_number`]; `None` if the text isn't one.
pub(crate) fn stored_number(sequence_number: &str) -> Option<i64> {
    sequence_number.strip_prefix('1').filter(|digits| digits.len() == 20)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_numbers_have_the_form_of_dynoxides() {
        let number = 1_795_900_000_000_000;
        let text = sequence_number(number);
        assert_eq!(text, "100001795900000000000".to_owned());
        assert_eq!(text, (100_000_000_000_000_000_000_u128 + 1_795_900_000_000_000).to_string());
        assert_eq!(stored_number(&text), Some(number));
        for other in ["", "1", "200001795900000000000", "1795900000000000"] {
            assert_eq!(stored_number(other), None, "{other}");
        }
    }
}
