//! Faults of AWS, and deaths of functions, at a call that a test chooses: so that it can show that nothing is lost and
//! nothing doubled whenever they happen.

use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use http::{HeaderValue, Response};

use super::json_answer;

/// A call that a function makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AwsCall<'a> {
    /// Who makes it: a route, or the name of a function that no request calls.
    pub by: &'a str,
    /// `dynamodb`, `events`, …
    pub service: &'a str,
    /// The operation, by AWS's name.
    pub operation: &'a str,
}

/// What goes wrong at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The function dies before the call is made.
    DiesBefore,
    /// The call is made, and the function dies before it knows.
    DiesAfter,
    /// The call is refused, and isn't worth repeating.
    Refused,
    /// There were too many calls; a client repeats it later.
    Throttled,
    /// The call is made, and its answer is a refusal all the same.
    AnswerLost,
}

type Plan = dyn Fn(AwsCall<'_>) -> Option<Fault> + Send + Sync;

/// What is to go wrong; nothing, unless a test plans it.
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
    /// Lets `plan` say from now on what goes wrong at each call.
    pub fn plan(&self, plan: impl Fn(AwsCall<'_>) -> Option<Fault> + Send + Sync + 'static) {
        *self.plan.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(plan));
    }

    /// Nothing goes wrong any more.
    pub fn clear(&self) {
        *self.plan.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// What goes wrong at a call.
    pub(super) fn at(&self, call: AwsCall<'_>) -> Option<Fault> {
        let plan = self.plan.read().unwrap_or_else(PoisonError::into_inner).clone();
        plan.and_then(|plan| plan(call))
    }
}

/// Unwinds the task of a function as a panic would, without the message that a panic writes.
pub(super) fn die() -> ! {
    std::panic::resume_unwind(Box::new("planned by a test"))
}

/// A refusal that no client repeats.
pub(super) fn refusal() -> Response<Bytes> {
    json_answer(
        400,
        "application/x-amz-json-1.1",
        r#"{"__type":"AccessDeniedException","message":"planned by a test"}"#,
    )
}

/// A refusal that clients repeat.
pub(super) fn throttling() -> Response<Bytes> {
    let body = r#"{"__type":"LimitExceededException","message":"planned by a test"}"#;
    let mut answer = json_answer(429, "application/x-amz-json-1.1", body);
    answer.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static("LimitExceededException"));
    answer
}
