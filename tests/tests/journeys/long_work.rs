//! Events that tests send to `jobs` in addition to the bus: once more, or with little time left.

use std::{sync::Arc, time::Duration};

use domain::id::EventId;
use jiff::Timestamp;
use rollcall_tests::Company;
use runtime::{Deadline, Environment, events::Invocation, system::SystemEntropy};
use serde_json::{Value, json};

/// The id of the secret of the company's keys in the local stack.
pub(crate) const COMPANY_KEYS: &str = "rollcall/company-keys";

/// More time than any work needs.
pub(crate) const PLENTY: Duration = Duration::from_mins(5);

/// Lets `jobs` process an event. The time that is left to it stays the same, however long it takes.
pub(crate) async fn bring(company: &Company, event: Value, time: Duration) {
    let stack = &company.stack;
    let environment = Environment {
        variables: [
            ("TABLE_NAME", "rollcall"),
            ("EXPORT_BUCKET", "rollcall-exports"),
            ("COMPANY_KEYS_SECRET", COMPANY_KEYS),
        ]
        .into_iter()
        .collect(),
        sdk: stack.sdk().clone(),
        clock: Arc::new(local::StackClock::new(stack.clock().frozen())),
        entropy: Arc::new(SystemEntropy),
    };
    let jobs = jobs::function(&environment).await.unwrap();
    let invocation = Invocation { request_id: "r".to_owned(), deadline: Deadline::constant(time) };
    jobs.invoke(event, invocation).await.unwrap();
}

/// Returns the same event with a new id.
pub(crate) fn renamed(mut event: Value) -> Value {
    let at: Timestamp = event["detail"]["at"].as_str().unwrap().parse().unwrap();
    event["detail"]["id"] = json!(EventId::generate(at, &SystemEntropy));
    event
}
