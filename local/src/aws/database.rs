//! The `SQLite` database of the table: dynoxide's storage, with indexes of our own.
//!
//! dynoxide reads and writes the items. The statements here read the same tables where `DynamoDB` has no operation or
//! dynoxide would scan: the stream's records in their order, and the items that have expired.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use dynoxide::{
    DynoxideError, Item,
    actions::{batch_write_item, create_table, vector_lifecycle::VectorIndexLifecycle},
    storage::Storage,
};
use futures_util::FutureExt;
use rusqlite::{config::DbConfig, params};
use serde_json::json;

use super::{
    stream::{self, StreamRecord},
    table,
    transactions::Transactions,
    write_ahead_log::WriteAheadLog,
};

/// The pages (of 4 KiB) that the write-ahead log has when they are copied into the file. A page that changes often is
/// copied once for all its changes.
const CHECKPOINT_PAGES: u32 = 8_000;
/// The maximum memory for pages of a file, in KiB.
const CACHE_KIB: u32 = 32_000;

/// The size, in pages, from which a file is compacted when it is opened, if more than half of it is free.
const MIN_COMPACTED_PAGES: i64 = 16_000;

/// The number of items or records that one statement deletes. Other calls wait for so long.
const DELETED_ITEMS: usize = 25;
const DELETED_RECORDS: usize = 500;

/// The database. One call at a time uses it: see [`super::turns`].
pub(super) struct Database {
    open: Mutex<OpenDatabase>,
    /// The log of a file; `None` in memory.
    log: Option<WriteAheadLog>,
    /// The condition on items with a time to live, and the time at which an item expires, as `SQLite` indexes them.
    expiry: Expiry,
}

/// What a call uses.
pub(super) struct OpenDatabase {
    pub(super) storage: Storage,
    pub(super) transactions: Transactions,
    pub(super) vector_indexes: VectorIndexLifecycle,
}

/// The expressions by which expired items are found.
struct Expiry {
    /// Whether the text of an item has the attribute. It is cheaper than reading the text, and most items don't have it.
    is_set: String,
    /// The value of the attribute.
    at: String,
}

impl Expiry {
    fn new(attribute: &str) -> Self {
        Self {
            is_set: format!(r#"instr(item_json, '"{attribute}":{{"N":') > 0"#),
            at: format!("CAST(json_extract(item_json, '$.{attribute}.N') AS INTEGER)"),
        }
    }

    /// Returns the statement that creates the index.
    fn index(&self) -> String {
        let Self { is_set, at } = self;
        format!("CREATE INDEX IF NOT EXISTS expiring ON \"{}\" ({at}) WHERE {is_set}", table::NAME)
    }

    /// Returns the statement that finds items that have expired.
    fn found(&self) -> String {
        let Self { is_set, at } = self;
        format!("SELECT item_json FROM \"{}\" WHERE {is_set} AND {at} < ?1 LIMIT ?2", table::NAME)
    }
}

impl Database {
    /// Opens the database in `file`, or in memory if there is no file. Creates the table if it doesn't exist.
    pub(super) fn open(file: Option<&Path>, definition: &table::Definition) -> Result<Self, DynoxideError> {
        let storage = match file {
            Some(file) => Storage::new(&file.to_string_lossy())?,
            None => Storage::memory()?,
        };
        let create = serde_json::from_value(definition.create.clone()).map_err(unreadable)?;
        match ready(create_table::execute(&storage, create)) {
            Ok(_) | Err(DynoxideError::ResourceInUseException(_)) => {}
            Err(error) => return Err(error),
        }
        // A file that isn't one of our tables may open without an error, and fails here.
        storage.get_item(table::NAME, "", "")?;
        // Otherwise a kept statement whose limit is a parameter is prepared again each time, for a plan that fits the limit.
        storage.conn().set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let expiry = Expiry::new(&definition.ttl);
        storage.conn().execute_batch(stream::INDEX)?;
        storage.conn().execute_batch(&expiry.index())?;
        let log = match file {
            Some(file) => {
                compact(&storage, MIN_COMPACTED_PAGES)?;
                // Commits don't wait for the disk: `Database::on_disk` waits for several of them at once.
                storage.conn().execute_batch(&format!(
                    "PRAGMA synchronous = NORMAL;
                     PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES};
                     PRAGMA cache_size = -{CACHE_KIB};"
                ))?;
                Some(WriteAheadLog::open(file).map_err(|error| internal(format!("no write-ahead log: {error}")))?)
            }
            None => None,
        };
        let open = OpenDatabase {
            storage,
            transactions: Transactions::default(),
            vector_indexes: VectorIndexLifecycle::new(),
        };
        Ok(Self { open: Mutex::new(open), log, expiry })
    }

    /// Returns the database for one call. Don't hold it while waiting for anything.
    pub(super) fn lock(&self) -> MutexGuard<'_, OpenDatabase> {
        self.open.lock().unwrap_or_else(|poisoned: PoisonError<_>| {
            self.open.clear_poison();
            let open = poisoned.into_inner();
            // The call that panicked may have begun a transaction. If it hasn't, this is refused.
            let _ = open.storage.rollback();
            open
        })
    }

    /// Waits until everything that has been written so far would survive a loss of power.
    pub(super) async fn on_disk(&self) -> Result<(), DynoxideError> {
        match &self.log {
            Some(log) => log.sync().await.map_err(|error| internal(format!("the log can't be written: {error}"))),
            None => Ok(()),
        }
    }

    /// Deletes some of the items that expired before `now` (seconds since 1970). Returns their number, and whether there
    /// may be more.
    pub(super) fn delete_expired(&self, now: i64) -> Result<(usize, bool), DynoxideError> {
        let open = self.lock();
        let conn = open.storage.conn();
        let mut found = conn.prepare_cached(&self.expiry.found())?;
        let items = found.query_map(params![now, DELETED_ITEMS], |row| row.get::<_, String>(0))?;
        let items = items.collect::<Result<Vec<_>, _>>()?;
        if items.is_empty() {
            return Ok((0, false));
        }
        let deletes = items.iter().map(|item| {
            let item: Item = serde_json::from_str(item).map_err(unreadable)?;
            Ok(json!({"DeleteRequest": {"Key": {"pk": item.get("pk"), "sk": item.get("sk")}}}))
        });
        let deletes = deletes.collect::<Result<Vec<_>, DynoxideError>>()?;
        let request = serde_json::from_value(json!({"RequestItems": {table::NAME: deletes}})).map_err(unreadable)?;
        ready(batch_write_item::execute(&open.storage, request))?;
        Ok((items.len(), items.len() == DELETED_ITEMS))
    }

    /// Returns the stream's records after that number, in their order, at most `limit`.
    pub(super) fn records_after(&self, number: i64, limit: usize) -> Result<Vec<StreamRecord>, DynoxideError> {
        let open = self.lock();
        let mut statement = open.storage.conn().prepare_cached(stream::RECORDS_AFTER)?;
        let records = statement.query_map(params![table::NAME, number, limit], StreamRecord::from_row)?;
        Ok(records.collect::<Result<_, _>>()?)
    }

    /// Returns the number of the stream's last record; `None` if there are no records.
    pub(super) fn last_record(&self) -> Result<Option<i64>, DynoxideError> {
        let open = self.lock();
        let mut statement = open.storage.conn().prepare_cached(stream::LAST)?;
        Ok(statement.query_row([table::NAME], |row| row.get(0))?)
    }

    /// Deletes some of the stream's oldest records: those that were created before `created_before` (seconds since 1970)
    /// and whose number is at most `read`. The last record stays, so that numbers always rise. Returns whether there may
    /// be more.
    pub(super) fn trim_stream(&self, created_before: i64, read: i64) -> Result<bool, DynoxideError> {
        let open = self.lock();
        let mut statement = open.storage.conn().prepare_cached(stream::TRIM)?;
        let deleted = statement.execute(params![table::NAME, read, DELETED_RECORDS, created_before])?;
        Ok(deleted == DELETED_RECORDS)
    }
}

/// Makes a file smaller that is mostly free. Deleted records of the stream leave free pages, which later ones use again; a
/// large part of a file stays free only after a busy time, or after a version that never deleted records.
fn compact(storage: &Storage, min_pages: i64) -> Result<(), DynoxideError> {
    let pragma = |name: &str| storage.conn().query_row(&format!("PRAGMA {name}"), [], |row| row.get(0));
    let (pages, free): (i64, i64) = (pragma("page_count")?, pragma("freelist_count")?);
    if pages >= min_pages && free > pages / 2 {
        tracing::info!("making the table's file smaller");
        storage.vacuum()?;
    }
    Ok(())
}

/// Returns the result of a call of dynoxide. On this storage its futures never wait.
pub(super) fn ready<T>(call: impl Future<Output = Result<T, DynoxideError>>) -> Result<T, DynoxideError> {
    call.now_or_never().unwrap_or_else(|| Err(internal("the database waited".to_owned())))
}

/// Returns the error for a text that should be readable.
fn unreadable(error: serde_json::Error) -> DynoxideError {
    internal(error.to_string())
}

fn internal(message: String) -> DynoxideError {
    DynoxideError::InternalServerError(message)
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;
    use crate::template::Template;

    /// Returns a database in memory and one in a file, with the names of the places.
    fn both(home: &Path) -> [(&'static str, Database); 2] {
        let definition = Template::embedded().unwrap().table().unwrap();
        let file = home.join("table.sqlite");
        [("in memory", None), ("on disk", Some(&*file))]
            .map(|(place, file)| (place, Database::open(file, &definition).unwrap()))
    }

    /// Returns the plan by which `SQLite` executes a statement.
    fn plan(database: &Database, statement: &str) -> Vec<String> {
        let open = database.lock();
        let mut explained = open.storage.conn().prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
        let values = vec!["1"; explained.parameter_count()];
        let plan = explained.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3)).unwrap();
        plan.map(Result::unwrap).collect()
    }

    #[test]
    fn the_stream_is_read_and_trimmed_by_its_index_in_memory_and_on_disk() {
        let home = tempfile::tempdir().unwrap();
        for (place, database) in both(home.path()) {
            for statement in [
                // dynoxide's, with each write.
                "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = ?1",
                // dynoxide's, for clients that read the stream with `GetRecords` and `DescribeStream`.
                "SELECT event_name FROM _stream_records
                 WHERE table_name = ?1 AND shard_id = ?2 AND CAST(sequence_number AS INTEGER) > ?3
                 ORDER BY CAST(sequence_number AS INTEGER) ASC LIMIT ?4",
                "SELECT MIN(CAST(sequence_number AS INTEGER)), MAX(CAST(sequence_number AS INTEGER))
                 FROM _stream_records WHERE table_name = ?1 AND shard_id = ?2",
                stream::RECORDS_AFTER,
                stream::LAST,
                stream::TRIM,
            ] {
                let plan = plan(&database, statement);
                let by_index = plan.iter().any(|step| step.contains("INDEX stream_by_number"));
                let scans = plan.iter().any(|step| step.starts_with("SCAN _stream_records"));
                assert!(by_index && !scans, "{place}: {plan:?} for {statement}");
            }
        }
    }

    #[test]
    fn a_large_file_is_compacted_if_more_than_half_of_it_is_free() {
        let home = tempfile::tempdir().unwrap();
        let [_, (_, database)] = both(home.path());
        let open = database.lock();
        let conn = open.storage.conn();
        let pages = || conn.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0)).unwrap();
        conn.execute_batch("CREATE TABLE filler (id INTEGER PRIMARY KEY, text TEXT)").unwrap();
        for id in 0..100 {
            conn.execute("INSERT INTO filler VALUES (?1, ?2)", params![id, "x".repeat(8000)]).unwrap();
        }
        let full = pages();
        conn.execute("DELETE FROM filler WHERE id < 40", []).unwrap();
        compact(&open.storage, 100).unwrap();
        assert_eq!(pages(), full, "most of it is used");
        conn.execute("DELETE FROM filler WHERE id < 90", []).unwrap();
        compact(&open.storage, full + 1).unwrap();
        assert_eq!(pages(), full, "it isn't large");
        compact(&open.storage, full).unwrap();
        assert!(pages() < full / 2, "{} of {full} pages", pages());
        let rows: i64 = conn.query_row("SELECT count(*) FROM filler", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 10);
    }

    #[test]
    fn a_kept_statement_is_prepared_once() {
        let home = tempfile::tempdir().unwrap();
        for (place, database) in both(home.path()) {
            for limit in 1..4 {
                database.records_after(0, limit).unwrap();
            }
            let open = database.lock();
            let statement = open.storage.conn().prepare_cached(stream::RECORDS_AFTER).unwrap();
            assert_eq!(statement.get_status(StatementStatus::Run), 3, "{place}");
            assert_eq!(statement.get_status(StatementStatus::RePrepare), 0, "{place}");
        }
    }

    #[test]
    fn expired_items_are_found_by_their_index_in_memory_and_on_disk() {
        let home = tempfile::tempdir().unwrap();
        for (place, database) in both(home.path()) {
            let plan = plan(&database, &database.expiry.found());
            let by_index = matches!(&plan[..], [step] if step.starts_with("SEARCH") && step.contains("INDEX expiring"));
            assert!(by_index, "{place}: {plan:?}");
        }
    }

    #[test]
    fn items_are_read_and_written_by_keys_in_memory_and_on_disk() {
        let home = tempfile::tempdir().unwrap();
        for (place, database) in both(home.path()) {
            for statement in [
                // dynoxide's.
                "SELECT item_json FROM \"rollcall\" WHERE pk = ?1 AND sk = ?2",
                "DELETE FROM \"rollcall\" WHERE pk = ?1 AND sk = ?2",
                "SELECT pk, sk, item_json FROM \"rollcall\" WHERE pk = ?1 AND sk >= ?2 AND sk < ?3 ORDER BY sk ASC LIMIT 9",
                "DELETE FROM \"rollcall::gsi::gsi1\" WHERE table_pk = ?1 AND table_sk = ?2",
                "SELECT gsi_pk, gsi_sk, item_json FROM \"rollcall::gsi::gsi1\" WHERE gsi_pk = ?1 AND gsi_sk >= ?2
                 AND (gsi_sk, table_pk, table_sk) > (?3, ?4, ?5) ORDER BY gsi_sk ASC, table_pk ASC, table_sk ASC LIMIT 9",
                super::super::point_reads::ITEM,
            ] {
                let plan = plan(&database, statement);
                let by_key = matches!(&plan[..], [step] if step.starts_with("SEARCH"));
                assert!(by_key, "{place}: {plan:?} for {statement}");
            }
        }
    }
}
