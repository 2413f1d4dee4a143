//! `Accept-Encoding` (RFC 9110, 12.5.3).

use http::{HeaderMap, header};

/// The encodings that a client accepts, among those that the console has.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Accepted {
    pub(crate) brotli: bool,
    pub(crate) gzip: bool,
}

impl Accepted {
    /// Returns the encodings that a request names. Without the header, files are sent uncompressed.
    pub(crate) fn of(asked: &HeaderMap) -> Self {
        let mut accepted = Self::default();
        for value in asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()) {
            for item in value.split(',') {
                let (name, weight) = item.split_once(';').unwrap_or((item, ""));
                let is_accepted = !is_zero(weight);
                match name.trim().to_ascii_lowercase().as_str() {
                    "br" => accepted.brotli = is_accepted,
                    "gzip" => accepted.gzip = is_accepted,
                    _ => {}
                }
            }
        }
        accepted
    }
}

/// Whether a weight (`q=0.000`) means "not acceptable".
fn is_zero(weight: &str) -> bool {
    weight.trim().strip_prefix("q=").is_some_and(|value| value.parse() == Ok(0.0_f32))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn accepted(value: &'static str) -> (bool, bool) {
        let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
        let Accepted { brotli, gzip } = Accepted::of(&headers);
        (brotli, gzip)
    }

    #[test]
    fn an_encoding_is_accepted_where_it_is_named_and_not_refused() {
        assert_eq!(accepted("gzip, deflate, br, zstd"), (true, true));
        assert_eq!(accepted("GZIP;q=0.5, br;q=0"), (false, true));
        assert_eq!(accepted("br;q=0.001,gzip; q=0.0"), (true, false));
        assert_eq!(accepted("identity"), (false, false));
        assert_eq!(Accepted::of(&HeaderMap::new()), Accepted::default());
    }
}
