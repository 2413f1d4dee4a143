//! The codes of second factors: authenticator apps and recovery codes.

use data_encoding::BASE32_NOPAD;
use domain::{
    id::UserId,
    ports::{Entropy, random_bytes},
    readable_code::readable_code,
    username::Username,
};
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secret_store::SecretError;
use store::second_factors::SecondFactor;
use totp_rs::{Builder, Totp};

use crate::state::Auth;

/// The length of an authenticator app's secret in bytes: 160 bits, as RFC 4226 recommends.
const SECRET_LENGTH: usize = 20;
/// The number of recovery codes that a person gets.
const RECOVERY_CODES: usize = 10;
/// The number of characters in a recovery code: 50 bits, in two groups.
const RECOVERY_LENGTH: usize = 10;

/// The secret of an authenticator app, which is shown once.
pub(crate) struct AppSecret([u8; SECRET_LENGTH]);

impl AppSecret {
    pub(crate) fn generate(entropy: &dyn Entropy) -> Self {
        Self(random_bytes(entropy))
    }

    /// Returns the secret in Base32, as people type it into an app.
    pub(crate) fn base32(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// Encrypts the secret for the table.
    pub(crate) async fn seal(&self, auth: &Auth, user: UserId, now: Timestamp) -> Result<String, SecretError> {
        auth.company_keys.seal(&context(user), &self.0, &*auth.app.entropy, now).await
    }

    async fn open(auth: &Auth, user: UserId, sealed: &str) -> Result<Self, SecretError> {
        let secret = auth.company_keys.open(&context(user), sealed).await?;
        let secret = secret.and_then(|secret| secret.try_into().ok());
        secret.map(Self).ok_or(SecretError::Unusable("no key opens the secret of a second factor"))
    }

    /// Returns the time step of a code: the current one or one of its neighbours, because clocks differ.
    fn step_of(&self, code: &str, now: Timestamp) -> Result<Option<u64>, SecretError> {
        let unusable = |_| SecretError::Unusable("the secret of a second factor can't produce codes");
        let totp: Totp = Builder::new().with_secret(self.0).build().map_err(unusable)?;
        Ok(totp.check(code, u64::try_from(now.as_second()).unwrap_or(0)))
    }
}

/// Returns a secret in Base32 as a URI for a QR code (the Key URI format).
pub(crate) fn uri(secret: &str, company: &str, username: &Username) -> String {
    let company = utf8_percent_encode(company, NON_ALPHANUMERIC);
    let username = utf8_percent_encode(username.as_str(), NON_ALPHANUMERIC);
    format!("otpauth://totp/{company}:{username}?secret={secret}&issuer={company}&algorithm=SHA1&digits=6&period=30")
}

/// Returns the context that a sealed secret is bound to: it can't be opened for another person.
fn context(user: UserId) -> String {
    format!("second factor of {user}")
}

/// Returns the second factor after a code is used. Returns none if the code is wrong or was used before.
pub(crate) async fn used(
    auth: &Auth,
    user: UserId,
    factor: &SecondFactor,
    code: &str,
    now: Timestamp,
) -> Result<Option<SecondFactor>, SecretError> {
    let code: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_lowercase();
    if code.len() == RECOVERY_LENGTH {
        return recovered(auth, user, factor, &code).await;
    }
    let secret = AppSecret::open(auth, user, &factor.sealed_secret).await?;
    let Some(after) = secret.step_of(&code, now)?.and_then(|step| after_step(factor, step)) else { return Ok(None) };
    // Encrypts the secret with the latest of the company's keys, so that older keys can be removed later.
    Ok(Some(SecondFactor { sealed_secret: secret.seal(auth, user, now).await?, ..after }))
}

/// Returns the second factor after a code of that time step. Returns none if a code of this or a later step was accepted before.
fn after_step(factor: &SecondFactor, step: u64) -> Option<SecondFactor> {
    let is_new = factor.last_step.is_none_or(|last| last < step);
    is_new.then(|| SecondFactor { last_step: Some(step), ..factor.clone() })
}

async fn recovered(
    auth: &Auth,
    user: UserId,
    factor: &SecondFactor,
    code: &str,
) -> Result<Option<SecondFactor>, SecretError> {
    let claim = recovery_claim(user, code);
    for (place, hash) in factor.recovery_hashes.iter().enumerate() {
        if auth.company_keys.is_proven(&claim, hash).await? {
            let mut after = factor.clone();
            after.recovery_hashes.remove(place);
            return Ok(Some(after));
        }
    }
    Ok(None)
}

/// Generates recovery codes and their hashes.
pub(crate) async fn recovery_codes(
    auth: &Auth,
    user: UserId,
    now: Timestamp,
) -> Result<(Vec<String>, Vec<String>), SecretError> {
    let (mut codes, mut hashes) = (Vec::new(), Vec::new());
    for _ in 0..RECOVERY_CODES {
        let code = readable_code::<RECOVERY_LENGTH>(&*auth.app.entropy, RECOVERY_LENGTH / 2);
        hashes.push(auth.company_keys.prove(&recovery_claim(user, &code.replace('-', "")), now).await?);
        codes.push(code);
    }
    Ok((codes, hashes))
}

fn recovery_claim(user: UserId, code: &str) -> String {
    format!("recovery code of {user}: {code}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn the_codes_of_rfc_6238_are_those_of_the_app() {
        // RFC 6238, appendix B: the last six of the eight digits.
        let secret = AppSecret(*b"12345678901234567890");
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(secret.step_of(code, at(seconds)).unwrap(), Some(u64::try_from(seconds / 30).unwrap()));
            assert!(secret.step_of(code, at(seconds + 30)).unwrap().is_some(), "a clock may be half a minute off");
            assert_eq!(secret.step_of(code, at(seconds + 90)).unwrap(), None);
        }
        assert_eq!(secret.step_of("000000", at(59)).unwrap(), None);
        assert_eq!(secret.step_of("", at(59)).unwrap(), None);
    }

    #[test]
    fn no_code_is_taken_twice() {
        let factor = SecondFactor { enabled_at: Some(at(0)), ..SecondFactor::begun("sealed".to_owned(), None) };
        let used = after_step(&factor, 7).unwrap();
        assert_eq!(after_step(&used, 7), None);
        assert_eq!(after_step(&used, 6), None);
        assert!(after_step(&used, 8).is_some());
    }

    #[test]
    fn the_uri_names_the_company_and_the_person() {
        let secret = AppSecret(*b"12345678901234567890").base32();
        let uri = uri(&secret, "Harbour & Sons", &Username::parse("maria").unwrap());
        assert_eq!(
            uri,
            "otpauth://totp/Harbour%20%26%20Sons:maria?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Harbour%20%26%20Sons&algorithm=SHA1&digits=6&period=30"
        );
    }
}
