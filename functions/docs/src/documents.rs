//! `GET /openapi.json` and `GET /asyncapi.json`: the documents that are generated from the code.

use axum::response::Response;
use http::HeaderMap;

use crate::asset::{Asset, asset};

const JSON: &str = "application/json";
/// One minute, because documents change only with a deployment.
const A_MINUTE: &str = "public, max-age=60";

/// The OpenAPI document of all functions' routers; CI compares it with the code.
static OPENAPI: Asset = asset!("../../../openapi.json", JSON, A_MINUTE, gzipped: false);
/// The AsyncAPI document of the types of `live` and `push`; a contract test compares it with the code.
static ASYNCAPI: Asset = asset!("../../../asyncapi.json", JSON, A_MINUTE, gzipped: false);

/// Get the OpenAPI document
///
/// Returns this document: OpenAPI 3.1, generated from the code that serves the API.
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
pub(crate) async fn openapi_json(request: HeaderMap) -> Response {
    OPENAPI.answer(&request)
}

/// Get the AsyncAPI document
///
/// Returns the document of live connections: AsyncAPI 3, generated from the code. It describes the messages that a WebSocket
/// connection sends and receives.
#[utoipa::path(
    get,
    path = "/asyncapi.json",
    operation_id = "getAsyncApiDocument",
    tag = "docs",
    security(()),
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the document that is known already")),
    responses(
        (status = 200, description = "The document", body = Object, headers(("ETag" = String, description = "The hash of the document"))),
        (status = 304, description = "Unchanged"),
    )
)]
pub(crate) async fn asyncapi_json(request: HeaderMap) -> Response {
    ASYNCAPI.answer(&request)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::{Request, StatusCode, header};
    use serde_json::Value;

    use crate::tests::{ask, get};

    /// The documents' paths, each with the field that holds the version of its format, and that version.
    const DOCUMENTS: [(&str, &str, &str); 2] =
        [("/openapi.json", "openapi", "3.1"), ("/asyncapi.json", "asyncapi", "3.")];

    #[tokio::test]
    async fn each_document_has_its_format_and_a_tag() {
        for (path, member, version) in DOCUMENTS {
            let (head, body) = get(path).await;
            assert_eq!(head.status(), StatusCode::OK, "{path}");
            assert_eq!(head.headers()[header::CONTENT_TYPE], "application/json");
            assert!(head.headers().contains_key(header::ETAG));
            let document: Value = serde_json::from_slice(&body).unwrap();
            assert!(document[member].as_str().unwrap().starts_with(version), "{path}");
            assert!(document["info"]["title"].as_str().unwrap().starts_with("Rollcall"), "{path}");
        }
    }

    #[tokio::test]
    async fn a_client_that_has_a_document_gets_no_body() {
        for (path, _, _) in DOCUMENTS {
            let (head, _) = get(path).await;
            let etag = head.headers()[header::ETAG].clone();
            let repeated = Request::get(path).header(header::IF_NONE_MATCH, &etag).body(Body::empty()).unwrap();
            let (head, body) = ask(repeated).await;
            assert_eq!(head.status(), StatusCode::NOT_MODIFIED, "{path}");
            assert_eq!(head.headers()[header::ETAG], etag);
            assert!(body.is_empty());
            assert!(!head.headers().contains_key(header::CONTENT_TYPE));
        }
    }

    #[tokio::test]
    async fn a_client_that_has_another_version_gets_the_document() {
        for (path, _, _) in DOCUMENTS {
            let stale = Request::get(path).header(header::IF_NONE_MATCH, "\"0\"").body(Body::empty()).unwrap();
            let (head, body) = ask(stale).await;
            assert_eq!(head.status(), StatusCode::OK, "{path}");
            assert!(!body.is_empty());
        }
    }
}
