//! Where a function runs: its variables, its AWS configuration, its clock and its randomness.

use std::{collections::BTreeMap, sync::Arc};

use aws_config::SdkConfig;
use domain::ports::{Clock, Entropy};

use crate::system::{SystemClock, SystemEntropy};

/// All that a function is given at its start.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Environment variables, as the template sets them.
    pub variables: Variables,
    /// Region, credentials, endpoints and HTTP client of every AWS client.
    pub sdk: SdkConfig,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl Environment {
    /// The environment of a Lambda function: the process's variables, the default AWS configuration, the system's clock.
    pub async fn from_lambda() -> Self {
        Self {
            variables: Variables::of_process(),
            sdk: aws_config::load_from_env().await,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
        }
    }
}

/// Environment variables by name.
#[derive(Debug, Clone, Default)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// The variables of this process.
    pub fn of_process() -> Self {
        Self(std::env::vars().collect())
    }

    /// The value of a variable that the template must set.
    pub fn required(&self, name: &'static str) -> Result<&str, InitError> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty()).ok_or(InitError::Missing(name))
    }

    /// The value of a variable that may be left out.
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Why a function can't start.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The template doesn't set a variable that the function needs.
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    /// A variable is set to something the function can't use.
    #[error("the environment variable {name} {problem}")]
    Wrong {
        /// Which variable.
        name: &'static str,
        /// What is wrong with it; never its value.
        problem: String,
    },
    /// A service that must answer before the first request didn't.
    #[error("{0}")]
    Unavailable(String),
}
