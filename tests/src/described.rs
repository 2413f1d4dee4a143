//! Compares each call and its response with the OpenAPI document. A call or response that the document doesn't describe, or
//! describes differently, fails the test.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use jsonschema::Validator;
use reqwest::{
    Method, StatusCode,
    header::{CONTENT_TYPE, HeaderMap},
};
use serde_json::{Map, Value, json};

/// Headers of responses that clients may rely on. The document must name them wherever they are sent.
const PROMISED_HEADERS: [&str; 6] =
    ["etag", "location", "retry-after", "www-authenticate", "idempotent-replayed", "x-request-id"];

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(local::openapi::merged()).expect("the document is JSON"));

/// The document's schemas: unchanged for requests, and closed to unnamed fields for responses. Clients must ignore new fields,
/// but the API's responses must have no field that the document lacks.
static OPEN: LazyLock<Value> = LazyLock::new(|| json!({"schemas": DOCUMENT["components"]["schemas"]}));
static CLOSED: LazyLock<Value> = LazyLock::new(|| closed_components(&DOCUMENT));

/// Returns the closed schemas of a document: each one in the form for use alone, and in the form for use as a part of another.
fn closed_components(document: &Value) -> Value {
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let both = schemas.iter().flat_map(|(name, schema)| {
        [(name.clone(), closed(schema, Place::Alone)), (format!("{name}.part"), closed(schema, Place::PartOfAnother))]
    });
    json!({"schemas": both.collect::<Map<_, _>>()})
}

/// The place of a schema: it describes all fields of an object, or only some of them together with another schema.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Alone,
    PartOfAnother,
}

/// Returns the schema with every object closed to unnamed fields.
fn closed(schema: &Value, place: Place) -> Value {
    let Value::Object(fields) = schema else { return schema.clone() };
    let has_parts = ["allOf", "oneOf", "anyOf"].iter().any(|key| fields.contains_key(*key));
    let composes = fields.contains_key("allOf") || (fields.contains_key("properties") && has_parts);
    let inner = if composes { Place::PartOfAnother } else { place };
    let each = |value: &Value, place| match value {
        Value::Array(items) => items.iter().map(|item| closed(item, place)).collect(),
        Value::Object(named) => {
            named.iter().map(|(name, schema)| (name.clone(), closed(schema, place))).collect::<Map<_, _>>().into()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    };
    let mut made: Map<String, Value> = fields
        .iter()
        .map(|(key, value)| {
            let value = match (key.as_str(), value) {
                ("$ref", Value::String(target)) if place == Place::PartOfAnother => format!("{target}.part").into(),
                ("allOf" | "oneOf" | "anyOf", _) => each(value, inner),
                ("properties" | "prefixItems", _) => each(value, Place::Alone),
                ("items" | "additionalProperties", _) => closed(value, Place::Alone),
                _ => value.clone(),
            };
            (key.clone(), value)
        })
        .collect();
    let is_object = fields.contains_key("properties") && !fields.contains_key("additionalProperties");
    if place == Place::Alone && (is_object || composes) {
        made.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
    }
    made.into()
}

static ASYNCAPI: LazyLock<Value> = LazyLock::new(|| {
    let document = local::openapi::asyncapi().expect("the document is JSON");
    serde_json::from_str(&document).expect("the document is JSON")
});
static MESSAGES: LazyLock<Value> = LazyLock::new(|| closed_components(&ASYNCAPI));

/// Fails the test if the AsyncAPI document doesn't describe a message of a live connection.
#[track_caller]
pub(crate) fn check_message(message: &Value) {
    let kind = message["type"].as_str().unwrap_or_default();
    let payload = &ASYNCAPI["components"]["messages"][kind]["payload"];
    assert!(payload.is_object(), "the message isn't described: {message}");
    if let Err(fault) = valid(&format!("message {kind}"), &MESSAGES, || closed(payload, Place::Alone), message) {
        panic!("{fault}\n{message}");
    }
}

/// Compares an example of an answer with the schema of the answer. A field that the schema doesn't have is an error too.
///
/// # Errors
///
/// The differences.
pub fn check_example(name: &str, schema: &Value, example: &Value) -> Result<(), String> {
    valid(&format!("example {name}"), &CLOSED, || closed(schema, Place::Alone), example)
}

/// A request and its response.
pub(crate) struct Exchange<'a> {
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    /// The JSON body of the request.
    pub(crate) sent: Option<&'a Value>,
    pub(crate) status: StatusCode,
    pub(crate) headers: &'a HeaderMap,
    /// The JSON body of the response.
    pub(crate) received: &'a Value,
}

impl Exchange<'_> {
    /// Fails the test if the document doesn't describe the call or its response.
    #[track_caller]
    pub(crate) fn check(&self) {
        if let Err(fault) = self.fault() {
            panic!("{} {} -> {}: {fault}\n{}", self.method, self.path, self.status, self.received);
        }
    }

    fn fault(&self) -> Result<(), String> {
        let Some((template, operation)) = operation(self.method, self.path) else {
            // The gateway's own calls, assets, and unknown paths and methods.
            return Ok(());
        };
        let at = |part: String| format!("{} {template} {part}", self.method);
        let status = self.status.as_u16().to_string();
        let response = resolved(&operation["responses"][&status]);
        if response.is_null() {
            return Err("the status isn't described".to_owned());
        }
        for name in PROMISED_HEADERS.iter().filter(|name| self.headers.contains_key(**name)) {
            let described = response["headers"].as_object();
            if !described.is_some_and(|headers| headers.keys().any(|key| key.eq_ignore_ascii_case(name))) {
                return Err(format!("the header {name} isn't described"));
            }
        }
        if let Some(content_type) = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) {
            let essence = content_type.split(';').next().unwrap_or_default();
            let content = &response["content"][essence];
            if content.is_null() {
                return Err(format!("the content type {essence} isn't described"));
            }
            if essence.ends_with("json") && content.get("schema").is_some() {
                valid(
                    &at(format!("{status} {essence}")),
                    &CLOSED,
                    || closed(&content["schema"], Place::Alone),
                    self.received,
                )?;
            }
        }
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if let (true, Some(sent), false) = (self.status.is_success(), self.sent, schema.is_null()) {
            valid(&at("request".to_owned()), &OPEN, || schema.clone(), sent)
                .map_err(|fault| format!("what was sent and taken: {fault}"))?;
        }
        Ok(())
    }
}

/// Returns the template and the operation of a call. Literal segments match before parameters.
fn operation(method: &Method, path: &str) -> Option<(&'static str, &'static Value)> {
    let segments: Vec<&str> = path.split('/').collect();
    let matches = |template: &str| {
        let parts: Vec<&str> = template.split('/').collect();
        let fits = |(part, segment): (&&str, &&str)| part == segment || part.starts_with('{') && !segment.is_empty();
        (parts.len() == segments.len() && parts.iter().zip(&segments).all(fits))
            .then(|| parts.iter().map(|part| part.starts_with('{')).collect::<Vec<_>>())
    };
    let paths = DOCUMENT["paths"].as_object().expect("paths");
    let found = paths.iter().filter_map(|(template, item)| Some((matches(template)?, template, item)));
    let (_, template, item) = found.min_by(|(a, ..), (b, ..)| a.cmp(b))?;
    Some((template, item.get(method.as_str().to_lowercase())?))
}

fn resolved(response: &'static Value) -> &'static Value {
    match response["$ref"].as_str() {
        Some(reference) => DOCUMENT.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null),
        None => response,
    }
}

/// The compiled validators by their purpose. Compiling one takes longer than most calls.
static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

fn valid(name: &str, components: &Value, schema: impl FnOnce() -> Value, value: &Value) -> Result<(), String> {
    let known = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
    let validator = known.unwrap_or_else(|| {
        let root = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "components": components, "allOf": [schema()]
        });
        let made = jsonschema::options().should_validate_formats(true).build(&root);
        let made = Arc::new(made.unwrap_or_else(|error| panic!("the schema of {name} isn't one: {error}")));
        VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), Arc::clone(&made));
        made
    });
    let faults: BTreeMap<String, String> =
        validator.iter_errors(value).map(|error| (error.instance_path().to_string(), error.to_string())).collect();
    if faults.is_empty() { Ok(()) } else { Err(format!("{name} has another schema: {faults:?}")) }
}
