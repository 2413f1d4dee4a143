//! Reads secrets.

use aws_config::SdkConfig;
use aws_sdk_secretsmanager::{Client, config::Builder, error::DisplayErrorContext};
use meter::CountCalls;

use crate::SecretError;

/// Reads secrets from Secrets Manager.
#[derive(Debug, Clone)]
pub struct SecretReader(Client);

impl SecretReader {
    /// Creates a reader for the account and region of `sdk`.
    pub fn new(sdk: &SdkConfig) -> Self {
        Self(Client::from_conf(Builder::from(sdk).interceptor(CountCalls).build()))
    }

    /// Returns the text of a secret.
    ///
    /// # Errors
    /// [`SecretError::Unavailable`] if the secret can't be read. The reason is logged, but never the text.
    pub async fn read(&self, id: &str) -> Result<String, SecretError> {
        let unavailable = |reason: &str| {
            tracing::error!(secret = id, reason, "a secret can't be read");
            SecretError::Unavailable
        };
        let answer = self.0.get_secret_value().secret_id(id).send().await;
        let secret = answer.map_err(|error| unavailable(&DisplayErrorContext(&error).to_string()))?;
        secret.secret_string.ok_or_else(|| unavailable("it is binary"))
    }
}
