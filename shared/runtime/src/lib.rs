//! What stands between a function's code and the world it runs in: typed configuration, AWS clients, the system's clock
//! and randomness, telemetry, and the hand-over to the Lambda runtime.
//!
//! A function is written against an [`Environment`]. In the cloud it comes from [`Environment::from_lambda`]; whoever
//! hosts functions otherwise (the local stack, a test) makes one with endpoints and a clock of its own.

mod deadline;
pub mod environment;
pub mod events;
#[cfg(feature = "http")]
pub mod http;
mod metrics;
mod stopwatch;
pub mod system;
mod table;
pub mod telemetry;

pub use deadline::Deadline;
pub use environment::{Environment, InitError, Variables};
pub use table::store;
