//! The state that the handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use runtime::{Environment, InitError};
use secret_store::CompanyKeys;
use web::App;

/// The state of `terminals`.
#[derive(Debug, Clone)]
pub(crate) struct Terminals {
    pub(crate) app: App,
    pub(crate) keys: CompanyKeys,
    /// The secret of the local stack's listener for devices, which knows their serial numbers only; none in the cloud.
    pub(crate) listener: Option<Arc<str>>,
}

impl Terminals {
    /// Creates the clients.
    pub(crate) async fn new(environment: &Environment) -> Result<Self, InitError> {
        Ok(Self {
            app: runtime::http::app(environment).await?,
            keys: CompanyKeys::new(&environment.sdk, environment.variables.required("COMPANY_KEYS_SECRET")?),
            listener: environment.variables.optional("TERMINAL_LISTENER").map(Into::into),
        })
    }
}

impl FromRef<Terminals> for App {
    fn from_ref(terminals: &Terminals) -> Self {
        terminals.app.clone()
    }
}
