//! The two secrets, as Secrets Manager keeps them.

use std::sync::Arc;

use aws_sdk_secretsmanager::{Client, error::DisplayErrorContext};
use meter::CountCalls;
use runtime::{Environment, InitError};
use serde::Deserialize;
use tokio::sync::OnceCell;
use web::{Code, Problem, Secret};

/// Reads the secrets of this function.
#[derive(Debug, Clone)]
pub(crate) struct Secrets {
    client: Client,
    signing_keys: Arc<str>,
    setup_token: Arc<str>,
    /// Read once in an environment's life: anybody may ask for a set-up, and each look at the secret is billed.
    expected: Arc<OnceCell<Secret>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetupToken {
    token: Secret,
}

impl Secrets {
    pub(crate) fn new(environment: &Environment) -> Result<Self, InitError> {
        let config = aws_sdk_secretsmanager::config::Builder::from(&environment.sdk).interceptor(CountCalls).build();
        Ok(Self {
            client: Client::from_conf(config),
            signing_keys: environment.variables.required("SIGNING_KEYS_SECRET")?.into(),
            setup_token: environment.variables.required("SETUP_TOKEN_SECRET")?.into(),
            expected: Arc::default(),
        })
    }

    /// What the signing keys are derived from, as text.
    pub(crate) async fn signing_keys(&self) -> Result<String, Problem> {
        self.read(&self.signing_keys).await
    }

    /// What allows the company to be set up.
    pub(crate) async fn setup_token(&self) -> Result<&Secret, Problem> {
        self.expected.get_or_try_init(|| self.read_setup_token()).await
    }

    async fn read_setup_token(&self) -> Result<Secret, Problem> {
        let secret = self.read(&self.setup_token).await?;
        // The parser's message could quote the secret.
        let SetupToken { token } = serde_json::from_str(&secret)
            .map_err(|_| Problem::internal("the secret with the set-up token isn't {\"token\": …}"))?;
        if token.expose().is_empty() { Err(Problem::internal("the set-up token is empty")) } else { Ok(token) }
    }

    async fn read(&self, id: &str) -> Result<String, Problem> {
        let unavailable = |reason: &str| {
            tracing::error!(secret = id, reason, "a secret can't be read");
            Problem::new(Code::Unavailable).retry_after(1)
        };
        let answer = self.client.get_secret_value().secret_id(id).send().await;
        let secret = answer.map_err(|error| unavailable(&DisplayErrorContext(&error).to_string()))?;
        secret.secret_string.ok_or_else(|| unavailable("it is binary"))
    }
}
