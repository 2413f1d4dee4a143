//! CORS as the HTTP API does it by its configuration: the functions know nothing of it. The cloud allows the origins
//! that the template's parameter names, this gateway every page that a loopback address serves.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
    },
};

/// What pages of an allowed origin may do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cors {
    methods: &'static str,
    allowed_headers: &'static str,
    exposed_headers: &'static str,
}

impl Cors {
    /// For the HTTP API.
    pub(crate) fn of_api() -> Self {
        Self {
            methods: "GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS",
            allowed_headers: "authorization,content-type,idempotency-key,if-match",
            exposed_headers: "etag,retry-after,x-request-id,idempotent-replayed,location",
        }
    }

    /// For the bucket of photos, which a browser puts to and gets from by presigned URLs.
    pub(crate) fn of_bucket() -> Self {
        Self { methods: "GET,HEAD,PUT", allowed_headers: "*", exposed_headers: "etag" }
    }

    /// The answer to a preflight request, which no function sees; none when the request is another.
    pub(crate) fn preflight(self, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let headers = request.headers();
        let origin = headers.get(ORIGIN)?;
        if request.method() != Method::OPTIONS || !headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
            return None;
        }
        let mut answer = Response::new(Bytes::new());
        *answer.status_mut() = StatusCode::NO_CONTENT;
        if is_loopback(origin) {
            let allow = answer.headers_mut();
            allow.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            allow.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(self.methods));
            allow.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(self.allowed_headers));
            allow.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("300"));
            allow.insert(VARY, HeaderValue::from_static("origin"));
        }
        Some(answer)
    }

    /// Marks an answer as one that `origin` may read.
    pub(crate) fn mark(self, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
        let Some(origin) = origin.filter(|origin| is_loopback(origin)) else { return };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(self.exposed_headers));
        headers.append(VARY, HeaderValue::from_static("origin"));
    }
}

fn is_loopback(origin: &HeaderValue) -> bool {
    let Some(origin) = origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok()) else { return false };
    matches!(origin.scheme_str(), Some("http" | "https"))
        && matches!(origin.host(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_page_of_a_loopback_address_is_allowed_and_no_other() {
        let allowed = |origin| is_loopback(&HeaderValue::from_static(origin));
        for origin in ["http://localhost:5173", "http://127.0.0.1:8080", "http://[::1]:3000", "https://localhost"] {
            assert!(allowed(origin), "{origin}");
        }
        for origin in ["null", "https://example.com", "http://localhost.example.com", "file://localhost", "localhost"] {
            assert!(!allowed(origin), "{origin}");
        }
    }
}
