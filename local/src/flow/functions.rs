//! Invoking functions that no request calls, as Lambda does it: in a task of its own, for no longer than its timeout.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use runtime::{
    Deadline,
    events::{EventFunction, Invocation},
    system::SystemEntropy,
};
use serde_json::Value;
use tracing::instrument::WithSubscriber;

use crate::{calls::Calls, gateway::request_id};

/// The functions by the names of their binaries.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    functions: BTreeMap<String, (EventFunction, Duration)>,
    calls: Arc<Calls>,
}

impl Functions {
    pub(crate) fn new(functions: BTreeMap<String, (EventFunction, Duration)>, calls: Arc<Calls>) -> Self {
        Self { functions, calls }
    }

    /// Whether there is a function of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.functions.contains_key(name)
    }

    /// Has a function handle an event. Its AWS calls are counted under its name.
    pub(crate) async fn invoke(&self, name: &str, event: Value) -> Result<Value, String> {
        let (function, timeout) = self.functions.get(name).cloned().ok_or_else(|| format!("there is no {name}"))?;
        let invocation = Invocation { request_id: request_id(&SystemEntropy), deadline: Deadline::after(timeout) };
        let calls = Arc::clone(&self.calls);
        let counted_as = name.into();
        let work = async move { calls.of_request(counted_as, function.invoke(event, invocation)).await };
        let mut work = tokio::spawn(work.with_current_subscriber());
        let ended = tokio::time::timeout(timeout, &mut work).await;
        let Ok(ended) = ended else {
            work.abort();
            return Err(format!("{name} timed out"));
        };
        match ended {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(failure)) => Err(format!("{name} failed: {failure}")),
            Err(died) => Err(format!("{name} died: {died}")),
        }
    }
}
