//! `GET /asyncapi.json`

use axum::response::Response;
use http::HeaderMap;

use crate::asset::{Asset, asset};

/// Made from the types of `live` and `push`; a contract test compares it with what the code says.
static DOCUMENT: Asset = asset!("../../../asyncapi.json", "application/json", "public, max-age=60", gzipped: false);

/// The document of live connections
///
/// AsyncAPI 3, made from the code: the messages that a WebSocket connection sends and takes.
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
pub(crate) async fn asyncapi_json(known: HeaderMap) -> Response {
    DOCUMENT.answer(&known)
}

#[cfg(test)]
mod tests {
    use http::{StatusCode, header};
    use serde_json::Value;

    use crate::tests::get;

    #[tokio::test]
    async fn the_document_is_asyncapi_3_with_a_tag() {
        let (head, body) = get("/asyncapi.json").await;
        assert_eq!(head.status(), StatusCode::OK);
        assert_eq!(head.headers()[header::CONTENT_TYPE], "application/json");
        assert!(head.headers().contains_key(header::ETAG));
        let document: Value = serde_json::from_slice(&body).unwrap();
        assert!(document["asyncapi"].as_str().unwrap().starts_with("3."));
    }
}
