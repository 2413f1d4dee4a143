//! The API's documentation, and the response to every path that no other function serves: the function is the API's `$default`
//! route.
//!
//! All files are embedded: the document that `cargo run -- --write-openapi openapi.json` generates from all routers, and
//! Swagger UI, so that the documentation loads nothing from other servers. The function uses no table and creates no clients,
//! which keeps its cold starts cheap. It is the function that unauthenticated clients call most.

mod asset;
mod documents;
mod swagger_ui;

use axum::Router;
use runtime::{Environment, InitError};
use utoipa::openapi::OpenApi;
use web::{endpoints::Endpoints, routes};

/// Creates the function's router.
#[expect(clippy::unused_async, reason = "all functions have the same signature, and others await clients")]
pub async fn service(_: &Environment) -> Result<Router, InitError> {
    Ok(router())
}

/// Returns what this function adds to the OpenAPI document.
pub fn openapi() -> OpenApi {
    runtime::http::openapi(endpoints())
}

fn router() -> Router {
    runtime::http::router_without_table(endpoints::<Router>().merge(swagger_ui::assets()), ())
}

fn endpoints<E: Endpoints<()>>() -> E {
    E::none()
        .routes(routes!(documents::openapi_json))
        .routes(routes!(documents::asyncapi_json))
        .routes(routes!(swagger_ui::page))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::{Request, Response, StatusCode, header};
    use http_body_util::BodyExt;
    use serde_json::Value;
    use tower::ServiceExt;

    use super::*;

    pub(crate) async fn ask(request: Request<Body>) -> (Response<()>, Vec<u8>) {
        let response = router().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        (Response::from_parts(head, ()), body.collect().await.unwrap().to_bytes().to_vec())
    }

    pub(crate) async fn get(path: &str) -> (Response<()>, Vec<u8>) {
        ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    #[tokio::test]
    async fn an_unknown_path_gets_a_404_problem() {
        let (head, body) = get("/nothing/here").await;
        assert_eq!(head.status(), StatusCode::NOT_FOUND);
        assert_eq!(head.headers()[header::CONTENT_TYPE], "application/problem+json");
        let problem: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], "not_found");
        assert_eq!(problem["status"], 404);
    }

    #[tokio::test]
    async fn an_unsupported_method_gets_a_problem_with_the_allowed_methods() {
        let (head, body) = ask(Request::post("/openapi.json").body(Body::empty()).unwrap()).await;
        assert_eq!(head.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(head.headers()[header::ALLOW], "GET,HEAD");
        let problem: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], "method_not_allowed");
    }

    #[tokio::test]
    async fn every_answer_has_a_request_id() {
        for path in ["/openapi.json", "/asyncapi.json", "/docs", "/docs/page.js", "/nothing"] {
            let (head, _) = get(path).await;
            assert!(head.headers().contains_key("x-request-id"), "{path}");
        }
    }

    #[test]
    fn its_own_paths_are_described_and_open_to_everyone() {
        let document = serde_json::to_value(openapi()).unwrap();
        for path in ["/openapi.json", "/asyncapi.json", "/docs"] {
            assert_eq!(document["paths"][path]["get"]["security"], serde_json::json!([{}]), "{path}");
        }
        assert_eq!(document["paths"].as_object().unwrap().len(), 3, "assets are no part of the API");
    }
}
