//! The secrets of opaque tokens: 32 random bytes, of which the table stores only a hash. A token contains the id of its owner,
//! so that one consistent read finds the stored record.

use std::{fmt, str::FromStr};

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use domain::ports::{Entropy, random_bytes};

/// The secret of an opaque token. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenSecret([u8; 32]);

impl TokenSecret {
    /// Generates a secret.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(random_bytes(entropy))
    }

    /// Returns the secret as text, for tokens with a form of their own.
    pub fn encode(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// Parses a secret as [`TokenSecret::encode`] writes it.
    pub fn decode(text: &str) -> Option<Self> {
        let secret = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        Some(Self(secret.try_into().ok()?))
    }

    /// Returns the token `<form>.<id>.<secret>`. Each kind of token has its own form, so that the kinds can't be confused.
    pub fn reveal(&self, form: &str, id: impl fmt::Display) -> String {
        format!("{form}.{id}.{}", self.encode())
    }

    /// Parses the id and the secret of a token of the given form.
    pub fn parse<Id: FromStr>(form: &str, token: &str) -> Option<(Id, Self)> {
        let mut parts = token.split('.');
        let (found, id, secret) = (parts.next()?, parts.next()?, parts.next()?);
        if found != form || parts.next().is_some() {
            return None;
        }
        Some((id.parse().ok()?, Self::decode(secret)?))
    }

    /// Returns the hash that the table stores. A plain hash is sufficient, because the secret is random and not chosen by a
    /// person.
    pub fn hash(&self) -> String {
        HEXLOWER.encode(digest(&SHA256, &self.0).as_ref())
    }

    /// Returns whether a stored hash belongs to the secret. The comparison takes constant time.
    pub fn has_hash(&self, hash: &str) -> bool {
        verify_slices_are_equal(self.hash().as_bytes(), hash.as_bytes()).is_ok()
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSecret(…)")
    }
}
