//! The table's stream as its readers see it: records in order, each with its sequence number.

use serde_json::Value;

use crate::aws::{
    DynamoDb,
    stream::{StreamRecord, sequence_number, stored_number},
};

/// The number of records in one read.
const PAGE: usize = 200;

/// A record of the stream, in the form in which a function gets it.
#[derive(Debug, Clone)]
pub(super) struct Record {
    sequence_number: String,
    created_at: i64,
    event: Value,
}

impl Record {
    pub(super) fn new(record: &StreamRecord) -> Self {
        Self {
            sequence_number: sequence_number(record.number),
            created_at: record.created_at,
            event: record.to_event(),
        }
    }

    /// Returns the sequence number of the record. All sequence numbers have the same length, so that they compare as
    /// texts.
    pub(super) fn sequence_number(&self) -> &str {
        &self.sequence_number
    }

    /// Returns the time at which the record was created, in seconds since 1970.
    pub(super) fn created_at(&self) -> i64 {
        self.created_at
    }

    pub(super) fn json(&self) -> &Value {
        &self.event
    }
}

/// The stream of the table.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    tables: DynamoDb,
}

impl Stream {
    pub(super) fn new(tables: DynamoDb) -> Self {
        Self { tables }
    }

    /// Returns the sequence number of the last record; `None` if there are no records.
    pub(super) async fn end(&self) -> Result<Option<String>, String> {
        let last = self.tables.last_record().await.map_err(|error| error.to_string())?;
        Ok(last.map(sequence_number))
    }

    /// Returns some of the records after that position, or the first ones.
    pub(super) async fn after(&self, position: Option<&str>) -> Result<Vec<StreamRecord>, String> {
        let number = match position {
            Some(position) => stored_number(position).ok_or_else(|| format!("{position} is no sequence number"))?,
            None => 0,
        };
        self.tables.records_after(number, PAGE).await.map_err(|error| error.to_string())
    }

    /// Deletes the records that are older than `created_before` (seconds since 1970) and that all readers have read, up to
    /// `position`.
    pub(super) async fn trim(&self, created_before: i64, position: &str) -> Result<(), String> {
        let number = stored_number(position).ok_or_else(|| format!("{position} is no sequence number"))?;
        self.tables.trim_stream(created_before, number).await.map_err(|error| error.to_string())
    }
}
