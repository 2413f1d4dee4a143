//! Counts the capacity units that requests read and write of each partition key. This shows the hottest key:
//! `DynamoDB` serves 3,000 read units and 1,000 write units a second of a partition key.
//!
//! Counting reads each item before and after it is written, so it is off until a test turns it on.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use serde_json::Value;

/// The attributes of the table's keys.
const TABLE_KEY: [&str; 2] = ["pk", "sk"];

/// How many times the units of a write it costs in a transaction.
const TRANSACTION: f64 = 2.0;

/// A partition key of the table or of an index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartitionKey {
    /// The name of the index; `None` for the table itself.
    pub index: Option<String>,
    /// The value of the key.
    pub value: String,
}

/// The capacity units that requests consumed of a partition key.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PartitionUnits {
    /// Read capacity units.
    pub read: f64,
    /// Write capacity units.
    pub write: f64,
}

/// The capacity units by partition key; `None` while nothing is counted.
#[derive(Debug, Default)]
pub(crate) struct Partitions(Mutex<Option<BTreeMap<PartitionKey, PartitionUnits>>>);

impl Partitions {
    /// Starts counting.
    pub(crate) fn start(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(BTreeMap::new());
    }

    /// Stops counting, and returns the counts.
    pub(crate) fn stop(&self) -> BTreeMap<PartitionKey, PartitionUnits> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }

    /// Returns whether requests are counted.
    pub(crate) fn is_counting(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn add(&self, index: Option<&str>, value: &str, units: PartitionUnits) {
        if let Some(counted) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            let key = PartitionKey { index: index.map(ToOwned::to_owned), value: value.to_owned() };
            let all = counted.entry(key).or_default();
            all.read += units.read;
            all.write += units.write;
        }
    }

    /// Counts an answered request. `before` and `after` are the written items: of a transaction, in the order of its actions.
    pub(crate) fn count(&self, operation: &str, request: &Value, answer: &Value, before: &[Value], after: &[Value]) {
        match operation {
            "GetItem" => self.read(&request["Key"], request, &answer["Item"]),
            "BatchGetItem" => self.batch(request, answer),
            "Query" => {
                let pk = request["ExpressionAttributeValues"][":pk"]["S"].as_str().unwrap_or_default();
                let read = answer["ConsumedCapacity"]["CapacityUnits"].as_f64().unwrap_or_default();
                self.add(request["IndexName"].as_str(), pk, PartitionUnits { read, write: 0.0 });
            }
            "TransactWriteItems" => {
                for (action, (before, after)) in actions(request).zip(before.iter().zip(after)) {
                    self.write(&key_of(action), before, after, TRANSACTION);
                }
            }
            "DeleteItem" | "PutItem" | "UpdateItem" => {
                if let ([before], [after]) = (before, after) {
                    self.write(&key_of(request), before, after, 1.0);
                }
            }
            _ => {}
        }
    }

    fn batch(&self, request: &Value, answer: &Value) {
        let tables = request["RequestItems"].as_object().into_iter().flatten();
        for (table, asked) in tables {
            let found = answer["Responses"][table].as_array().map_or(&[][..], Vec::as_slice);
            for key in asked["Keys"].as_array().into_iter().flatten() {
                let is_it = |item: &&Value| TABLE_KEY.iter().all(|name| item[*name] == key[*name]);
                self.read(key, asked, found.iter().find(is_it).unwrap_or(&Value::Null));
            }
        }
    }

    fn read(&self, key: &Value, request: &Value, item: &Value) {
        let units = units_of(size(item), 4096);
        let read = if request["ConsistentRead"] == true { units } else { units / 2.0 };
        self.add(None, key["pk"]["S"].as_str().unwrap_or_default(), PartitionUnits { read, write: 0.0 });
    }

    /// Counts a write, which costs so many times the units for an item, and once the units for each row of an index.
    fn write(&self, key: &Value, before: &Value, after: &Value, times: f64) {
        let write = times * units_of(size(before).max(size(after)), 1024);
        self.add(None, key["pk"]["S"].as_str().unwrap_or_default(), PartitionUnits { read: 0.0, write });
        for index in ["gsi1", "gsi2"] {
            let (pk, sk) = (format!("{index}pk"), format!("{index}sk"));
            let place = |item: &Value| Some((item[&pk]["S"].as_str()?.to_owned(), item[&sk]["S"].as_str()?.to_owned()));
            let (was, is) = (place(before), place(after));
            let moved = was != is;
            let row_changed = before["row"] != after["row"] || before["version"] != after["version"];
            let one = PartitionUnits { read: 0.0, write: 1.0 };
            if moved && let Some((pk, _)) = &was {
                self.add(Some(index), pk, one);
            }
            if (moved || row_changed)
                && let Some((pk, _)) = &is
            {
                self.add(Some(index), pk, one);
            }
        }
    }
}

/// Returns the actions of a transaction.
pub(crate) fn actions(request: &Value) -> impl Iterator<Item = &Value> {
    let actions = request["TransactItems"].as_array().into_iter().flatten();
    actions.filter_map(|action| action.as_object()?.values().next())
}

/// Returns the key of an action's item.
pub(crate) fn key_of(action: &Value) -> Value {
    let of = if action["Key"].is_object() { &action["Key"] } else { &action["Item"] };
    TABLE_KEY.iter().map(|name| ((*name).to_owned(), of[*name].clone())).collect::<serde_json::Map<_, _>>().into()
}

/// Returns the capacity units of a request. They are rounded up to the next unit, and each request costs at least
/// one.
fn units_of(bytes: usize, unit: usize) -> f64 {
    let units = bytes.div_ceil(unit).max(1);
    f64::from(u32::try_from(units).unwrap_or(u32::MAX))
}

/// Returns the size of an item, as `DynamoDB` counts it: names and values, plus three bytes for each list and map.
fn size(item: &Value) -> usize {
    item.as_object().into_iter().flatten().map(|(name, value)| name.len() + value_size(value)).sum()
}

fn value_size(value: &Value) -> usize {
    let Some((kind, value)) = value.as_object().and_then(|of| of.iter().next()) else { return 0 };
    match (kind.as_str(), value) {
        ("S" | "B", Value::String(text)) => text.len(),
        ("N", Value::String(digits)) => digits.len().div_ceil(2) + 1,
        ("SS" | "NS" | "BS", Value::Array(values)) => {
            values.iter().map(|value| value.as_str().map_or(0, str::len)).sum()
        }
        ("L", Value::Array(values)) => 3 + values.iter().map(|value| 1 + value_size(value)).sum::<usize>(),
        ("M", Value::Object(fields)) => {
            3 + fields.iter().map(|(name, value)| 1 + name.len() + value_size(value)).sum::<usize>()
        }
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn counted(partitions: &Partitions) -> Vec<(String, f64, f64)> {
        let name = |key: PartitionKey| key.index.map_or(key.value.clone(), |index| format!("{index} {}", key.value));
        partitions.stop().into_iter().map(|(key, units)| (name(key), units.read, units.write)).collect()
    }

    #[test]
    fn a_batch_counts_each_key_that_it_asks_for() {
        let partitions = Partitions::default();
        partitions.start();
        let key = |pk: &str| json!({"pk": {"S": pk}, "sk": {"S": "X"}});
        let mut item = key("A");
        item["text"] = json!({"S": "x".repeat(5000)});
        let request = json!({"RequestItems": {"t": {"ConsistentRead": true, "Keys": [key("A"), key("B")]}}});
        partitions.count("BatchGetItem", &request, &json!({"Responses": {"t": [item]}}), &[], &[]);
        assert_eq!(counted(&partitions), [("A".to_owned(), 2.0, 0.0), ("B".to_owned(), 1.0, 0.0)]);
    }

    #[test]
    fn a_row_that_moves_in_an_index_is_written_in_both_partitions() {
        let partitions = Partitions::default();
        partitions.start();
        let item = |gsi2pk: &str| {
            json!({"pk": {"S": "A"}, "sk": {"S": "X"}, "version": {"N": "1"},
                "gsi1pk": {"S": "BOARD"}, "gsi1sk": {"S": "a"}, "gsi2pk": {"S": gsi2pk}, "gsi2sk": {"S": "b"}})
        };
        let (before, after) = (item("SHIFT"), item("SESSION"));
        let request = json!({"TransactItems": [{"Put": {"Item": after}}]});
        partitions.count("TransactWriteItems", &request, &Value::Null, &[before], std::slice::from_ref(&after));
        let expected = [("A", 2.0), ("gsi2 SESSION", 1.0), ("gsi2 SHIFT", 1.0)];
        assert_eq!(counted(&partitions), expected.map(|(name, write)| (name.to_owned(), 0.0, write)));
    }

    #[test]
    fn a_write_outside_of_a_transaction_costs_half_of_one_in_it() {
        let partitions = Partitions::default();
        partitions.start();
        let item = json!({"pk": {"S": "A"}, "sk": {"S": "X"}, "text": {"S": "x".repeat(1500)}});
        let update = json!({"Key": {"pk": {"S": "A"}, "sk": {"S": "X"}}});
        let before = std::slice::from_ref(&item);
        partitions.count("UpdateItem", &update, &Value::Null, before, before);
        partitions.count("PutItem", &json!({"Item": item}), &Value::Null, &[Value::Null], before);
        partitions.count("DeleteItem", &update, &Value::Null, before, &[Value::Null]);
        assert_eq!(counted(&partitions), [("A".to_owned(), 0.0, 6.0)]);
    }

    #[test]
    fn nothing_is_counted_until_a_test_asks_for_it() {
        let partitions = Partitions::default();
        partitions.count("Query", &json!({"ExpressionAttributeValues": {":pk": {"S": "A"}}}), &Value::Null, &[], &[]);
        assert_eq!(counted(&partitions), []);
    }
}
