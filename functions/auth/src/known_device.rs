//! Devices on which a person has signed in before. Wrong passwords that others try elsewhere don't lock the person out on a known
//! device.
//!
//! The answer of a sign-in contains a text that identifies the device, and the client sends the text with the next sign-in. A MAC
//! proves the text, which isn't stored. The text doesn't replace a password: it only decides which budget of attempts counts.

use std::fmt;

use domain::{
    id::{UserId, new_ulid},
    ports::Entropy,
};
use jiff::Timestamp;
use secret_store::{CompanyKeys, SecretError};
use ulid::Ulid;

/// How long a device is known after a sign-in, in seconds: 400 days, the longest time for which browsers keep a cookie.
pub(crate) const LIFETIME_SECONDS: i64 = 400 * 24 * 60 * 60;

/// The prefix of the texts that identify known devices.
const FORM: &str = "kd1";

/// A device on which a person has signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KnownDevice {
    user: UserId,
    id: Ulid,
}

impl KnownDevice {
    /// Creates the id of a device on which the person signs in for the first time.
    pub(crate) fn new(user: UserId, now: Timestamp, entropy: &dyn Entropy) -> Self {
        Self { user, id: new_ulid(now, entropy) }
    }

    /// Returns the device that a text identifies, if Rollcall issued the text, for that person, and it hasn't expired.
    ///
    /// # Errors
    /// The keys can't be read.
    pub(crate) async fn open(
        text: &str,
        user: UserId,
        keys: &CompanyKeys,
        now: Timestamp,
    ) -> Result<Option<Self>, SecretError> {
        let Some((device, proof)) = Self::parse(text, user, now) else { return Ok(None) };
        Ok(keys.is_proven(&device.claim(proof.known_since), proof.mac).await?.then_some(device))
    }

    fn parse(text: &str, user: UserId, now: Timestamp) -> Option<(Self, Proof<'_>)> {
        let mut parts = text.split('.');
        let (form, of, id) = (parts.next()?, parts.next()?.parse::<UserId>().ok()?, parts.next()?.parse().ok()?);
        let proof = Proof { known_since: parts.next()?.parse().ok()?, mac: parts.next()? };
        let is_young = now.as_second() < proof.known_since.saturating_add(LIFETIME_SECONDS);
        let is_whole = form == FORM && parts.next().is_none();
        (is_whole && of == user && is_young).then_some((Self { user, id }, proof))
    }

    /// Returns the text that identifies the device from `now` on.
    ///
    /// # Errors
    /// The keys can't be read.
    pub(crate) async fn reveal(self, keys: &CompanyKeys, now: Timestamp) -> Result<String, SecretError> {
        let claim = self.claim(now.as_second());
        let mac = keys.prove(&claim, now).await?;
        Ok(format!("{claim}.{mac}"))
    }

    fn claim(self, known_since: i64) -> String {
        format!("{FORM}.{}.{}.{known_since}", self.user, self.id)
    }
}

impl fmt::Display for KnownDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)
    }
}

/// The evidence in the text of a known device.
struct Proof<'a> {
    known_since: i64,
    mac: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARIA: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CD";

    fn opened(text: &str, user: &str) -> bool {
        let now = "2026-11-02T08:00:00Z".parse().unwrap();
        KnownDevice::parse(text, user.parse().unwrap(), now).is_some()
    }

    #[test]
    fn a_device_is_known_to_its_person_for_400_days() {
        let of = |since: i64| format!("kd1.{MARIA}.01JBN2V7Q4W0M3T9K5ZXH8R6CE.{since}.mac");
        let now = "2026-11-02T08:00:00Z".parse::<Timestamp>().unwrap().as_second();
        assert!(opened(&of(now), MARIA));
        assert!(opened(&of(now - LIFETIME_SECONDS + 1), MARIA));
        assert!(!opened(&of(now - LIFETIME_SECONDS), MARIA));
        assert!(!opened(&of(now), "01JBN2V7Q4W0M3T9K5ZXH8R6CF"));
        for wrong in ["", "kd1", "kd1....", &of(now).replace("kd1", "kd2"), &format!("{}.x", of(now))] {
            assert!(!opened(wrong, MARIA), "{wrong:?}");
        }
    }
}
