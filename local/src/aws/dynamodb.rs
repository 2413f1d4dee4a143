//! `DynamoDB`, emulated by dynoxide on `SQLite`.
//!
//! dynoxide blocks, so it runs on tokio's threads for blocking work. The database handles one request at a time, so
//! every read is consistent and every race ends in a failed condition. dynoxide doesn't emulate
//! `TransactionConflict`.
//!
//! `DynamoDB` serves stream readers independently of writes. Here all requests wait for one database, in two queues:
//! see [`Turns`].

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use dynoxide::{Database, DynoxideError};
use http::Response;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{
    json_answer,
    partitions::{self, Partitions},
    table,
    turns::{Turns, Urgency},
};
use crate::calls::Consumed;

const CONTENT_TYPE: &str = "application/x-amz-json-1.0";

/// The tables of the stack.
#[derive(Clone)]
pub(crate) struct DynamoDb {
    database: Database,
    /// The name of the time-to-live attribute.
    ttl: Arc<str>,
    /// The number of writes, for the readers of the stream.
    writes: Arc<watch::Sender<u64>>,
    turns: Turns,
    pub(crate) partitions: Arc<Partitions>,
}

/// Adds an index of the stream's records by sequence number to a database file.
///
/// Each write reads the last sequence number, and each reader reads the records after a sequence number. Without the
/// index, both scan all records, and a stack with thousands of punches is slow. The index includes the shard because
/// readers filter by it, so that it covers their queries.
fn put_stream_in_order(file: &Path) -> Result<(), DynoxideError> {
    let indexed = rusqlite::Connection::open(file).and_then(|connection| {
        connection.execute_batch(
            "DROP INDEX IF EXISTS stream_in_order;
             CREATE INDEX IF NOT EXISTS stream_by_number
             ON _stream_records (table_name, CAST(sequence_number AS INTEGER), shard_id)",
        )
    });
    indexed.map_err(|error| DynoxideError::InternalServerError(format!("no index of the stream: {error}")))
}

/// Creates a database in memory with that index. dynoxide can't run SQL statements on such a database, but it can
/// copy a file.
fn in_memory() -> Result<Database, DynoxideError> {
    let failed = |error: std::io::Error| DynoxideError::InternalServerError(format!("no temporary file: {error}"));
    let folder = tempfile::tempdir().map_err(failed)?;
    let file = folder.path().join("empty.sqlite");
    let path = file.to_string_lossy();
    drop(Database::new(&path)?);
    put_stream_in_order(&file)?;
    let database = Database::memory()?;
    database.restore_from(&path)?;
    Ok(database)
}

impl std::fmt::Debug for DynamoDb {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("DynamoDb").finish_non_exhaustive()
    }
}

impl DynamoDb {
    /// Opens the table in `file`, or in memory if there is no file. Creates the table if it doesn't exist.
    pub(crate) fn open(file: Option<&Path>, definition: &table::Definition) -> Result<Self, DynoxideError> {
        let database = match file {
            Some(file) => Database::new(&file.to_string_lossy())?,
            None => in_memory()?,
        };
        let opened = Self {
            database,
            ttl: definition.ttl.as_str().into(),
            writes: Arc::default(),
            turns: Turns::default(),
            partitions: Arc::default(),
        };
        match opened.run("CreateTable", definition.create.to_string().as_bytes()) {
            Ok(_) | Err(DynoxideError::ResourceInUseException(_)) => {}
            Err(error) => return Err(error),
        }
        // A file that isn't one of our tables may open without an error, and fails here.
        let described = json!({"TableName": table::NAME}).to_string();
        opened.run("DescribeTable", described.as_bytes())?;
        if let Some(file) = file {
            put_stream_in_order(file)?;
        }
        Ok(opened)
    }

    /// Answers a request as `DynamoDB` does.
    pub(crate) async fn answer(&self, operation: String, body: Bytes, urgency: Urgency) -> Response<Bytes> {
        match self.run_in_turn(urgency, move |tables| tables.run(&operation, &body)).await {
            Ok(answer) => json_answer(200, CONTENT_TYPE, answer),
            Err(error) => {
                if error.status_code() >= 500 {
                    tracing::error!(%error, "DynamoDB failed");
                }
                json_answer(error.status_code(), CONTENT_TYPE, error.to_json())
            }
        }
    }

    /// Answers a request about the stream that doesn't come from a function.
    pub(crate) async fn ask(&self, operation: &'static str, body: Value) -> Result<Value, DynoxideError> {
        let run = move |tables: &Self| tables.run(operation, body.to_string().as_bytes());
        let answer = self.run_in_turn(Urgency::Stream, run).await?;
        serde_json::from_slice(&answer).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
    }

    /// Runs a closure on a thread for blocking work, when its turn comes.
    async fn run_in_turn<T: Send + 'static>(
        &self,
        urgency: Urgency,
        run: impl FnOnce(&Self) -> Result<T, DynoxideError> + Send + 'static,
    ) -> Result<T, DynoxideError> {
        let turn = self.turns.wait(urgency).await;
        let tables = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let done = run(&tables);
            // The turn is held until here, even if the caller no longer waits for the answer.
            drop(turn);
            done
        });
        done.await.unwrap_or_else(|panic| Err(DynoxideError::InternalServerError(panic.to_string())))
    }

    /// Returns a receiver that changes with every write.
    pub(crate) fn written(&self) -> watch::Receiver<u64> {
        self.writes.subscribe()
    }

    /// Deletes the items whose time to live has passed at `now` (seconds since 1970), and returns their number.
    ///
    /// dynoxide's own sweep uses real time. If the stack's clock is set back, it would delete items that haven't
    /// expired.
    pub(crate) fn sweep(&self, now: i64) -> Result<usize, DynoxideError> {
        let mut swept = 0;
        let mut start = Value::Null;
        loop {
            let mut page = json!({
                "TableName": table::NAME,
                "FilterExpression": "#ttl < :now",
                "ProjectionExpression": "pk, sk",
                "ExpressionAttributeNames": {"#ttl": &*self.ttl},
                "ExpressionAttributeValues": {":now": {"N": now.to_string()}},
                "Limit": 1000,
            });
            if !start.is_null() {
                page["ExclusiveStartKey"] = start;
            }
            let found = self.run("Scan", page.to_string().as_bytes())?;
            let mut found: Value = serde_json::from_slice(&found).unwrap_or_default();
            for key in found["Items"].as_array().into_iter().flatten() {
                let delete = json!({
                    "TableName": table::NAME,
                    "Key": key,
                    "ConditionExpression": "#ttl < :now",
                    "ExpressionAttributeNames": {"#ttl": &*self.ttl},
                    "ExpressionAttributeValues": {":now": {"N": now.to_string()}},
                });
                match self.run("DeleteItem", delete.to_string().as_bytes()) {
                    Ok(_) => swept += 1,
                    // The item was renewed between the read and the deletion.
                    Err(DynoxideError::ConditionalCheckFailedException(..)) => {}
                    Err(error) => return Err(error),
                }
            }
            start = found["LastEvaluatedKey"].take();
            if start.is_null() {
                return Ok(swept);
            }
        }
    }

    fn run(&self, operation: &str, body: &[u8]) -> Result<Vec<u8>, DynoxideError> {
        let done = if self.partitions.is_counting() {
            self.run_counted(operation, body)
        } else {
            self.run_in_database(operation, body)
        };
        if done.is_ok() && is_write(operation) {
            self.writes.send_modify(|writes| *writes += 1);
        }
        done
    }

    /// Runs a request, and counts the capacity that it consumes of each partition key.
    fn run_counted(&self, operation: &str, body: &[u8]) -> Result<Vec<u8>, DynoxideError> {
        let request: Value = serde_json::from_slice(body).unwrap_or_default();
        let written: Vec<Value> = match operation {
            "TransactWriteItems" => partitions::actions(&request).map(partitions::key_of).collect(),
            _ => Vec::new(),
        };
        let items = || written.iter().map(|key| self.item(key)).collect::<Result<Vec<Value>, _>>();
        let before = items()?;
        let done = self.run_in_database(operation, body)?;
        let answer: Value = serde_json::from_slice(&done).unwrap_or_default();
        self.partitions.count(operation, &request, &answer, &before, &items()?);
        Ok(done)
    }

    fn item(&self, key: &Value) -> Result<Value, DynoxideError> {
        let get = json!({"TableName": table::NAME, "Key": key}).to_string();
        let mut found: Value =
            serde_json::from_slice(&self.run_in_database("GetItem", get.as_bytes())?).unwrap_or_default();
        Ok(found["Item"].take())
    }

    fn run_in_database(&self, operation: &str, body: &[u8]) -> Result<Vec<u8>, DynoxideError> {
        let database = &self.database;
        match operation {
            "BatchGetItem" => serve(body, |request| database.batch_get_item(request)),
            "BatchWriteItem" => serve(body, |request| database.batch_write_item(request)),
            "CreateTable" => serve(body, |request| database.create_table(request)),
            "DeleteItem" => serve(body, |request| database.delete_item(request)),
            "DescribeStream" => serve(body, |request| database.describe_stream(request)),
            "DescribeTable" => serve(body, |request| database.describe_table(request)),
            "DescribeTimeToLive" => serve(body, |request| database.describe_time_to_live(request)),
            "ExecuteStatement" => serve(body, |request| database.execute_statement(request)),
            "GetItem" => serve(body, |request| database.get_item(request)),
            "GetRecords" => serve(body, |request| database.get_records(request)),
            "GetShardIterator" => serve(body, |request| database.get_shard_iterator(request)),
            "ListStreams" => serve(body, |request| database.list_streams(request)),
            "ListTables" => serve(body, |request| database.list_tables(request)),
            "PutItem" => serve(body, |request| database.put_item(request)),
            "Query" => serve(body, |request| database.query(request)),
            "Scan" => serve(body, |request| database.scan(request)),
            "TransactGetItems" => serve(body, |request| database.transact_get_items(request)),
            "TransactWriteItems" => serve(body, |request| database.transact_write_items(request)),
            "UpdateItem" => serve(body, |request| database.update_item(request)),
            "UpdateTimeToLive" => serve(body, |request| database.update_time_to_live(request)),
            unknown => Err(DynoxideError::ValidationException(format!("the local stack has no operation {unknown}"))),
        }
    }
}

/// Returns whether an operation may change items.
fn is_write(operation: &str) -> bool {
    matches!(
        operation,
        "BatchWriteItem" | "DeleteItem" | "ExecuteStatement" | "PutItem" | "TransactWriteItems" | "UpdateItem"
    )
}

fn serve<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    run: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<Vec<u8>, DynoxideError> {
    let request =
        serde_json::from_slice(body).map_err(|error| DynoxideError::SerializationException(error.to_string()))?;
    let answer = run(request)?;
    serde_json::to_vec(&answer).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// Returns the capacity that an answer reports, if the request asked for it.
pub(super) fn consumed(operation: &str, answer: &[u8]) -> Consumed {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    let reported = &answer["ConsumedCapacity"];
    let tables = reported.as_array().map_or(std::slice::from_ref(reported), Vec::as_slice);
    let writes = !matches!(operation, "GetItem" | "BatchGetItem" | "TransactGetItems" | "Query" | "Scan");
    let mut consumed = Consumed::default();
    for table in tables {
        let units = |name| table[name].as_f64();
        let total = units("CapacityUnits").unwrap_or_default();
        // A transaction reports read and write units separately. For other operations, the kind of the operation
        // decides.
        let (read, write) = if writes { (0.0, total) } else { (total, 0.0) };
        let told_apart = units("ReadCapacityUnits").is_some() || units("WriteCapacityUnits").is_some();
        consumed.read_units += if told_apart { units("ReadCapacityUnits").unwrap_or_default() } else { read };
        consumed.write_units += if told_apart { units("WriteCapacityUnits").unwrap_or_default() } else { write };
    }
    consumed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Template;

    fn tables() -> DynamoDb {
        DynamoDb::open(None, &definition()).unwrap()
    }

    fn definition() -> table::Definition {
        Template::embedded().unwrap().table().unwrap()
    }

    fn call(tables: &DynamoDb, operation: &str, body: &Value) -> Result<Value, DynoxideError> {
        tables.run(operation, body.to_string().as_bytes()).map(|answer| serde_json::from_slice(&answer).unwrap())
    }

    #[test]
    fn opening_the_table_again_changes_nothing() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("table.sqlite");
        let tables = DynamoDb::open(Some(&file), &definition()).unwrap();
        let key = json!({"pk": {"S": "A"}, "sk": {"S": "B"}});
        call(&tables, "PutItem", &json!({"TableName": table::NAME, "Item": key})).unwrap();
        drop(tables);
        let tables = DynamoDb::open(Some(&file), &definition()).unwrap();
        let read = call(&tables, "GetItem", &json!({"TableName": table::NAME, "Key": key})).unwrap();
        assert_eq!(read["Item"], key);
    }

    #[test]
    fn the_stream_is_read_by_its_index_in_memory_and_on_disk() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("table.sqlite");
        for (kept, tables) in [
            ("in memory", DynamoDb::open(None, &definition()).unwrap()),
            ("on disk", DynamoDb::open(Some(&file), &definition()).unwrap()),
        ] {
            let copy = home.path().join(kept);
            tables.database.vacuum_into(&copy.to_string_lossy()).unwrap();
            let copy = rusqlite::Connection::open(copy).unwrap();
            // dynoxide's queries: with each write, with each read, and for the end of the stream.
            for statement in [
                "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = ?1",
                "SELECT event_name FROM _stream_records
                 WHERE table_name = ?1 AND shard_id = ?2 AND CAST(sequence_number AS INTEGER) > ?3
                 ORDER BY CAST(sequence_number AS INTEGER) ASC LIMIT ?4",
                "SELECT MIN(CAST(sequence_number AS INTEGER)), MAX(CAST(sequence_number AS INTEGER))
                 FROM _stream_records WHERE table_name = ?1 AND shard_id = ?2",
            ] {
                let mut explained = copy.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
                let values = vec!["1"; explained.parameter_count()];
                let plan =
                    explained.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3)).unwrap();
                let plan: Vec<String> = plan.map(Result::unwrap).collect();
                let by_index = matches!(&plan[..], [step] if step.contains("INDEX stream_by_number"));
                assert!(by_index, "{kept}: {plan:?} for {statement}");
            }
        }
    }

    #[test]
    fn the_sweep_takes_what_has_expired_by_the_clock_it_is_given() {
        let tables = tables();
        for (pk, expires_at) in [("past", Some(99)), ("now", Some(100)), ("future", Some(101)), ("never", None)] {
            let mut item = json!({"pk": {"S": pk}, "sk": {"S": "X"}});
            if let Some(expires_at) = expires_at {
                item["expires_at"] = json!({"N": i64::to_string(&expires_at)});
            }
            call(&tables, "PutItem", &json!({"TableName": table::NAME, "Item": item})).unwrap();
        }
        assert_eq!(tables.sweep(100).unwrap(), 1);
        assert_eq!(tables.sweep(100).unwrap(), 0);
        let left = call(&tables, "Scan", &json!({"TableName": table::NAME})).unwrap();
        assert_eq!(left["Count"], 3);
    }

    #[test]
    fn capacity_is_read_from_an_answer_of_every_form() {
        let read = |operation, answer: Value| {
            let consumed = consumed(operation, answer.to_string().as_bytes());
            (consumed.read_units, consumed.write_units)
        };
        let one = json!({"ConsumedCapacity": {"TableName": "t", "CapacityUnits": 1.5}});
        assert_eq!(read("Query", one.clone()), (1.5, 0.0));
        assert_eq!(read("PutItem", one), (0.0, 1.5));
        let several = json!({"ConsumedCapacity": [{"CapacityUnits": 2.0}, {"CapacityUnits": 1.0}]});
        assert_eq!(read("BatchGetItem", several), (3.0, 0.0));
        let both =
            json!({"ConsumedCapacity": [{"CapacityUnits": 8.0, "WriteCapacityUnits": 6.0, "ReadCapacityUnits": 2.0}]});
        assert_eq!(read("TransactWriteItems", both), (2.0, 6.0));
        assert_eq!(read("GetItem", json!({"Item": {}})), (0.0, 0.0));
    }
}
