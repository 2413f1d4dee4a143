//! The functions that run in the stack, by the names of their binaries.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use aws_config::SdkConfig;
use axum::Router;
use runtime::{Environment, events::EventFunction, system::SystemEntropy};
use store::Store;

use crate::{
    aws::of_function,
    clock::StackClock,
    error::StartError,
    gateway::DeviceSecret,
    template::{Addresses, Template},
};

/// Starts every function that answers requests, with the environment variables that the template declares for it.
///
/// `auth` starts first: it publishes the keys that the other functions read when they start.
pub(crate) async fn start(
    template: &Template,
    public_url: &str,
    sdk: &SdkConfig,
    clock: &Arc<StackClock>,
    devices: Option<&DeviceSecret>,
) -> Result<BTreeMap<String, Router>, StartError> {
    let environment = |name| environment(template, public_url, sdk, clock, (name, devices));
    let mut functions = BTreeMap::new();
    macro_rules! start {
        ($($function:ident),*) => {$(
            let name = stringify!($function);
            let service = $function::service(&environment(name)?).await;
            functions.insert(name.to_owned(), service.map_err(|source| StartError::Function { name, source })?);
        )*};
    }
    start!(
        auth,
        people,
        clock,
        breaks,
        attendance,
        roster,
        leave,
        pay,
        reports,
        notifications,
        terminals,
        docs,
        console
    );
    Ok(functions)
}

/// Returns the table as the functions use it.
pub(crate) fn table(
    template: &Template,
    public_url: &str,
    sdk: &SdkConfig,
    clock: &Arc<StackClock>,
) -> Result<Store, StartError> {
    let environment = environment(template, public_url, sdk, clock, ("people", None))?;
    runtime::store(&environment).map_err(|source| StartError::Function { name: "people", source })
}

/// Starts every function that no request invokes, and returns each with its timeout.
pub(crate) async fn start_events(
    template: &Template,
    public_url: &str,
    sdk: &SdkConfig,
    clock: &Arc<StackClock>,
) -> Result<BTreeMap<String, (EventFunction, Duration)>, StartError> {
    let mut functions = BTreeMap::new();
    macro_rules! start {
        ($($function:ident),*) => {$(
            let name = stringify!($function);
            let function = $function::function(&environment(template, public_url, sdk, clock, (name, None))?).await;
            let function = function.map_err(|source| StartError::Function { name, source })?;
            let timeout = template.timeout(name).ok_or_else(|| StartError::Template(format!("{name} has no timeout")))?;
            functions.insert(name.to_owned(), (function, timeout));
        )*};
    }
    start!(live, notify, relay, jobs, checks, messages, webhooks);
    Ok(functions)
}

fn environment(
    template: &Template,
    public_url: &str,
    sdk: &SdkConfig,
    clock: &Arc<StackClock>,
    (name, devices): (&str, Option<&DeviceSecret>),
) -> Result<Environment, StartError> {
    let variables = template
        .variables(name, Addresses { live: &crate::live::address(sdk), api: public_url })
        .map_err(StartError::Template)?;
    // Receivers of webhooks and push messages may run on the same machine, without certificates.
    let local = |(name, value): (String, String)| {
        let value = match (name.as_str(), devices) {
            ("OUTBOUND_LOOPBACK", _) => "allowed".to_owned(),
            ("TERMINAL_LISTENER", Some(secret)) => secret.expose().to_owned(),
            _ => value,
        };
        (name, value)
    };
    Ok(Environment {
        variables: variables.into_iter().map(local).collect(),
        sdk: of_function(sdk, name),
        clock: Arc::clone(clock) as Arc<dyn domain::ports::Clock>,
        entropy: Arc::new(SystemEntropy),
    })
}
