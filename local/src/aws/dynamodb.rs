//! `DynamoDB`, emulated by dynoxide on `SQLite`.
//!
//! The database handles one request at a time, so every read is consistent and every race ends in a failed condition.
//! dynoxide doesn't emulate `TransactionConflict`. A request takes about a millisecond, so it runs where it is awaited.
//! Only the wait for the disk, which takes longer, is on a thread for blocking work.
//!
//! `DynamoDB` serves stream readers independently of writes. Here all requests wait for one database, in two queues:
//! see [`Turns`].

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use dynoxide::{
    DynoxideError,
    actions::{
        batch_get_item, batch_write_item, create_table, delete_item, describe_stream, describe_table,
        describe_time_to_live, execute_statement, get_item, get_records, get_shard_iterator, list_streams, list_tables,
        put_item, query, scan, transact_get_items, transact_write_items, update_item, update_time_to_live,
    },
    types::ConsumedCapacity,
};
use http::Response;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{
    database::{Database, OpenDatabase, ready},
    json_answer,
    partitions::{self, Partitions},
    point_reads::PointRead,
    stream::StreamRecord,
    table,
    turns::{Turns, Urgency},
};
use crate::calls::Consumed;

const CONTENT_TYPE: &str = "application/x-amz-json-1.0";
/// The maximum length of a transaction's token (an AWS limit).
const MAX_TOKEN: usize = 36;

/// The tables of the stack.
#[derive(Clone)]
pub(crate) struct DynamoDb {
    database: Arc<Database>,
    /// The number of writes, for the readers of the stream.
    writes: Arc<watch::Sender<u64>>,
    turns: Turns,
    pub(crate) partitions: Arc<Partitions>,
}

/// An answer of `DynamoDB`.
struct Answer {
    text: String,
    /// The capacity that the answer reports, if the request asked for it.
    consumed: Consumed,
}

impl std::fmt::Debug for DynamoDb {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("DynamoDb").finish_non_exhaustive()
    }
}

impl DynamoDb {
    /// Opens the table in `file`, or in memory if there is no file. Creates the table if it doesn't exist.
    pub(crate) fn open(file: Option<&Path>, definition: &table::Definition) -> Result<Self, DynoxideError> {
        Ok(Self {
            database: Arc::new(Database::open(file, definition)?),
            writes: Arc::default(),
            turns: Turns::default(),
            partitions: Arc::default(),
        })
    }

    /// Answers a request as `DynamoDB` does. The answer has the [`Consumed`] capacity as an extension.
    pub(crate) async fn answer(&self, operation: String, body: Bytes, urgency: Urgency) -> Response<Bytes> {
        match self.run(&operation, &body, urgency).await {
            Ok(Answer { text, consumed }) => {
                let mut answer = json_answer(200, CONTENT_TYPE, text);
                answer.extensions_mut().insert(consumed);
                answer
            }
            Err(error) => {
                if error.status_code() >= 500 {
                    tracing::error!(%error, "DynamoDB failed");
                }
                json_answer(error.status_code(), CONTENT_TYPE, error.to_json())
            }
        }
    }

    /// Returns a receiver that changes with every write.
    pub(crate) fn written(&self) -> watch::Receiver<u64> {
        self.writes.subscribe()
    }

    /// Returns the stream's records after that number, in their order, at most `limit`.
    pub(crate) async fn records_after(&self, number: i64, limit: usize) -> Result<Vec<StreamRecord>, DynoxideError> {
        self.in_turn(Urgency::Stream, |database| database.records_after(number, limit)).await
    }

    /// Returns the number of the stream's last record; `None` if there are no records.
    pub(crate) async fn last_record(&self) -> Result<Option<i64>, DynoxideError> {
        self.in_turn(Urgency::Stream, Database::last_record).await
    }

    /// Deletes the stream's records that were created before `created_before` (seconds since 1970) and whose number is at
    /// most `read`, except the last record.
    pub(crate) async fn trim_stream(&self, created_before: i64, read: i64) -> Result<(), DynoxideError> {
        while self.in_turn(Urgency::Request, |database| database.trim_stream(created_before, read)).await? {}
        Ok(())
    }

    /// Deletes the items whose time to live has passed at `now` (seconds since 1970), and returns their number.
    ///
    /// dynoxide's own sweep reads the whole table, and uses real time. If the stack's clock is set back, it would delete
    /// items that haven't expired.
    pub(crate) async fn sweep(&self, now: i64) -> Result<usize, DynoxideError> {
        let mut swept = 0;
        loop {
            let (deleted, has_more) = self.in_turn(Urgency::Request, |database| database.delete_expired(now)).await?;
            swept += deleted;
            if deleted > 0 {
                self.writes.send_modify(|writes| *writes += 1);
            }
            if !has_more {
                return Ok(swept);
            }
        }
    }

    /// Uses the database when the turn of the call comes.
    async fn in_turn<T>(&self, urgency: Urgency, call: impl FnOnce(&Database) -> T) -> T {
        let _turn = self.turns.wait(urgency).await;
        call(&self.database)
    }

    /// Answers a request. A write is on disk when this returns, whether it succeeded or was refused: what a refusal
    /// tells may depend on an earlier write.
    async fn run(&self, operation: &str, body: &[u8], urgency: Urgency) -> Result<Answer, DynoxideError> {
        let answer = if self.partitions.is_counting() {
            self.execute_counted(operation, body, urgency).await
        } else {
            self.execute(operation, body, urgency).await
        };
        if is_write(operation) {
            self.database.on_disk().await?;
        }
        answer
    }

    /// Executes a request, and counts the capacity that it consumes of each partition key.
    async fn execute_counted(&self, operation: &str, body: &[u8], urgency: Urgency) -> Result<Answer, DynoxideError> {
        let request: Value = serde_json::from_slice(body).unwrap_or_default();
        let written: Vec<Value> = match operation {
            "TransactWriteItems" => partitions::actions(&request).map(partitions::key_of).collect(),
            "DeleteItem" | "PutItem" | "UpdateItem" => vec![partitions::key_of(&request)],
            _ => Vec::new(),
        };
        let before = self.items(&written, urgency).await?;
        let done = self.execute(operation, body, urgency).await?;
        let after = self.items(&written, urgency).await?;
        let answer: Value = serde_json::from_str(&done.text).unwrap_or_default();
        self.partitions.count(operation, &request, &answer, &before, &after);
        Ok(done)
    }

    async fn items(&self, keys: &[Value], urgency: Urgency) -> Result<Vec<Value>, DynoxideError> {
        let mut items = Vec::with_capacity(keys.len());
        for key in keys {
            let get = json!({"TableName": table::NAME, "Key": key}).to_string();
            let found = self.execute("GetItem", get.as_bytes(), urgency).await?;
            let mut found: Value = serde_json::from_str(&found.text).unwrap_or_default();
            items.push(found["Item"].take());
        }
        Ok(items)
    }

    /// Executes a request, and tells the readers of the stream about a write.
    async fn execute(&self, operation: &str, body: &[u8], urgency: Urgency) -> Result<Answer, DynoxideError> {
        macro_rules! call {
            ($action:ident) => {
                self.call(operation, body, urgency, |open, request| ready($action::execute(&open.storage, request)))
                    .await
            };
        }
        if let Some(read) = PointRead::parse(operation, body)
            && let Some((text, consumed)) =
                self.in_turn(urgency, |database| read.answer(database.lock().storage.conn())).await?
        {
            return Ok(Answer { text, consumed });
        }
        let answer = match operation {
            "BatchGetItem" => call!(batch_get_item),
            "BatchWriteItem" => call!(batch_write_item),
            "CreateTable" => call!(create_table),
            "DeleteItem" => call!(delete_item),
            "DescribeStream" => call!(describe_stream),
            "DescribeTable" => {
                self.call(operation, body, urgency, |open, request| {
                    ready(describe_table::execute(&open.storage, request, &open.vector_indexes))
                })
                .await
            }
            "DescribeTimeToLive" => call!(describe_time_to_live),
            "ExecuteStatement" => call!(execute_statement),
            "GetItem" => call!(get_item),
            "GetRecords" => call!(get_records),
            "GetShardIterator" => call!(get_shard_iterator),
            "ListStreams" => call!(list_streams),
            "ListTables" => call!(list_tables),
            "PutItem" => call!(put_item),
            "Query" => call!(query),
            "Scan" => call!(scan),
            "TransactGetItems" => call!(transact_get_items),
            "TransactWriteItems" => {
                self.call(operation, body, urgency, |open, request| transact(open, request, body)).await
            }
            "UpdateItem" => call!(update_item),
            "UpdateTimeToLive" => call!(update_time_to_live),
            unknown => Err(DynoxideError::ValidationException(format!("the local stack has no operation {unknown}"))),
        }?;
        if is_write(operation) {
            self.writes.send_modify(|writes| *writes += 1);
        }
        Ok(answer)
    }

    /// Executes a call of dynoxide when its turn comes. Only the database waits for others: the texts of several calls are
    /// parsed and written at once.
    async fn call<Q: DeserializeOwned, A: Serialize + ReportsCapacity>(
        &self,
        operation: &str,
        body: &[u8],
        urgency: Urgency,
        call: impl FnOnce(&mut OpenDatabase, Q) -> Result<A, DynoxideError>,
    ) -> Result<Answer, DynoxideError> {
        let request =
            serde_json::from_slice(body).map_err(|error| DynoxideError::SerializationException(error.to_string()))?;
        let answer = self.in_turn(urgency, |database| call(&mut database.lock(), request)).await?;
        let text =
            serde_json::to_string(&answer).map_err(|error| DynoxideError::InternalServerError(error.to_string()))?;
        Ok(Answer { text, consumed: consumed(operation, answer.capacity()) })
    }
}

/// Executes a transaction once for each token.
fn transact(
    open: &mut OpenDatabase,
    mut request: transact_write_items::TransactWriteItemsRequest,
    body: &[u8],
) -> Result<transact_write_items::TransactWriteItemsResponse, DynoxideError> {
    let token = request.client_request_token.take_if(|token| token.len() <= MAX_TOKEN);
    if let Some(token) = &token
        && let Some(answer) = open.transactions.answer_of(token, body)?
    {
        return Ok(answer);
    }
    let answer = ready(transact_write_items::execute(&open.storage, request))?;
    if let Some(token) = token {
        open.transactions.remember(token, body, &answer);
    }
    Ok(answer)
}

/// Returns whether an operation may change items.
fn is_write(operation: &str) -> bool {
    matches!(
        operation,
        "BatchWriteItem" | "DeleteItem" | "ExecuteStatement" | "PutItem" | "TransactWriteItems" | "UpdateItem"
    )
}

/// An answer of dynoxide.
trait ReportsCapacity {
    /// Returns the capacity that the answer reports, by table.
    fn capacity(&self) -> &[ConsumedCapacity];
}

macro_rules! reports_capacity {
    (one: $($one:ty),*; several: $($several:ty),*; none: $($none:ty),*) => {
        $(impl ReportsCapacity for $one {
            fn capacity(&self) -> &[ConsumedCapacity] {
                self.consumed_capacity.as_slice()
            }
        })*
        $(impl ReportsCapacity for $several {
            fn capacity(&self) -> &[ConsumedCapacity] {
                self.consumed_capacity.as_deref().unwrap_or_default()
            }
        })*
        $(impl ReportsCapacity for $none {
            fn capacity(&self) -> &[ConsumedCapacity] {
                &[]
            }
        })*
    };
}

reports_capacity! {
    one: delete_item::DeleteItemResponse, execute_statement::ExecuteStatementResponse, get_item::GetItemResponse,
        put_item::PutItemResponse, query::QueryResponse, scan::ScanResponse, update_item::UpdateItemResponse;
    several: batch_get_item::BatchGetItemResponse, batch_write_item::BatchWriteItemResponse,
        transact_get_items::TransactGetItemsResponse, transact_write_items::TransactWriteItemsResponse;
    none: create_table::CreateTableResponse, describe_stream::DescribeStreamResponse,
        describe_table::DescribeTableResponse, describe_time_to_live::DescribeTimeToLiveResponse,
        get_records::GetRecordsResponse, get_shard_iterator::GetShardIteratorResponse, list_streams::ListStreamsResponse,
        list_tables::ListTablesResponse, update_time_to_live::UpdateTimeToLiveResponse
}

/// Returns the sum of the capacity that an answer reports.
fn consumed(operation: &str, tables: &[ConsumedCapacity]) -> Consumed {
    let writes = !matches!(operation, "GetItem" | "BatchGetItem" | "TransactGetItems" | "Query" | "Scan");
    let mut consumed = Consumed::default();
    for table in tables {
        // A transaction reports read and write units separately. For other operations, the kind of the operation
        // decides.
        let (read, write) = match (table.read_capacity_units, table.write_capacity_units) {
            (None, None) if writes => (0.0, table.capacity_units),
            (None, None) => (table.capacity_units, 0.0),
            (read, write) => (read.unwrap_or_default(), write.unwrap_or_default()),
        };
        consumed.read_units += read;
        consumed.write_units += write;
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

    async fn call(tables: &DynamoDb, operation: &str, body: &Value) -> Result<Value, DynoxideError> {
        let answer = tables.run(operation, body.to_string().as_bytes(), Urgency::Request).await;
        answer.map(|answer| serde_json::from_str(&answer.text).unwrap())
    }

    async fn put(tables: &DynamoDb, item: &Value) {
        call(tables, "PutItem", &json!({"TableName": table::NAME, "Item": item})).await.unwrap();
    }

    #[tokio::test]
    async fn opening_the_table_again_changes_nothing() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("table.sqlite");
        let tables = DynamoDb::open(Some(&file), &definition()).unwrap();
        let key = json!({"pk": {"S": "A"}, "sk": {"S": "B"}});
        put(&tables, &key).await;
        drop(tables);
        let tables = DynamoDb::open(Some(&file), &definition()).unwrap();
        let read = call(&tables, "GetItem", &json!({"TableName": table::NAME, "Key": key})).await.unwrap();
        assert_eq!(read["Item"], key);
    }

    #[tokio::test]
    async fn the_sweep_takes_what_has_expired_by_the_clock_it_is_given() {
        let tables = tables();
        let mut expiries =
            vec![("now".to_owned(), Some(100)), ("future".to_owned(), Some(101)), ("never".to_owned(), None)];
        // More than are deleted at once.
        expiries.extend((0..60).map(|number| (format!("past{number}"), Some(99))));
        for (pk, expires_at) in &expiries {
            let mut item = json!({"pk": {"S": pk}, "sk": {"S": "X"}, "inner": {"M": {"expires_at": {"N": "1"}}}});
            if let Some(expires_at) = expires_at {
                item["expires_at"] = json!({"N": i64::to_string(expires_at)});
            }
            put(&tables, &item).await;
        }
        assert_eq!(tables.sweep(100).await.unwrap(), 60);
        assert_eq!(tables.sweep(100).await.unwrap(), 0);
        let left = call(&tables, "Scan", &json!({"TableName": table::NAME})).await.unwrap();
        assert_eq!(left["Count"], 3);
    }

    #[tokio::test]
    async fn the_stream_is_trimmed_of_what_is_old_and_read() {
        let tables = tables();
        for number in 0..1200 {
            put(&tables, &json!({"pk": {"S": "A"}, "sk": {"S": format!("{number}")}})).await;
        }
        let numbers = async || -> Vec<i64> {
            tables.records_after(0, 2000).await.unwrap().iter().map(|record| record.number).collect()
        };
        let written = numbers().await;
        assert_eq!(written.len(), 1200);
        let (middle, last) = (written[599], written[1199]);
        let created_at = tables.records_after(0, 1).await.unwrap()[0].created_at;
        tables.trim_stream(created_at, last).await.unwrap();
        assert_eq!(numbers().await.len(), 1200, "no record is old");
        let tomorrow = created_at + 25 * 3600;
        tables.trim_stream(tomorrow, middle).await.unwrap();
        assert_eq!(numbers().await, written[600..], "the rest isn't read");
        tables.trim_stream(tomorrow, last).await.unwrap();
        assert_eq!(numbers().await, [last], "numbers go on from the last one");
    }

    #[tokio::test]
    async fn items_are_read_by_key_as_dynoxide_reads_them() {
        let tables = tables();
        let key = |pk: &str| json!({"pk": {"S": pk}, "sk": {"S": "X"}});
        for (pk, text) in [("A", "x".repeat(5000)), ("B", "\"ğ\"".to_owned())] {
            let mut item = key(pk);
            item["text"] = json!({"S": text});
            item["set"] = json!({"SS": ["b", "a"]});
            put(&tables, &item).await;
        }
        let get = |pk: &str, consistent: bool| {
            let request = json!({"TableName": "rollcall", "Key": key(pk), "ConsistentRead": consistent});
            ("GetItem", request)
        };
        let keys = json!({"Keys": [key("A"), key("none"), key("B")], "ConsistentRead": true});
        let batch = ("BatchGetItem", json!({"RequestItems": {"rollcall": keys}}));
        for (operation, mut request) in [get("A", true), get("B", false), get("none", false), batch] {
            for reported in ["TOTAL", "NONE"] {
                request["ReturnConsumedCapacity"] = json!(reported);
                let body = request.to_string();
                let read = tables.run(operation, body.as_bytes(), Urgency::Request).await.unwrap();
                let parsed: Value = serde_json::from_str(&read.text).unwrap();
                let by_dynoxide = {
                    let open = tables.database.lock();
                    let body = body.as_bytes();
                    if operation == "GetItem" {
                        let request = serde_json::from_slice(body).unwrap();
                        serde_json::to_value(ready(get_item::execute(&open.storage, request)).unwrap()).unwrap()
                    } else {
                        let request = serde_json::from_slice(body).unwrap();
                        serde_json::to_value(ready(batch_get_item::execute(&open.storage, request)).unwrap()).unwrap()
                    }
                };
                assert_eq!(parsed, by_dynoxide, "{request}");
                assert_eq!(read.consumed.read_units > 0.0, reported == "TOTAL");
            }
        }
    }

    #[tokio::test]
    async fn a_transaction_is_executed_once_for_its_token() {
        let tables = tables();
        let add = |token: &str, by: &str| {
            let update = json!({
                "TableName": table::NAME,
                "Key": {"pk": {"S": "A"}, "sk": {"S": "B"}},
                "UpdateExpression": "ADD n :by",
                "ExpressionAttributeValues": {":by": {"N": by}},
            });
            json!({"ClientRequestToken": token, "TransactItems": [{"Update": update}], "ReturnConsumedCapacity": "TOTAL"})
        };
        let once = call(&tables, "TransactWriteItems", &add("one", "1")).await.unwrap();
        assert_eq!(call(&tables, "TransactWriteItems", &add("one", "1")).await.unwrap(), once);
        call(&tables, "TransactWriteItems", &add("two", "1")).await.unwrap();
        let other = call(&tables, "TransactWriteItems", &add("one", "2")).await;
        assert!(matches!(other, Err(DynoxideError::IdempotentParameterMismatchException(_))));
        let long = call(&tables, "TransactWriteItems", &add(&"x".repeat(37), "1")).await;
        assert!(matches!(long, Err(DynoxideError::ValidationException(_))));
        let key = json!({"pk": {"S": "A"}, "sk": {"S": "B"}});
        let read = call(&tables, "GetItem", &json!({"TableName": table::NAME, "Key": key})).await.unwrap();
        assert_eq!(read["Item"]["n"]["N"], "2");
    }

    #[test]
    fn capacity_is_read_from_an_answer_of_every_form() {
        let read = |operation, tables: &[ConsumedCapacity]| {
            let consumed = consumed(operation, tables);
            (consumed.read_units, consumed.write_units)
        };
        let one = [ConsumedCapacity { capacity_units: 1.5, ..ConsumedCapacity::default() }];
        assert_eq!(read("Query", &one), (1.5, 0.0));
        assert_eq!(read("PutItem", &one), (0.0, 1.5));
        let several = [2.0, 1.0].map(|units| ConsumedCapacity { capacity_units: units, ..ConsumedCapacity::default() });
        assert_eq!(read("BatchGetItem", &several), (3.0, 0.0));
        let both = [ConsumedCapacity {
            capacity_units: 8.0,
            write_capacity_units: Some(6.0),
            read_capacity_units: Some(2.0),
            ..ConsumedCapacity::default()
        }];
        assert_eq!(read("TransactWriteItems", &both), (2.0, 6.0));
        assert_eq!(read("GetItem", &[]), (0.0, 0.0));
    }
}
