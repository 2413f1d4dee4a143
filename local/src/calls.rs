//! Which AWS calls were made for which request, and what they would have cost: the answer of `/_local/calls`.
//!
//! The design gives every request a budget of calls. It is held in tests by this ledger, and a developer sees at once
//! what a change costs. A call belongs to the request in whose task it is made; one made by a task that a function
//! spawned, or while the stack starts, stands under `start`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;

/// Where calls stand that no request made.
const START: &str = "start";

tokio::task_local! {
    static ROUTE: Arc<str>;
}

/// Whose work this runs in.
pub(crate) fn route() -> Arc<str> {
    ROUTE.try_with(Arc::clone).unwrap_or_else(|_| START.into())
}

/// The calls since the last reset.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    routes: Mutex<BTreeMap<Arc<str>, Work>>,
}

#[derive(Debug, Default)]
struct Work {
    requests: u64,
    operations: BTreeMap<(&'static str, String), Tally>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    count: u64,
    consumed: Consumed,
}

/// Capacity units, as `DynamoDB` reports them in `ConsumedCapacity`.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct Consumed {
    pub(crate) read_units: f64,
    pub(crate) write_units: f64,
}

/// What `GET /_local/calls` answers.
#[derive(Debug, Serialize, PartialEq)]
pub struct CallReport {
    /// A row for each route, in the order of their names.
    pub routes: Vec<RouteReport>,
}

/// The calls made for one route.
#[derive(Debug, Serialize, PartialEq)]
pub struct RouteReport {
    /// Method and path template, as `POST /clock/in`; the name of a function that no request calls.
    pub route: String,
    /// How many requests it had.
    pub requests: u64,
    /// What it called.
    pub operations: Vec<OperationReport>,
}

/// How often one operation was called, and what it consumed.
#[derive(Debug, Serialize, PartialEq)]
pub struct OperationReport {
    /// `dynamodb`, `secretsmanager`, `events`, `apigatewaymanagement` or `s3`.
    pub service: &'static str,
    /// The operation, by AWS's name.
    pub operation: String,
    /// How many times it was called, retries included.
    pub count: u64,
    /// Read capacity units, where the request asked for them.
    pub read_units: f64,
    /// Write capacity units, where the request asked for them.
    pub write_units: f64,
}

impl Calls {
    /// Runs the work of one request, whose calls are counted under `route`.
    pub(crate) async fn of_request<F: Future>(&self, route: Arc<str>, work: F) -> F::Output {
        self.change(|routes| routes.entry(Arc::clone(&route)).or_default().requests += 1);
        ROUTE.scope(route, work).await
    }

    /// Counts one call for the request in whose task this runs.
    pub(crate) fn record(&self, service: &'static str, operation: &str, consumed: Consumed) {
        let route = route();
        self.change(|routes| {
            let operations = &mut routes.entry(route).or_default().operations;
            let tally = operations.entry((service, operation.to_owned())).or_default();
            tally.count += 1;
            tally.consumed.read_units += consumed.read_units;
            tally.consumed.write_units += consumed.write_units;
        });
    }

    /// What was called since the last reset.
    pub(crate) fn report(&self) -> CallReport {
        let routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        CallReport {
            routes: routes
                .iter()
                .map(|(route, work)| RouteReport {
                    route: route.to_string(),
                    requests: work.requests,
                    operations: work
                        .operations
                        .iter()
                        .map(|((service, operation), tally)| OperationReport {
                            service,
                            operation: operation.clone(),
                            count: tally.count,
                            read_units: tally.consumed.read_units,
                            write_units: tally.consumed.write_units,
                        })
                        .collect(),
                })
                .collect(),
        }
    }

    /// Forgets everything counted so far.
    pub(crate) fn reset(&self) {
        self.change(BTreeMap::clear);
    }

    fn change<T>(&self, change: impl FnOnce(&mut BTreeMap<Arc<str>, Work>) -> T) -> T {
        change(&mut self.routes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_call_belongs_to_the_request_in_whose_task_it_is_made() {
        let calls = Calls::default();
        calls.record("secretsmanager", "GetSecretValue", Consumed::default());
        for _ in 0..2 {
            calls
                .of_request("POST /clock/in".into(), async {
                    let read = Consumed { read_units: 2.5, write_units: 0.0 };
                    calls.record("dynamodb", "BatchGetItem", read);
                })
                .await;
        }
        let report = serde_json::to_value(calls.report()).unwrap();
        let zero = 0.0;
        assert_eq!(
            report,
            serde_json::json!({"routes": [
                {"route": "POST /clock/in", "requests": 2, "operations": [
                    {"service": "dynamodb", "operation": "BatchGetItem", "count": 2, "read_units": 5.0, "write_units": zero}]},
                {"route": "start", "requests": 0, "operations": [
                    {"service": "secretsmanager", "operation": "GetSecretValue", "count": 1, "read_units": zero, "write_units": zero}]},
            ]})
        );
        calls.reset();
        assert_eq!(calls.report().routes, []);
    }
}
