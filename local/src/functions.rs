//! The functions that run in the stack, each by the name of its binary.

use std::{collections::BTreeMap, sync::Arc};

use aws_config::SdkConfig;
use axum::Router;
use runtime::{Environment, system::SystemEntropy};

use crate::{clock::StackClock, error::StartError, template::Template};

/// Starts every function, with the environment variables that the template gives it.
///
/// `auth` comes first: it publishes the keys that the others read when they start.
pub(crate) async fn start(
    template: &Template,
    sdk: &SdkConfig,
    clock: &Arc<StackClock>,
) -> Result<BTreeMap<String, Router>, StartError> {
    let environment = |name| {
        let variables = template.variables(name).map_err(StartError::Template)?;
        Ok::<_, StartError>(Environment {
            variables: variables.into_iter().collect(),
            sdk: sdk.clone(),
            clock: Arc::clone(clock) as Arc<dyn domain::ports::Clock>,
            entropy: Arc::new(SystemEntropy),
        })
    };
    let mut functions = BTreeMap::new();
    macro_rules! start {
        ($($function:ident),*) => {$(
            let name = stringify!($function);
            let service = $function::service(&environment(name)?).await;
            functions.insert(name.to_owned(), service.map_err(|source| StartError::Function { name, source })?);
        )*};
    }
    start!(auth, people, clock, breaks, attendance, roster, leave, docs);
    Ok(functions)
}
