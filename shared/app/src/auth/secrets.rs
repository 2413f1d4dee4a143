//! The port for what signing in needs from secrets outside of the table: codes of second factors, and known devices.

use std::fmt;

use domain::id::UserId;
use jiff::Timestamp;
use store::second_factors::SecondFactor;

use crate::{Refusal, hashing::SecretHasher};

/// The secret of an authenticator app.
#[derive(Clone)]
pub struct AppSecret {
    /// The secret in Base32, as people type it into an app. It is shown once.
    pub base32: String,
    /// The secret, encrypted for the table.
    pub sealed: String,
}

impl fmt::Debug for AppSecret {
    /// Leaves the secret out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppSecret").finish_non_exhaustive()
    }
}

/// New recovery codes.
#[derive(Clone)]
pub struct RecoveryCodes {
    /// The codes, which are shown once.
    pub codes: Vec<String>,
    /// What the table stores of the codes.
    pub hashes: Vec<String>,
}

impl fmt::Debug for RecoveryCodes {
    /// Leaves the codes out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecoveryCodes").finish_non_exhaustive()
    }
}

/// The secrets of signing in. Each function fails if the keys can't be read.
pub trait AuthSecrets: SecretHasher {
    /// A device on which a person has signed in. Its text form names it in the counts of failed attempts.
    type Device: fmt::Display + Copy + Send + Sync;

    /// Generates the secret of an authenticator app.
    ///
    /// # Errors
    /// [`Refusal::SecretsUnavailable`]
    fn new_app_secret(&self, user: UserId, now: Timestamp) -> impl Future<Output = Result<AppSecret, Refusal>> + Send;

    /// Returns the second factor after a code is used. Returns none if the code is wrong or was used before.
    ///
    /// # Errors
    /// [`Refusal::SecretsUnavailable`]
    fn used_code(
        &self,
        user: UserId,
        factor: &SecondFactor,
        code: &str,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<SecondFactor>, Refusal>> + Send;

    /// Generates recovery codes.
    ///
    /// # Errors
    /// [`Refusal::SecretsUnavailable`]
    fn new_recovery_codes(
        &self,
        user: UserId,
        now: Timestamp,
    ) -> impl Future<Output = Result<RecoveryCodes, Refusal>> + Send;

    /// Returns the device that a text identifies, if Rollcall issued the text for that person, and it hasn't expired.
    ///
    /// # Errors
    /// [`Refusal::SecretsUnavailable`]
    fn known_device(
        &self,
        text: &str,
        user: UserId,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<Self::Device>, Refusal>> + Send;

    /// Returns a device on which the person signs in for the first time.
    fn new_device(&self, user: UserId, now: Timestamp) -> Self::Device;

    /// Returns the text that identifies a device from `now` on.
    ///
    /// # Errors
    /// [`Refusal::SecretsUnavailable`]
    fn text_of_device(
        &self,
        device: Self::Device,
        now: Timestamp,
    ) -> impl Future<Output = Result<String, Refusal>> + Send;
}
