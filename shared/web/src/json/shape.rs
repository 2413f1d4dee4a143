//! Compares documents with the schema that OpenAPI publishes for them. It finds missing, unknown and `null` fields, and values
//! of the wrong type. Whether a value of the right type is valid (a date, a number within bounds) is checked by the type that
//! it is deserialized into.

use std::{
    any::TypeId,
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use domain::{FieldRule, calendar::parse_instant};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{MAX_ERRORS, Step, written};
use crate::problem::FieldError;

/// The schema of a type, with all schemas that it refers to.
#[derive(Debug)]
pub(super) struct Shape {
    schema: Value,
    components: HashMap<String, Value>,
}

/// The schemas of the bodies that were read so far. Generating a schema takes longer than comparing a document with it.
static SHAPES: LazyLock<RwLock<HashMap<TypeId, Arc<Shape>>>> = LazyLock::new(RwLock::default);

/// Returns the schema of `T`.
pub(super) fn of<T: ToSchema + 'static>() -> Arc<Shape> {
    let id = TypeId::of::<T>();
    if let Some(known) = SHAPES.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
        return Arc::clone(known);
    }
    let mut components = Vec::new();
    T::schemas(&mut components);
    let json = |schema| serde_json::to_value(schema).unwrap_or_default();
    let components = components.into_iter().map(|(name, schema)| (name, json(schema))).collect();
    let made = Arc::new(Shape { schema: json(T::schema()), components });
    SHAPES.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&made));
    made
}

impl Shape {
    /// Returns the values of a document that the schema doesn't allow.
    pub(super) fn faults(&self, document: &Value) -> Vec<FieldError> {
        if !document.is_object() {
            return vec![FieldError::new("", FieldRule::Object)];
        }
        let mut comparison = Comparison { shape: self, path: Vec::new(), faults: Vec::new() };
        comparison.compare(&self.schema, document);
        comparison.faults
    }

    /// Returns the schema that a reference points to, or the schema itself. An unknown schema allows everything.
    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
            Some(name) => self.components.get(name).map_or(&Value::Null, |schema| self.resolved(schema)),
            None => schema,
        }
    }

    /// Returns whether the value belongs to another schema, because a field that this schema allows a single value for has
    /// another value.
    fn has_other_tag(&self, schema: &Value, value: &Value) -> bool {
        let fields = self.resolved(schema)["properties"].as_object();
        fields.into_iter().flatten().any(|(name, field)| {
            match (self.resolved(field)["enum"].as_array(), value.get(name)) {
                (Some(only), Some(given)) => only.len() == 1 && !only.contains(given),
                (Some(_), None) | (None, _) => false,
            }
        })
    }

    /// Returns whether the schema allows the type of a value.
    fn allows_type(&self, schema: &Value, value: &Value) -> bool {
        let schema = self.resolved(schema);
        if let Some(choices) = choices(schema) {
            return choices.iter().any(|choice| self.allows_type(choice, value));
        }
        let types = types(schema);
        types.is_empty() || types.into_iter().any(|name| is_of_type(value, name))
    }
}

/// Returns the schemas of which exactly one must match.
fn choices(schema: &Value) -> Option<&[Value]> {
    schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()).map(Vec::as_slice)
}

/// Returns the names of the types that a schema allows. An empty list means that it allows all types.
fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Number(number) => name == "number" || (name == "integer" && !number.is_f64()),
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    }
}

/// A comparison in progress.
struct Comparison<'a> {
    shape: &'a Shape,
    path: Vec<Step>,
    faults: Vec<FieldError>,
}

impl<'a> Comparison<'a> {
    fn compare(&mut self, schema: &'a Value, value: &Value) {
        if self.faults.len() >= MAX_ERRORS {
            return;
        }
        let schema = self.shape.resolved(schema);
        if let Some(choices) = choices(schema) {
            self.compare_one_of(choices, value);
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.compare(part, value);
        }
        let types = types(schema);
        if !types.is_empty() && !types.iter().any(|name| is_of_type(value, name)) {
            self.add(if value.is_null() { FieldRule::NotNull } else { rule_of(schema, &types) });
            return;
        }
        if schema["enum"].as_array().is_some_and(|allowed| !allowed.contains(value)) {
            self.add(rule_of(schema, &types));
            return;
        }
        match value {
            Value::Object(object) => self.compare_object(schema, object),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.within(Step::Index(index), |this| this.compare(&schema["items"], item));
                }
            }
            Value::String(text) if schema["format"] == "date-time" && parse_instant(text).is_err() => {
                self.add(FieldRule::DateTime);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// Compares a value with the schema that fits best. Among the schemas that allow the type of the value, it is the one that
    /// the value's tag names, and otherwise the one with the fewest errors.
    fn compare_one_of(&mut self, choices: &'a [Value], value: &Value) {
        let fitting = choices.iter().filter(|choice| self.shape.allows_type(choice, value));
        let faults = fitting.map(|choice| {
            let mut comparison = Comparison { shape: self.shape, path: self.path.clone(), faults: Vec::new() };
            comparison.compare(choice, value);
            (self.shape.has_other_tag(choice, value), comparison.faults)
        });
        match faults.min_by_key(|(has_other_tag, faults)| (*has_other_tag, faults.len())) {
            Some((_, fewest)) => self.faults.extend(fewest),
            None if value.is_null() => self.add(FieldRule::NotNull),
            None => {
                let first =
                    choices.iter().map(|choice| self.shape.resolved(choice)).find(|choice| choice["type"] != "null");
                let rule = first.map(|choice| rule_of(choice, &types(choice)));
                self.add(rule.unwrap_or(FieldRule::NotNull));
            }
        }
    }

    fn compare_object(&mut self, schema: &'a Value, object: &Map<String, Value>) {
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for name in required.filter(|name| !object.contains_key(*name)) {
            self.within(Step::Key(name.to_owned()), |this| this.add(FieldRule::Required));
        }
        for (name, value) in object {
            let (known, others) = (schema["properties"].get(name), &schema["additionalProperties"]);
            self.within(Step::Key(name.clone()), |this| match known {
                Some(schema) => this.compare(schema, value),
                None if *others == Value::Bool(false) => this.add(FieldRule::UnknownField),
                None => this.compare(others, value),
            });
        }
    }

    fn within(&mut self, step: Step, compare: impl FnOnce(&mut Self)) {
        self.path.push(step);
        compare(self);
        self.path.pop();
    }

    fn add(&mut self, rule: FieldRule) {
        self.faults.push(FieldError { path: written(&self.path), rule });
    }
}

/// Returns the rule that a value of another type breaks.
fn rule_of(schema: &Value, types: &[&str]) -> FieldRule {
    let allowed = schema["enum"].as_array().into_iter().flatten().filter(|value| !value.is_null());
    let allowed: Vec<String> =
        allowed.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect();
    if !allowed.is_empty() {
        return FieldRule::OneOf { allowed: allowed.into_iter().collect() };
    }
    let bound = |name: &str| schema[name].as_i64();
    match (types.iter().find(|name| **name != "null").copied().unwrap_or_default(), bound("minimum"), bound("maximum"))
    {
        ("integer", Some(min), Some(max)) => FieldRule::WholeNumberBetween { min, max },
        ("integer", Some(min), None) => FieldRule::WholeNumberAtLeast { min },
        ("integer", None, _) => FieldRule::WholeNumber,
        ("number", Some(min), Some(max)) => FieldRule::NumberBetween { min, max },
        ("number", Some(min), None) => FieldRule::NumberAtLeast { min },
        ("number", None, _) => FieldRule::Number,
        ("string", ..) => FieldRule::Text,
        ("boolean", ..) => FieldRule::Boolean,
        ("array", ..) => FieldRule::List,
        (..) => FieldRule::Object,
    }
}
