//! What the handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use domain::schedule::SiteBook;
use domain::{audit::Actor, calendar::Zone, settings::Settings, user::User};
use runtime::{Environment, InitError};
use web::App;

use crate::{secrets::Secrets, signing::Signing};

/// The state of `auth`.
#[derive(Debug, Clone)]
pub(crate) struct Auth {
    pub(crate) app: App,
    /// Who our tokens say issued them.
    pub(crate) issuer: Arc<str>,
    pub(crate) signing: Arc<Signing>,
    pub(crate) secrets: Secrets,
}

impl Auth {
    /// Makes the clients, and publishes the signing keys before anybody may need them.
    pub(crate) async fn new(environment: &Environment) -> Result<Self, InitError> {
        let secrets = Secrets::new(environment)?;
        let signing = Signing::new(
            secrets.clone(),
            runtime::store(environment)?,
            Arc::clone(&environment.clock),
            Arc::clone(&environment.entropy),
        );
        if let Err(problem) = signing.keys().await {
            // Not fatal: they are loaded again when the first token is to be signed.
            tracing::warn!(code = problem.code().as_str(), "the signing keys can't be loaded yet");
        }
        Ok(Self {
            app: runtime::http::app(environment).await?,
            issuer: environment.variables.required("TOKEN_ISSUER")?.into(),
            signing: Arc::new(signing),
            secrets,
        })
    }
}

impl FromRef<Auth> for App {
    fn from_ref(auth: &Auth) -> Self {
        auth.app.clone()
    }
}

/// The actor of what someone does who signs in, or proves who they are.
pub(crate) const fn themselves(user: &User) -> Actor {
    Actor::User { id: user.id }
}

/// The zone that someone's days are told in: their own, else their site's, else the company's.
pub(crate) fn zone_of<'a>(user: &'a User, sites: &'a SiteBook, settings: &'a Settings) -> &'a Zone {
    user.zone(user.site_id.and_then(|site| sites.zone(site)), &settings.time_zone)
}
