//! Faults of AWS and crashes of functions, at a call that a test chooses. Tests use them to show that nothing is lost
//! or duplicated, whenever a fault happens.

use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use http::{HeaderValue, Response};

use super::json_answer;

/// An AWS call of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AwsCall<'a> {
    /// The caller: a route, or the name of a function that no request invokes.
    pub by: &'a str,
    /// The service: `dynamodb`, `events`, …
    pub service: &'a str,
    /// The operation, by its AWS name.
    pub operation: &'a str,
}

/// A fault at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The function crashes before the call is made.
    DiesBefore,
    /// The call is made, and the function crashes before it gets the answer.
    DiesAfter,
    /// The call is refused with an error that clients don't retry.
    Refused,
    /// The call is throttled. Clients retry it later.
    Throttled,
    /// The call succeeds, but the client gets an error.
    AnswerLost,
}

type Plan = dyn Fn(AwsCall<'_>) -> Option<Fault> + Send + Sync;

/// The planned faults. There are none unless a test plans them.
#[derive(Default)]
pub struct Faults {
    plan: RwLock<Option<Arc<Plan>>>,
}

impl std::fmt::Debug for Faults {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Faults").finish_non_exhaustive()
    }
}

impl Faults {
    /// Sets the plan, which decides about the fault of each call from now on.
    pub fn plan(&self, plan: impl Fn(AwsCall<'_>) -> Option<Fault> + Send + Sync + 'static) {
        *self.plan.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(plan));
    }

    /// Removes the plan.
    pub fn clear(&self) {
        *self.plan.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Returns the fault at a call.
    pub(super) fn at(&self, call: AwsCall<'_>) -> Option<Fault> {
        let plan = self.plan.read().unwrap_or_else(PoisonError::into_inner).clone();
        plan.and_then(|plan| plan(call))
    }
}

/// Unwinds the task of a function as a panic does, but without a panic message.
pub(super) fn die() -> ! {
    std::panic::resume_unwind(Box::new("planned by a test"))
}

/// Returns an error that clients don't retry.
pub(super) fn refusal() -> Response<Bytes> {
    json_answer(
        400,
        "application/x-amz-json-1.1",
        r#"{"__type":"AccessDeniedException","message":"planned by a test"}"#,
    )
}

/// Returns an error that clients retry.
pub(super) fn throttling() -> Response<Bytes> {
    let body = r#"{"__type":"LimitExceededException","message":"planned by a test"}"#;
    let mut answer = json_answer(429, "application/x-amz-json-1.1", body);
    answer.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static("LimitExceededException"));
    answer
}
