//! Opaque device tokens of kiosks. A token allows only punches at the kiosk. It contains the kiosk's id, so that one consistent
//! read finds the kiosk, and a secret, of which the table stores only a hash.

use axum::extract::FromRequestParts;
use domain::{id::KioskId, kiosk::Kiosk, ports::Entropy};
use http::request::Parts;
use jiff::Timestamp;
use store::kiosks::KioskRecord;

use crate::{Code, Detail, Problem, caller::bearer, token_secret::TokenSecret};

/// The prefix of the tokens. No access token starts with it, so that the two kinds can't be confused.
const FORM: &str = "kt1";

/// A kiosk's token, as the device sends it. Only the stored kiosk shows whether the token is valid: [`DeviceToken::open`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceToken {
    /// The id of the kiosk that the token names.
    pub kiosk: KioskId,
    secret: TokenSecret,
}

impl DeviceToken {
    /// Generates a token for a kiosk.
    pub fn generate(kiosk: KioskId, entropy: &dyn Entropy) -> Self {
        Self { kiosk, secret: TokenSecret::generate(entropy) }
    }

    /// Returns the token in the form that the device receives.
    pub fn reveal(&self) -> String {
        self.secret.reveal(FORM, self.kiosk)
    }

    /// Returns the hash that the table stores.
    pub fn hash(&self) -> String {
        self.secret.hash()
    }

    /// Returns the kiosk if the token belongs to it and hasn't expired. `found` is the stored kiosk with the token's id; a
    /// kiosk that isn't stored was revoked.
    pub fn open(&self, found: Option<KioskRecord>, now: Timestamp) -> Result<Kiosk, Problem> {
        let refused = |detail| Problem::new(Code::Unauthenticated).detail(detail);
        let record = found.ok_or_else(|| refused(Detail::DeviceToken))?;
        let ends_at = if self.secret.has_hash(&record.token_hash) {
            record.token_expires_at
        } else {
            let previous = record.previous_token.as_ref();
            let previous = previous.filter(|previous| self.secret.has_hash(&previous.token_hash));
            Some(previous.ok_or_else(|| refused(Detail::DeviceToken))?.taken_until)
        };
        if ends_at.is_some_and(|ends_at| ends_at <= now) {
            return Err(refused(Detail::DeviceTokenExpired));
        }
        Ok(record.kiosk)
    }

    fn parse(text: &str) -> Option<Self> {
        TokenSecret::parse(FORM, text).map(|(kiosk, secret)| Self { kiosk, secret })
    }
}

impl<S: Sync> FromRequestParts<S> for DeviceToken {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        bearer(parts)
            .and_then(Self::parse)
            .ok_or_else(|| Problem::new(Code::Unauthenticated).detail(Detail::DeviceToken))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::text::Name;

    #[derive(Debug)]
    struct Same(u8);

    impl Entropy for Same {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    fn token() -> DeviceToken {
        DeviceToken::generate("01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(), &Same(7))
    }

    #[test]
    fn a_token_is_read_back_as_it_was_revealed() {
        assert_eq!(DeviceToken::parse(&token().reveal()), Some(token()));
    }

    #[test]
    fn what_is_no_token_is_none() {
        let good = token().reveal();
        let longer = format!("{good}.x");
        let other_form = good.replacen("kt1", "rt1", 1);
        let lower = good.to_lowercase();
        let cut = &good[..good.len() - 1];
        for wrong in ["", "kt1", "kt1..", "a.b.c", "\0", &longer, &other_form, &lower, cut] {
            assert_eq!(DeviceToken::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_token_opens_its_own_kiosk_and_no_other() {
        let kiosk = Kiosk {
            id: token().kiosk,
            site_id: "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap(),
            name: Name::parse("Entrance").unwrap(),
            created_at: Timestamp::UNIX_EPOCH,
        };
        let now = Timestamp::UNIX_EPOCH;
        let record = KioskRecord::new(kiosk.clone(), token().hash(), now);
        assert_eq!(token().open(Some(record.clone()), now), Ok(kiosk.clone()));
        let other = DeviceToken::generate(token().kiosk, &Same(8));
        for refused in [other.open(Some(record.clone()), now), token().open(None, now)] {
            assert_eq!(refused.unwrap_err().code(), Code::Unauthenticated);
        }
    }

    #[test]
    fn a_token_lasts_90_days_and_the_one_before_a_renewal_another_day() {
        let kiosk = Kiosk {
            id: token().kiosk,
            site_id: "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap(),
            name: Name::parse("Entrance").unwrap(),
            created_at: Timestamp::UNIX_EPOCH,
        };
        let day = |day: i64| Timestamp::from_second(day * 86_400).unwrap();
        let record = KioskRecord::new(kiosk, token().hash(), day(0));
        assert!(token().open(Some(record.clone()), day(89)).is_ok());
        let expired = token().open(Some(record.clone()), day(90)).unwrap_err();
        assert_eq!(expired, Problem::new(Code::Unauthenticated).detail(Detail::DeviceTokenExpired));
        let next = DeviceToken::generate(token().kiosk, &Same(8));
        let renewed = record.renewed(next.hash(), token().hash(), day(30));
        assert!(next.open(Some(renewed.clone()), day(119)).is_ok());
        assert!(next.open(Some(renewed.clone()), day(120)).is_err());
        assert!(token().open(Some(renewed.clone()), day(30)).is_ok(), "the answer may have been lost");
        assert!(token().open(Some(renewed.clone()), day(31)).is_err());
        let of_0_1_0 = KioskRecord { token_expires_at: None, ..record };
        assert!(token().open(Some(of_0_1_0), day(4000)).is_ok());
    }

    #[test]
    fn neither_its_hash_nor_its_debug_output_shows_the_secret() {
        let secret = token().reveal().rsplit_once('.').unwrap().1.to_owned();
        assert!(!token().hash().contains(&secret));
        assert!(!format!("{:?}", token()).contains(&secret));
    }
}
