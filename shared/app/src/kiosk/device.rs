//! Kiosks as callers: their device tokens, and what is recorded of their requests.
//!
//! A device token is opaque and allows only punches at the kiosk. It contains the kiosk's id, so that one consistent read finds the
//! kiosk, and a secret, of which the table stores only a hash.

use domain::{
    audit::Actor,
    calendar::Zone,
    event::{Fact, KioskFact, Subject},
    id::KioskId,
    kiosk::Kiosk,
    ports::Entropy,
};
use jiff::Timestamp;
use store::{Commit, kiosks::KioskRecord};

use super::KioskRefusal;
use crate::{Denied, Failed, Ports, Prepared, Refusal, token_secret::TokenSecret};

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
    ///
    /// # Errors
    /// [`KioskRefusal::TokenInvalid`], [`KioskRefusal::TokenExpired`]
    pub fn open(&self, found: Option<KioskRecord>, now: Timestamp) -> Result<Kiosk, Refusal> {
        let record = found.ok_or(KioskRefusal::TokenInvalid)?;
        let ends_at = if self.secret.has_hash(&record.token_hash) {
            record.token_expires_at
        } else {
            let previous = record.previous_token.as_ref();
            let previous = previous.filter(|previous| self.secret.has_hash(&previous.token_hash));
            Some(previous.ok_or(KioskRefusal::TokenInvalid)?.taken_until)
        };
        if ends_at.is_some_and(|ends_at| ends_at <= now) {
            return Err(KioskRefusal::TokenExpired.into());
        }
        Ok(record.kiosk)
    }

    /// Parses the token that a device sends. Returns none if the text isn't a device token.
    pub fn parse(text: &str) -> Option<Self> {
        TokenSecret::parse(FORM, text).map(|(kiosk, secret)| Self { kiosk, secret })
    }
}

/// A new device token of a kiosk.
#[derive(Debug)]
pub struct RenewedToken {
    /// The token, which is shown once.
    pub token: DeviceToken,
    /// The instant at which the token expires unless it is renewed.
    pub expires_at: Timestamp,
    /// The time zone of the kiosk's site.
    pub zone: Zone,
}

/// Returns the kiosk of a device token. `record` is the stored kiosk with the token's id. At most once in ten minutes, the call
/// also records that the kiosk was seen; a failure of that write doesn't fail the request.
///
/// # Errors
/// The token isn't valid.
pub async fn admit(ports: &Ports<'_>, token: &DeviceToken, record: Option<KioskRecord>) -> Result<Kiosk, Refusal> {
    let last_seen = record.as_ref().and_then(|record| record.last_seen(ports.now));
    let kiosk = token.open(record, ports.now)?;
    if let Some(last_seen) = last_seen
        && let Err(error) = ports.store.record_kiosk_request(last_seen).await
    {
        tracing::warn!(kiosk = %kiosk.id, %error, "the kiosk's last request wasn't recorded");
    }
    Ok(kiosk)
}

/// Renews the token of a kiosk. The presented token is accepted for another day.
///
/// # Errors
/// The presented token isn't valid.
pub async fn renew_token(
    ports: &Ports<'_>,
    request_id: &str,
    presented: &DeviceToken,
) -> Result<Prepared<RenewedToken>, Failed> {
    let now = ports.now;
    let found = ports.store.at_kiosk(presented.kiosk, None).await?;
    let kiosk = presented.open(found.kiosk.clone(), now)?;
    let read = found.kiosk.ok_or(Denied::NotFound)?;
    let token = DeviceToken::generate(kiosk.id, ports.entropy);
    let renewed = read.renewed(token.hash(), presented.hash(), now);
    let zone = found.sites.zone(kiosk.site_id).cloned().unwrap_or(Zone::UTC);
    let expires_at = renewed.token_expires_at.unwrap_or(now);
    let subject = Subject::Kiosk(kiosk.id);
    let facts = vec![Fact::Kiosk(KioskFact::KioskTokenRenewed { site_id: kiosk.site_id })];
    let mut commit = Commit::new(ports.stamp(Actor::System, Some(request_id)), subject, facts)?;
    commit.audit::<()>(subject, "kiosk_token_renewed", None, None)?;
    commit.renew_kiosk_token(&read, &renewed)?;
    Ok(Prepared { commit, answer: RenewedToken { token, expires_at, zone }, version: 0 })
}

#[cfg(test)]
mod tests {
    use domain::text::Name;
    use fixtures::SameByte;

    use super::*;

    fn token() -> DeviceToken {
        DeviceToken::generate("01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(), &SameByte(7))
    }

    #[test]
    fn a_token_is_read_back_as_it_was_revealed() {
        assert_eq!(DeviceToken::parse(&token().reveal()), Some(token()));
    }

    #[test]
    fn text_that_is_not_a_token_is_not_parsed() {
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
        let other = DeviceToken::generate(token().kiosk, &SameByte(8));
        for refused in [other.open(Some(record.clone()), now), token().open(None, now)] {
            assert_eq!(refused.unwrap_err(), KioskRefusal::TokenInvalid.into());
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
        assert_eq!(expired, KioskRefusal::TokenExpired.into());
        let next = DeviceToken::generate(token().kiosk, &SameByte(8));
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
