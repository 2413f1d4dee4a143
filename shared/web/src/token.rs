//! Access tokens: EdDSA JWTs (RFC 8037). Only `auth` signs them; every function verifies them with the published keys.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use data_encoding::HEXLOWER;
use domain::{
    calendar::Zone,
    id::{DepartmentId, FamilyId, UserId},
    user::Role,
};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::{Deserialize, Serialize};
use store::{Store, published_keys::PublishedKeys};
use tokio::sync::RwLock;

use crate::{Code, Detail, Problem, restriction::Restriction};

/// The audience of access tokens.
pub const AUDIENCE: &str = "rollcall";

/// The lifetime of an access token.
pub const LIFETIME_SECONDS: i64 = 15 * 60;

/// The claims of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The issuer.
    pub iss: String,
    /// The audience: [`AUDIENCE`].
    pub aud: String,
    /// The id of the person.
    pub sub: UserId,
    /// The role of the person when the token was issued.
    pub role: Role,
    /// The department of the person.
    pub department_id: Option<DepartmentId>,
    /// The departments that the person manages.
    pub manages: BTreeSet<DepartmentId>,
    /// Whether the person manages everyone.
    pub manages_all: bool,
    /// The time zone of the person's days.
    pub zone: Zone,
    /// The session of the token.
    pub sid: FamilyId,
    /// The time at which the person last proved their identity: by the sign-in that started the session, or by a confirmation
    /// of the password. In seconds since 1970; 0 in tokens of releases that didn't set it.
    #[serde(default)]
    pub auth_time: i64,
    /// The restriction of the session, if the account lacks something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restriction: Option<Restriction>,
    /// The time at which the token was issued, in seconds since 1970.
    pub iat: i64,
    /// The time at which the token expires, in seconds since 1970.
    pub exp: i64,
    /// The id of the token.
    pub jti: String,
}

/// Verifies tokens, and caches the published keys.
#[derive(Debug)]
pub struct TokenVerifier {
    issuer: String,
    store: Store,
    cache: RwLock<Cache>,
}

#[derive(Debug, Default)]
struct Cache {
    keys: HashMap<String, DecodingKey>,
    cursor_key: Option<[u8; 32]>,
    loaded: Option<tokio::time::Instant>,
}

/// The minimum time between two loads of the keys. An unknown `kid` causes a load, and anyone can send unknown `kid`s.
const RELOAD_AT_MOST_EVERY: Duration = Duration::from_secs(10);

impl TokenVerifier {
    /// Creates a verifier of an issuer's tokens.
    pub fn new(issuer: &str, store: Store) -> Self {
        Self { issuer: issuer.to_owned(), store, cache: RwLock::default() }
    }

    /// Loads the keys ahead of the first request.
    pub async fn warm(&self) -> Result<(), Problem> {
        self.load(&mut *self.cache.write().await).await
    }

    /// Returns the claims of a token if the signature is valid and the token hasn't expired.
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, Problem> {
        let refused = Problem::unauthenticated;
        let header = jsonwebtoken::decode_header(token).map_err(|_| refused())?;
        // The sender of a token chooses `alg`, so only the expected algorithm is accepted (RFC 8725, 3.1).
        if header.alg != Algorithm::EdDSA {
            return Err(refused());
        }
        let kid = header.kid.ok_or_else(refused)?;
        let key = self.key(&kid).await?.ok_or_else(refused)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[AUDIENCE]);
        // The expiry is checked below with the function's clock; the library would read the system's clock.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation).map_err(|_| refused())?.claims;
        if now.as_second() < claims.exp {
            Ok(claims)
        } else {
            Err(Problem::new(Code::TokenExpired).detail(Detail::RefreshAccessToken))
        }
    }

    /// Returns the key that signs cursors.
    pub async fn cursor_key(&self) -> Result<[u8; 32], Problem> {
        if let Some(key) = self.cache.read().await.cursor_key {
            return Ok(key);
        }
        let mut cache = self.cache.write().await;
        // Another request may have loaded it while this one waited.
        if cache.cursor_key.is_none() {
            self.load(&mut cache).await?;
        }
        cache.cursor_key.ok_or_else(|| Problem::new(Code::Unavailable).retry_after(1))
    }

    async fn key(&self, kid: &str) -> Result<Option<DecodingKey>, Problem> {
        if let Some(key) = self.cache.read().await.keys.get(kid) {
            return Ok(Some(key.clone()));
        }
        let mut cache = self.cache.write().await;
        // Another request may have loaded it while this one waited.
        let is_missing = !cache.keys.contains_key(kid);
        if is_missing && cache.loaded.is_none_or(|at| at.elapsed() >= RELOAD_AT_MOST_EVERY) {
            self.load(&mut cache).await?;
        }
        Ok(cache.keys.get(kid).cloned())
    }

    /// Loads the keys once for all requests that wait for them.
    async fn load(&self, cache: &mut Cache) -> Result<(), Problem> {
        let published = self.store.published_keys().await?;
        // Before `auth` has published keys, every request has to load them again.
        cache.loaded = published.is_some().then(instant_now);
        if let Some(published) = published {
            cache.cursor_key =
                HEXLOWER.decode(published.cursor_key.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
            cache.keys = decoding_keys(&published)?;
        }
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "the age of a cache is real time, independent of the function's clock")]
fn instant_now() -> tokio::time::Instant {
    tokio::time::Instant::now()
}

fn decoding_keys(published: &PublishedKeys) -> Result<HashMap<String, DecodingKey>, Problem> {
    published
        .signing
        .iter()
        .map(|key| {
            let decoding = DecodingKey::from_ed_components(&key.x).map_err(Problem::internal)?;
            Ok((key.kid.clone(), decoding))
        })
        .collect()
}
