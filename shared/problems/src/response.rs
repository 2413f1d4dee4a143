//! Problems as responses.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use crate::{Code, Problem};

impl IntoResponse for Problem {
    /// Returns the head of the response, with the problem among its extensions. `web::request_id::layer` writes the body,
    /// because only that layer knows the request's id.
    fn into_response(self) -> Response {
        let mut response = self.code().status().into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.code().status() == StatusCode::UNAUTHORIZED {
            let challenge = if self.code() == Code::TokenExpired {
                r#"Bearer realm="rollcall", error="invalid_token", error_description="expired""#
            } else {
                r#"Bearer realm="rollcall""#
            };
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(seconds) = self.retry_after.or_else(|| default_retry_after(self.code().status())) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(methods) = self.allow.as_deref().and_then(|methods| HeaderValue::from_str(methods).ok()) {
            headers.insert(header::ALLOW, methods);
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Returns the seconds after which a client may repeat a request that was refused for now, where the problem names none.
fn default_retry_after(status: StatusCode) -> Option<u32> {
    [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE].contains(&status).then_some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_refusals_have_a_retry_after_header() {
        for code in Code::ALL.iter().copied() {
            let response = Problem::new(code).into_response();
            let is_for_now = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE].contains(&code.status());
            assert_eq!(response.headers().get(header::RETRY_AFTER).is_some(), is_for_now, "{}", code.as_str());
        }
        let locked = Problem::new(Code::AccountLocked).retry_after(900).into_response();
        assert_eq!(locked.headers()[header::RETRY_AFTER], "900");
    }
}
