//! CORS, as the HTTP API implements it by configuration. The functions don't handle it. In the cloud, the origins in
//! the template's parameter are allowed. This gateway allows pages of loopback addresses, the stack's own pages at
//! any address, and the origins of `--cors-origin`.

use std::str::FromStr;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HOST, ORIGIN, VARY,
    },
    uri::Authority,
};

/// The permissions of pages from allowed origins.
#[derive(Debug, Clone)]
pub(crate) struct Cors {
    methods: HeaderValue,
    allowed_headers: HeaderValue,
    exposed_headers: HeaderValue,
    max_age: HeaderValue,
    origins: Vec<Origin>,
}

impl Cors {
    /// Creates the configuration with these methods and headers. Browsers cache preflight results for `max_age`
    /// seconds.
    pub(crate) fn new(
        methods: &[&str],
        allowed_headers: &[&str],
        exposed_headers: &[&str],
        max_age: u64,
    ) -> Result<Self, String> {
        let value = |items: &[&str]| HeaderValue::try_from(items.join(",")).map_err(|error| error.to_string());
        Ok(Self {
            methods: value(methods)?,
            allowed_headers: value(allowed_headers)?,
            exposed_headers: value(exposed_headers)?,
            max_age: max_age.into(),
            origins: Vec::new(),
        })
    }

    /// Adds origins whose pages are allowed.
    pub(crate) fn with_origins(mut self, origins: &[Origin]) -> Self {
        self.origins = origins.to_vec();
        self
    }

    /// Returns the answer to a preflight request, which no function gets; `None` for other requests.
    pub(crate) fn preflight(&self, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let headers = request.headers();
        let origin = headers.get(ORIGIN)?;
        if request.method() != Method::OPTIONS || !headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
            return None;
        }
        let mut answer = Response::new(Bytes::new());
        *answer.status_mut() = StatusCode::NO_CONTENT;
        if self.allows(origin, headers.get(HOST)) {
            let allow = answer.headers_mut();
            allow.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            allow.insert(ACCESS_CONTROL_ALLOW_METHODS, self.methods.clone());
            allow.insert(ACCESS_CONTROL_ALLOW_HEADERS, self.allowed_headers.clone());
            allow.insert(ACCESS_CONTROL_MAX_AGE, self.max_age.clone());
            allow.insert(VARY, HeaderValue::from_static("origin"));
        }
        Some(answer)
    }

    /// Adds the CORS headers to an answer, if the page that sent the request may read it.
    pub(crate) fn mark(&self, asked: &CorsRequest, headers: &mut HeaderMap) {
        let Some(origin) = asked.origin.as_ref().filter(|it| self.allows(it, asked.host.as_ref())) else { return };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, self.exposed_headers.clone());
        headers.append(VARY, HeaderValue::from_static("origin"));
    }

    fn allows(&self, origin: &HeaderValue, host: Option<&HeaderValue>) -> bool {
        let Some(origin) = origin.to_str().ok().and_then(|origin| origin.parse::<Origin>().ok()) else { return false };
        let host = host.and_then(|host| host.to_str().ok()).and_then(|host| host.parse::<Authority>().ok());
        // A page of the stack sends photos to the stack's other port.
        let is_own = host.is_some_and(|host| host.host().eq_ignore_ascii_case(origin.host()));
        origin.is_loopback() || is_own || self.origins.contains(&origin)
    }
}

/// The origin and host of a request.
#[derive(Debug)]
pub(crate) struct CorsRequest {
    origin: Option<HeaderValue>,
    host: Option<HeaderValue>,
}

impl CorsRequest {
    /// Returns the origin and host in a request's headers.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self { origin: headers.get(ORIGIN).cloned(), host: headers.get(HOST).cloned() }
    }
}

/// The origin of a page: scheme, host and port, as browsers send it (`https://app.example.com`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(Uri);

impl Origin {
    fn host(&self) -> &str {
        self.0.host().unwrap_or_default()
    }

    fn is_loopback(&self) -> bool {
        matches!(self.host(), "localhost" | "127.0.0.1" | "[::1]")
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "must be scheme, host and port, as https://app.example.com".to_owned();
        let uri: Uri = text.trim_end_matches('/').parse().map_err(|_| wrong())?;
        let is_origin = matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.path() == "/"
            && uri.query().is_none()
            && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
        if is_origin { Ok(Self(uri)) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cors() -> Cors {
        Cors::new(&["PUT"], &["*"], &["etag"], 7200).unwrap()
    }

    fn allows(cors: &Cors, origin: &'static str, host: &'static str) -> bool {
        cors.allows(&HeaderValue::from_static(origin), Some(&HeaderValue::from_static(host)))
    }

    #[test]
    fn any_page_of_a_loopback_address_is_allowed_and_no_other() {
        let allowed = |origin| allows(&cors(), origin, "127.0.0.1:3001");
        for origin in ["http://localhost:5173", "http://127.0.0.1:8080", "http://[::1]:3000", "https://localhost"] {
            assert!(allowed(origin), "{origin}");
        }
        for origin in ["null", "https://example.com", "http://localhost.example.com", "file://localhost", "localhost"] {
            assert!(!allowed(origin), "{origin}");
        }
    }

    #[test]
    fn the_stacks_own_pages_are_allowed_under_the_address_that_they_came_from() {
        assert!(allows(&cors(), "https://192.168.1.7:3000", "192.168.1.7:3001"));
        assert!(!allows(&cors(), "https://192.168.1.8:3000", "192.168.1.7:3001"));
    }

    #[test]
    fn origins_that_the_command_line_names_are_allowed_with_their_port() {
        let cors = cors().with_origins(&["https://app.example.com:8443/".parse().unwrap()]);
        assert!(allows(&cors, "https://app.example.com:8443", "127.0.0.1:3000"));
        assert!(!allows(&cors, "https://app.example.com", "127.0.0.1:3000"));
        assert!(!allows(&cors, "http://app.example.com:8443", "127.0.0.1:3000"));
    }

    #[test]
    fn an_origin_has_a_scheme_and_a_host_and_no_path() {
        for wrong in ["app.example.com", "ftp://app.example.com", "https://app.example.com/x", "*", "https://a@b", ""] {
            assert!(wrong.parse::<Origin>().is_err(), "{wrong}");
        }
    }
}
