//! Counts the AWS calls of each request and the capacity that they consume, for the answer of `/_local/calls`.
//!
//! Every request has a budget of calls. Tests enforce it with these counts, and developers see the cost of a change.
//! A call belongs to the request in whose task it is made. Calls of tasks that a function spawned, and calls while
//! the stack starts, are counted under `start`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;

/// The route of calls that no request made.
const START: &str = "start";

tokio::task_local! {
    static ROUTE: Arc<str>;
}

/// Returns the route of the request in whose task the caller runs.
pub(crate) fn route() -> Arc<str> {
    ROUTE.try_with(Arc::clone).unwrap_or_else(|_| START.into())
}

/// Returns work whose calls are counted under `route`.
pub(crate) fn of_route<F: Future>(route: Arc<str>, work: F) -> impl Future<Output = F::Output> {
    ROUTE.scope(route, work)
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

/// The answer of `GET /_local/calls`.
#[derive(Debug, Serialize, PartialEq)]
pub struct CallReport {
    /// The routes, in the order of their names.
    pub routes: Vec<RouteReport>,
}

/// The calls made for one route.
#[derive(Debug, Serialize, PartialEq)]
pub struct RouteReport {
    /// The method and path template, such as `POST /clock/in`, or the name of a function that no request invokes.
    pub route: String,
    /// The number of requests.
    pub requests: u64,
    /// The operations that the route called.
    pub operations: Vec<OperationReport>,
}

/// The number of calls of an operation, and the capacity that they consumed.
#[derive(Debug, Serialize, PartialEq)]
pub struct OperationReport {
    /// The service: `dynamodb`, `secretsmanager`, `events`, `apigatewaymanagement` or `s3`.
    pub service: &'static str,
    /// The operation, by its AWS name.
    pub operation: String,
    /// The number of calls, including retries.
    pub count: u64,
    /// The read capacity units, if the request asked for them.
    pub read_units: f64,
    /// The write capacity units, if the request asked for them.
    pub write_units: f64,
}

impl Calls {
    /// Runs the work of a request, and counts its calls under `route`.
    pub(crate) async fn of_request<F: Future>(&self, route: Arc<str>, work: F) -> F::Output {
        self.change(|routes| routes.entry(Arc::clone(&route)).or_default().requests += 1);
        ROUTE.scope(route, work).await
    }

    /// Counts a call for the request in whose task this runs.
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

    /// Returns the calls since the last reset.
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

    /// Resets all counts.
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
