//! `Idempotency-Key`: identifies a request, so that its repeats get the first response again.

use aws_lc_rs::digest::{Context, SHA256};
use axum::extract::{FromRequestParts, MatchedPath};
use data_encoding::HEXLOWER;
use domain::FieldRule;
use http::request::Parts;
use store::RepeatKey;

use crate::Problem;

/// The header.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The data of a request that identifies its repeats.
#[derive(Debug, Clone)]
pub struct Repeat {
    key: Option<String>,
    /// The method and the path, so that one key that is used for two operations creates two records.
    route: String,
}

impl<S: Sync> FromRequestParts<S> for Repeat {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // The actual path, not its template: `POST /users/a/pin` and `/users/b/pin` are different operations.
        let matched = parts.extensions.get::<MatchedPath>().is_some();
        debug_assert!(matched, "only routes are repeated");
        let route = format!("{} {}", parts.method, parts.uri.path());
        let Some(value) = parts.headers.get(IDEMPOTENCY_KEY) else { return Ok(Self { key: None, route }) };
        match value.to_str() {
            Ok(key) if (1..=128).contains(&key.len()) => Ok(Self { key: Some(key.to_owned()), route }),
            Ok(_) | Err(_) => Err(Problem::invalid("Idempotency-Key", FieldRule::VisibleAscii { min: 1, max: 128 })),
        }
    }
}

impl Repeat {
    /// Returns the key under which the response of this request is saved, if the client wants that. `caller` is the id of the
    /// caller, a person or a kiosk.
    pub fn key(&self, caller: impl std::fmt::Display, body_hash: &str) -> Option<RepeatKey> {
        let key = self.key.as_deref()?;
        let mut context = Context::new(&SHA256);
        for part in [&caller.to_string(), &self.route, key] {
            context.update(part.as_bytes());
            // Distinguishes ("ab", "c") from ("a", "bc"). NUL can't occur in any of the parts.
            context.update(&[0]);
        }
        Some(RepeatKey { hash: HEXLOWER.encode(context.finish().as_ref()), body_hash: body_hash.to_owned() })
    }
}
