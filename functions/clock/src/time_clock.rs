//! The state that the handlers share.

use axum::extract::FromRef;
use photo_store::PhotoStore;
use runtime::{Environment, InitError};
use secret_store::CompanyKeys;
use web::App;

/// The state of `clock`.
#[derive(Debug, Clone)]
pub(crate) struct TimeClock {
    pub(crate) app: App,
    pub(crate) photos: PhotoStore,
    pub(crate) keys: CompanyKeys,
}

impl TimeClock {
    /// Creates the clients.
    pub(crate) async fn new(environment: &Environment) -> Result<Self, InitError> {
        Ok(Self {
            app: runtime::http::app(environment).await?,
            photos: PhotoStore::new(&environment.sdk, environment.variables.required("PHOTO_BUCKET")?),
            keys: CompanyKeys::new(&environment.sdk, environment.variables.required("COMPANY_KEYS_SECRET")?),
        })
    }
}

impl FromRef<TimeClock> for App {
    fn from_ref(clock: &TimeClock) -> Self {
        clock.app.clone()
    }
}
