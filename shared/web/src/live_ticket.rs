//! Opaque tickets for live connections. A ticket contains the ids of the person and the session, so that one consistent read
//! finds all data that the connection's authorization needs. The table stores only a hash of the ticket.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use domain::{
    id::{FamilyId, UserId},
    ports::{Entropy, random_bytes},
};

/// The prefix of the tickets.
const FORM: &str = "lt1";

/// A ticket, as a client sends it. Only the stored record shows whether the ticket is valid.
#[derive(Clone, PartialEq, Eq)]
pub struct LiveTicket {
    /// The id of the person that the ticket names.
    pub user: UserId,
    /// The id of the session that the ticket names.
    pub family: FamilyId,
    secret: [u8; 32],
}

impl LiveTicket {
    /// Generates a ticket for a session.
    pub fn generate(user: UserId, family: FamilyId, entropy: &dyn Entropy) -> Self {
        Self { user, family, secret: random_bytes(entropy) }
    }

    /// Parses the ticket that a client sends. Returns nothing if the text isn't a ticket of this form.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (form, user, family, secret) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if form != FORM || parts.next().is_some() {
            return None;
        }
        let secret = BASE64URL_NOPAD.decode(secret.as_bytes()).ok()?;
        Some(Self { user: user.parse().ok()?, family: family.parse().ok()?, secret: secret.try_into().ok()? })
    }

    /// Returns the ticket in the form that the client receives. All its characters are allowed in a query string.
    pub fn reveal(&self) -> String {
        format!("{FORM}.{}.{}.{}", self.user, self.family, BASE64URL_NOPAD.encode(&self.secret))
    }

    /// Returns the hash that the table stores. It covers the whole ticket, so that a secret isn't valid for another person or
    /// session.
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
    use fixtures::SameByte;

    use super::*;

    fn ticket() -> LiveTicket {
        let user = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        LiveTicket::generate(user, "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap(), &SameByte(7))
    }

    #[test]
    fn a_revealed_ticket_is_parsed_and_other_text_is_not() {
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
