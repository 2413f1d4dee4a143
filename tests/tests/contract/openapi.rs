//! Consistency checks of the published document, also with the code's responses.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde_json::{Value, json};
use web::Code;

use crate::repository;

fn document() -> Value {
    serde_json::to_value(local::openapi::merged()).unwrap()
}

/// Follows the reference of a value, if it is one.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    value["$ref"].as_str().map_or(value, |reference| document.pointer(&reference[1..]).unwrap())
}

/// Collects all `$ref`s below a value.
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
fn every_reference_in_the_document_resolves() {
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
fn a_body_is_optional_only_if_it_has_no_required_fields() {
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

/// Calls `visit` with every property of a schema and of its parts, and with the place of the property.
fn properties<'a>(schema: &'a Value, place: &str, visit: &mut impl FnMut(String, &'a Value)) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        visit(format!("{place}.{name}"), property);
        properties(property, &format!("{place}.{name}"), visit);
    }
    for part in ["allOf", "anyOf", "oneOf"].into_iter().flat_map(|key| schema[key].as_array().into_iter().flatten()) {
        properties(part, place, visit);
    }
    for part in ["items", "additionalProperties"] {
        if schema[part].is_object() {
            properties(&schema[part], &format!("{place}[]"), visit);
        }
    }
}

fn is_described(value: &Value) -> bool {
    value["description"].as_str().is_some_and(|text| !text.trim().is_empty())
}

#[test]
fn every_schema_and_every_property_has_a_description() {
    let document = document();
    let mut lacking = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        if !is_described(schema) {
            lacking.push(name.clone());
        }
        properties(schema, name, &mut |place, property| {
            if !is_described(property) {
                lacking.push(place);
            }
        });
    }
    assert!(lacking.is_empty(), "{lacking:#?}");
}

/// Returns every operation with its method and path.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let items = document["paths"].as_object().unwrap().iter();
    items
        .flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(move |(method, it)| (format!("{method} {path}"), it))
        })
        .collect()
}

#[test]
fn every_parameter_answer_and_header_has_a_description() {
    let document = document();
    let mut lacking = Vec::new();
    for (place, operation) in operations(&document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten().filter(|it| !is_described(it)) {
            lacking.push(format!("{place} {}", parameter["name"]));
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            let response =
                response["$ref"].as_str().map_or(Some(response), |reference| document.pointer(&reference[1..]));
            let response = response.unwrap();
            if !is_described(response) {
                lacking.push(format!("{place} {status}"));
            }
            for (name, _) in response["headers"].as_object().into_iter().flatten().filter(|(_, it)| !is_described(it)) {
                lacking.push(format!("{place} {status} {name}"));
            }
        }
    }
    assert!(lacking.is_empty(), "{lacking:#?}");
}

/// Lists that take neither a limit nor a cursor, because they can't grow: the 100 sessions of the caller that began last
/// (`store::sign_ins::MAX_LISTED_SIGN_INS`), and at most 50 subscriptions of their browsers. People look through them for a session that
/// they don't know, so they need all of it at once. docs/api.md names both.
const LISTS_WITHOUT_LIMIT: [&str; 2] = ["/auth/sessions", "/notifications/push-subscriptions"];

#[test]
fn every_list_takes_a_limit_and_a_cursor() {
    let document = document();
    let mut unbounded = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let answer = &methods["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        let parameters = methods["get"]["parameters"].as_array();
        let takes = |name: &str| parameters.into_iter().flatten().any(|parameter| parameter["name"] == name);
        let is_list = resolved(&document, answer)["properties"]["items"].is_object();
        // A feed has no last page: it continues after a position that the client stores.
        if is_list && !(takes("limit") && (takes("cursor") || takes("after"))) {
            unbounded.push(path.as_str());
        }
    }
    assert_eq!(unbounded, LISTS_WITHOUT_LIMIT);
}

#[test]
fn every_parameter_of_a_path_has_an_example() {
    let document = document();
    let mut lacking = Vec::new();
    for (place, operation) in operations(&document) {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.filter(|parameter| parameter["in"] == "path") {
            let schema = &parameter["schema"];
            let named = schema["$ref"].as_str().map_or(schema, |reference| document.pointer(&reference[1..]).unwrap());
            if [&parameter["example"], &named["example"], &named["enum"]].into_iter().all(Value::is_null) {
                lacking.push(format!("{place} {}", parameter["name"]));
            }
        }
    }
    assert!(lacking.is_empty(), "/docs can't send these without typing: {lacking:#?}");
}

#[test]
fn no_description_mentions_the_contract() {
    let text = document().to_string();
    assert!(!text.contains("the contract"), "{}", &text[text.find("the contract").unwrap() - 200..][..400]);
}

#[test]
fn every_body_has_an_example_that_its_schema_accepts() {
    let document = document();
    let mut faults = Vec::new();
    for (place, operation) in operations(&document) {
        let Some(content) = operation["requestBody"]["content"].as_object() else { continue };
        for (media_type, content) in content {
            let schema = &content["schema"];
            let named = schema["$ref"].as_str().map_or(schema, |reference| document.pointer(&reference[1..]).unwrap());
            let example = [&content["example"], &named["example"]].into_iter().find(|example| !example.is_null());
            let Some(example) = example else {
                faults.push(format!("{place}: no example"));
                continue;
            };
            if media_type == "application/json" {
                let root = json!({"components": document["components"], "allOf": [schema]});
                let validator = jsonschema::options().should_validate_formats(true).build(&root).unwrap();
                faults.extend(validator.iter_errors(example).map(|error| format!("{place}: {error}")));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The operations that applications call most: their answers need an example.
const MAIN_OPERATIONS: [&str; 39] = [
    "clockIn",
    "clockOut",
    "createServiceToken",
    "createUser",
    "createWebhook",
    "decideApprovals",
    "decideLeaveRequest",
    "endBreak",
    "getBoard",
    "getBootstrap",
    "getClockStatus",
    "getCurrentUser",
    "getDay",
    "getDepartment",
    "getLeaveBalances",
    "getRosterGrid",
    "getSettings",
    "getSite",
    "getSummary",
    "getTimesheet",
    "getUser",
    "listApprovals",
    "listDays",
    "listDepartments",
    "listLeaveRequests",
    "listNotifications",
    "listPaySegments",
    "listShifts",
    "listUsers",
    "login",
    "previewLeaveRequest",
    "reportLateness",
    "reportMonthlyWork",
    "reportWorkedHours",
    "requestCorrection",
    "requestLeave",
    "requestSwap",
    "startBreak",
    "startPayRun",
];

/// The folder of the examples of answers.
const EXAMPLES: &str = "local/src/openapi/examples";

/// Returns the schema and the example of each answer that has one, by the name of the example's file.
fn examples_of_answers(document: &Value) -> BTreeMap<String, (&Value, &Value)> {
    let of_operations = operations(document).into_iter().flat_map(|(_, operation)| {
        let id = operation["operationId"].as_str().unwrap();
        let responses = operation["responses"].as_object().unwrap();
        responses.iter().map(move |(status, response)| (format!("{id}.{status}"), response))
    });
    let shared = document["components"]["responses"].as_object().unwrap();
    let responses = of_operations.chain(shared.iter().map(|(name, response)| (name.clone(), response)));
    responses
        .flat_map(|(name, response)| {
            let contents = response["content"].as_object().into_iter().flat_map(|contents| contents.values());
            let with_example = contents.filter(|content| !content["example"].is_null());
            with_example.map(move |content| (name.clone(), (&content["schema"], &content["example"])))
        })
        .collect()
}

#[test]
fn every_main_operation_has_an_example_of_its_answer() {
    let document = document();
    let examples = examples_of_answers(&document);
    let has_example = |id: &str| examples.keys().any(|name| name.starts_with(&format!("{id}.2")));
    let lacking: Vec<&str> = MAIN_OPERATIONS.into_iter().filter(|id| !has_example(id)).collect();
    assert!(lacking.is_empty(), "{lacking:#?}");
}

#[test]
fn every_example_of_an_answer_has_the_schema_of_the_answer() {
    let document = document();
    let examples = examples_of_answers(&document);
    let faults: Vec<String> = examples
        .iter()
        .filter_map(|(name, (schema, example))| rollcall_tests::check_example(name, schema, example).err())
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_file_with_an_example_is_in_the_document() {
    let document = document();
    let examples = examples_of_answers(&document);
    let mut lacking = Vec::new();
    for file in fs::read_dir(repository(EXAMPLES)).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let written: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        if examples.get(&name).is_none_or(|(_, example)| **example != written) {
            lacking.push(name);
        }
    }
    assert!(lacking.is_empty(), "not listed in examples.rs, or of no answer: {lacking:#?}");
}

#[test]
fn every_id_in_an_example_can_be_replaced_by_one_that_exists() {
    let document = document();
    let known = document["x-examples"]["ids"].as_array().unwrap();
    let known: Vec<&str> = known.iter().map(|id| id["id"].as_str().unwrap()).collect();
    let ulid = |text: &str| text.len() >= 26 && text.starts_with("01J") && text.chars().all(char::is_alphanumeric);
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for text in schema["example"].to_string().split('"').filter(|text| ulid(text)) {
            let is_type = schema["type"] == "string";
            assert!(is_type || known.contains(&text), "{name}: {text}");
        }
    }
}

/// Calls `visit` with the place and the variants of every `oneOf` below a value.
fn one_ofs<'a>(value: &'a Value, place: &str, visit: &mut impl FnMut(&str, &'a [Value])) {
    if let Some(variants) = value["oneOf"].as_array() {
        visit(place, variants);
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        one_ofs(inner, &format!("{place}/{name}"), visit);
    }
    for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
        one_ofs(inner, &format!("{place}/{index}"), visit);
    }
}

/// Returns the JSON types that a schema allows, or nothing if the schema allows all.
fn types(schema: &Value) -> Vec<&str> {
    let several = schema["type"].as_array().into_iter().flatten().filter_map(Value::as_str);
    schema["type"].as_str().into_iter().chain(several).collect()
}

/// Returns the names of the properties that a schema requires.
fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Returns whether a value matches at most one of two schemas: their JSON types differ, both require a property that has other
/// values in each, or each requires a property that the other doesn't have.
fn are_distinct(document: &Value, one: &Value, other: &Value) -> bool {
    let (one, other) = (resolved(document, one), resolved(document, other));
    let (one_types, other_types) = (types(one), types(other));
    let has_other_type =
        !one_types.is_empty() && !other_types.is_empty() && one_types.iter().all(|name| !other_types.contains(name));
    let values = |schema, name| required_values(document, schema, name);
    let has_other_value = required(one).any(|name| {
        values(one, name).zip(values(other, name)).is_some_and(|(a, b)| a.iter().all(|value| !b.contains(value)))
    });
    let requires_more = |a: &Value, b: &Value| required(a).any(|name| b["properties"][name].is_null());
    has_other_type || has_other_value || requires_more(one, other) && requires_more(other, one)
}

/// Returns the values of a property that a schema requires, or nothing if the schema doesn't name all of them.
fn required_values<'a>(document: &'a Value, schema: &'a Value, name: &str) -> Option<&'a Vec<Value>> {
    let is_required = required(schema).any(|it| it == name);
    resolved(document, &schema["properties"][name])["enum"].as_array().filter(|_| is_required)
}

/// There is no `discriminator`: its mapping can name only schemas under `components`, and the variants are inline.
#[test]
fn a_value_matches_at_most_one_variant_of_a_schema() {
    let document = document();
    let (mut ambiguous, mut seen) = (Vec::new(), 0);
    one_ofs(&document, "", &mut |place, variants| {
        seen += 1;
        for (index, one) in variants.iter().enumerate() {
            let others = variants.iter().enumerate().skip(index + 1);
            let alike = others.filter(|(_, other)| !are_distinct(&document, one, other));
            ambiguous.extend(alike.map(|(other, _)| format!("{place}: variants {index} and {other}")));
        }
    });
    assert!(seen > 100, "{seen}");
    assert!(ambiguous.is_empty(), "{ambiguous:#?}");
}

#[test]
fn the_published_asyncapi_document_is_that_of_the_code() {
    let made = local::openapi::asyncapi().unwrap() + "\n";
    let published = fs::read_to_string(repository("asyncapi.json")).unwrap_or_default();
    if published != made {
        let new = repository("asyncapi.json.new");
        fs::write(&new, made).unwrap();
        panic!("asyncapi.json is not what the code says; {} is, look at it and move it there", new.display());
    }
}

#[test]
fn every_schema_and_message_of_the_asyncapi_document_is_described() {
    let document: Value = serde_json::from_str(&local::openapi::asyncapi().unwrap()).unwrap();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    let missing: Vec<&String> = found.iter().filter(|reference| document.pointer(&reference[1..]).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let mut lacking = Vec::new();
    let messages = document["components"]["messages"].as_object().unwrap().iter();
    let payloads = messages.map(|(name, message)| (name, &message["payload"]));
    for (name, schema) in payloads.chain(document["components"]["schemas"].as_object().unwrap()) {
        properties(schema, name, &mut |place, property| {
            if !is_described(property) && property.get("$ref").is_none() {
                lacking.push(place);
            }
        });
    }
    assert!(lacking.is_empty(), "{lacking:#?}");
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
