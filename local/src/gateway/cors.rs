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
#[derive(Debug, Clone)]
pub(crate) struct Cors {
    methods: HeaderValue,
    allowed_headers: HeaderValue,
    exposed_headers: HeaderValue,
}

impl Cors {
    /// With these methods and headers.
    pub(crate) fn new(methods: &[&str], allowed_headers: &[&str], exposed_headers: &[&str]) -> Result<Self, String> {
        let value = |items: &[&str]| HeaderValue::try_from(items.join(",")).map_err(|error| error.to_string());
        Ok(Self {
            methods: value(methods)?,
            allowed_headers: value(allowed_headers)?,
            exposed_headers: value(exposed_headers)?,
        })
    }

    /// The answer to a preflight request, which no function sees; none when the request is another.
    pub(crate) fn preflight(&self, request: &Request<Bytes>) -> Option<Response<Bytes>> {
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
            allow.insert(ACCESS_CONTROL_ALLOW_METHODS, self.methods.clone());
            allow.insert(ACCESS_CONTROL_ALLOW_HEADERS, self.allowed_headers.clone());
            allow.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("300"));
            allow.insert(VARY, HeaderValue::from_static("origin"));
        }
        Some(answer)
    }

    /// Marks an answer as one that `origin` may read.
    pub(crate) fn mark(&self, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
        let Some(origin) = origin.filter(|origin| is_loopback(origin)) else { return };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, self.exposed_headers.clone());
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
