//! Compares template.yaml with the code: routes, environment variables, the table, permissions, and the sample events for
//! running functions by hand.
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a missing value fails the test")]

mod checks;
mod event_schema;
mod events;
mod flow;
mod functions;
mod german;
mod links;
mod live;
mod names;
mod openapi;
mod release;
mod releases;
mod routes;
mod table;
mod template;
mod test_filters;
mod variables;

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::Value;

/// Returns a path in this repository.
fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The functions that the HTTP API doesn't call.
const WITHOUT_REQUESTS: [&str; 7] = ["checks", "jobs", "live", "messages", "notify", "relay", "webhooks"];

/// The functions that only serve files, which aren't part of the API.
const WITHOUT_OPERATIONS: [&str; 1] = ["console"];

/// Returns the part of the OpenAPI document that each function declares with its routes, by the name of its binary.
fn declared() -> BTreeMap<&'static str, Value> {
    macro_rules! documents {
        ($($function:ident),*) => {
            BTreeMap::from([$((stringify!($function), serde_json::to_value($function::openapi()).unwrap())),*])
        };
    }
    documents!(attendance, auth, breaks, clock, docs, leave, notifications, pay, people, reports, roster, terminals)
}
