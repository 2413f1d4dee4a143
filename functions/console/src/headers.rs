//! What browsers may do with the console's files.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// For 180 days, without subdomains: those may be other people's.
const HSTS: &str = "max-age=15552000";

/// The page runs its own scripts, and talks to this API, its live connections and the bucket of photos alone.
///
/// `photos` is a host without a scheme, which means the page's own: plain HTTP in the local stack.
pub(crate) fn content_security_policy(live: &str, photos: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data: {photos}; \
         connect-src 'self' {live} {photos}; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}

/// Adds what every file carries.
pub(crate) fn add(headers: &mut HeaderMap, policy: &HeaderValue) {
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::STRICT_TRANSPORT_SECURITY, HSTS),
        (HeaderName::from_static("permissions-policy"), "camera=(self), geolocation=(self), microphone=()"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
