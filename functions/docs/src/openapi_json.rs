//! `GET /openapi.json`

use axum::response::Response;
use http::HeaderMap;

use crate::asset::{Asset, asset};

/// Made from all functions' routers; CI compares it with what the code says.
static DOCUMENT: Asset = asset!("../../../openapi.json", "application/json", "public, max-age=60", gzipped: false);

/// This document
///
/// OpenAPI 3.1, made from the code that serves the API.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "getOpenApiDocument",
    tag = "docs",
    security(()),
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the document that is known already")),
    responses(
        (status = 200, description = "The document", body = Object, headers(("ETag" = String, description = "The hash of the document"))),
        (status = 304, description = "Unchanged"),
    )
)]
pub(crate) async fn openapi_json(asked: HeaderMap) -> Response {
    DOCUMENT.answer(&asked)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::{Request, StatusCode, header};
    use serde_json::Value;

    use crate::tests::{ask, get};

    #[tokio::test]
    async fn the_document_is_openapi_3_1() {
        let (head, body) = get("/openapi.json").await;
        assert_eq!(head.status(), StatusCode::OK);
        assert_eq!(head.headers()[header::CONTENT_TYPE], "application/json");
        let document: Value = serde_json::from_slice(&body).unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        assert_eq!(document["info"]["title"], "Rollcall");
    }

    #[tokio::test]
    async fn whoever_has_it_already_is_told_so_without_a_body() {
        let (head, _) = get("/openapi.json").await;
        let etag = head.headers()[header::ETAG].clone();
        let again = Request::get("/openapi.json").header(header::IF_NONE_MATCH, &etag).body(Body::empty()).unwrap();
        let (head, body) = ask(again).await;
        assert_eq!(head.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(head.headers()[header::ETAG], etag);
        assert!(body.is_empty());
        assert!(!head.headers().contains_key(header::CONTENT_TYPE));
    }

    #[tokio::test]
    async fn whoever_has_another_one_gets_it() {
        let stale = Request::get("/openapi.json").header(header::IF_NONE_MATCH, "\"0\"").body(Body::empty()).unwrap();
        let (head, body) = ask(stale).await;
        assert_eq!(head.status(), StatusCode::OK);
        assert!(!body.is_empty());
    }
}
