//! The state that the handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use runtime::{Environment, InitError};
use secret_store::CompanyKeys;
use web::App;

use crate::{secrets::Secrets, sign_in_client::TrustedProxy, signing::Signing};

/// The state of `auth`.
#[derive(Debug, Clone)]
pub(crate) struct Auth {
    pub(crate) app: App,
    /// The issuer that Rollcall's tokens name.
    pub(crate) issuer: Arc<str>,
    pub(crate) signing: Arc<Signing>,
    pub(crate) secrets: Secrets,
    /// The keys that encrypt second factors and prove known devices.
    pub(crate) company_keys: CompanyKeys,
    /// Whether this deployment sends e-mail.
    pub(crate) sends_email: bool,
    /// The proxy in front of the API.
    pub(crate) proxy: TrustedProxy,
}

impl Auth {
    /// Creates the clients, and publishes the signing keys before they are needed.
    pub(crate) async fn new(environment: &Environment) -> Result<Self, InitError> {
        let secrets = Secrets::new(environment)?;
        let signing = Signing::new(
            secrets.clone(),
            runtime::store(environment)?,
            Arc::clone(&environment.clock),
            Arc::clone(&environment.entropy),
        );
        if let Err(problem) = signing.keys().await {
            // Not fatal: the keys are loaded again when the first token is signed.
            tracing::warn!(code = problem.code().as_str(), "the signing keys can't be loaded yet");
        }
        Ok(Self {
            app: runtime::http::app(environment).await?,
            issuer: environment.variables.required("TOKEN_ISSUER")?.into(),
            signing: Arc::new(signing),
            secrets,
            company_keys: CompanyKeys::new(&environment.sdk, environment.variables.required("COMPANY_KEYS_SECRET")?),
            sends_email: environment.variables.optional("MAIL_FROM").is_some(),
            proxy: TrustedProxy::new(environment.variables.optional("PROXY_SECRET_HASH")),
        })
    }
}

impl FromRef<Auth> for TrustedProxy {
    fn from_ref(auth: &Auth) -> Self {
        auth.proxy.clone()
    }
}

impl FromRef<Auth> for App {
    fn from_ref(auth: &Auth) -> Self {
        auth.app.clone()
    }
}
