//! The ports for encryption and decryption of secrets that the table stores.

use domain::ports::Entropy;
use jiff::Timestamp;

use crate::Refusal;

/// Encrypts secrets for the table.
pub trait SecretSealer: Sync {
    /// Encrypts a secret. Decryption requires the same `context`, which identifies the owner.
    ///
    /// # Errors
    /// [`Refusal::SecretsUnavailable`] if the keys can't be read.
    fn seal(
        &self,
        context: &str,
        secret: &[u8],
        entropy: &dyn Entropy,
        now: Timestamp,
    ) -> impl Future<Output = Result<String, Refusal>> + Send;
}

/// Decrypts secrets of the table.
pub trait SecretOpener: Sync {
    /// Decrypts what [`SecretSealer::seal`] has encrypted. Returns `None` if no key decrypts it.
    ///
    /// # Errors
    /// [`Refusal::SecretsUnavailable`] if the keys can't be read.
    fn open(&self, context: &str, sealed: &str) -> impl Future<Output = Result<Option<Vec<u8>>, Refusal>> + Send;
}
