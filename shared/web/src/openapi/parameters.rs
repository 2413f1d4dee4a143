//! The parameters of operations, in the form that clients send.

use utoipa::openapi::{
    KnownFormat, ObjectBuilder, RefOr, Required, Schema, SchemaFormat, Type,
    path::{Operation, ParameterBuilder, ParameterIn},
    schema::SchemaType,
};

use super::examples;

/// Completes the parameters of an operation. An optional parameter is omitted and never `null`, and every operation describes
/// `Idempotency-Key` in the same words.
pub(super) fn complete(path: &str, operation: &mut Operation) {
    let has_body = operation.request_body.is_some();
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        if let Some(schema) = &mut parameter.schema {
            drop_null(schema);
        }
        match (&parameter.parameter_in, parameter.name.as_str()) {
            (ParameterIn::Header, "Idempotency-Key") => {
                let text = "Names the request, such as a new UUID: a repeat within 24 hours gets the first answer and \
                            changes nothing";
                parameter.description = Some(text.to_owned());
                let key = ObjectBuilder::new().schema_type(SchemaType::new(Type::String));
                // No example: `/docs` would send it with every call, and a used key with another body is refused.
                parameter.schema = Some(key.min_length(Some(1)).max_length(Some(128)).into());
            }
            (ParameterIn::Path | ParameterIn::Query, name @ ("id" | "user_id" | "session_id" | "delivery_id")) => {
                if let (Some(id), Some(RefOr::T(Schema::Object(schema)))) =
                    (examples::parameter_id(path, name), &mut parameter.schema)
                {
                    schema.pattern = Some(id.pattern());
                    // `/docs` would send the example of each optional filter, and some can't be combined.
                    if parameter.required != Required::True {
                        continue;
                    }
                    // Nobody edits their own record, but everyone may read it and request its correction.
                    let of_caller = name == "user_id" && (!has_body || path.ends_with("/corrections"));
                    // Swagger UI fills fields with the example of the parameter, not with that of its schema.
                    let example = id.parameter_example(of_caller).into();
                    *parameter = ParameterBuilder::from(std::mem::take(parameter)).example(Some(example)).build();
                }
            }
            (ParameterIn::Path | ParameterIn::Query, "date" | "from" | "to") => {
                if let Some(RefOr::T(Schema::Object(date))) = &mut parameter.schema {
                    date.format = Some(SchemaFormat::KnownFormat(KnownFormat::Date));
                }
            }
            (
                ParameterIn::Path
                | ParameterIn::Query
                | ParameterIn::QueryString
                | ParameterIn::Header
                | ParameterIn::Cookie,
                _,
            ) => {}
        }
    }
}

/// Removes `null` from a schema that also allows another type.
fn drop_null(schema: &mut RefOr<Schema>) {
    let is_null = |schema: &RefOr<Schema>| matches!(schema, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::new(Type::Null));
    match schema {
        RefOr::T(Schema::Object(object)) => {
            if let SchemaType::Array(types) = &mut object.schema_type {
                types.retain(|it| *it != Type::Null);
                if let [only] = types.as_slice() {
                    object.schema_type = SchemaType::new(only.clone());
                }
            }
        }
        RefOr::T(Schema::OneOf(one_of)) => {
            one_of.items.retain(|item| !is_null(item));
            if let [only] = one_of.items.as_slice() {
                *schema = only.clone();
            }
        }
        RefOr::T(_) | RefOr::Ref(_) => {}
    }
}
