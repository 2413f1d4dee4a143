//! The keys of the company: for the hashes of badge numbers, the codes of kiosks, proofs and encrypted secrets.
//!
//! Badge numbers are short and often consecutive, so trying all numbers reveals the number of a plain hash. Their hashes are
//! HMACs with a key that isn't in the table ([ADR 0034](../../../docs/adr/0034-badges-and-kiosk-codes.md)).

use std::{fmt, sync::Arc};

use app::{
    Refusal,
    people::badges::BadgeHasher,
    sealing::{SecretOpener, SecretSealer},
};
use aws_config::SdkConfig;
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    constant_time::verify_slices_are_equal,
    hmac,
};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use domain::{
    badge::BadgeNumber,
    id::KioskId,
    kiosk::{CodeStep, KioskCode},
    ports::{Entropy, random_bytes},
};
use jiff::Timestamp;
use store::badges::BadgeHashes;
use tokio::sync::OnceCell;

use crate::{SecretError, SecretReader, parse_keys, push_key::PushKey};

/// The labels that separate the keys derived from one secret.
const BADGE_LABEL: &[u8] = b"rollcall badges v1";
const CODE_LABEL: &[u8] = b"rollcall kiosk codes v1";
const ACCOUNT_LABEL: &[u8] = b"rollcall accounts v1";
const SEAL_LABEL: &[u8] = b"rollcall sealed secrets v1";

/// The prefix of the codes of kiosks.
const CODE_FORM: &str = "kc1";

/// The prefix of encrypted secrets.
const SEAL_FORM: &str = "s1";

/// The length of a code's proof in bytes: too many to guess within the 30 seconds of a code, and few enough for a small QR
/// code.
const PROOF_LENGTH: usize = 16;

/// The keys of the company. They are read from Secrets Manager on first use, once per execution environment.
#[derive(Debug, Clone)]
pub struct CompanyKeys {
    reader: SecretReader,
    secret: Arc<str>,
    keys: Arc<OnceCell<Keys>>,
}

impl SecretSealer for CompanyKeys {
    async fn seal(
        &self,
        context: &str,
        secret: &[u8],
        entropy: &dyn Entropy,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        Ok(Self::seal(self, context, secret, entropy, now).await?)
    }
}

impl SecretOpener for CompanyKeys {
    async fn open(&self, context: &str, sealed: &str) -> Result<Option<Vec<u8>>, Refusal> {
        Ok(Self::open(self, context, sealed).await?)
    }
}

impl BadgeHasher for CompanyKeys {
    async fn badge_hashes(&self, number: &BadgeNumber, now: Timestamp) -> Result<BadgeHashes, Refusal> {
        Ok(Self::badge_hashes(self, number, now).await?)
    }
}

impl CompanyKeys {
    /// Creates the keys of a secret, by its id.
    pub fn new(sdk: &SdkConfig, secret: &str) -> Self {
        Self { reader: SecretReader::new(sdk), secret: secret.into(), keys: Arc::default() }
    }

    /// Returns the hashes under which the table may store a badge.
    ///
    /// # Errors
    /// [`SecretError::Unavailable`] if the secret can't be read.
    pub async fn badge_hashes(&self, number: &BadgeNumber, now: Timestamp) -> Result<BadgeHashes, SecretError> {
        Ok(self.keys().await?.badge_hashes(number, now))
    }

    /// Returns the code that a kiosk shows at `now`, and its time step.
    ///
    /// # Errors
    /// [`SecretError::Unavailable`] if the secret can't be read.
    pub async fn kiosk_code(&self, kiosk: KioskId, now: Timestamp) -> Result<(String, CodeStep), SecretError> {
        let step = CodeStep::at(now);
        Ok((self.keys().await?.signing_at(now).code(kiosk, step), step))
    }

    /// Returns the kiosk of a scanned code, if one of the company's kiosks shows the code or started to show it within the last
    /// 30 seconds.
    ///
    /// # Errors
    /// [`SecretError::Unavailable`] if the secret can't be read.
    pub async fn open_code(&self, code: &str, now: Timestamp) -> Result<Option<KioskCode>, SecretError> {
        Ok(self.keys().await?.open_code(code, now))
    }

    /// Returns a proof that this system issued a text about an account.
    ///
    /// # Errors
    /// [`SecretError::Unavailable`] if the secret can't be read.
    pub async fn prove(&self, text: &str, now: Timestamp) -> Result<String, SecretError> {
        Ok(self.keys().await?.signing_at(now).proof(text))
    }

    /// Returns whether `proof` is a proof of `text` by any of the keys.
    ///
    /// # Errors
    /// [`SecretError::Unavailable`] if the secret can't be read.
    pub async fn is_proven(&self, text: &str, proof: &str) -> Result<bool, SecretError> {
        let is_of = |key: &Key| verify_slices_are_equal(key.proof(text).as_bytes(), proof.as_bytes()).is_ok();
        Ok(self.keys().await?.all().any(is_of))
    }

    /// Encrypts a secret for the table (AES-256-GCM). Decryption requires the same `context`, which identifies the owner.
    ///
    /// # Errors
    /// [`SecretError::Unavailable`] if the keys can't be read.
    pub async fn seal(
        &self,
        context: &str,
        secret: &[u8],
        entropy: &dyn Entropy,
        now: Timestamp,
    ) -> Result<String, SecretError> {
        self.keys().await?.signing_at(now).seal(context, secret, entropy)
    }

    /// Decrypts the result of [`CompanyKeys::seal`]. Returns `None` if no key decrypts it.
    ///
    /// # Errors
    /// [`SecretError::Unavailable`] if the keys can't be read.
    pub async fn open(&self, context: &str, sealed: &str) -> Result<Option<Vec<u8>>, SecretError> {
        Ok(self.keys().await?.all().find_map(|key| key.open(context, sealed)))
    }

    /// Returns the public key with which browsers subscribe to push messages (RFC 8292), in base64url.
    ///
    /// # Errors
    /// [`SecretError::Unavailable`] if the keys can't be read.
    pub async fn push_public_key(&self, now: Timestamp) -> Result<String, SecretError> {
        let key = self.keys().await?.signing_at(now).push.as_ref();
        key.map(|key| key.public_key().to_owned()).ok_or(SecretError::Unusable("no key signs push messages"))
    }

    /// Returns the `Authorization` header of a push message to a browser that subscribed with that public key, for the origin of
    /// its push service. Returns `None` if the company no longer has the key.
    ///
    /// # Errors
    /// [`SecretError::Unavailable`] if the keys can't be read.
    pub async fn push_authorization(
        &self,
        public_key: &str,
        origin: &str,
        contact: &str,
        now: Timestamp,
    ) -> Result<Option<String>, SecretError> {
        let mut keys = self.keys().await?.all().filter_map(|key| key.push.as_ref());
        let Some(key) = keys.find(|key| key.public_key() == public_key) else { return Ok(None) };
        key.authorization(origin, contact, now).map(Some)
    }

    async fn keys(&self) -> Result<&Keys, SecretError> {
        let read = async || -> Result<Keys, SecretError> { Ok(Keys::parse(&self.reader.read(&self.secret).await?)?) };
        self.keys.get_or_try_init(read).await
    }
}

/// The keys, at least one.
struct Keys {
    first: Key,
    others: Vec<Key>,
}

struct Key {
    badges: hmac::Key,
    codes: hmac::Key,
    accounts: hmac::Key,
    /// The key that encrypts secrets.
    seal: hmac::Tag,
    /// The key that identifies the company to push services.
    push: Option<PushKey>,
    sign_from: Timestamp,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("count", &(self.others.len() + 1)).finish_non_exhaustive()
    }
}

impl Keys {
    fn parse(secret: &str) -> Result<Self, crate::KeyListError> {
        let mut keys = parse_keys(secret)?.into_iter().map(|entry| Key::derive(&entry.secret, entry.sign_from));
        let first = keys.next().ok_or(crate::KeyListError::Empty)?;
        Ok(Self { first, others: keys.collect() })
    }

    fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Returns the key for new data: the latest key whose `sign_from` isn't in the future.
    fn signing_at(&self, now: Timestamp) -> &Key {
        self.all().filter(|key| key.sign_from <= now).max_by_key(|key| key.sign_from).unwrap_or(&self.first)
    }

    fn badge_hashes(&self, number: &BadgeNumber, now: Timestamp) -> BadgeHashes {
        let current = self.signing_at(now).badge_hash(number);
        let earlier = self.all().map(|key| key.badge_hash(number)).filter(|hash| *hash != current).collect();
        BadgeHashes { current, earlier }
    }

    fn open_code(&self, code: &str, now: Timestamp) -> Option<KioskCode> {
        let mut parts = code.split('.');
        let (form, kiosk, step) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let step = CodeStep::new(step);
        if form != CODE_FORM || !step.is_accepted(now) {
            return None;
        }
        let is_right = |key: &Key| verify_slices_are_equal(key.code(kiosk, step).as_bytes(), code.as_bytes()).is_ok();
        self.all().any(is_right).then_some(KioskCode { kiosk, step })
    }
}

impl Key {
    fn derive(secret: &str, sign_from: Option<Timestamp>) -> Self {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let derived = |label: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&secret, label).as_ref());
        Self {
            badges: derived(BADGE_LABEL),
            codes: derived(CODE_LABEL),
            accounts: derived(ACCOUNT_LABEL),
            seal: hmac::sign(&secret, SEAL_LABEL),
            push: PushKey::derive(&secret),
            sign_from: sign_from.unwrap_or(Timestamp::MIN),
        }
    }

    fn badge_hash(&self, number: &BadgeNumber) -> String {
        HEXLOWER.encode(hmac::sign(&self.badges, number.expose().as_bytes()).as_ref())
    }

    fn proof(&self, text: &str) -> String {
        BASE64URL_NOPAD.encode(hmac::sign(&self.accounts, text.as_bytes()).as_ref())
    }

    fn seal(&self, context: &str, secret: &[u8], entropy: &dyn Entropy) -> Result<String, SecretError> {
        let key = self.sealing().ok_or(SecretError::Unusable("no key encrypts secrets"))?;
        let nonce: [u8; NONCE_LEN] = random_bytes(entropy);
        let mut sealed = secret.to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context.as_bytes()), &mut sealed)
            .map_err(|_| SecretError::Unusable("a secret can't be encrypted"))?;
        Ok(format!("{SEAL_FORM}.{}.{}", BASE64URL_NOPAD.encode(&nonce), BASE64URL_NOPAD.encode(&sealed)))
    }

    fn open(&self, context: &str, sealed: &str) -> Option<Vec<u8>> {
        let mut parts = sealed.strip_prefix(SEAL_FORM)?.strip_prefix('.')?.split('.');
        let (nonce, sealed) = (parts.next()?, parts.next()?);
        let nonce: [u8; NONCE_LEN] = BASE64URL_NOPAD.decode(nonce.as_bytes()).ok()?.try_into().ok()?;
        let mut sealed = BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
        let nonce = Nonce::assume_unique_for_key(nonce);
        let secret = self.sealing()?.open_in_place(nonce, Aad::from(context.as_bytes()), &mut sealed).ok()?;
        Some(secret.to_vec())
    }

    fn sealing(&self) -> Option<LessSafeKey> {
        Some(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, self.seal.as_ref()).ok()?))
    }

    fn code(&self, kiosk: KioskId, step: CodeStep) -> String {
        let content = format!("{CODE_FORM}.{kiosk}.{}", step.number());
        let proof = hmac::sign(&self.codes, content.as_bytes());
        let proof = proof.as_ref().get(..PROOF_LENGTH).unwrap_or_default();
        format!("{content}.{}", BASE64URL_NOPAD.encode(proof))
    }
}

#[cfg(test)]
mod tests {
    use fixtures::SameByte;

    use super::*;

    const OLD: &str = r#"{"kid": "old", "secret": "one generated secret here"}"#;
    const BOTH: &str = r#"[
        {"kid": "old", "secret": "one generated secret here"},
        {"kid": "new", "secret": "another generated secret", "sign_from": "2026-11-02T00:00:00Z"}
    ]"#;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn kiosk() -> KioskId {
        "01JBN2V7Q4W0M3T9K5ZXH8R6KK".parse().unwrap()
    }

    #[test]
    fn a_badge_is_known_by_the_hash_of_every_key() {
        let number = BadgeNumber::parse("1234").unwrap();
        let (old, both) = (Keys::parse(OLD).unwrap(), Keys::parse(BOTH).unwrap());
        let before = old.badge_hashes(&number, at("2026-11-01T00:00:00Z"));
        assert!(before.earlier.is_empty());
        assert_eq!(both.badge_hashes(&number, at("2026-11-01T23:59:59Z")).current, before.current);
        let after = both.badge_hashes(&number, at("2026-11-02T00:00:00Z"));
        assert_ne!(after.current, before.current);
        assert_eq!(after.earlier, [before.current]);
    }

    #[test]
    fn a_code_is_opened_for_30_seconds_and_with_every_key() {
        let (old, both) = (Keys::parse(OLD).unwrap(), Keys::parse(BOTH).unwrap());
        let shown = at("2026-11-02T08:00:14Z");
        let code = old.first.code(kiosk(), CodeStep::at(shown));
        let opened = Some(KioskCode { kiosk: kiosk(), step: CodeStep::at(shown) });
        for keys in [&old, &both] {
            assert_eq!(keys.open_code(&code, shown), opened);
            assert_eq!(keys.open_code(&code, at("2026-11-02T08:00:29Z")), opened);
            assert_eq!(keys.open_code(&code, at("2026-11-02T08:00:30Z")), None);
            assert_eq!(keys.open_code(&code, at("2026-11-02T07:59:59Z")), None);
        }
    }

    #[test]
    fn a_changed_code_is_none() {
        let keys = Keys::parse(OLD).unwrap();
        let now = at("2026-11-02T08:00:00Z");
        let code = keys.first.code(kiosk(), CodeStep::at(now));
        let next = CodeStep::at(now).number() - 1;
        let earlier = code.replace(&CodeStep::at(now).number().to_string(), &next.to_string());
        let other = code.replace("6KK", "6KM");
        let longer = format!("{code}.x");
        let cut = code.get(..code.len() - 1).unwrap();
        for wrong in ["", "kc1", "kc1..", "a.b.c.d", &earlier, &other, &longer, cut, &code.replacen("kc1", "kc2", 1)] {
            assert_eq!(keys.open_code(wrong, now), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_sealed_secret_opens_with_every_key_and_in_its_own_context_alone() {
        let (old, both) = (Keys::parse(OLD).unwrap(), Keys::parse(BOTH).unwrap());
        let sealed = old.first.seal("second factor of maria", b"a secret", &SameByte(7)).unwrap();
        assert!(!sealed.contains("secret"));
        let opened = |keys: &Keys, context: &str| keys.all().find_map(|key| key.open(context, &sealed));
        for keys in [&old, &both] {
            assert_eq!(opened(keys, "second factor of maria").unwrap(), b"a secret");
            assert_eq!(opened(keys, "second factor of paul"), None);
        }
        let others = Keys::parse(r#"{"kid": "x", "secret": "yet another generated secret"}"#).unwrap();
        assert_eq!(opened(&others, "second factor of maria"), None);
        for wrong in ["", "s1", "s1..", "s1.AAAA.AAAA", &sealed[1..]] {
            assert_eq!(old.first.open("second factor of maria", wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn different_texts_have_different_proofs() {
        let keys = Keys::parse(OLD).unwrap();
        assert_eq!(keys.first.proof("device 1"), keys.first.proof("device 1"));
        assert_ne!(keys.first.proof("device 1"), keys.first.proof("device 2"));
    }

    #[test]
    fn keys_are_never_printed() {
        assert!(!format!("{:?}", Keys::parse(BOTH).unwrap()).contains("secret"));
    }
}
