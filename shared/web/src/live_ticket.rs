//! Tickets for live connections: opaque to clients. They say whose sign-in they belong to, so that all that a connection
//! is decided on is found with one consistent read, and the table keeps only a hash of them.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use domain::{
    id::{FamilyId, UserId},
    ports::{Entropy, random_bytes},
};

/// How long a ticket is good.
pub const LIFETIME_SECONDS: i64 = 30;

/// What the tickets of this form begin with.
const FORM: &str = "lt1";

/// A ticket, as a client shows it. Whether it is good only the stored record tells.
#[derive(Clone, PartialEq, Eq)]
pub struct LiveTicket {
    /// Whose it says it is.
    pub user: UserId,
    /// The sign-in it says it was asked for in.
    pub family: FamilyId,
    secret: [u8; 32],
}

impl LiveTicket {
    /// A new ticket for that sign-in.
    pub fn generate(user: UserId, family: FamilyId, entropy: &dyn Entropy) -> Self {
        Self { user, family, secret: random_bytes(entropy) }
    }

    /// The ticket that a client shows; nothing when it can't be one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (form, user, family, secret) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if form != FORM || parts.next().is_some() {
            return None;
        }
        let secret = BASE64URL_NOPAD.decode(secret.as_bytes()).ok()?;
        Some(Self { user: user.parse().ok()?, family: family.parse().ok()?, secret: secret.try_into().ok()? })
    }

    /// The ticket as the client gets it; every character of it may stand in a query.
    pub fn reveal(&self) -> String {
        format!("{FORM}.{}.{}.{}", self.user, self.family, BASE64URL_NOPAD.encode(&self.secret))
    }

    /// What the table keeps of it: a hash of all of it, so that a secret isn't good for another person or sign-in.
    pub fn hash(&self) -> String {
        HEXLOWER.encode(digest(&SHA256, self.reveal().as_bytes()).as_ref())
    }
}

impl fmt::Debug for LiveTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveTicket").field("user", &self.user).field("family", &self.family).finish_non_exhaustive()
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

    fn ticket() -> LiveTicket {
        let user = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        LiveTicket::generate(user, "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap(), &Sevens)
    }

    #[test]
    fn what_is_revealed_is_parsed_again_and_anything_else_is_not() {
        let text = ticket().reveal();
        assert_eq!(LiveTicket::parse(&text), Some(ticket()));
        for other in [&text[1..], &format!("{text}.x"), &text[..text.len() - 4], "garbage", ""] {
            assert_eq!(LiveTicket::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_secret_has_another_hash_for_another_person() {
        let other = LiveTicket { user: "01JBN2V7Q4W0M3T9K5ZXH8R6CF".parse().unwrap(), ..ticket() };
        assert_ne!(ticket().hash(), other.hash());
        assert!(!format!("{:?}", ticket()).contains("BwcH"), "the secret is printed");
    }
}
