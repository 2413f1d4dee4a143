//! Adds descriptions that follow from the form of a schema, where utoipa has no place for them.

use std::collections::BTreeMap;

use utoipa::openapi::{
    Object, OneOf, RefOr, Schema, Type,
    schema::{ArrayItems, SchemaType},
};

/// Completes the descriptions of all schemas.
pub(super) fn complete(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    schemas.values_mut().for_each(complete_schema);
}

fn complete_schema(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => object.properties.values_mut().for_each(complete_schema),
        Schema::OneOf(one_of) => {
            hoist(one_of);
            one_of.items.iter_mut().for_each(|item| {
                complete_schema(item);
                describe_tags(item);
            });
        }
        Schema::AllOf(all_of) => all_of.items.iter_mut().for_each(complete_schema),
        Schema::AnyOf(any_of) => any_of.items.iter_mut().for_each(complete_schema),
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                complete_schema(items);
            }
        }
        // The enum is non-exhaustive.
        _ => {}
    }
}

/// Moves the description of an optional reference to the property. utoipa writes it at the reference, where few tools read it.
fn hoist(one_of: &mut OneOf) {
    let null = SchemaType::new(Type::Null);
    let (mut reference, mut has_null) = (None, false);
    for item in &mut one_of.items {
        match item {
            RefOr::Ref(found) => reference = Some(found),
            RefOr::T(Schema::Object(object)) if object.schema_type == null => has_null = true,
            RefOr::T(_) => return,
        }
    }
    if let (Some(reference), true, None) = (reference, has_null, &one_of.description)
        && !reference.description.is_empty()
    {
        one_of.description = Some(std::mem::take(&mut reference.description));
    }
}

/// Describes the fields whose single value identifies the variant of a type.
fn describe_tags(variant: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(Object { properties, .. })) = variant else { return };
    for property in properties.values_mut() {
        if let RefOr::T(Schema::Object(property)) = property
            && property.description.is_none()
            && let Some([value]) = property.enum_values.as_deref()
        {
            property.description = value.as_str().map(|value| format!("Always `{value}`."));
        }
    }
}
