//! Parses JSON bodies and query strings of requests, so that one response names every invalid value.
//!
//! serde stops at the first error. This module reads the whole document ([`reading`]), compares it with the schema that OpenAPI
//! publishes for it ([`shape`]), and deserializes it with a deserializer whose errors are [`FieldError`]s ([`node`]). If that
//! fails, it deserializes the single values again, each by itself, to find all values that the type refuses ([`probe`]).
//! `docs/adr/0021-all-errors-at-once.md` has the reasons.

mod node;
mod probe;
mod reading;
mod shape;

use std::{
    any::TypeId,
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use domain::FieldRule;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use self::node::Reader;
use crate::{Problem, problem::FieldError};

/// The maximum number of errors in a response.
const MAX_ERRORS: usize = 100;

/// A type that a request's body is parsed into.
pub trait FromDocument: Sized {
    /// Parses a document, or returns every value of it that breaks a rule.
    fn from_document(document: &Value) -> Result<Self, Vec<FieldError>>;
}

impl<T: DeserializeOwned + ToSchema + 'static> FromDocument for T {
    fn from_document(document: &Value) -> Result<Self, Vec<FieldError>> {
        combined(shape::of::<T>().faults(document), deserialized(document))
    }
}

/// Parses the bytes of a JSON document. Returns 400 if they aren't JSON, and 422 with all errors otherwise.
pub fn parse<T: FromDocument>(bytes: &[u8]) -> Result<T, Problem> {
    let (document, given_twice) = reading::read(bytes)?;
    combined(given_twice, T::from_document(&document)).map_err(Problem::invalid_values)
}

/// Deserializes a document, or returns every value that the type refuses. Unlike [`FromDocument`], it doesn't check the schema.
/// It accepts what serde accepts for a `T`, which includes `null` for a missing field and a missing field for `null`.
pub fn deserialized<T: DeserializeOwned>(document: &Value) -> Result<T, Vec<FieldError>> {
    probe::deserialized(document, Reader::Json)
}

/// Combines the errors of an earlier check of the same document with those of a result.
pub fn combined<T>(faults: Vec<FieldError>, result: Result<T, Vec<FieldError>>) -> Result<T, Vec<FieldError>> {
    match result {
        Ok(value) if faults.is_empty() => Ok(value),
        Ok(_) => Err(faults),
        Err(others) => Err(merged(faults, others)),
    }
}

/// Returns the errors of a document according to its published schema, without deserializing it.
pub fn schema_faults<T: ToSchema + 'static>(document: &Value) -> Vec<FieldError> {
    shape::of::<T>().faults(document)
}

/// Parses a query string. Each parameter is a text.
pub(crate) fn from_query<T: DeserializeOwned + IntoParams + 'static>(query: &str) -> Result<T, Vec<FieldError>> {
    let (mut document, mut faults) = (serde_json::Map::new(), Vec::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if document.insert(name.clone().into_owned(), value.into_owned().into()).is_some() {
            faults.push(FieldError::new(name, FieldRule::GivenTwice));
        }
    }
    let required = required_parameters::<T>();
    let missing = required.iter().filter(|name| !document.contains_key(*name));
    faults.extend(missing.map(|name| FieldError::new(name.clone(), FieldRule::Required)));
    let read = combined(faults, probe::deserialized(&document.into(), Reader::Query));
    read.map_err(|faults| faults.into_iter().map(of_parameter).collect())
}

/// The required parameters of the queries that were parsed so far. Describing the parameters of a query takes longer than parsing
/// one.
static REQUIRED: LazyLock<RwLock<HashMap<TypeId, Arc<[String]>>>> = LazyLock::new(RwLock::default);

/// Returns the names of the parameters that a query must have.
fn required_parameters<T: IntoParams + 'static>() -> Arc<[String]> {
    let id = TypeId::of::<T>();
    if let Some(known) = REQUIRED.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
        return Arc::clone(known);
    }
    let parameters = T::into_params(|| None).into_iter();
    let required = parameters.filter(|parameter| parameter.required == utoipa::openapi::Required::True);
    let names: Arc<[String]> = required.map(|parameter| parameter.name).collect();
    REQUIRED.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&names));
    names
}

fn of_parameter(fault: FieldError) -> FieldError {
    if fault.rule == FieldRule::UnknownField {
        return FieldError { rule: FieldRule::UnknownParameter, ..fault };
    }
    fault
}

/// Adds the errors that concern other values. An error about a whole is left out if an error about one of its parts exists.
fn merged(mut faults: Vec<FieldError>, others: Vec<FieldError>) -> Vec<FieldError> {
    for other in others {
        if !faults.iter().any(|fault| is_within(&fault.path, &other.path) || is_within(&other.path, &fault.path)) {
            faults.push(other);
        }
    }
    faults.truncate(MAX_ERRORS);
    faults
}

/// Returns whether a path equals another path or starts with it.
fn is_within(path: &str, outer: &str) -> bool {
    let rest = path.strip_prefix(outer);
    outer.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// A step of a path in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

/// The maximum number of characters of a key that a path shows.
const MAX_SHOWN_KEY: usize = 100;

/// Formats a path, such as `shifts[0].end`.
fn written(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.extend(key.chars().take(MAX_SHOWN_KEY));
            }
            Step::Index(index) => text.extend(["[", &index.to_string(), "]"]),
        }
    }
    text
}

#[cfg(test)]
mod tests;
