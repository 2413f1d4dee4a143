//! The secrets of signing in, for the use cases of `app::auth`.

use app::{
    Refusal,
    auth::secrets::{AppSecret, AuthSecrets, RecoveryCodes},
    hashing::SecretHasher,
};
use domain::{id::UserId, ports::Entropy};
use jiff::Timestamp;
use password_hash::Argon2Hasher;
use store::second_factors::SecondFactor;

use crate::{known_device::KnownDevice, mfa::codes, state::Auth};

impl SecretHasher for Auth {
    async fn hash(&self, entropy: &dyn Entropy, secret: &str) -> Result<String, Refusal> {
        Argon2Hasher.hash(entropy, secret).await
    }

    async fn verify(&self, hash: Option<&str>, typed: &str) -> Result<bool, Refusal> {
        Argon2Hasher.verify(hash, typed).await
    }
}

impl AuthSecrets for Auth {
    type Device = KnownDevice;

    async fn new_app_secret(&self, user: UserId, now: Timestamp) -> Result<AppSecret, Refusal> {
        let secret = codes::AppSecret::generate(&*self.app.entropy);
        let sealed = secret.seal(self, user, now).await?;
        Ok(AppSecret { base32: secret.base32(), sealed })
    }

    async fn used_code(
        &self,
        user: UserId,
        factor: &SecondFactor,
        code: &str,
        now: Timestamp,
    ) -> Result<Option<SecondFactor>, Refusal> {
        Ok(codes::used(self, user, factor, code, now).await?)
    }

    async fn new_recovery_codes(&self, user: UserId, now: Timestamp) -> Result<RecoveryCodes, Refusal> {
        let (codes, hashes) = codes::recovery_codes(self, user, now).await?;
        Ok(RecoveryCodes { codes, hashes })
    }

    async fn known_device(&self, text: &str, user: UserId, now: Timestamp) -> Result<Option<KnownDevice>, Refusal> {
        Ok(KnownDevice::open(text, user, &self.company_keys, now).await?)
    }

    fn new_device(&self, user: UserId, now: Timestamp) -> KnownDevice {
        KnownDevice::new(user, now, &*self.app.entropy)
    }

    async fn text_of_device(&self, device: KnownDevice, now: Timestamp) -> Result<String, Refusal> {
        Ok(device.reveal(&self.company_keys, now).await?)
    }
}
