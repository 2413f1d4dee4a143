//! Refresh tokens: opaque to clients. They say whose sign-in they belong to, so that it is found with one consistent read,
//! and prove it with a secret of which the table keeps only a hash.

use std::fmt;

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use domain::{
    id::{FamilyId, UserId},
    ports::{Entropy, random_bytes},
};
use store::sign_ins::SignIn;

/// How long a sign-in lasts that isn't renewed: 30 days.
pub(crate) const LIFETIME_SECONDS: i64 = 30 * 24 * 60 * 60;

/// What the tokens of this form begin with. Another form would begin otherwise, and this one still be read.
const FORM: &str = "rt1";

/// A refresh token.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RefreshToken {
    pub(crate) user: UserId,
    pub(crate) family: FamilyId,
    secret: [u8; 32],
}

impl RefreshToken {
    /// A new token of that family.
    pub(crate) fn generate(user: UserId, family: FamilyId, entropy: &dyn Entropy) -> Self {
        Self { user, family, secret: random_bytes(entropy) }
    }

    /// The token that a client shows; nothing when it can't be one of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (form, user, family, secret) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if form != FORM || parts.next().is_some() {
            return None;
        }
        let secret = BASE64URL_NOPAD.decode(secret.as_bytes()).ok()?;
        Some(Self { user: user.parse().ok()?, family: family.parse().ok()?, secret: secret.try_into().ok()? })
    }

    /// The token as the client gets it.
    pub(crate) fn reveal(&self) -> String {
        format!("{FORM}.{}.{}.{}", self.user, self.family, BASE64URL_NOPAD.encode(&self.secret))
    }

    /// What the table keeps of it. A plain hash will do: the secret is random, not chosen.
    pub(crate) fn hash(&self) -> String {
        HEXLOWER.encode(digest(&SHA256, &self.secret).as_ref())
    }

    /// Whether it is the one that the sign-in has come to.
    pub(crate) fn is_current(&self, sign_in: &SignIn) -> bool {
        verify_slices_are_equal(self.hash().as_bytes(), sign_in.token_hash.as_bytes()).is_ok()
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken").field("family", &self.family).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Sevens;

    impl Entropy for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn token() -> RefreshToken {
        let user = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        let family = "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap();
        RefreshToken::generate(user, family, &Sevens)
    }

    #[test]
    fn a_token_is_read_back_as_it_was_revealed() {
        assert_eq!(RefreshToken::parse(&token().reveal()), Some(token()));
    }

    #[test]
    fn what_is_no_token_is_none() {
        let good = token().reveal();
        let longer = format!("{good}.x");
        let other_form = good.replacen("rt1", "rt2", 1);
        let lower = good.to_lowercase();
        let cut = &good[..good.len() - 1];
        for wrong in ["", "rt1", "rt1...", "a.b.c", "\0", &longer, &other_form, &lower, cut] {
            assert_eq!(RefreshToken::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn neither_its_hash_nor_its_debug_output_shows_the_secret() {
        let secret = token().reveal().rsplit_once('.').unwrap().1.to_owned();
        assert!(!token().hash().contains(&secret));
        assert!(!format!("{:?}", token()).contains(&secret));
    }
}
