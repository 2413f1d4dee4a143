//! The two secrets, which Secrets Manager stores.

use std::sync::Arc;

use runtime::{Environment, InitError};
use secret_store::SecretReader;
use serde::Deserialize;
use tokio::sync::OnceCell;
use web::{Problem, Secret};

/// Reads the secrets of this function.
#[derive(Debug, Clone)]
pub(crate) struct Secrets {
    reader: SecretReader,
    signing_keys: Arc<str>,
    setup_token: Arc<str>,
    /// The set-up token. Read once per execution environment, because anyone may call the set-up and each read of the secret is
    /// billed.
    expected: Arc<OnceCell<Secret>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetupToken {
    token: Secret,
}

impl Secrets {
    pub(crate) fn new(environment: &Environment) -> Result<Self, InitError> {
        Ok(Self {
            reader: SecretReader::new(&environment.sdk),
            signing_keys: environment.variables.required("SIGNING_KEYS_SECRET")?.into(),
            setup_token: environment.variables.required("SETUP_TOKEN_SECRET")?.into(),
            expected: Arc::default(),
        })
    }

    /// Returns the text that the signing keys are derived from.
    pub(crate) async fn signing_keys(&self) -> Result<String, Problem> {
        Ok(self.reader.read(&self.signing_keys).await?)
    }

    /// Returns the token that allows the company's set-up.
    pub(crate) async fn setup_token(&self) -> Result<&Secret, Problem> {
        self.expected.get_or_try_init(|| self.read_setup_token()).await
    }

    async fn read_setup_token(&self) -> Result<Secret, Problem> {
        let secret = self.reader.read(&self.setup_token).await?;
        // The parser's message isn't used, because it could quote the secret.
        let SetupToken { token } = serde_json::from_str(&secret)
            .map_err(|_| Problem::internal("the secret with the set-up token isn't {\"token\": …}"))?;
        if token.expose().is_empty() { Err(Problem::internal("the set-up token is empty")) } else { Ok(token) }
    }
}
