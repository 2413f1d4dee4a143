//! The parts of the OpenAPI document that all functions share.

use std::collections::BTreeMap;

use utoipa::{
    Modify,
    openapi::{
        Content, ContentBuilder, OpenApi, Ref, RefOr, Required, Response, ResponseBuilder, Schema,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use crate::problem::ProblemBody;

/// The bearer scheme and the problem every operation may answer with.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(
    info(
        title = "Rollcall",
        description = "Attendance, leave and rosters. Sign in with `POST /auth/login`, then authorize with the access token.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    // Relative to the document, so that calls can be tried under a base path too.
    servers((url = ".")),
    components(schemas(ProblemBody)),
    modifiers(&Bearer),
    security(("bearer" = []))
)]
pub struct Shared;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.bearer_format = Some("JWT".to_owned());
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// The document that a function's router starts with.
pub fn base() -> OpenApi {
    <Shared as utoipa::OpenApi>::openapi()
}

/// What is alike at every operation, said once here instead of at each: it may answer with a problem, and the body of a POST in
/// which nothing must stand may be left out ([`crate::Body`]).
pub fn completed(mut document: OpenApi) -> OpenApi {
    let problem: RefOr<Response> = ResponseBuilder::new()
        .description("A problem (RFC 9457)")
        .content(
            "application/problem+json",
            ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build(),
        )
        .build()
        .into();
    let schemas = document.components.as_ref().map(|components| &components.schemas);
    for item in document.paths.paths.values_mut() {
        if let Some(RefOr::T(body)) = item.post.as_mut().and_then(|post| post.request_body.as_mut())
            && body.content.values().all(|content| schemas.is_some_and(|all| may_be_empty(content, all)))
        {
            body.required = Some(Required::False);
        }
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            operation.responses.responses.entry("default".to_owned()).or_insert_with(|| problem.clone());
        }
    }
    document
}

/// Whether an object without members is one of these.
fn may_be_empty(content: &RefOr<Content>, schemas: &BTreeMap<String, RefOr<Schema>>) -> bool {
    let RefOr::T(Content { schema: Some(RefOr::Ref(reference)), .. }) = content else { return false };
    let name = reference.ref_location.trim_start_matches("#/components/schemas/");
    matches!(schemas.get(name), Some(RefOr::T(Schema::Object(object))) if object.required.is_empty())
}
