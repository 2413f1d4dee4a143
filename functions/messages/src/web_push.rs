//! Encryption of push messages (RFC 8291, with the content coding `aes128gcm` of RFC 8188) with the cryptography library of all
//! functions. `docs/adr/0041-messages-outside-of-the-inbox.md` says why no crate for web push is used.

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    hkdf::{HKDF_SHA256, KeyType, Salt},
};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;

/// The size of the only record. A push service takes bodies of at least 4096 bytes.
const RECORD_SIZE: u32 = 4096;

/// The maximum length of a message: a record without its header, its padding delimiter and its tag.
pub(crate) const MAX_LENGTH: usize = 3993;

/// The delimiter after the content of the last record.
const LAST_RECORD: u8 = 2;

/// A browser's subscription, decrypted.
#[derive(Deserialize)]
pub(crate) struct Browser {
    /// The address at the push service.
    pub(crate) endpoint: String,
    p256dh: String,
    auth: String,
}

/// The random values of one message.
pub(crate) struct Randomness {
    /// The candidate for a private key of the sender, used once.
    pub(crate) private_key: [u8; 32],
    /// The salt.
    pub(crate) salt: [u8; 16],
}

/// Encrypts a message for a browser. Returns `None` if a key is invalid or the message is too long.
pub(crate) fn encrypt(browser: &Browser, content: &[u8], random: &Randomness) -> Option<Vec<u8>> {
    let decoded = |text: &str| BASE64URL_NOPAD.decode(text.trim_end_matches('=').as_bytes()).ok();
    let (their_public, auth) = (decoded(&browser.p256dh)?, decoded(&browser.auth)?);
    if content.len() > MAX_LENGTH {
        return None;
    }
    let ours = PrivateKey::from_private_key(&ECDH_P256, &random.private_key).ok()?;
    let our_public = ours.compute_public_key().ok()?;
    let our_public = our_public.as_ref();

    // RFC 8291, 3.4: the input key material from the shared secret, the authentication secret and both public keys.
    let theirs = UnparsedPublicKey::new(&ECDH_P256, &their_public);
    let info: [&[u8]; 3] = [b"WebPush: info\0", &their_public, our_public];
    let material: [u8; 32] = agree(&ours, theirs, (), |secret| derived(&auth, secret, &info).ok_or(())).ok()?;

    // RFC 8188, 2.2 and 2.3: the key and the nonce.
    let key: [u8; 16] = derived(&random.salt, &material, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce: [u8; NONCE_LEN] = derived(&random.salt, &material, &[b"Content-Encoding: nonce\0"])?;

    let mut record = content.to_vec();
    record.push(LAST_RECORD);
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).ok()?);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record).ok()?;

    // RFC 8188, 2.1: the header, with the sender's public key as the key id.
    let mut body = random.salt.to_vec();
    body.extend(RECORD_SIZE.to_be_bytes());
    body.push(u8::try_from(our_public.len()).ok()?);
    body.extend(our_public);
    body.extend(record);
    Some(body)
}

/// The length of a derived value.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// Derives `N` bytes (HKDF with SHA-256).
fn derived<const N: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    Salt::new(HKDF_SHA256, salt).extract(secret).expand(info, Length(N)).ok()?.fill(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Vec<u8> {
        BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()
    }

    fn browser() -> Browser {
        Browser {
            endpoint: "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV".to_owned(),
            p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
                .to_owned(),
            auth: "BTBZMqHH6r4Tts7J_aSIgg".to_owned(),
        }
    }

    fn random() -> Randomness {
        Randomness {
            private_key: decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw").try_into().unwrap(),
            salt: decoded("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap(),
        }
    }

    #[test]
    fn the_example_of_rfc_8291_is_encrypted_as_it_says() {
        let body = encrypt(&browser(), b"When I grow up, I want to be a watermelon", &random()).unwrap();
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz\
                        AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(BASE64URL_NOPAD.encode(&body), expected);
    }

    #[test]
    fn the_longest_message_fills_one_record() {
        assert_eq!(encrypt(&browser(), &[b'a'; MAX_LENGTH], &random()).unwrap().len(), 4096);
        assert!(encrypt(&browser(), &[b'a'; MAX_LENGTH + 1], &random()).is_none());
    }

    #[test]
    fn an_invalid_key_encrypts_nothing() {
        let other = Browser { p256dh: "BCVx".to_owned(), ..browser() };
        assert!(encrypt(&other, b"a", &random()).is_none());
    }
}
