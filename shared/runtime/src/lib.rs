//! The layer between a function's code and its environment: typed configuration, AWS clients, the system's clock and
//! randomness, telemetry, and the connection to the Lambda runtime.
//!
//! A function depends on an [`Environment`]. In the cloud it comes from [`Environment::from_lambda`]. Other hosts (the local
//! stack, a test) create one with their own endpoints and clock.

mod deadline;
pub mod environment;
pub mod events;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "http")]
mod lambda_answer;
mod metrics;
mod stopwatch;
pub mod system;
mod table;
pub mod telemetry;
mod trust;

pub use deadline::Deadline;
pub use environment::{Environment, InitError, Variables};
#[cfg(feature = "http")]
pub use lambda_answer::{LambdaAnswer, for_lambda};
pub use table::store;
