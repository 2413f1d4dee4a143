//! Entity tags of files, computed from their content (RFC 9110, 8.8.3).

use aws_lc_rs::digest::{SHA256, digest};
use http::{HeaderMap, header};

/// Returns the strong tag of a content.
pub fn of(content: &[u8]) -> String {
    let hash = data_encoding::HEXLOWER.encode(digest(&SHA256, content).as_ref());
    format!("\"{}\"", &hash[..32])
}

/// Returns whether a request's `If-None-Match` contains the tag. The comparison is weak, as the header requires (RFC 9110,
/// 13.1.2).
pub fn is_known(request: &HeaderMap, tag: &str) -> bool {
    let values = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|tags| tags.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn known(tags: &'static str) -> bool {
        is_known(&HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(tags))]), "\"a\"")
    }

    #[test]
    fn any_listed_tag_matches_even_a_weak_one() {
        assert!(known("\"a\""));
        assert!(known("\"b\", \"a\""));
        assert!(known("W/\"a\""));
        assert!(known("*"));
    }

    #[test]
    fn another_tag_or_no_tag_at_all_does_not_match() {
        assert!(!known("\"b\""));
        assert!(!known("a"));
        assert!(!known(""));
    }
}
