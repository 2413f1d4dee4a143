//! The environment of a function: its variables, AWS configuration, clock and source of randomness.

use std::{collections::BTreeMap, sync::Arc};

use aws_config::{
    BehaviorVersion, Region, SdkConfig, environment::EnvironmentVariableCredentialsProvider, retry::RetryConfig,
};
use aws_credential_types::provider::SharedCredentialsProvider;
use domain::ports::{Clock, Entropy};

use crate::{
    system::{SystemClock, SystemEntropy},
    trust::Roots,
};

/// The environment that a function receives at its start.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Environment variables, as the template sets them.
    pub variables: Variables,
    /// The region, credentials, endpoints and HTTP client of every AWS client.
    pub sdk: SdkConfig,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of random values.
    pub entropy: Arc<dyn Entropy>,
}

impl Environment {
    /// Returns the environment of a Lambda function: the variables of the process, the account that they define, and the
    /// system's clock.
    pub fn from_lambda() -> Self {
        let variables = Variables::of_process();
        Self {
            sdk: sdk_of_lambda(&variables),
            variables,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
        }
    }
}

/// Creates the AWS configuration of a Lambda function. Lambda provides the region and the credentials only by environment
/// variables (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>). `aws_config::load_from_env` would
/// also try profiles, token files and metadata services. It would add a megabyte to each binary, and two file accesses to each
/// start.
fn sdk_of_lambda(variables: &Variables) -> SdkConfig {
    let mut sdk = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()))
        .http_client(Roots::of(variables).https_client());
    sdk.set_region(variables.optional("AWS_REGION").map(|region| Region::new(region.to_owned())));
    // The endpoint and the retry settings of an emulated account, with the names that the AWS SDKs use.
    sdk.set_endpoint_url(variables.optional("AWS_ENDPOINT_URL").map(str::to_owned));
    if let Some(attempts) = variables.optional("AWS_MAX_ATTEMPTS").and_then(|attempts| attempts.parse().ok()) {
        sdk.set_retry_config(Some(RetryConfig::standard().with_max_attempts(attempts)));
    }
    sdk.build()
}

/// Environment variables by name.
#[derive(Debug, Clone, Default)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Returns the variables of this process.
    pub fn of_process() -> Self {
        Self(std::env::vars().collect())
    }

    /// Returns the value of a variable that the template must set.
    pub fn required(&self, name: &'static str) -> Result<&str, InitError> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty()).ok_or(InitError::Missing(name))
    }

    /// Returns the value of an optional variable.
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// The reason for which a function can't start.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The template doesn't set a variable that the function needs.
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    /// A variable has a value that the function can't use.
    #[error("the environment variable {name} {problem}")]
    Wrong {
        /// The name of the variable.
        name: &'static str,
        /// The error in the value; it never contains the value.
        problem: String,
    },
    /// A service that must respond before the first request didn't.
    #[error("{0}")]
    Unavailable(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sdk_configuration_follows_the_environment_variables() {
        let deployed = sdk_of_lambda(&Variables::from_iter([("AWS_REGION", "eu-central-1")]));
        assert_eq!(deployed.region().map(Region::as_ref), Some("eu-central-1"));
        assert_eq!(deployed.endpoint_url(), None);
        assert!(deployed.credentials_provider().is_some() && deployed.retry_config().is_none());

        let emulated = Variables::from_iter([("AWS_ENDPOINT_URL", "http://127.0.0.1:9"), ("AWS_MAX_ATTEMPTS", "1")]);
        let emulated = sdk_of_lambda(&emulated);
        assert_eq!(emulated.endpoint_url(), Some("http://127.0.0.1:9"));
        assert_eq!(emulated.retry_config().map(RetryConfig::max_attempts), Some(1));
    }
}
