//! Access tokens: EdDSA JWTs (RFC 8037), signed by `auth` alone, checked by everyone with the published keys.

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

/// Whom tokens are for.
pub const AUDIENCE: &str = "rollcall";

/// How long an access token lasts.
pub const LIFETIME_SECONDS: i64 = 15 * 60;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// See [`AUDIENCE`].
    pub aud: String,
    /// Whose it is.
    pub sub: UserId,
    /// Their role when it was issued.
    pub role: Role,
    /// Their department.
    pub department_id: Option<DepartmentId>,
    /// The departments they manage.
    pub manages: BTreeSet<DepartmentId>,
    /// Whether they manage everyone.
    pub manages_all: bool,
    /// The zone of their days.
    pub zone: Zone,
    /// The sign-in that it came from.
    pub sid: FamilyId,
    /// When the person last proved who they are: by the sign-in that the session began with, or by a confirmation of the
    /// password. In seconds since 1970; 0 in tokens of releases that didn't say it.
    #[serde(default)]
    pub auth_time: i64,
    /// The one thing that the session allows, where the account lacks something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restriction: Option<Restriction>,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// When it ends.
    pub exp: i64,
    /// Its own id.
    pub jti: String,
}

/// Checks tokens, and keeps the published keys at hand.
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

/// An unknown `kid` makes us look for new keys, but not more often than this: anybody can send unknown `kid`s.
const RELOAD_AT_MOST_EVERY: Duration = Duration::from_secs(10);

impl TokenVerifier {
    /// A verifier of that issuer's tokens.
    pub fn new(issuer: &str, store: Store) -> Self {
        Self { issuer: issuer.to_owned(), store, cache: RwLock::default() }
    }

    /// Loads the keys ahead of the first request.
    pub async fn warm(&self) -> Result<(), Problem> {
        self.reload().await
    }

    /// What a token says, when it is ours and hasn't ended.
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, Problem> {
        let refused = Problem::unauthenticated;
        let header = jsonwebtoken::decode_header(token).map_err(|_| refused())?;
        // `alg` is the attacker's to choose; ours is the one that counts (RFC 8725, 3.1).
        if header.alg != Algorithm::EdDSA {
            return Err(refused());
        }
        let kid = header.kid.ok_or_else(refused)?;
        let key = self.key(&kid).await?.ok_or_else(refused)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[AUDIENCE]);
        // Compared below with the clock that everything else goes by; the library would read the system's.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation).map_err(|_| refused())?.claims;
        if now.as_second() < claims.exp {
            Ok(claims)
        } else {
            Err(Problem::new(Code::TokenExpired).detail(Detail::RefreshAccessToken))
        }
    }

    /// The key that signs cursors.
    pub async fn cursor_key(&self) -> Result<[u8; 32], Problem> {
        if let Some(key) = self.cache.read().await.cursor_key {
            return Ok(key);
        }
        self.reload().await?;
        self.cache.read().await.cursor_key.ok_or_else(|| Problem::new(Code::Unavailable).retry_after(1))
    }

    async fn key(&self, kid: &str) -> Result<Option<DecodingKey>, Problem> {
        if let Some(key) = self.cache.read().await.keys.get(kid) {
            return Ok(Some(key.clone()));
        }
        let loaded = self.cache.read().await.loaded;
        if loaded.is_none_or(|at| at.elapsed() >= RELOAD_AT_MOST_EVERY) {
            self.reload().await?;
        }
        Ok(self.cache.read().await.keys.get(kid).cloned())
    }

    async fn reload(&self) -> Result<(), Problem> {
        let published = self.store.published_keys().await?;
        let mut cache = self.cache.write().await;
        // Before `auth` has published anything, looking again is the only way to ever know a key.
        cache.loaded = published.is_some().then(instant_now);
        if let Some(published) = published {
            cache.cursor_key =
                HEXLOWER.decode(published.cursor_key.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
            cache.keys = decoding_keys(&published)?;
        }
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "the age of a cache is real time, whatever the clock is set to")]
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
