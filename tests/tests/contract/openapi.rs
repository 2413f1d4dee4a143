//! The published document against itself and against what the code answers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use web::Code;

fn document() -> Value {
    serde_json::to_value(local::openapi::merged()).unwrap()
}

/// All `$ref`s below a value.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
        found.insert(reference.to_owned());
    }
    for value in value.as_object().into_iter().flat_map(|fields| fields.values()) {
        references(value, found);
    }
    for value in value.as_array().into_iter().flatten() {
        references(value, found);
    }
}

#[test]
fn whatever_it_refers_to_is_in_it() {
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 20, "{found:?}");
    let missing: Vec<&String> =
        found.iter().filter(|reference| document.pointer(reference.trim_start_matches('#')).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn its_problem_codes_are_those_that_are_answered() {
    let codes = Code::ALL.iter().map(|code| serde_json::to_value(code).unwrap()).collect::<Vec<_>>();
    assert_eq!(document()["components"]["schemas"]["Code"]["enum"], Value::Array(codes));
}

#[test]
fn a_body_may_be_left_out_just_where_nothing_must_stand_in_it() {
    let document = document();
    let required = |path: &str| &document["paths"][path]["post"]["requestBody"]["required"];
    for path in ["/clock/in", "/breaks/end", "/notifications/read-all", "/roster/me/calendar"] {
        assert_eq!(required(path), &Value::Bool(false), "{path}");
    }
    for path in ["/auth/login", "/leave/requests", "/roster/swaps"] {
        assert_eq!(required(path), &Value::Bool(true), "{path}");
    }
}

#[test]
fn operation_ids_are_unique_and_camel_case() {
    let document = document();
    let items = document["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| item.as_object().unwrap().values());
    let mut seen = BTreeSet::new();
    for operation in operations {
        let id = operation["operationId"].as_str().unwrap();
        assert!(seen.insert(id.to_owned()), "{id} twice");
        let is_camel_case = id.chars().all(char::is_alphanumeric) && id.starts_with(char::is_lowercase);
        assert!(
            is_camel_case && id.contains(char::is_uppercase) || ["login", "logout", "register"].contains(&id),
            "{id}"
        );
    }
}

#[test]
fn a_schema_name_means_the_same_in_every_function() {
    let mut known: BTreeMap<String, (&str, Value)> = BTreeMap::new();
    for (function, document) in crate::declared() {
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            let (first, known) = known.entry(name.clone()).or_insert_with(|| (function, schema.clone()));
            assert_eq!(known, schema, "{name} differs between {first} and {function}");
        }
    }
}
