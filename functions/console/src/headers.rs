//! Security headers of the console's files.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// HSTS for 180 days. Subdomains are left out, because they may belong to other applications.
const HSTS: &str = "max-age=15552000";

/// Returns the content security policy: the page runs only its own scripts, and connects only to this API, to its live
/// connections and to the bucket of photos.
///
/// `photos` is a host without a scheme, so the page's own scheme applies: plain HTTP in the local stack.
pub(crate) fn content_security_policy(live: &str, photos: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data: {photos}; \
         connect-src 'self' {live} {photos}; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}

/// Adds the headers that all files have.
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
