//! The keys that sign access tokens: Ed25519, derived from generated secrets. Each key signs from a given time on.

use std::fmt;

use aws_lc_rs::{
    digest::{SHA256, digest},
    hmac,
    signature::{Ed25519KeyPair, KeyPair},
};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use jsonwebtoken::EncodingKey;
use secret_store::{KeyEntry, KeyListError, parse_keys};
use store::published_keys::PublicKey;

/// All keys, including those that start signing in the future.
#[derive(Debug)]
pub(crate) struct SigningKeys(Vec<SigningKey>);

/// A key pair for access tokens, and the key for refresh tokens that is derived from the same secret.
pub(crate) struct SigningKey {
    pub(crate) public: PublicKey,
    pub(crate) private: EncodingKey,
    /// The key that proves refresh tokens.
    pub(crate) refresh: hmac::Key,
    /// The instant from which the key signs. Without one, it always signs.
    sign_from: Option<Timestamp>,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.public.kid)
            .field("sign_from", &self.sign_from)
            .finish_non_exhaustive()
    }
}

/// The reason why the keys can't be used. Its text reveals nothing of the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unusable {
    #[error(transparent)]
    List(#[from] KeyListError),
    #[error("a key can't be derived")]
    Cryptography,
}

/// Separates the key of refresh tokens from the seed of the signature key, because both are derived from one secret.
const REFRESH_LABEL: &[u8] = b"rollcall refresh tokens v1";

impl SigningKeys {
    /// Parses the keys of a secret.
    pub(crate) fn parse(secret: &str) -> Result<Self, Unusable> {
        parse_keys(secret)?.iter().map(SigningKey::derive).collect::<Result<_, _>>().map(Self)
    }

    /// Returns the key that signs at `now`: the one that started signing last.
    pub(crate) fn signing_at(&self, now: Timestamp) -> Option<&SigningKey> {
        let from = |key: &&SigningKey| key.sign_from.unwrap_or(Timestamp::MIN);
        self.0.iter().filter(|key| from(key) <= now).max_by_key(from)
    }

    /// Returns the keys that may have proven a refresh token.
    pub(crate) fn refresh_keys(&self) -> impl Iterator<Item = &hmac::Key> {
        self.0.iter().map(|key| &key.refresh)
    }

    /// Returns the public keys of all keys.
    pub(crate) fn public(&self) -> impl Iterator<Item = &PublicKey> {
        self.0.iter().map(|key| &key.public)
    }
}

impl SigningKey {
    fn derive(entry: &KeyEntry) -> Result<Self, Unusable> {
        let seed = digest(&SHA256, entry.secret.as_bytes());
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).map_err(|_| Unusable::Cryptography)?;
        let refresh = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, entry.secret.as_bytes()), REFRESH_LABEL);
        let der = pair.to_pkcs8().map_err(|_| Unusable::Cryptography)?;
        Ok(Self {
            public: PublicKey { kid: entry.kid.clone(), x: BASE64URL_NOPAD.encode(pair.public_key().as_ref()) },
            private: EncodingKey::from_ed_der(der.as_ref()),
            refresh: hmac::Key::new(hmac::HMAC_SHA256, refresh.as_ref()),
            sign_from: entry.sign_from,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn keys(secret: &str) -> SigningKeys {
        SigningKeys::parse(secret).unwrap()
    }

    const ROTATING: &str = r#"[
        {"kid": "next", "secret": "another generated secret", "sign_from": "2026-11-02T00:00:00Z"},
        {"kid": "first", "secret": "one generated secret here"},
        {"kid": "later", "secret": "a third generated secret", "sign_from": "2027-01-01T00:00:00+01:00"}
    ]"#;

    #[test]
    fn the_latest_key_that_signs_already_signs() {
        let keys = keys(ROTATING);
        let kid = |now: &str| keys.signing_at(at(now)).unwrap().public.kid.as_str();
        assert_eq!(kid("2026-11-01T23:59:59Z"), "first");
        assert_eq!(kid("2026-11-02T00:00:00Z"), "next");
        assert_eq!(kid("2026-12-31T23:00:00Z"), "later");
    }

    #[test]
    fn all_keys_are_public_before_they_sign() {
        let keys = keys(ROTATING);
        assert_eq!(keys.public().map(|key| key.kid.as_str()).collect::<Vec<_>>(), ["next", "first", "later"]);
    }

    #[test]
    fn no_key_signs_before_the_sign_from_time_of_the_first_key() {
        let keys = keys(r#"{"kid": "k", "secret": "a generated secret!", "sign_from": "2026-11-02T00:00:00Z"}"#);
        assert!(keys.signing_at(at("2026-11-01T00:00:00Z")).is_none());
    }

    #[test]
    fn a_key_is_the_same_whenever_it_is_derived() {
        // Derives the public key from a seed as RFC 8032 does, over SHA-256 of the secret. A change would invalidate every token.
        let derived = keys(r#"{"kid": "k", "secret": "a generated secret!"}"#);
        let again = keys(r#"[{"kid": "k", "secret": "a generated secret!"}]"#);
        assert_eq!(derived.public().collect::<Vec<_>>(), again.public().collect::<Vec<_>>());
        assert_eq!(BASE64URL_NOPAD.decode(derived.public().next().unwrap().x.as_bytes()).unwrap().len(), 32);
    }
}
