//! Tests that cross functions: journeys over the local stack's HTTP interface, tests of the store with the embedded DynamoDB,
//! and contract tests between the template and the code. This library contains their shared parts: a company, and calls to its
//! API.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use,
    reason = "a test harness fails by panicking, and its assertions are chained or not"
)]

pub mod company;
mod described;
pub mod http;
pub mod socket;
pub mod unnamed;
pub mod wire;

pub use company::{Company, Person};
pub use described::check_example;
pub use http::{Call, Download, Reply};
pub use socket::Socket;
pub use unnamed::without_names;
pub use wire::Wire;
