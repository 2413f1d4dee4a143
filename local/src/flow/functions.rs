//! Invokes functions that no request calls, as Lambda does: each in a task of its own, within its timeout.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use runtime::{
    Deadline,
    events::{EventFunction, Invocation},
    system::SystemEntropy,
};
use serde_json::Value;
use tracing::instrument::WithSubscriber;

use crate::{calls::Calls, gateway::request_id};

/// The functions, by the names of their binaries.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    functions: BTreeMap<String, (EventFunction, Duration)>,
    calls: Arc<Calls>,
}

impl Functions {
    /// Creates the functions from their handlers and timeouts. `time_limit_factor` makes the timeouts longer.
    pub(crate) fn new(
        functions: BTreeMap<String, (EventFunction, Duration)>,
        calls: Arc<Calls>,
        time_limit_factor: u32,
    ) -> Self {
        let longer =
            |(function, timeout): (EventFunction, Duration)| (function, timeout.saturating_mul(time_limit_factor));
        let functions = functions.into_iter().map(|(name, function)| (name, longer(function))).collect();
        Self { functions, calls }
    }

    /// Returns whether there is a function with that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.functions.contains_key(name)
    }

    /// Invokes a function with an event. The function's AWS calls are counted under its name.
    pub(crate) async fn invoke(&self, name: &str, event: Value) -> Result<Value, String> {
        self.invoke_as(name, name, event).await
    }

    /// Invokes a function as [`Self::invoke`] does, with its AWS calls counted under another name.
    pub(crate) async fn invoke_as(&self, counted_as: &str, name: &str, event: Value) -> Result<Value, String> {
        let (function, timeout) = self.functions.get(name).cloned().ok_or_else(|| format!("there is no {name}"))?;
        let invocation = Invocation { request_id: request_id(&SystemEntropy), deadline: Deadline::after(timeout) };
        let calls = Arc::clone(&self.calls);
        let counted_as = counted_as.into();
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
