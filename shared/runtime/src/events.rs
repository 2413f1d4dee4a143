//! Functions without HTTP requests: batches of a stream, events of the bus, schedules. This module connects a typed handler to
//! the Lambda runtime, and writes one log line for each invocation.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use ::store::preserve::preserving;
use domain::event::Received;
use lambda_runtime::LambdaEvent;
use meter::metered;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Deadline, Environment, InitError, stopwatch::Stopwatch, telemetry};

/// The data of an invocation, except its event.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The id of the invocation in logs.
    pub request_id: String,
    /// The end of the invocation.
    pub deadline: Deadline,
}

/// The reason for which an invocation failed. The service that invoked the function tries again.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(String);

impl Failure {
    /// Creates a failure with a reason. The reason is logged, so it must not contain secrets.
    pub fn new(reason: impl std::fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

/// Writes a log line for the facts of an event that this release doesn't know and skips. A metric filter in the template counts
/// these lines.
pub fn note_unknown(received: &Received) {
    if !received.unknown.is_empty() {
        tracing::warn!(
            alarm = "unknown_facts",
            event = received.document["id"].as_str(),
            kinds = received.unknown.join(" "),
            "facts of another release are passed over"
        );
    }
}

type Handling = Pin<Box<dyn Future<Output = Result<Value, Failure>> + Send>>;

/// A function that receives events as JSON and responds with JSON.
#[derive(Clone)]
pub struct EventFunction {
    handle: Arc<dyn Fn(Value, Invocation) -> Handling + Send + Sync>,
    cold: Arc<AtomicBool>,
}

impl std::fmt::Debug for EventFunction {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("EventFunction").finish_non_exhaustive()
    }
}

impl EventFunction {
    /// Creates a function from its handler.
    pub fn new<E, A, F, R>(handle: F) -> Self
    where
        E: DeserializeOwned + Send,
        A: Serialize,
        F: Fn(E, Invocation) -> R + Send + Sync + 'static,
        R: Future<Output = Result<A, Failure>> + Send + 'static,
    {
        let handle = move |event: Value, invocation: Invocation| -> Handling {
            match serde_json::from_value(event) {
                Ok(event) => {
                    let answering = handle(event, invocation);
                    Box::pin(async move { serde_json::to_value(answering.await?).map_err(Failure::new) })
                }
                Err(error) => Box::pin(async move { Err(Failure::new(format!("it is another event: {error}"))) }),
            }
        };
        Self { handle: Arc::new(handle), cold: Arc::new(AtomicBool::new(true)) }
    }

    /// Handles one event, and writes its log line.
    pub async fn invoke(&self, event: Value, invocation: Invocation) -> Result<Value, Failure> {
        let stopwatch = Stopwatch::start();
        let request_id = invocation.request_id.clone();
        let records = event["Records"].as_array().map(Vec::len);
        let first = event["Records"][0]["dynamodb"]["SequenceNumber"].as_str().map(str::to_owned);
        let (answer, spent) = metered(preserving((self.handle)(event, invocation))).await;
        let answer = answer.and_then(|answer| unless_nothing_done(first, answer));
        let failures = answer.as_ref().ok().and_then(|answer| answer["batchItemFailures"].as_array().map(Vec::len));
        tracing::info!(
            records,
            failures,
            error = answer.as_ref().err().map(tracing::field::display),
            duration_ms = stopwatch.milliseconds(),
            calls = spent.calls,
            read_units = spent.read_units,
            write_units = spent.write_units,
            failed = u8::from(answer.is_err()),
            cold = self.cold.swap(false, Ordering::Relaxed),
            request_id,
            "event"
        );
        answer
    }
}

/// Fails the whole batch if none of its records could be processed. Lambda then splits the batch, until the failing record is
/// alone. With a partial batch response, the unchanged batch would be retried, and finally discarded with all records behind
/// the failing one.
fn unless_nothing_done(first: Option<String>, answer: Value) -> Result<Value, Failure> {
    let failed = answer["batchItemFailures"][0]["itemIdentifier"].as_str();
    if failed.is_some() && failed == first.as_deref() {
        return Err(Failure::new("nothing of the batch could be done"));
    }
    Ok(answer)
}

/// Runs an event function in Lambda.
pub async fn run(
    function: impl AsyncFnOnce(&Environment) -> Result<EventFunction, InitError>,
) -> Result<(), lambda_runtime::Error> {
    telemetry::init();
    let environment = Environment::from_lambda();
    let function =
        function(&environment).await.inspect_err(|error| tracing::error!(%error, "the function can't start"))?;
    let service = lambda_runtime::service_fn(move |event: LambdaEvent<Value>| {
        let function = function.clone();
        async move {
            let (event, context) = event.into_parts();
            let deadline = Deadline::at_unix_milliseconds(context.deadline);
            let answer = function.invoke(event, Invocation { request_id: context.request_id, deadline }).await;
            answer.map_err(lambda_runtime::Error::from)
        }
    });
    lambda_runtime::run(service).await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    async fn invoke(event: Value) -> Result<Value, Failure> {
        let doubling = EventFunction::new(async |number: u32, _| Ok(2 * number));
        let deadline = Deadline::after(Duration::from_secs(1));
        doubling.invoke(event, Invocation { request_id: "r".to_owned(), deadline }).await
    }

    #[tokio::test]
    async fn an_event_is_read_handled_and_answered() {
        assert_eq!(invoke(json!(21)).await.unwrap(), json!(42));
    }

    #[tokio::test]
    async fn a_batch_fails_as_a_whole_when_nothing_of_it_could_be_done() {
        for (failed, whole) in [("1", true), ("2", false)] {
            let answer = json!({"batchItemFailures": [{"itemIdentifier": failed}]});
            let stopping = EventFunction::new(move |_: Value, _| std::future::ready(Ok(answer.clone())));
            let record = |number: &str| json!({"dynamodb": {"SequenceNumber": number}});
            let batch = json!({"Records": [record("1"), record("2")]});
            let invocation =
                Invocation { request_id: "r".to_owned(), deadline: Deadline::after(Duration::from_secs(1)) };
            assert_eq!(stopping.invoke(batch, invocation).await.is_err(), whole, "{failed}");
        }
    }

    #[tokio::test]
    async fn an_event_of_another_kind_is_a_failure() {
        assert!(invoke(json!({"one": 1})).await.unwrap_err().to_string().contains("another event"));
    }
}
