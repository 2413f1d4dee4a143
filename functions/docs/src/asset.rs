//! A file embedded in the binary, served with a tag of its content so that it travels once.

use std::sync::LazyLock;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use web::content_tag;

/// A file, and how it is to be served.
pub(crate) struct Asset {
    pub(crate) content_type: &'static str,
    pub(crate) cache_control: &'static str,
    /// As embedded: compressed where `gzipped` says so. All that takes part in the Web unpacks gzip, and a client that
    /// names no encoding accepts any (RFC 9110, 12.5.3), so that no second, larger copy is kept.
    pub(crate) content: &'static [u8],
    pub(crate) gzipped: bool,
    /// Strong; made from the content when it is first asked for.
    pub(crate) etag: LazyLock<String>,
}

/// An [`Asset`] of the file at a path.
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
    /// The file, or 304 where the client has it already.
    pub(crate) fn answer(&self, asked: &HeaderMap) -> Response {
        let mut response = if content_tag::is_known(asked, &self.etag) {
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
