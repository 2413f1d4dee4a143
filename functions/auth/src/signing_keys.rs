//! The keys that access tokens are signed with: Ed25519, derived from generated secrets, each signing from a given time on.

use std::{collections::BTreeSet, fmt};

use aws_lc_rs::{
    digest::{SHA256, digest},
    hmac,
    signature::{Ed25519KeyPair, KeyPair},
};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use jsonwebtoken::EncodingKey;
use serde::Deserialize;
use store::published_keys::PublicKey;

/// All keys, those of the future among them.
#[derive(Debug)]
pub(crate) struct SigningKeys(Vec<SigningKey>);

/// One key.
pub(crate) struct SigningKey {
    pub(crate) public: PublicKey,
    pub(crate) private: EncodingKey,
    /// Proves refresh tokens.
    pub(crate) refresh: hmac::Key,
    /// From when on it signs; without one always.
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

/// What is wrong with the secret; its text says nothing of the secret itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("the secret isn't a JSON object or list of {{kid, secret, sign_from?}}")]
    Malformed,
    #[error("the secret holds no key")]
    Empty,
    #[error("a key needs a kid and a secret of at least 16 bytes")]
    Weak,
    #[error("two keys have the same kid")]
    Ambiguous,
    #[error("a key can't be derived")]
    Cryptography,
}

/// The shortest secret that a key is derived from: 128 bits, if it is random.
const SHORTEST: usize = 16;

/// Separates the key of refresh tokens from the seed of the signature key, which come from one secret.
const REFRESH_LABEL: &[u8] = b"rollcall refresh tokens v1";

/// A key in the secret. Secrets Manager generates the first one by itself, as a single object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    kid: String,
    secret: String,
    #[serde(default)]
    sign_from: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entries {
    One(Entry),
    Several(Vec<Entry>),
}

impl SigningKeys {
    /// The keys that the secret holds.
    pub(crate) fn parse(secret: &str) -> Result<Self, Unusable> {
        let entries = match serde_json::from_str(secret).map_err(|_| Unusable::Malformed)? {
            Entries::One(entry) => vec![entry],
            Entries::Several(entries) => entries,
        };
        if entries.is_empty() {
            return Err(Unusable::Empty);
        }
        let kids: BTreeSet<&str> = entries.iter().map(|entry| entry.kid.as_str()).collect();
        if kids.len() < entries.len() {
            return Err(Unusable::Ambiguous);
        }
        entries.iter().map(SigningKey::derive).collect::<Result<_, _>>().map(Self)
    }

    /// The key that signs now: the latest that does so already.
    pub(crate) fn signing_at(&self, now: Timestamp) -> Option<&SigningKey> {
        let from = |key: &&SigningKey| key.sign_from.unwrap_or(Timestamp::MIN);
        self.0.iter().filter(|key| from(key) <= now).max_by_key(from)
    }

    /// The keys that may have proven a refresh token.
    pub(crate) fn refresh_keys(&self) -> impl Iterator<Item = &hmac::Key> {
        self.0.iter().map(|key| &key.refresh)
    }

    /// The public halves of all.
    pub(crate) fn public(&self) -> impl Iterator<Item = &PublicKey> {
        self.0.iter().map(|key| &key.public)
    }
}

impl SigningKey {
    fn derive(entry: &Entry) -> Result<Self, Unusable> {
        if entry.kid.is_empty() || entry.secret.len() < SHORTEST {
            return Err(Unusable::Weak);
        }
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
    fn no_key_signs_before_the_first_may() {
        let keys = keys(r#"{"kid": "k", "secret": "a generated secret!", "sign_from": "2026-11-02T00:00:00Z"}"#);
        assert!(keys.signing_at(at("2026-11-01T00:00:00Z")).is_none());
    }

    #[test]
    fn a_key_is_the_same_whenever_it_is_derived() {
        // RFC 8032's way from a seed to a public key, over SHA-256 of the secret: changing it would end every token.
        let derived = keys(r#"{"kid": "k", "secret": "a generated secret!"}"#);
        let again = keys(r#"[{"kid": "k", "secret": "a generated secret!"}]"#);
        assert_eq!(derived.public().collect::<Vec<_>>(), again.public().collect::<Vec<_>>());
        assert_eq!(BASE64URL_NOPAD.decode(derived.public().next().unwrap().x.as_bytes()).unwrap().len(), 32);
    }

    #[test]
    fn a_secret_that_can_not_be_used_is_refused_without_being_quoted() {
        for (secret, why) in [
            ("", Unusable::Malformed),
            ("hunter2-hunter2-hunter2", Unusable::Malformed),
            (r#"{"kid": "k", "secret": "a generated secret!", "sign_form": "2026"}"#, Unusable::Malformed),
            ("[]", Unusable::Empty),
            (r#"{"kid": "k", "secret": "short"}"#, Unusable::Weak),
            (r#"{"kid": "", "secret": "a generated secret!"}"#, Unusable::Weak),
            (
                r#"[{"kid": "k", "secret": "a generated secret!"}, {"kid": "k", "secret": "a generated secret?"}]"#,
                Unusable::Ambiguous,
            ),
        ] {
            assert_eq!(SigningKeys::parse(secret).unwrap_err(), why, "{secret}");
        }
    }
}
