//! The table of an environment.

use std::sync::Arc;

use meter::CountCalls;
use store::Store;

use crate::{Environment, InitError};

/// Returns the table of the environment.
pub fn store(environment: &Environment) -> Result<Store, InitError> {
    let table = environment.variables.required("TABLE_NAME")?;
    let config = aws_sdk_dynamodb::config::Builder::from(&environment.sdk).interceptor(CountCalls).build();
    Ok(Store::new(aws_sdk_dynamodb::Client::from_conf(config), table, Arc::clone(&environment.entropy)))
}
