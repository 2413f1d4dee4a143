//! The token in a feed's URL: the id of the person, and a secret that proves the right to read the feed.

use domain::{id::UserId, ports::Entropy};
use store::feeds::Feed;
use web::token_secret::TokenSecret;

/// The token of a feed. Only the stored feed shows whether the token is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FeedToken {
    /// The id of the person that the token claims.
    pub(super) user: UserId,
    secret: TokenSecret,
}

impl FeedToken {
    /// Generates a token for a person.
    pub(super) fn generate(user: UserId, entropy: &dyn Entropy) -> Self {
        Self { user, secret: TokenSecret::generate(entropy) }
    }

    /// Returns the token as it is written in a URL: the id and the secret, without anything between them.
    pub(super) fn reveal(&self) -> String {
        format!("{}{}", self.user, self.secret.encode())
    }

    /// Returns the hash of the token that the table stores.
    pub(super) fn hash(&self) -> String {
        self.secret.hash()
    }

    /// Returns whether the token is the current one of the feed.
    pub(super) fn opens(&self, feed: &Feed) -> bool {
        self.secret.has_hash(&feed.token_hash)
    }

    /// Parses the last part of the URL, `….ics`.
    pub(super) fn parse(file: &str) -> Option<Self> {
        let (user, secret) = file.strip_suffix(".ics")?.split_at_checked(ULID_LENGTH)?;
        Some(Self { user: user.parse().ok()?, secret: TokenSecret::decode(secret)? })
    }
}

/// The number of characters of a person's id.
const ULID_LENGTH: usize = 26;

#[cfg(test)]
mod tests {
    use fixtures::SameByte;
    use jiff::Timestamp;

    use super::*;

    fn token(byte: u8) -> FeedToken {
        FeedToken::generate("01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(), &SameByte(byte))
    }

    #[test]
    fn a_token_is_read_back_from_the_address_it_was_put_into() {
        assert_eq!(FeedToken::parse(&format!("{}.ics", token(7).reveal())), Some(token(7)));
    }

    #[test]
    fn text_that_is_not_a_feed_address_is_not_parsed() {
        let good = token(7).reveal();
        let cut = format!("{}.ics", &good[..good.len() - 1]);
        let longer = format!("{good}A.ics");
        let lower = format!("{}.ics", good.to_lowercase());
        for wrong in ["", ".ics", "x.ics", &good, &cut, &longer, &lower, "💥💥💥💥💥💥💥💥.ics"] {
            assert_eq!(FeedToken::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_token_opens_the_feed_it_was_made_for_and_no_later_one() {
        let feed = Feed { token_hash: token(7).hash(), created_at: Timestamp::UNIX_EPOCH };
        assert!(token(7).opens(&feed));
        assert!(!token(8).opens(&feed));
    }

    #[test]
    fn neither_its_hash_nor_its_debug_output_shows_the_secret() {
        let secret = token(7).reveal()[ULID_LENGTH..].to_owned();
        assert!(!token(7).hash().contains(&secret));
        assert!(!format!("{:?}", token(7)).contains(&secret));
    }
}
