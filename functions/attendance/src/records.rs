//! The state that the handlers share.

use axum::extract::FromRef;
use photo_store::PhotoStore;
use runtime::{Environment, InitError};
use web::App;

/// The state of `attendance`.
#[derive(Debug, Clone)]
pub(crate) struct Records {
    pub(crate) app: App,
    pub(crate) photos: PhotoStore,
}

impl Records {
    /// Creates the clients.
    pub(crate) async fn new(environment: &Environment) -> Result<Self, InitError> {
        Ok(Self {
            app: runtime::http::app(environment).await?,
            photos: PhotoStore::new(&environment.sdk, environment.variables.required("PHOTO_BUCKET")?),
        })
    }
}

impl FromRef<Records> for App {
    fn from_ref(records: &Records) -> Self {
        records.app.clone()
    }
}
