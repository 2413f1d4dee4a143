//! Errors of secrets, and the one place that says what they mean to callers.

use app::Refusal;

use crate::KeyListError;

/// The reason for which a secret can't be used. Its text contains no part of the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The secret can't be read. The reader has logged the reason. A later attempt may succeed.
    #[error("a secret can't be read")]
    Unavailable,
    /// The secret doesn't hold a list of keys.
    #[error(transparent)]
    KeyList(#[from] KeyListError),
    /// A key can't do what it is for: a defect.
    #[error("{0}")]
    Unusable(&'static str),
}

impl From<SecretError> for Refusal {
    fn from(error: SecretError) -> Self {
        match error {
            SecretError::Unavailable => Self::SecretsUnavailable,
            SecretError::KeyList(_) | SecretError::Unusable(_) => {
                tracing::error!(%error, "the company's keys can't be used");
                Self::Defect("the company's keys can't be used")
            }
        }
    }
}

#[cfg(feature = "http")]
impl From<SecretError> for web::Problem {
    fn from(error: SecretError) -> Self {
        Refusal::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_secret_that_cant_be_read_is_worth_another_attempt() {
        assert_eq!(Refusal::from(SecretError::Unavailable), Refusal::SecretsUnavailable);
        for error in [SecretError::KeyList(KeyListError::Malformed), SecretError::Unusable("no key encrypts secrets")] {
            assert!(matches!(Refusal::from(error), Refusal::Defect(_)), "{error}");
        }
    }
}
