//! The parts of the OpenAPI document that all functions share.

mod descriptions;
mod examples;
mod parameters;
mod problems;

use std::collections::{BTreeMap, BTreeSet};

use domain::service_token::Scope;
use http::Method;
use utoipa::{
    Modify,
    openapi::{
        Content, KnownFormat, Object, ObjectBuilder, OneOf, OpenApi, Ref, RefOr, Required, Schema, SchemaFormat, Type,
        path::Operation,
        schema::{ArrayItems, SchemaType},
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

use self::examples::Sources;
use crate::{
    names,
    problem::{GatewayMessage, ProblemBody},
    scopes,
};

/// The bearer scheme, the tags, and the schemas of problems.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(
    info(
        title = "Rollcall",
        description = "Attendance, leave and rosters. Sign in with `POST /auth/login`, then authorize with the access token.\n\n\
            Examples suit the demo company of `cargo run` on Wednesday, 2026-11-04; `/docs` moves their dates by whole weeks, and \
            fills in ids that exist once you have signed in. `ada` is the administrator, `omar` an employee.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(name = "The operators of this installation"),
    ),
    // Relative to the document, so that calls also work under a base path.
    servers((url = ".", description = "Where this document is served")),
    tags(
        (name = "auth", description = "Setting the company up, signing in and out, passwords, the public signing keys"),
        (name = "bootstrap", description = "The first screen of an application, in one call"),
        (name = "approvals", description = "Everything that waits for the caller's decision, and many decisions at once"),
        (name = "clock", description = "Clocking in and out, the caller's clock status, uploads of photos"),
        (name = "breaks", description = "Starting and ending breaks, a person's breaks"),
        (name = "attendance", description = "Days of work with their figures, the board of a date, edits and excuses"),
        (name = "corrections", description = "Corrections of a day that people ask for and managers decide"),
        (name = "leave", description = "Types of leave, balances and their ledger, requests, the calendar of absent people"),
        (name = "pay", description = "From days to pay: codes, rules, segments, cost centers, time accounts, pay periods and payroll"),
        (name = "roster", description = "Rosters: patterns, single dates, the grid, imports, calendar feeds"),
        (name = "swaps", description = "Shifts that change hands between two people"),
        (name = "reports", description = "Reports as JSON, CSV, Excel or a chart, and exports of large ones"),
        (name = "notifications", description = "The caller's inbox and which kinds are muted"),
        (name = "live", description = "Tickets for WebSocket connections"),
        (name = "users", description = "People and their accounts"),
        (name = "departments", description = "Departments. A manager manages the people of departments"),
        (name = "sites", description = "Places of work with their time zones and geofences"),
        (name = "holidays", description = "Holidays of the company or of a site"),
        (name = "kiosks", description = "Shared devices at a site, and punching at them"),
        (name = "terminals", description = "Readers of faces and fingers, and the numbers of people in them"),
        (name = "service-tokens", description = "Tokens with which the company's own systems call the API"),
        (name = "events", description = "The events of the last 30 days, for the company's own systems"),
        (name = "webhooks", description = "Addresses of the company's own systems that receive events, and the deliveries to them"),
        (name = "settings", description = "The company's settings"),
        (name = "audit", description = "The audit: changes, with the values before and after"),
        (name = "docs", description = "This document, and a page to try it"),
    ),
    components(schemas(ProblemBody, GatewayMessage)),
    modifiers(&SecuritySchemes, &Sources),
    security(("bearer" = []))
)]
pub struct Shared;

/// The three kinds of bearer tokens.
struct SecuritySchemes;

impl Modify for SecuritySchemes {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.bearer_format = Some("JWT".to_owned());
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description = Some("A service token, with the scope that the operation needs.".to_owned());
        components.add_security_scheme("service_token", SecurityScheme::Http(scheme));
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description = Some("A kiosk's device token, which `POST /kiosks` returns once.".to_owned());
        components.add_security_scheme("device_token", SecurityScheme::Http(scheme));
    }
}

/// Returns the document that a function's router starts with.
pub fn base() -> OpenApi {
    <Shared as utoipa::OpenApi>::openapi()
}

/// Adds what all operations share, so that no endpoint repeats it: problems and headers ([`problems`]), names for ids
/// ([`names`]), and the fact that the body of a POST without required fields is optional ([`crate::Body`]).
pub fn completed(mut document: OpenApi) -> OpenApi {
    let mut components = document.components.take().unwrap_or_default();
    for (path, item) in &mut document.paths.paths {
        if let Some(RefOr::T(body)) = item.post.as_mut().and_then(|post| post.request_body.as_mut())
            && body.content.values().all(|content| may_be_empty(content, &components.schemas))
        {
            body.required = Some(Required::False);
        }
        let operations = [
            (Method::GET, &mut item.get),
            (Method::PUT, &mut item.put),
            (Method::POST, &mut item.post),
            (Method::DELETE, &mut item.delete),
            (Method::PATCH, &mut item.patch),
        ];
        for (method, operation) in operations {
            let Some(operation) = operation else { continue };
            let scope = scopes::required(&method, path);
            parameters::complete(path, operation);
            describe_files(operation);
            problems::describe(operation, scope.is_some(), &mut components);
            describe_scope(operation, scope);
        }
    }
    complete_schemas(&mut components.schemas);
    document.components = Some(components);
    names::describe(&mut document);
    document
}

/// Completes the schemas that utoipa derives: names the items of pages, writes the variants of types as whole objects, and
/// moves descriptions to the places where tools read them.
pub fn complete_schemas(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    name_items(schemas);
    write_out_variants(schemas);
    descriptions::complete(schemas);
}

/// Describes the scope that an operation requires of a service token.
fn describe_scope(operation: &mut Operation, scope: Option<Scope>) {
    let Some(scope) = scope else { return };
    let person = SecurityRequirement::new("bearer", Vec::<String>::new());
    let service = SecurityRequirement::new("service_token", [scope.as_str()]);
    operation.security = Some(vec![person, service]);
    let description = operation.description.take().map_or_else(String::new, |text| format!("{text}\n\n"));
    operation.description = Some(format!("{description}Service tokens need the scope `{scope}`."));
}

/// The media type of XLSX workbooks.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Describes the content of files as bytes. utoipa describes it as "an array of numbers", which no client can read.
fn describe_files(operation: &mut Operation) {
    for response in operation.responses.responses.values_mut() {
        let RefOr::T(response) = response else { continue };
        for (media_type, content) in &mut response.content {
            if let (true, RefOr::T(content)) = (media_type == XLSX, content) {
                let file = ObjectBuilder::new()
                    .schema_type(SchemaType::new(Type::String))
                    .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
                content.schema = Some(file.into());
            }
        }
    }
}

/// Replaces the items of each page, which utoipa writes inline, with a reference to their schema. A generated client then has
/// one type for an item, alone and in a list.
fn name_items(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    let names: BTreeSet<String> = schemas.keys().cloned().collect();
    for (name, schema) in schemas {
        let Some(item) = name.strip_prefix("Page_").filter(|item| names.contains(*item)) else { continue };
        let RefOr::T(Schema::Object(page)) = schema else { continue };
        if let Some(RefOr::T(Schema::Array(items))) = page.properties.get_mut("items") {
            items.items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(item).into()));
        }
    }
}

/// Describes a struct with a flattened enum, and an enum with a tag and fields of a struct, as one whole object for each
/// variant. utoipa describes them as "all of these fields and one of those", for which client generators create no types.
fn write_out_variants(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    let (mut written_out, mut parts) = (Vec::new(), BTreeSet::new());
    for (name, schema) in &*schemas {
        let RefOr::T(schema @ (Schema::AllOf(_) | Schema::OneOf(_))) = schema else { continue };
        let Some(one_of) = variants(schema, schemas, &mut parts) else { continue };
        written_out.push((name.clone(), RefOr::T(Schema::OneOf(one_of))));
    }
    schemas.extend(written_out);
    // The document leaves out a part that nothing refers to any more.
    let references = serde_json::to_string(&*schemas).unwrap_or_default();
    schemas.retain(|name, _| !parts.contains(name) || references.contains(&format!("schemas/{name}\"")));
}

/// Returns the variants of a schema as whole objects, or nothing if it has no variants or they are whole already. Adds the
/// names of the schemas that they consist of to `parts`.
fn variants(schema: &Schema, schemas: &BTreeMap<String, RefOr<Schema>>, parts: &mut BTreeSet<String>) -> Option<OneOf> {
    let (mut fields, mut one_of) = (Object::new(), None);
    if let Schema::AllOf(all_of) = schema {
        for part in &all_of.items {
            match resolved(part, schemas) {
                Some(Schema::Object(object)) => add_fields(&mut fields, object),
                Some(Schema::OneOf(found)) => {
                    parts.extend(name_of(part));
                    one_of = Some((found, &all_of.description));
                }
                Some(_) | None => return None,
            }
        }
    } else if let Schema::OneOf(found) = schema
        && found.items.iter().any(|item| matches!(item, RefOr::T(Schema::AllOf(_))))
    {
        one_of = Some((found, &found.description));
    }
    let (one_of, description) = one_of?;
    let mut written_out = OneOf::new();
    written_out.description.clone_from(description);
    for item in &one_of.items {
        let mut object = whole_object(item, schemas, parts)?;
        add_fields(&mut object, &fields);
        written_out.items.push(RefOr::T(Schema::Object(object)));
    }
    Some(written_out)
}

/// Returns an object with the fields of all its parts.
fn whole_object(
    schema: &RefOr<Schema>,
    schemas: &BTreeMap<String, RefOr<Schema>>,
    parts: &mut BTreeSet<String>,
) -> Option<Object> {
    match resolved(schema, schemas) {
        Some(Schema::Object(object)) => Some(object.clone()),
        Some(Schema::AllOf(all_of)) => {
            let mut whole = Object::new();
            whole.description.clone_from(&all_of.description);
            for part in &all_of.items {
                parts.extend(name_of(part));
                add_fields(&mut whole, &whole_object(part, schemas, parts)?);
            }
            Some(whole)
        }
        Some(_) | None => None,
    }
}

/// Returns the name of the schema that a reference points to.
fn name_of(schema: &RefOr<Schema>) -> Option<String> {
    match schema {
        RefOr::Ref(reference) => reference.ref_location.strip_prefix("#/components/schemas/").map(str::to_owned),
        RefOr::T(_) => None,
    }
}

fn resolved<'a>(schema: &'a RefOr<Schema>, schemas: &'a BTreeMap<String, RefOr<Schema>>) -> Option<&'a Schema> {
    match schema {
        RefOr::T(schema) => Some(schema),
        RefOr::Ref(_) => match schemas.get(&name_of(schema)?)? {
            RefOr::T(schema) => Some(schema),
            RefOr::Ref(_) => None,
        },
    }
}

fn add_fields(to: &mut Object, from: &Object) {
    to.properties.extend(from.properties.iter().map(|(name, schema)| (name.clone(), schema.clone())));
    to.required.extend(from.required.iter().cloned());
}

/// Returns whether one of the content's schemas is an object without members.
fn may_be_empty(content: &RefOr<Content>, schemas: &BTreeMap<String, RefOr<Schema>>) -> bool {
    let RefOr::T(Content { schema: Some(RefOr::Ref(reference)), .. }) = content else { return false };
    let name = reference.ref_location.trim_start_matches("#/components/schemas/");
    matches!(schemas.get(name), Some(RefOr::T(Schema::Object(object))) if object.required.is_empty())
}
