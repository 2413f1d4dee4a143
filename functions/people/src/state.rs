//! The state that the handlers share.

use axum::extract::FromRef;
use outbound::Reach;
use runtime::{Environment, InitError};
use secret_store::CompanyKeys;
use web::App;

/// The state of `people`.
#[derive(Debug, Clone)]
pub(crate) struct People {
    pub(crate) app: App,
    pub(crate) keys: CompanyKeys,
    /// The addresses that webhooks may have.
    pub(crate) reach: Reach,
    /// Whether this deployment sends e-mail.
    pub(crate) sends_email: bool,
}

impl People {
    /// Creates the clients.
    pub(crate) async fn new(environment: &Environment) -> Result<Self, InitError> {
        Ok(Self {
            app: runtime::http::app(environment).await?,
            keys: CompanyKeys::new(&environment.sdk, environment.variables.required("COMPANY_KEYS_SECRET")?),
            reach: Reach::of_variable(environment.variables.optional("OUTBOUND_LOOPBACK")),
            sends_email: environment.variables.optional("MAIL_FROM").is_some(),
        })
    }
}

impl FromRef<People> for App {
    fn from_ref(people: &People) -> Self {
        people.app.clone()
    }
}
