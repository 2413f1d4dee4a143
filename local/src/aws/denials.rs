//! The policies of the template that deny functions some writes of the table, applied as IAM does.
//!
//! All functions run in this process, so a call names its function: [`of_function`] makes it the application of the
//! function's AWS clients. Calls without an application, such as those of tests, are allowed everything.

use std::collections::BTreeSet;

use aws_config::{AppName, SdkConfig};
use bytes::Bytes;
use http::{HeaderMap, Response};
use serde_json::Value;

use super::json_answer;

/// Returns the SDK configuration with which a function names itself in its calls.
pub(crate) fn of_function(sdk: &SdkConfig, binary: &str) -> SdkConfig {
    let mut builder = sdk.to_builder();
    builder.set_app_name(AppName::new(binary.to_owned()).ok());
    builder.build()
}

/// Returns the function that a call names.
pub(super) fn caller(headers: &HeaderMap) -> Option<&str> {
    let agent = headers.get("x-amz-user-agent")?.to_str().ok()?;
    agent.split(' ').find_map(|part| part.strip_prefix("app/"))
}

/// The answer to a denied call.
pub(super) fn refusal() -> Response<Bytes> {
    json_answer(
        400,
        "application/x-amz-json-1.0",
        r#"{"__type":"AccessDeniedException","message":"a policy of template.yaml denies this write"}"#,
    )
}

/// A statement that denies some functions some writes of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denial {
    /// The binaries of the functions that have the policy.
    pub(crate) functions: BTreeSet<String>,
    /// The denied operations: `DeleteItem`, `PutItem`, `UpdateItem`.
    pub(crate) operations: BTreeSet<String>,
    /// The denied partition keys. A `*` at the end stands for any text.
    pub(crate) partitions: Vec<String>,
    /// The denied attributes.
    pub(crate) attributes: Vec<String>,
}

/// All statements that deny writes.
#[derive(Debug, Default)]
pub(crate) struct Denials(Vec<Denial>);

impl Denials {
    /// Creates the denials from their statements.
    pub(crate) const fn new(denials: Vec<Denial>) -> Self {
        Self(denials)
    }

    /// Returns whether a call of a function is denied.
    pub(crate) fn deny(&self, function: &str, operation: &str, body: &[u8]) -> bool {
        let is_write = ["DeleteItem", "PutItem", "UpdateItem", "TransactWriteItems"].contains(&operation);
        let mut denials = self.0.iter().filter(|denial| denial.functions.contains(function)).peekable();
        if !is_write || denials.peek().is_none() {
            return false;
        }
        let request: Value = serde_json::from_slice(body).unwrap_or_default();
        denials.any(|denial| match request["TransactItems"].as_array() {
            Some(actions) => actions.iter().filter_map(Value::as_object).flatten().any(|(kind, write)| {
                // A `ConditionCheck` writes nothing.
                denial.operations.contains(&format!("{kind}Item")) && denial.denies(write)
            }),
            None => denial.operations.contains(operation) && denial.denies(&request),
        })
    }
}

impl Denial {
    /// Returns whether the condition is true for a write of one item.
    fn denies(&self, write: &Value) -> bool {
        let partition = write["Key"]["pk"]["S"].as_str().or_else(|| write["Item"]["pk"]["S"].as_str());
        let names = write["ExpressionAttributeNames"].as_object().into_iter().flatten();
        let replaced = names.filter_map(|(_, name)| name.as_str());
        let mut attributes =
            write["Item"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).chain(replaced);
        partition.is_some_and(|partition| self.partitions.iter().any(|pattern| is_like(partition, pattern)))
            || attributes.any(|name| self.attributes.iter().any(|denied| denied == name))
    }
}

fn is_like(text: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => text.starts_with(beginning),
        None => text == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_names_its_function_among_other_parts_of_its_user_agent() {
        let mut headers = HeaderMap::new();
        assert_eq!(caller(&headers), None);
        headers.insert("x-amz-user-agent", "aws-sdk-rust/1.5.0 ua/2.1 lang/rust/1.90.0 m/E app/jobs".parse().unwrap());
        assert_eq!(caller(&headers), Some("jobs"));
    }
}
