//! Versions as `ETag`, and the versions in `If-Match`, which use cases compare with the present one ([`Versions`]).

use ::app::Versions;
use axum::extract::FromRequestParts;
use http::{HeaderMap, HeaderValue, header, request::Parts};

/// The `ETag` of a version.
pub fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

/// The versions that the client wants to change: all versions if the header is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Option<Vec<String>>);

impl IfMatch {
    /// Returns the versions that the client knows.
    pub fn versions(&self) -> Versions {
        match &self.0 {
            None => Versions::Any,
            Some(tags) if tags.iter().any(|tag| tag == "*") => Versions::Any,
            Some(tags) => Versions::OneOf(tags.iter().filter_map(|tag| version_of(tag)).collect()),
        }
    }

    fn of(headers: &HeaderMap<HeaderValue>) -> Self {
        let mut lines = headers.get_all(header::IF_MATCH).iter().peekable();
        if lines.peek().is_none() {
            return Self(None);
        }
        // A weak tag (`W/"3"`) never matches in a strong comparison (RFC 9110, 13.1.1), and an invalid tag doesn't match
        // either.
        let tags = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
        Self(Some(tags.map(|tag| tag.trim().to_owned()).collect()))
    }
}

/// Returns the version of a strong `ETag`; nothing for any other tag.
fn version_of(tag: &str) -> Option<u64> {
    let version = tag.trim_matches('"').parse().ok()?;
    (etag(version) == tag).then_some(version)
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, version: u64) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_MATCH, header.parse().unwrap());
        IfMatch::of(&headers).versions().check(version).is_ok()
    }

    #[test]
    fn only_strong_tags_of_versions_are_known_versions() {
        let versions = |header: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, header.parse().unwrap());
            IfMatch::of(&headers).versions()
        };
        assert_eq!(versions("\"2\", \"3\""), Versions::OneOf(vec![2, 3]));
        assert_eq!(versions("*"), Versions::Any);
        assert_eq!(versions("W/\"3\", 3, \"03\", \"a\""), Versions::OneOf(Vec::new()));
        assert_eq!(IfMatch::of(&HeaderMap::new()).versions(), Versions::Any);
    }

    #[test]
    fn a_stale_version_fails_the_precondition() {
        assert!(check("\"3\"", 3));
        assert!(check("\"2\", \"3\"", 3));
        assert!(check("*", 3));
        assert!(!check("\"2\"", 3));
        assert!(!check("W/\"3\"", 3));
        assert!(!check("3", 3));
        assert!(IfMatch::of(&HeaderMap::new()).versions().check(3).is_ok());
    }
}
