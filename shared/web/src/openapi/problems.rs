//! The problems and headers of operations' responses.
//!
//! The descriptions of an endpoint's `responses` name the endpoint's own codes in backticks. This module adds the codes that
//! follow from the form of an operation (a token, a body, a cursor, `If-Match`), so that no endpoint repeats them. The tests'
//! client compares every response with the result, so a code that is missing from the description fails a test.

use std::collections::{BTreeMap, BTreeSet};

use utoipa::openapi::{
    AllOfBuilder, Components, Content, ContentBuilder, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response,
    ResponseBuilder, Schema, Type,
    header::Header,
    path::{Operation, ParameterIn},
    schema::SchemaType,
};

use crate::Code;

/// The media type of a problem (RFC 9457).
const PROBLEM: &str = "application/problem+json";

/// The statuses that API Gateway itself responds with, in its own form.
const OF_GATEWAY: [u16; 3] = [413, 429, 503];

/// A part of an operation that can cause a refusal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    AccessToken,
    ServiceToken,
    Body,
    PathParameter,
    Query,
    PersonQuery,
    Cursor,
    IfMatch,
    IdempotencyKey,
}

impl Part {
    /// Returns the parts of an operation. The operation may accept service tokens.
    fn of(operation: &Operation, takes_service_tokens: bool) -> Vec<Self> {
        let has = |place: ParameterIn, name: Option<&str>| {
            operation.parameters.iter().flatten().any(|parameter| match parameter {
                RefOr::T(it) => it.parameter_in == place && name.is_none_or(|name| it.name.eq_ignore_ascii_case(name)),
                RefOr::Ref(_) => false,
            })
        };
        let parts = [
            // An operation without its own security requirement has the document's: the access token.
            (operation.security.is_none(), Self::AccessToken),
            (takes_service_tokens, Self::ServiceToken),
            (operation.request_body.is_some(), Self::Body),
            (has(ParameterIn::Path, None), Self::PathParameter),
            (has(ParameterIn::Query, None), Self::Query),
            (has(ParameterIn::Query, Some("user_id")), Self::PersonQuery),
            (has(ParameterIn::Query, Some("cursor")), Self::Cursor),
            (has(ParameterIn::Header, Some("If-Match")), Self::IfMatch),
            (has(ParameterIn::Header, Some("Idempotency-Key")), Self::IdempotencyKey),
        ];
        parts.into_iter().filter(|(has, _)| *has).map(|(_, part)| part).collect()
    }

    /// Returns the codes of the refusals that the part causes.
    const fn codes(self) -> &'static [Code] {
        match self {
            // The account of the token may be disabled, lack the permission, or be required to do something first.
            Self::AccessToken => &[
                Code::Unauthenticated,
                Code::TokenExpired,
                Code::Forbidden,
                Code::AccountDisabled,
                Code::PasswordChangeRequired,
                Code::MfaEnrolmentRequired,
            ],
            Self::ServiceToken => &[Code::ScopeRequired, Code::RateLimited],
            Self::Body => {
                &[Code::MalformedRequest, Code::BodyTooLarge, Code::UnsupportedMediaType, Code::InvalidValues]
            }
            Self::PathParameter => &[Code::NotFound, Code::InvalidValues],
            Self::Query => &[Code::InvalidValues],
            // A person whom the caller may not know of.
            Self::PersonQuery => &[Code::NotFound],
            Self::Cursor => &[Code::InvalidCursor],
            Self::IfMatch => &[Code::PreconditionFailed],
            Self::IdempotencyKey => &[Code::IdempotencyInProgress, Code::IdempotencyKeyReused, Code::InvalidValues],
        }
    }
}

/// Describes every problem of an operation, and the headers of all its responses.
pub(super) fn describe(operation: &mut Operation, takes_service_tokens: bool, components: &mut Components) {
    let parts = Part::of(operation, takes_service_tokens);
    let mut codes: BTreeMap<u16, BTreeSet<Code>> = BTreeMap::new();
    for code in parts.iter().flat_map(|part| part.codes()).chain(&[Code::Internal, Code::Unavailable]).copied() {
        codes.entry(code.status().as_u16()).or_default().insert(code);
    }
    for status in OF_GATEWAY {
        codes.entry(status).or_default();
    }
    let responses = &mut operation.responses.responses;
    responses.remove("default");
    // The codes that the endpoint names itself, and their descriptions.
    let mut named: BTreeMap<u16, String> = BTreeMap::new();
    for (status, response) in responses.iter() {
        let (Ok(status), RefOr::T(response)) = (status.parse::<u16>(), response) else { continue };
        if status >= 400 && response.content.is_empty() {
            codes.entry(status).or_default().extend(codes_in(&response.description));
            named.insert(status, response.description.clone());
        }
    }
    for (status, codes) in codes {
        // A response that operations share has a schema that they share.
        let owner = operation.operation_id.as_deref().filter(|_| named.contains_key(&status));
        let schema = (!codes.is_empty()).then(|| schema(owner, status, &codes, components));
        let described = if let Some(description) = named.remove(&status) {
            RefOr::T(problem(status, description, schema))
        } else {
            let name = shared_name(status, &codes);
            let response = || RefOr::T(problem(status, shared_description(&codes), schema));
            components.responses.entry(name.clone()).or_insert_with(response);
            RefOr::Ref(Ref::from_response_name(name))
        };
        responses.insert(status.to_string(), described);
    }
    for (status, response) in responses.iter_mut() {
        let RefOr::T(response) = response else { continue };
        if status.starts_with('2') && has_version(response, &components.schemas) {
            let version = header(Type::String, "The version, for `If-Match`");
            response.headers.entry("ETag".to_owned()).or_insert_with(|| version.into());
        }
        response.headers.entry("x-request-id".to_owned()).or_insert_with(|| request_id().into());
        if parts.contains(&Part::IdempotencyKey) && status.starts_with('2') {
            let replayed =
                header(Type::String, "`true` when this answer was saved for an earlier request with the same key");
            response.headers.entry("Idempotent-Replayed".to_owned()).or_insert_with(|| replayed.into());
        }
    }
}

/// Returns whether a response is a resource with a version, which its `ETag` repeats.
fn has_version(response: &Response, schemas: &BTreeMap<String, RefOr<Schema>>) -> bool {
    let Some(RefOr::T(Content { schema: Some(RefOr::Ref(reference)), .. })) = response.content.get("application/json")
    else {
        return false;
    };
    let name = reference.ref_location.trim_start_matches("#/components/schemas/");
    match schemas.get(name) {
        Some(RefOr::T(Schema::Object(object))) => object.properties.contains_key("version"),
        Some(_) | None => false,
    }
}

/// Returns the codes in backticks in a text.
fn codes_in(description: &str) -> impl Iterator<Item = Code> {
    let quoted = description.split('`').skip(1).step_by(2);
    quoted.filter_map(|word| Code::ALL.iter().find(|code| code.as_str() == word).copied())
}

/// Returns the name of a response that several operations share.
fn shared_name(status: u16, codes: &BTreeSet<Code>) -> String {
    if codes.is_empty() {
        return format!("Gateway{status}");
    }
    let names: Vec<String> = codes.iter().map(|code| camel_case(code.as_str())).collect();
    names.join("Or")
}

fn camel_case(code: &str) -> String {
    code.split('_').map(capitalized).collect()
}

fn capitalized(word: &str) -> String {
    word.get(..1).unwrap_or_default().to_uppercase() + word.get(1..).unwrap_or_default()
}

fn shared_description(codes: &BTreeSet<Code>) -> String {
    let told: Vec<String> = codes.iter().map(|code| format!("`{}`: {}", code.as_str(), code.title())).collect();
    if told.is_empty() {
        "Too many requests at once: API Gateway answers by itself".to_owned()
    } else {
        told.join("; ")
    }
}

/// Returns the schema of a problem with one of the given codes. Operations with the same few codes share a schema, so that
/// clients get few types.
fn schema(operation: Option<&str>, status: u16, codes: &BTreeSet<Code>, components: &mut Components) -> Ref {
    let name = match operation {
        Some(operation) if codes.len() > 2 => format!("{}{status}Problem", capitalized(operation)),
        Some(_) | None => format!("{}Problem", shared_name(status, codes)),
    };
    let names = codes.iter().map(|code| code.as_str());
    let titles: Vec<String> = codes.iter().map(|code| format!("`{}`: {}", code.as_str(), code.title())).collect();
    let code = ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .description(Some(titles.join("; ")))
        .enum_values(Some(names));
    let narrowed =
        ObjectBuilder::new().schema_type(SchemaType::new(Type::Object)).property("code", code).required("code");
    let schema = AllOfBuilder::new()
        .description(Some(format!("A problem with the status {status} and one of the codes of this operation.")))
        .item(Ref::from_schema_name("Problem"))
        .item(narrowed);
    components.schemas.insert(name.clone(), RefOr::T(Schema::from(schema)));
    Ref::from_schema_name(name)
}

/// Returns a response with a problem of the given schema. It also has API Gateway's own form if API Gateway responds with that
/// status.
fn problem(status: u16, description: String, schema: Option<Ref>) -> Response {
    let mut response = ResponseBuilder::new().description(description).header("x-request-id", request_id());
    if let Some(schema) = schema {
        let languages = "The language of `title`, `detail` and the messages of `errors`: the best of `Accept-Language`, else English";
        response = response.header("Content-Language", header(Type::String, languages));
        response = response.header("Vary", header(Type::String, "`accept-language`"));
        response = response.content(PROBLEM, ContentBuilder::new().schema(Some(schema)).build());
    }
    if OF_GATEWAY.contains(&status) {
        response = response.content("application/json", of_gateway());
    }
    if status == 401 {
        response = response.header("WWW-Authenticate", header(Type::String, "How to sign in (RFC 6750)"));
    }
    if status == 429 || status == 503 {
        response = response.header(
            "Retry-After",
            header(Type::Integer, "Seconds to wait before the next try; API Gateway leaves it out"),
        );
    }
    response.build()
}

/// Returns the body of API Gateway's own responses.
fn of_gateway() -> Content {
    ContentBuilder::new().schema(Some(Ref::from_schema_name("GatewayMessage"))).build()
}

fn header(kind: Type, description: &str) -> Header {
    HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(SchemaType::new(kind)).build()))
        .description(Some(description))
        .build()
}

fn request_id() -> Header {
    header(Type::String, "The id of the request; quote it when you report a problem")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_from_backticks_and_other_words_are_not_codes() {
        let found: Vec<Code> = codes_in("`forbidden`; `own_record`: use `PUT /auth/password`; not_found").collect();
        assert_eq!(found, [Code::Forbidden, Code::OwnRecord]);
    }

    #[test]
    fn a_shared_answer_is_named_by_its_codes() {
        let codes = BTreeSet::from([Code::InvalidValues, Code::IdempotencyKeyReused]);
        assert_eq!(shared_name(422, &codes), "InvalidValuesOrIdempotencyKeyReused");
        assert_eq!(shared_name(429, &BTreeSet::new()), "Gateway429");
    }
}
