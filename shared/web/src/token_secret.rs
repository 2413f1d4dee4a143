//! The secrets of opaque tokens: 32 random bytes, of which the table keeps only a hash. A token names what it belongs to, so that it
//! is found with one consistent read.

use std::{fmt, str::FromStr};

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use domain::ports::{Entropy, random_bytes};

/// The secret of an opaque token. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenSecret([u8; 32]);

impl TokenSecret {
    /// A new secret.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(random_bytes(entropy))
    }

    /// The token `<form>.<id>.<secret>`. Each kind of token has a form of its own, so that none is ever taken for another.
    pub fn reveal(&self, form: &str, id: impl fmt::Display) -> String {
        format!("{form}.{id}.{}", BASE64URL_NOPAD.encode(&self.0))
    }

    /// The id and the secret of a token of that form.
    pub fn parse<Id: FromStr>(form: &str, token: &str) -> Option<(Id, Self)> {
        let mut parts = token.split('.');
        let (found, id, secret) = (parts.next()?, parts.next()?, parts.next()?);
        if found != form || parts.next().is_some() {
            return None;
        }
        let secret = BASE64URL_NOPAD.decode(secret.as_bytes()).ok()?;
        Some((id.parse().ok()?, Self(secret.try_into().ok()?)))
    }

    /// What the table keeps. A plain hash will do: the secret is random, not chosen.
    pub fn hash(&self) -> String {
        HEXLOWER.encode(digest(&SHA256, &self.0).as_ref())
    }

    /// Whether the table keeps that hash of it. Takes the same time for every hash.
    pub fn has_hash(&self, hash: &str) -> bool {
        verify_slices_are_equal(self.hash().as_bytes(), hash.as_bytes()).is_ok()
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSecret(…)")
    }
}
