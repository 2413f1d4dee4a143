//! The port for hashes of passwords and PINs. The algorithm is large, and only functions that hash secrets link it.

use domain::ports::Entropy;

use crate::Refusal;

/// Hashes passwords and PINs.
pub trait SecretHasher: Sync {
    /// Returns the hash of a password or PIN, with a new salt.
    ///
    /// # Errors
    /// The hash can't be computed: a defect.
    fn hash(&self, entropy: &dyn Entropy, secret: &str) -> impl Future<Output = Result<String, Refusal>> + Send;

    /// Returns whether a typed password or PIN matches a hash. Without a hash, it returns `false` after the same work.
    ///
    /// # Errors
    /// The hash can't be computed: a defect.
    fn verify(&self, hash: Option<&str>, typed: &str) -> impl Future<Output = Result<bool, Refusal>> + Send;
}
