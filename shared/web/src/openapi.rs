//! The parts of the OpenAPI document that all functions share.

use utoipa::{
    Modify,
    openapi::{
        OpenApi, RefOr, Response,
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

/// Every operation may answer with a problem; said once here instead of at each.
pub fn with_problems(mut document: OpenApi) -> OpenApi {
    use utoipa::openapi::{ContentBuilder, Ref, ResponseBuilder};
    let problem: RefOr<Response> = ResponseBuilder::new()
        .description("A problem (RFC 9457)")
        .content(
            "application/problem+json",
            ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build(),
        )
        .build()
        .into();
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            operation.responses.responses.entry("default".to_owned()).or_insert_with(|| problem.clone());
        }
    }
    document
}
