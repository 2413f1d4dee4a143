//! The state that the handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use domain::schedule::SiteBook;
use domain::{calendar::Zone, settings::Settings, user::User};
use runtime::{Environment, InitError};
use secret_store::CompanyKeys;
use store::{credentials::Credential, second_factors::SecondFactor};
use web::{App, Restriction};

use crate::{secrets::Secrets, signing::Signing};

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
        })
    }
}

impl FromRef<Auth> for App {
    fn from_ref(auth: &Auth) -> Self {
        auth.app.clone()
    }
}

/// Returns the time zone of a person's dates: their own, else their site's, else the company's.
pub(crate) fn zone_of<'a>(user: &'a User, sites: &'a SiteBook, settings: &'a Settings) -> &'a Zone {
    user.zone(user.site_id.and_then(|site| sites.zone(site)), &settings.time_zone)
}

/// Returns the restriction of the person's sessions, if the account lacks something.
pub(crate) fn restriction_of(
    user: &User,
    credential: &Credential,
    second_factor: Option<&SecondFactor>,
    settings: &Settings,
) -> Option<Restriction> {
    if credential.temporary_until.is_some() {
        return Some(Restriction::PasswordChange);
    }
    let is_required = settings.second_factor_required_for.covers(user.authority.role());
    let is_missing = second_factor.is_none_or(|factor| !factor.is_enabled());
    (is_required && is_missing).then_some(Restriction::MfaEnrolment)
}
