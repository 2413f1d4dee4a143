//! The cookie that holds a browser's refresh token. Scripts can't read it.
//!
//! The cookie is `HttpOnly`, `SameSite=Strict` and, over HTTPS, `Secure` with the prefix `__Host-` (RFC 6265bis, 4.1.3.2). A
//! request that uses it must name the API's own origin in `Origin`, so that no other site can use it (OWASP CSRF Prevention,
//! "Verifying Origin With Standard Headers").

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{HeaderMap, HeaderValue, header, request::Parts};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Code, Problem};

use crate::{known_device, refresh_token::RefreshToken};

/// The cookie's name over plain HTTP, which the local stack uses.
const NAME: &str = "rollcall-session";
/// The cookie's name over HTTPS. Browsers accept it only with `Secure`, `Path=/` and without `Domain`.
const SECURE_NAME: &str = "__Host-rollcall-session";
/// The name of the known device's cookie, over plain HTTP and over HTTPS. The cookie outlives sessions.
const DEVICE_NAME: &str = "rollcall-device";
const SECURE_DEVICE_NAME: &str = "__Host-rollcall-device";

/// The place where a client keeps the refresh token of its session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionMode {
    /// The client keeps the token that the answer's body holds.
    #[default]
    Token,
    /// The browser keeps the token in a cookie that scripts can't read. The request must come from a page of the API's own
    /// origin.
    Cookie,
}

/// The cookies and the origin of a request.
#[derive(Debug, Clone)]
pub(crate) struct CookieRequest {
    is_secure: bool,
    comes_from_own_origin: bool,
    session: Option<String>,
    device: Option<String>,
}

/// The right to set and read the session cookie, which only a request from the API's own origin has.
#[derive(Debug, Clone)]
pub(crate) struct SessionCookie {
    is_secure: bool,
    session: Option<String>,
    device: Option<String>,
}

impl CookieRequest {
    fn of(headers: &HeaderMap) -> Self {
        let text = |name: http::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        // API Gateway sets this header itself; a client can't change it.
        let scheme = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok()).unwrap_or("https");
        let own_origin = text(header::HOST).map(|host| format!("{scheme}://{host}"));
        let is_secure = scheme.eq_ignore_ascii_case("https");
        let (name, device_name) = if is_secure { (SECURE_NAME, SECURE_DEVICE_NAME) } else { (NAME, DEVICE_NAME) };
        Self {
            is_secure,
            comes_from_own_origin: own_origin.is_some_and(|own| text(header::ORIGIN) == Some(own.as_str())),
            session: value_of(headers, name),
            device: value_of(headers, device_name),
        }
    }

    /// Returns the cookie if the client asks for one.
    ///
    /// # Errors
    /// `origin_not_allowed` if the request comes from a page of another origin, or has no `Origin`.
    pub(crate) fn cookie(self, mode: SessionMode) -> Result<Option<SessionCookie>, Problem> {
        match mode {
            SessionMode::Token => Ok(None),
            SessionMode::Cookie if self.comes_from_own_origin => {
                Ok(Some(SessionCookie { is_secure: self.is_secure, session: self.session, device: self.device }))
            }
            SessionMode::Cookie => Err(Problem::new(Code::OriginNotAllowed)),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for CookieRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

impl SessionCookie {
    /// Returns the refresh token that the browser sent.
    pub(crate) fn token(&self) -> Option<RefreshToken> {
        RefreshToken::parse(self.session.as_deref()?)
    }

    /// Returns the text of the known device that the browser sent.
    pub(crate) fn known_device(&self) -> Option<&str> {
        self.device.as_deref()
    }

    /// Returns the `Set-Cookie` header that stores a refresh token for `seconds`.
    pub(crate) fn holding(&self, refresh_token: &str, seconds: i64) -> HeaderValue {
        self.kept(if self.is_secure { SECURE_NAME } else { NAME }, refresh_token, seconds)
    }

    /// Returns the `Set-Cookie` header that stores the text of a known device.
    pub(crate) fn holding_device(&self, known_device: &str) -> HeaderValue {
        let name = if self.is_secure { SECURE_DEVICE_NAME } else { DEVICE_NAME };
        self.kept(name, known_device, known_device::LIFETIME_SECONDS)
    }

    fn kept(&self, name: &str, value: &str, seconds: i64) -> HeaderValue {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
        // Names, ids, digits and base64url are visible ASCII, so this can't fail. An empty cookie would only end the session.
        HeaderValue::try_from(cookie).unwrap_or_else(|_| HeaderValue::from_static(NAME))
    }

    /// Returns the `Set-Cookie` header that removes the cookie.
    pub(crate) fn removed(&self) -> HeaderValue {
        self.holding("", 0)
    }
}

fn value_of(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(pairs: &[(&'static str, &str)]) -> CookieRequest {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        CookieRequest::of(&headers)
    }

    fn refused(pairs: &[(&'static str, &str)]) -> bool {
        request(pairs).cookie(SessionMode::Cookie).is_err()
    }

    #[test]
    fn only_a_page_of_the_own_origin_may_use_the_cookie() {
        let (host, proto) = (("host", "api.example.com"), ("x-forwarded-proto", "https"));
        assert!(!refused(&[host, proto, ("origin", "https://api.example.com")]));
        assert!(refused(&[host, proto]));
        for origin in ["https://evil.example", "http://api.example.com", "https://api.example.com.evil.example", "null"]
        {
            assert!(refused(&[host, proto, ("origin", origin)]), "{origin}");
        }
        assert!(request(&[host, proto]).cookie(SessionMode::Token).unwrap().is_none());
    }

    #[test]
    fn over_https_the_cookie_is_bound_to_the_host() {
        let own = [("host", "a.example"), ("x-forwarded-proto", "https"), ("origin", "https://a.example")];
        let cookie = request(&own).cookie(SessionMode::Cookie).unwrap().unwrap();
        assert_eq!(
            cookie.holding("rt2.x", 60),
            "__Host-rollcall-session=rt2.x; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(cookie.removed(), "__Host-rollcall-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure");
    }

    #[test]
    fn the_session_is_read_from_the_cookie_of_its_name_alone() {
        let token = "rt2.01JBN2V7Q4W0M3T9K5ZXH8R6CD.01JBN2V7Q4W0M3T9K5ZXH8R6CE.1.".to_owned() + &"A".repeat(43);
        let cookies = format!("theme=dark; rollcall-session={token}");
        let own =
            [("host", "a:3000"), ("x-forwarded-proto", "http"), ("origin", "http://a:3000"), ("cookie", &cookies)];
        let cookie = request(&own).cookie(SessionMode::Cookie).unwrap().unwrap();
        assert!(cookie.token().is_some());
        let secure = [("host", "a"), ("x-forwarded-proto", "https"), ("origin", "https://a"), ("cookie", &cookies)];
        assert!(request(&secure).cookie(SessionMode::Cookie).unwrap().unwrap().token().is_none());
    }
}
