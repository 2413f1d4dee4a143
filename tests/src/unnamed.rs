//! Removes the names next to ids from responses, to compare responses with messages of live connections.

use serde_json::Value;

/// Returns the value without each `…_name` next to an `…_id`, at any depth.
pub fn without_names(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let is_beside_id =
                |key: &str| key.strip_suffix("_name").is_some_and(|of| object.contains_key(&format!("{of}_id")));
            let kept = object.iter().filter(|(key, _)| !is_beside_id(key));
            kept.map(|(key, value)| (key.clone(), without_names(value))).collect()
        }
        Value::Array(values) => values.iter().map(without_names).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}
