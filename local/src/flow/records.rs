//! The table's stream as its readers see it: records in order, each with its sequence number.

use serde_json::{Value, json};

use crate::aws::DynamoDb;

/// The number of records in one read.
const PAGE: usize = 200;

/// A record of the stream.
#[derive(Debug, Clone)]
pub(super) struct Record(Value);

impl Record {
    /// Returns the sequence number of the record. All sequence numbers have the same length, so that they compare as
    /// texts.
    pub(super) fn sequence_number(&self) -> &str {
        self.0["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default()
    }

    /// Returns the time at which the record was created, in seconds since 1970.
    pub(super) fn created_at(&self) -> i64 {
        let at = &self.0["dynamodb"]["ApproximateCreationDateTime"];
        // The time has whole seconds, but is formatted with a fraction.
        at.as_i64()
            .or_else(|| jiff::Timestamp::from_millisecond(milliseconds(at)?).ok().map(jiff::Timestamp::as_second))
            .unwrap_or(i64::MAX)
    }

    pub(super) fn json(&self) -> &Value {
        &self.0
    }
}

fn milliseconds(seconds: &Value) -> Option<i64> {
    let text = seconds.as_f64().map(|seconds| format!("{:.0}", seconds * 1000.0))?;
    text.parse().ok()
}

/// The stream of the table.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    tables: DynamoDb,
    arn: String,
    shard: String,
}

impl Stream {
    pub(super) async fn open(tables: DynamoDb) -> Result<Self, String> {
        let listed = call(&tables, "ListStreams", json!({})).await?;
        let arn = listed["Streams"][0]["StreamArn"].as_str().ok_or("the table has no stream")?.to_owned();
        let described = call(&tables, "DescribeStream", json!({"StreamArn": arn})).await?;
        let shard = described["StreamDescription"]["Shards"][0]["ShardId"].as_str();
        let shard = shard.ok_or("the stream has no shard")?.to_owned();
        Ok(Self { tables, arn, shard })
    }

    /// Returns the sequence number of the last record; `None` if there are no records.
    pub(super) async fn end(&self) -> Result<Option<String>, String> {
        let described = call(&self.tables, "DescribeStream", json!({"StreamArn": self.arn})).await?;
        let range = &described["StreamDescription"]["Shards"][0]["SequenceNumberRange"];
        Ok(range["EndingSequenceNumber"].as_str().map(str::to_owned))
    }

    /// Returns some of the records after that position, or the first ones.
    pub(super) async fn after(&self, position: Option<&str>) -> Result<Vec<Record>, String> {
        let mut asked = json!({"StreamArn": self.arn, "ShardId": self.shard});
        match position {
            Some(position) => {
                asked["ShardIteratorType"] = json!("AFTER_SEQUENCE_NUMBER");
                asked["SequenceNumber"] = json!(position);
            }
            None => asked["ShardIteratorType"] = json!("TRIM_HORIZON"),
        }
        let iterator = call(&self.tables, "GetShardIterator", asked).await?;
        let asked = json!({"ShardIterator": iterator["ShardIterator"], "Limit": PAGE});
        let mut answer = call(&self.tables, "GetRecords", asked).await?;
        let Value::Array(records) = answer["Records"].take() else { return Err("records are a list".to_owned()) };
        Ok(records.into_iter().map(Record).collect())
    }
}

async fn call(tables: &DynamoDb, operation: &'static str, body: Value) -> Result<Value, String> {
    tables.ask(operation, body).await.map_err(|error| format!("{operation}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_records_age_is_read_from_a_fraction() {
        let record = |at: Value| Record(json!({"dynamodb": {"ApproximateCreationDateTime": at}})).created_at();
        assert_eq!((record(json!(1_793_609_880.0)), record(json!(7))), (1_793_609_880, 7));
    }
}
