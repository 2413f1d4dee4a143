//! The state that the handlers share.

use axum::extract::FromRef;
use bucket::Bucket;
use runtime::{Environment, InitError};
use web::App;

/// The state of `reports`.
#[derive(Debug, Clone)]
pub(crate) struct AppState {
    pub(crate) app: App,
    /// The bucket of exports.
    pub(crate) exports: Bucket,
}

impl AppState {
    /// Creates the state with its clients.
    pub(crate) async fn new(environment: &Environment) -> Result<Self, InitError> {
        Ok(Self {
            app: runtime::http::app(environment).await?,
            exports: Bucket::new(&environment.sdk, environment.variables.required("EXPORT_BUCKET")?),
        })
    }
}

impl FromRef<AppState> for App {
    fn from_ref(state: &AppState) -> Self {
        state.app.clone()
    }
}
