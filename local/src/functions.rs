//! The functions that run in the stack, each by the name of its crate and binary.

use std::{collections::BTreeMap, sync::Arc};

use axum::Router;
use runtime::{Environment, Variables};

use crate::{
    aws::{s3, secrets, table},
    error::StartError,
};

/// What every function is told by its environment variables. The template tells each only what it needs; a function that
/// reads more than its template gives it is found by the contract test.
pub(crate) fn variables(issuer: &str) -> Vec<(&'static str, String)> {
    vec![
        ("TABLE_NAME", table::NAME.to_owned()),
        ("PHOTO_BUCKET", s3::PHOTO_BUCKET.to_owned()),
        ("SIGNING_KEYS_SECRET", secrets::arn(secrets::SIGNING_KEYS)),
        ("SETUP_TOKEN_SECRET", secrets::arn(secrets::SETUP_TOKEN)),
        ("TOKEN_ISSUER", issuer.to_owned()),
        ("STAGE", "local".to_owned()),
    ]
}

/// Starts every function. `auth` comes first: it publishes the keys that the others read.
pub(crate) async fn start(
    sdk: &aws_config::SdkConfig,
    clock: Arc<dyn domain::ports::Clock>,
    issuer: &str,
) -> Result<BTreeMap<String, Router>, StartError> {
    let environment = |name: &'static str| Environment {
        variables: variables(issuer).into_iter().chain([("SERVICE_NAME", name.to_owned())]).collect::<Variables>(),
        sdk: sdk.clone(),
        clock: Arc::clone(&clock),
        entropy: Arc::new(runtime::system::SystemEntropy),
    };
    let mut functions = BTreeMap::new();
    macro_rules! start {
        ($($function:ident),*) => {$(
            let name = stringify!($function);
            let service = $function::service(&environment(name)).await;
            functions.insert(name.to_owned(), service.map_err(|source| StartError::Function { name, source })?);
        )*};
    }
    start!();
    for name in ["auth", "people", "clock", "attendance", "docs"] {
        functions.insert(name.to_owned(), Router::new());
    }
    Ok(functions)
}
