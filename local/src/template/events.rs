//! The event sources that the template declares: the table's stream and the rules of the bus.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value as Json;
use serde_yaml_ng::Value;

use super::{Template, text};
use crate::flow::pattern::Pattern;

/// A function's event source on the table's stream.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StreamSource {
    /// The binary of the function.
    pub(crate) function: String,
    pub(crate) starting_position: StartingPosition,
    pub(crate) batch_size: usize,
    /// The maximum time that a batch waits for more records.
    pub(crate) window: Duration,
    /// Whether a failed batch is split in two.
    pub(crate) bisects: bool,
    /// Whether the function's answer names the failed records.
    pub(crate) reports_failures: bool,
    /// The maximum number of retries of a batch. Without it, a batch is retried until its records expire.
    pub(crate) retries: Option<u32>,
    /// The maximum age of a record.
    pub(crate) longest_age: Option<Duration>,
    /// The filters. A record passes if at least one of them matches.
    pub(crate) filters: Vec<Pattern>,
    /// The queue that is notified of records that were given up.
    pub(crate) on_failure: Option<String>,
}

/// The position at which a new reader begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum StartingPosition {
    TrimHorizon,
    Latest,
}

/// A rule of the bus, and the function that it invokes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    /// The name of the rule in the template.
    pub(crate) name: String,
    /// The binary of the function.
    pub(crate) function: String,
    pub(crate) pattern: Pattern,
    /// The maximum number of Lambda's retries of a failed invocation.
    pub(crate) retries: u32,
    /// The queue that gets events that were given up.
    pub(crate) on_failure: Option<String>,
}

/// A `DynamoDB` event of a function.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct StreamProperties {
    #[serde(rename = "Stream")]
    _stream: Value,
    starting_position: StartingPosition,
    batch_size: usize,
    #[serde(default)]
    maximum_batching_window_in_seconds: u64,
    #[serde(default)]
    bisect_batch_on_function_error: bool,
    #[serde(default)]
    function_response_types: Vec<ResponseType>,
    maximum_retry_attempts: Option<u32>,
    maximum_record_age_in_seconds: Option<u64>,
    parallelization_factor: Option<u32>,
    filter_criteria: Option<FilterCriteria>,
    destination_config: Option<DestinationConfig>,
}

#[derive(Deserialize, PartialEq)]
enum ResponseType {
    ReportBatchItemFailures,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct FilterCriteria {
    filters: Vec<Filter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Filter {
    pattern: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DestinationConfig {
    on_failure: Destination,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Destination {
    #[serde(rename = "Type")]
    _kind: QueueKind,
    destination: Value,
}

#[derive(Deserialize)]
enum QueueKind {
    #[serde(rename = "SQS")]
    Sqs,
}

/// An `EventBridgeRule` event of a function. Settings for events that EventBridge can't deliver to Lambda aren't
/// read, because this never happens here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RuleProperties {
    /// None for the account's default bus, which has the events of AWS services.
    event_bus_name: Option<Value>,
    pattern: Json,
    #[serde(rename = "DeadLetterConfig")]
    _dead_letter_config: Option<Value>,
    #[serde(rename = "RetryPolicy")]
    _retry_policy: Option<Value>,
}

/// Lambda's settings for failed asynchronous invocations.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct EventInvokeConfig {
    maximum_retry_attempts: Option<u32>,
    #[serde(rename = "MaximumEventAgeInSeconds")]
    _longest_age: Option<u64>,
    destination_config: Option<DestinationConfig>,
}

/// The default number of retries by Lambda.
const INVOKE_RETRIES: u32 = 2;

impl Template {
    /// Returns the readers of the table's stream.
    pub(crate) fn streams(&self) -> Result<Vec<StreamSource>, String> {
        let sources = self.events_of("DynamoDB").map(|(name, function, event)| {
            let properties = properties(&name, event)?;
            StreamSource::new(function, properties).map_err(|problem| format!("{name}: {problem}"))
        });
        sources.collect()
    }

    /// Returns the rules of the bus.
    pub(crate) fn rules(&self) -> Result<Vec<Rule>, String> {
        let rules = self.events_of("EventBridgeRule").map(|(name, function, event)| {
            let RuleProperties { event_bus_name, pattern, .. } = properties(&name, event)?;
            if event_bus_name.is_some_and(|bus| tagged(&bus, "Ref") != Some("EventBus")) {
                return Err(format!("{name} is a rule of another bus than EventBus"));
            }
            let pattern = Pattern::parse(&pattern).map_err(|problem| format!("{name}: {problem}"))?;
            let config = self.event_invoke_config(function)?;
            let retries = config.as_ref().and_then(|config| config.maximum_retry_attempts).unwrap_or(INVOKE_RETRIES);
            let on_failure = config.and_then(|config| config.destination_config).map(queue).transpose()?;
            Ok(Rule { name, function: function.to_owned(), pattern, retries, on_failure })
        });
        rules.collect()
    }

    /// Returns the timeout of a function.
    pub(crate) fn timeout(&self, function: &str) -> Option<Duration> {
        let own = self.function(function).and_then(|of| of.get("Timeout")?.as_u64());
        let global = || self.0.get("Globals")?.get("Function")?.get("Timeout")?.as_u64();
        own.or_else(global).map(Duration::from_secs)
    }

    fn event_invoke_config(&self, function: &str) -> Result<Option<EventInvokeConfig>, String> {
        let config = self.function(function).and_then(|of| of.get("EventInvokeConfig"));
        let read = |config: &Value| serde_yaml_ng::from_value(config.clone());
        config.map(read).transpose().map_err(|error| format!("EventInvokeConfig of {function}: {error}"))
    }

    /// Returns the properties of the function with that binary.
    fn function(&self, binary: &str) -> Option<&Value> {
        let (name, _) = self.functions().find(|(_, of)| *of == binary)?;
        self.resource(name)?.get("Properties")
    }

    /// Returns the events of a type by name, each with the binary of its function.
    pub(super) fn events_of(&self, kind: &str) -> impl Iterator<Item = (String, &str, &Value)> {
        self.functions().flat_map(move |(name, binary)| {
            let events =
                self.resource(name).and_then(|function| function.get("Properties")?.get("Events")?.as_mapping());
            let events = events.into_iter().flatten().filter(move |(_, event)| text(event, "Type") == Some(kind));
            events.map(move |(event, of)| (format!("{name}{}", event.as_str().unwrap_or_default()), binary, of))
        })
    }
}

impl StreamSource {
    fn new(function: &str, properties: StreamProperties) -> Result<Self, String> {
        // With a higher factor, Lambda handles batches of different partition keys in parallel. The local stack has
        // one reader, which keeps all records in order.
        if properties.parallelization_factor.is_some_and(|factor| factor != 1) {
            return Err("the local stack reads with a ParallelizationFactor of 1".to_owned());
        }
        let filters = properties.filter_criteria.map(|criteria| criteria.filters).unwrap_or_default();
        let pattern = |filter: Filter| {
            let pattern: Json = serde_json::from_str(&filter.pattern).map_err(|error| error.to_string())?;
            Pattern::parse(&pattern)
        };
        Ok(Self {
            function: function.to_owned(),
            starting_position: properties.starting_position,
            batch_size: properties.batch_size,
            window: Duration::from_secs(properties.maximum_batching_window_in_seconds),
            bisects: properties.bisect_batch_on_function_error,
            reports_failures: !properties.function_response_types.is_empty(),
            retries: properties.maximum_retry_attempts,
            longest_age: properties.maximum_record_age_in_seconds.map(Duration::from_secs),
            filters: filters.into_iter().map(pattern).collect::<Result<_, _>>()?,
            on_failure: properties.destination_config.map(queue).transpose()?,
        })
    }
}

pub(super) fn properties<T: serde::de::DeserializeOwned>(name: &str, event: &Value) -> Result<T, String> {
    let properties = event.get("Properties").cloned().unwrap_or_default();
    serde_yaml_ng::from_value(properties).map_err(|error| format!("{name}: {error}"))
}

/// Returns the name of the queue in the template.
fn queue(config: DestinationConfig) -> Result<String, String> {
    let destination = config.on_failure.destination;
    let name = tagged(&destination, "GetAtt").and_then(|attribute| attribute.strip_suffix(".Arn"));
    name.map(str::to_owned).ok_or_else(|| format!("{destination:?} is no queue"))
}

/// Returns the argument of a short form such as `!Ref`.
fn tagged<'a>(value: &'a Value, tag: &str) -> Option<&'a str> {
    let Value::Tagged(tagged) = value else { return None };
    (tagged.tag == tag).then(|| tagged.value.as_str()).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template(event: &str) -> Template {
        let event = event.replace('\n', "\n          ");
        Template::parse(&format!(
            "Globals: {{ Function: {{ Timeout: 20 }} }}\nResources:\n  Relay:\n    Type: AWS::Serverless::Function\n    \
             Metadata: {{ BuildProperties: {{ Binary: relay }} }}\n    Properties:\n      Events:\n        Event:\n          {event}\n"
        ))
        .unwrap()
    }

    const STREAM: &str = r#"Type: DynamoDB
Properties:
  Stream: !GetAtt Table.StreamArn
  StartingPosition: TRIM_HORIZON
  BatchSize: 7
  MaximumBatchingWindowInSeconds: 1
  BisectBatchOnFunctionError: true
  FunctionResponseTypes: [ReportBatchItemFailures]
  MaximumRetryAttempts: 3
  FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] }
  DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt Letters.Arn } }"#;

    #[test]
    fn a_reader_of_the_stream_is_read_with_all_that_it_declares() {
        let streams = template(STREAM).streams().unwrap();
        let pattern = Pattern::parse(&json!({"eventName": ["INSERT"]})).unwrap();
        let expected = StreamSource {
            function: "relay".to_owned(),
            starting_position: StartingPosition::TrimHorizon,
            batch_size: 7,
            window: Duration::from_secs(1),
            bisects: true,
            reports_failures: true,
            retries: Some(3),
            longest_age: None,
            filters: vec![pattern],
            on_failure: Some("Letters".to_owned()),
        };
        assert_eq!(streams, [expected]);
    }

    #[test]
    fn what_the_stack_does_not_do_is_an_error_at_the_start() {
        for (ours, other) in [
            ("BatchSize: 7", "BatchSize: 7\n  TumblingWindowInSeconds: 5"),
            ("BatchSize: 7", "BatchSize: 7\n  ParallelizationFactor: 2"),
            ("TRIM_HORIZON", "AT_TIMESTAMP"),
            ("[\"INSERT\"]", "\"INSERT\""),
            ("!GetAtt Letters.Arn", "arn"),
        ] {
            assert!(template(&STREAM.replace(ours, other)).streams().is_err(), "{other}");
        }
    }

    #[test]
    fn a_rule_is_one_of_our_bus() {
        let rule =
            "Type: EventBridgeRule\nProperties:\n  EventBusName: !Ref EventBus\n  Pattern: { source: [rollcall] }";
        let [rule_read] = template(rule).rules().unwrap().try_into().unwrap();
        assert_eq!((rule_read.name.as_str(), rule_read.function.as_str()), ("RelayEvent", "relay"));
        assert_eq!((rule_read.retries, rule_read.on_failure), (2, None));
        assert!(template(&rule.replace("EventBus\n", "OtherBus\n")).rules().is_err());
        assert!(template(&rule.replace("[rollcall]", "rollcall")).rules().is_err());
        assert_eq!(template(rule).timeout("relay"), Some(Duration::from_secs(20)));
    }
}
