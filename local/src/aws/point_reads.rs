//! Reads of items by their keys, without dynoxide: the stored text of an item goes into the answer as it is. They are
//! the most frequent reads, and converting each item from text to values and back took most of their time.
//!
//! Only requests of the form that the store sends are read here. All others, and so all that `DynamoDB` refuses, are
//! dynoxide's.

use std::collections::{BTreeMap, HashSet};

use dynoxide::{DynoxideError, types};
use rusqlite::{Connection, OptionalExtension};
use serde::Deserialize;

use super::table;
use crate::calls::Consumed;

/// Reads an item and its size.
pub(super) const ITEM: &str = "SELECT item_json, item_size FROM \"rollcall\" WHERE pk = ?1 AND sk = ?2";

/// The limits of `DynamoDB`: keys of a request, bytes of the parts of a key, bytes of an answer.
const MAX_KEYS: usize = 100;
const MAX_PK: usize = 2048;
const MAX_SK: usize = 1024;
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// A request for items by their keys.
pub(super) struct PointRead {
    wanted: Wanted,
    is_consistent: bool,
    reports_capacity: bool,
}

/// The keys of a request.
enum Wanted {
    /// Of a `GetItem` request.
    Item(Key),
    /// Of a `BatchGetItem` request.
    Items(Vec<Key>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct GetItem {
    table_name: String,
    key: Key,
    #[serde(default)]
    consistent_read: bool,
    #[serde(default)]
    return_consumed_capacity: Reported,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct BatchGetItem {
    request_items: BTreeMap<String, Keys>,
    #[serde(default)]
    return_consumed_capacity: Reported,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Keys {
    keys: Vec<Key>,
    #[serde(default)]
    consistent_read: bool,
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(rename_all = "UPPERCASE")]
enum Reported {
    Total,
    #[default]
    None,
}

/// The key of an item of the table.
#[derive(Deserialize, PartialEq, Eq, Hash)]
#[serde(deny_unknown_fields)]
struct Key {
    pk: Text,
    sk: Text,
}

#[derive(Deserialize, PartialEq, Eq, Hash)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(rename = "S")]
    text: String,
}

impl Key {
    fn is_valid(&self) -> bool {
        (1..=MAX_PK).contains(&self.pk.text.len()) && (1..=MAX_SK).contains(&self.sk.text.len())
    }

    /// Returns the key as dynoxide stores it: each part with its type.
    fn stored(&self) -> (String, String) {
        (format!("S:{}", self.pk.text), format!("S:{}", self.sk.text))
    }
}

impl PointRead {
    /// Parses a request. Returns `None` if dynoxide must answer it.
    pub(super) fn parse(operation: &str, body: &[u8]) -> Option<Self> {
        let (wanted, is_consistent, reported) = match operation {
            "GetItem" => {
                let request: GetItem = serde_json::from_slice(body).ok()?;
                if request.table_name != table::NAME || !request.key.is_valid() {
                    return None;
                }
                (Wanted::Item(request.key), request.consistent_read, request.return_consumed_capacity)
            }
            "BatchGetItem" => {
                let mut request: BatchGetItem = serde_json::from_slice(body).ok()?;
                let Keys { keys, consistent_read } = request.request_items.remove(table::NAME)?;
                let has_others = !request.request_items.is_empty();
                let is_distinct = keys.iter().collect::<HashSet<_>>().len() == keys.len();
                let is_valid = (1..=MAX_KEYS).contains(&keys.len()) && keys.iter().all(Key::is_valid);
                if has_others || !is_distinct || !is_valid {
                    return None;
                }
                (Wanted::Items(keys), consistent_read, request.return_consumed_capacity)
            }
            _ => return None,
        };
        Some(Self { wanted, is_consistent, reports_capacity: reported == Reported::Total })
    }

    /// Reads the items. Returns the text of the answer and the capacity that it reports; `None` if the answer is so large
    /// that dynoxide must divide it.
    pub(super) fn answer(&self, conn: &Connection) -> Result<Option<(String, Consumed)>, DynoxideError> {
        let keys = match &self.wanted {
            Wanted::Item(key) => std::slice::from_ref(key),
            Wanted::Items(keys) => &keys[..],
        };
        let mut statement = conn.prepare_cached(ITEM)?;
        let mut items = String::new();
        let mut units = 0.0;
        for key in keys {
            let size = statement.query_row(key.stored(), |row| {
                if !items.is_empty() {
                    items.push(',');
                }
                items.push_str(row.get_ref(0)?.as_str()?);
                row.get::<_, usize>(1)
            });
            // A read of an item that doesn't exist costs a unit too.
            let size = size.optional()?.unwrap_or_default();
            units += types::read_capacity_units_with_consistency(size, self.is_consistent);
        }
        if items.len() > MAX_ANSWER {
            return Ok(None);
        }
        let table = table::NAME;
        let reported = if self.reports_capacity { units } else { 0.0 };
        let capacity = format!(r#"{{"TableName":"{table}","CapacityUnits":{units:?}}}"#);
        let text = match (&self.wanted, self.reports_capacity) {
            (Wanted::Item(_), true) if items.is_empty() => format!(r#"{{"ConsumedCapacity":{capacity}}}"#),
            (Wanted::Item(_), false) if items.is_empty() => "{}".to_owned(),
            (Wanted::Item(_), true) => format!(r#"{{"Item":{items},"ConsumedCapacity":{capacity}}}"#),
            (Wanted::Item(_), false) => format!(r#"{{"Item":{items}}}"#),
            (Wanted::Items(_), true) => {
                format!(
                    r#"{{"Responses":{{"{table}":[{items}]}},"UnprocessedKeys":{{}},"ConsumedCapacity":[{capacity}]}}"#
                )
            }
            (Wanted::Items(_), false) => format!(r#"{{"Responses":{{"{table}":[{items}]}},"UnprocessedKeys":{{}}}}"#),
        };
        Ok(Some((text, Consumed { read_units: reported, write_units: 0.0 })))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn is_read(operation: &str, request: &Value) -> bool {
        PointRead::parse(operation, request.to_string().as_bytes()).is_some()
    }

    #[test]
    fn only_requests_of_the_stores_form_are_read() {
        let key = |pk: &str| json!({"pk": {"S": pk}, "sk": {"S": "X"}});
        let one = json!({"TableName": "rollcall", "Key": key("A"), "ConsistentRead": true, "ReturnConsumedCapacity": "TOTAL"});
        assert!(is_read("GetItem", &one));
        assert!(!is_read("Query", &one));
        let with = |name: &str, value: Value| {
            let mut other = one.clone();
            other[name] = value;
            other
        };
        for other in [
            with("TableName", json!("other")),
            with("Key", key("")),
            with("Key", json!({"pk": {"N": "1"}, "sk": {"S": "X"}})),
            with("Key", json!({"pk": {"S": "A"}})),
            with("ProjectionExpression", json!("pk")),
            with("ReturnConsumedCapacity", json!("INDEXES")),
        ] {
            assert!(!is_read("GetItem", &other), "{other}");
        }
        let batch = |keys: Vec<Value>| json!({"RequestItems": {"rollcall": {"Keys": keys}}});
        assert!(is_read("BatchGetItem", &batch(vec![key("A"), key("B")])));
        for keys in [vec![], vec![key("A"), key("A")], (0..101).map(|pk| key(&pk.to_string())).collect()] {
            assert!(!is_read("BatchGetItem", &batch(keys)));
        }
        assert!(!is_read("BatchGetItem", &json!({"RequestItems": {"other": {"Keys": [key("A")]}}})));
    }
}
