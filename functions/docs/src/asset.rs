//! Files that are embedded in the binary and served with an entity tag, so that clients download them once.

use std::sync::LazyLock;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use web::content_tag;

/// An embedded file and the headers that it is served with.
pub(crate) struct Asset {
    pub(crate) content_type: &'static str,
    pub(crate) cache_control: &'static str,
    /// The content as embedded: compressed if `gzipped` is true. All browsers decompress gzip, and a client that names no
    /// encoding accepts any (RFC 9110, 12.5.3), so no second, larger copy is kept.
    pub(crate) content: &'static [u8],
    pub(crate) gzipped: bool,
    /// The strong entity tag; computed from the content at the first request.
    pub(crate) etag: LazyLock<String>,
}

/// Creates an [`Asset`] from the file at a path.
macro_rules! asset {
    ($path:literal, $content_type:expr, $cache_control:expr, gzipped: $gzipped:literal) => {
        crate::asset::Asset {
            content_type: $content_type,
            cache_control: $cache_control,
            content: include_bytes!($path),
            gzipped: $gzipped,
            etag: std::sync::LazyLock::new(|| web::content_tag::of(include_bytes!($path))),
        }
    };
}
pub(crate) use asset;

impl Asset {
    /// Responds with the file, or with 304 if the client already has it.
    pub(crate) fn answer(&self, request_headers: &HeaderMap) -> Response {
        let mut response = if content_tag::is_known(request_headers, &self.etag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = Body::from(self.content).into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
            if self.gzipped {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            response
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.cache_control));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Ok(etag) = HeaderValue::from_str(&self.etag) {
            headers.insert(header::ETAG, etag);
        }
        response
    }
}
