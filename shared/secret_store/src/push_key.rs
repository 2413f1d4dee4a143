//! The key pair that identifies the company to the push services of browsers (VAPID, RFC 8292). It is derived from the company's
//! secret, so there is no other secret to keep. A browser's subscription belongs to one public key.

use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    hmac, rand,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::SecretError;

/// The label of the key in the derivation from the company's secret.
const LABEL: &str = "rollcall web push v1";

/// The number of candidates for a private key. One in four billion isn't a valid key.
const CANDIDATES: u8 = 4;

/// The lifetime of an authorization: at most 24 hours are allowed.
const LIFETIME: SignedDuration = SignedDuration::from_hours(12);

/// A P-256 key pair for push messages.
pub(crate) struct PushKey {
    pair: EcdsaKeyPair,
    public_key: String,
}

impl PushKey {
    /// Derives the key pair from the company's secret.
    pub(crate) fn derive(secret: &hmac::Key) -> Option<Self> {
        (0..CANDIDATES).find_map(|number| {
            let candidate = hmac::sign(secret, format!("{LABEL} {number}").as_bytes());
            let private = PrivateKey::from_private_key(&ECDH_P256, candidate.as_ref()).ok()?;
            let public = private.compute_public_key().ok()?;
            let pair = EcdsaKeyPair::from_private_key_and_public_key(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                candidate.as_ref(),
                public.as_ref(),
            );
            Some(Self { pair: pair.ok()?, public_key: BASE64URL_NOPAD.encode(public.as_ref()) })
        })
    }

    /// Returns the public key: the uncompressed point in base64url.
    pub(crate) fn public_key(&self) -> &str {
        &self.public_key
    }

    /// Returns the `Authorization` header for calls to the push service at an origin.
    pub(crate) fn authorization(&self, origin: &str, contact: &str, now: Timestamp) -> Result<String, SecretError> {
        let expires_at = now.saturating_add(LIFETIME).unwrap_or(now).as_second();
        let part = |value: serde_json::Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let header = part(json!({"typ": "JWT", "alg": "ES256"}));
        let claims = part(json!({"aud": origin, "exp": expires_at, "sub": contact}));
        let signed = format!("{header}.{claims}");
        #[expect(
            clippy::disallowed_types,
            reason = "the signature asks for it and doesn't read it: AWS-LC has its own"
        )]
        let random = rand::SystemRandom::new();
        let signature = self
            .pair
            .sign(&random, signed.as_bytes())
            .map_err(|_| SecretError::Unusable("a push message can't be signed"))?;
        Ok(format!("vapid t={signed}.{}, k={}", BASE64URL_NOPAD.encode(signature.as_ref()), self.public_key))
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    fn key() -> PushKey {
        PushKey::derive(&hmac::Key::new(hmac::HMAC_SHA256, b"one generated secret here")).unwrap()
    }

    #[test]
    fn a_key_is_the_same_whenever_it_is_derived() {
        let public_key = key().public_key().to_owned();
        assert_eq!(public_key, key().public_key());
        assert_eq!(BASE64URL_NOPAD.decode(public_key.as_bytes()).unwrap().len(), 65);
    }

    #[test]
    fn an_authorization_is_signed_for_the_origin_and_expires_within_a_day() {
        let now: Timestamp = "2026-11-02T08:00:00Z".parse().unwrap();
        let header = key().authorization("https://push.example", "mailto:ada@example.com", now).unwrap();
        let (token, public_key) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let decoded = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        let verifier = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decoded(public_key));
        verifier.verify(signed.as_bytes(), &decoded(signature)).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&decoded(signed.split_once('.').unwrap().1)).unwrap();
        assert_eq!(claims["aud"], "https://push.example");
        assert_eq!(claims["exp"].as_i64().unwrap() - now.as_second(), 12 * 60 * 60);
    }
}
