//! The name fields in the OpenAPI document.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::{
    ArrayBuilder, Components, Object, ObjectBuilder, OpenApi, RefOr, Response, Schema, Type,
    schema::{AdditionalProperties, ArrayItems, SchemaType},
};

use super::{Kind, NameField};

/// Adds a name field next to every id field of responses.
pub fn describe(document: &mut OpenApi) {
    let Some(components) = &mut document.components else { return };
    let mut found = BTreeSet::new();
    for item in document.paths.paths.values() {
        for operation in [&item.get, &item.put, &item.post, &item.delete, &item.patch].into_iter().flatten() {
            let is_of_reports = operation.tags.iter().flatten().any(|tag| tag == "reports");
            let answers = operation.responses.responses.values();
            answers.filter(|it| !(is_of_reports && is_file(it))).for_each(|it| references(it, &mut found));
        }
    }
    for name in reachable(found, components) {
        if let Some(schema) = components.schemas.get_mut(&name) {
            complete(schema, (name == "Actor").then_some(Kind::Person));
        }
    }
}

/// Returns whether a response also exists as a file. A report has the same columns in all its formats, including the person's
/// `full_name`.
fn is_file(response: &RefOr<Response>) -> bool {
    match response {
        RefOr::T(response) => response.content.contains_key("text/csv"),
        RefOr::Ref(_) => false,
    }
}

/// Collects the names of the schemas that a part of the document refers to.
fn references(part: &impl Serialize, found: &mut BTreeSet<String>) {
    let mut parts = vec![serde_json::to_value(part).unwrap_or_default()];
    while let Some(part) = parts.pop() {
        match part {
            Value::Object(fields) => {
                let name = fields.get("$ref").and_then(Value::as_str).and_then(|it| it.strip_prefix(SCHEMAS));
                found.extend(name.map(str::to_owned));
                parts.extend(fields.into_iter().map(|(_, value)| value));
            }
            Value::Array(values) => parts.extend(values),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

/// The prefix of references to schemas.
const SCHEMAS: &str = "#/components/schemas/";

/// Returns the given schemas, and all schemas that they refer to.
fn reachable(mut from: BTreeSet<String>, components: &Components) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    while let Some(name) = from.pop_first() {
        if let Some(schema) = components.schemas.get(&name) {
            let mut found = BTreeSet::new();
            references(schema, &mut found);
            reached.insert(name);
            from.extend(found.difference(&reached).cloned().collect::<Vec<_>>());
        }
    }
    reached
}

/// Adds the name fields to a schema and to its inline schemas. `id` is the kind of the field `id`, if that field needs a name
/// too.
fn complete(schema: &mut RefOr<Schema>, id: Option<Kind>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => complete_object(object, id),
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                complete(items, id);
            }
        }
        Schema::OneOf(one_of) => one_of.items.iter_mut().for_each(|item| complete(item, id)),
        Schema::AllOf(all_of) => all_of.items.iter_mut().for_each(|item| complete(item, id)),
        Schema::AnyOf(any_of) => any_of.items.iter_mut().for_each(|item| complete(item, id)),
        _ => {}
    }
}

fn complete_object(object: &mut Object, id: Option<Kind>) {
    let mut added = BTreeMap::new();
    for (field, schema) in &mut object.properties {
        complete(schema, None);
        match NameField::of(field) {
            // An object in `by` is an actor, which contains its own name.
            Some(NameField { name, kind, is_list }) if refers_to(schema, kind) => {
                let names = if is_list { names_schema(kind, schema) } else { name_schema(kind).into() };
                added.insert(name.to_string(), names);
            }
            Some(_) | None => {}
        }
    }
    if let (Some(kind), Some(schema)) = (id, object.properties.get("id")) {
        let kind = if refers_to(schema, Kind::ServiceToken) { Kind::ServiceToken } else { kind };
        added.insert("name".to_owned(), name_schema(kind).into());
    }
    if object.properties.contains_key("subject") && object.properties.contains_key("actor") {
        let text = "The name of the person, department, site or service token that was changed";
        added.insert("subject_name".to_owned(), text_schema(text).into());
    }
    for (name, schema) in added {
        object.properties.entry(name).or_insert(schema);
    }
    if let Some(AdditionalProperties::RefOr(schema)) = object.additional_properties.as_deref_mut() {
        complete(schema, None);
    }
}

/// Returns whether a field contains an id of the given kind. Another field may have the same name.
fn refers_to(schema: &RefOr<Schema>, kind: Kind) -> bool {
    let mut found = BTreeSet::new();
    references(schema, &mut found);
    found.contains(match kind {
        Kind::Person => "UserId",
        Kind::Department => "DepartmentId",
        Kind::Site => "SiteId",
        Kind::ServiceToken => "ServiceTokenId",
    })
}

fn name_schema(kind: Kind) -> Object {
    text_schema(match kind {
        Kind::Person => "The person's full name as it is now",
        Kind::Department => "The department's name as it is now, or its last one",
        Kind::Site => "The site's name as it is now, or its last one",
        Kind::ServiceToken => "The name of the service token",
    })
}

/// Returns the schema of the names for a list of ids. It is nullable if the list is.
fn names_schema(kind: Kind, ids: &RefOr<Schema>) -> RefOr<Schema> {
    let allows_null = serde_json::to_value(ids)
        .is_ok_and(|ids| ids["type"].as_array().is_some_and(|types| types.iter().any(|name| name == "null")));
    let list =
        if allows_null { SchemaType::from_iter([Type::Array, Type::Null]) } else { SchemaType::new(Type::Array) };
    let names = ArrayBuilder::new().schema_type(list).items(name_schema(kind));
    names.description(Some("The names of these ids, in the same order")).build().into()
}

/// Returns the schema of a text that responses contain and requests don't need.
fn text_schema(description: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .description(Some(description))
        .read_only(true)
        .build()
}
