//! An embedded file with its compressed forms.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use web::content_tag;

use crate::{encoding::Accepted, headers};

/// An embedded file. `build.rs` writes the lists of these files.
pub(crate) struct File {
    pub(crate) path: &'static str,
    pub(crate) content_type: &'static str,
    pub(crate) identity: &'static [u8],
    pub(crate) brotli: Option<&'static [u8]>,
    pub(crate) gzip: Option<&'static [u8]>,
}

impl File {
    /// Returns the file at the path, from a list that is sorted by path.
    pub(crate) fn find(files: &'static [Self], path: &str) -> Option<&'static Self> {
        let found = files.binary_search_by(|file| file.path.cmp(path)).ok()?;
        files.get(found)
    }

    /// Responds with the file in the best encoding that the client accepts, or with 304 if the client already has it.
    pub(crate) fn answer(&self, cache_control: &'static str, policy: &HeaderValue, asked: &HeaderMap) -> Response {
        let accepted = Accepted::of(asked);
        let (content, encoding) = match (self.brotli, self.gzip) {
            (Some(content), _) if accepted.brotli => (content, Some("br")),
            (_, Some(content)) if accepted.gzip => (content, Some("gzip")),
            _ => (self.identity, None),
        };
        let etag = content_tag::of(content);
        let mut response = if content_tag::is_known(asked, &etag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = Body::from(content).into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
            if let Some(encoding) = encoding {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
            response
        };
        let headers = response.headers_mut();
        headers::add(headers, policy);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(etag) = HeaderValue::from_str(&etag) {
            headers.insert(header::ETAG, etag);
        }
        response
    }
}
