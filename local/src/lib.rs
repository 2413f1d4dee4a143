//! Runs all of Rollcall in one process. Emulators replace API Gateway, Lambda, `DynamoDB`, Secrets Manager and S3,
//! and run the same functions that are deployed.
//!
//! The `rollcall` binary starts a [`Stack`] for a developer. Tests start any number of stacks, in memory and on ports
//! of their own. The functions don't depend on the stack: they get an SDK configuration with the stack's endpoint,
//! and the stack's clock.

mod aws;
mod calls;
mod clock;
mod data_folder;
mod demo;
mod error;
mod flow;
mod functions;
mod gateway;
mod home;
mod live;
mod network;
pub mod openapi;
mod options;
mod stack;
mod sweeper;
mod template;
mod welcome;
pub mod workforce;

pub use self::{
    aws::{AwsCall, Fault, Faults, PartitionKey, PartitionUnits},
    calls::{CallReport, OperationReport, RouteReport},
    clock::StackClock,
    error::StartError,
    gateway::Origin,
    options::{Data, Options},
    stack::Stack,
};
