//! The whole of Rollcall in one process: what API Gateway, Lambda, `DynamoDB`, Secrets Manager and S3 do in the cloud is
//! done here by emulators around the very functions that are deployed.
//!
//! The `rollcall` binary starts a [`Stack`] for a person at a keyboard; a test starts as many as it likes, in memory and
//! on ports of their own. Nothing in the functions knows of it: they get an SDK configuration whose endpoint is the
//! stack's, and the stack's clock.

mod aws;
mod calls;
mod clock;
mod data_folder;
mod demo;
mod error;
mod flow;
mod functions;
mod gateway;
mod live;
mod network;
pub mod openapi;
mod options;
mod stack;
mod sweeper;
mod template;
mod welcome;

pub use self::{
    aws::{AwsCall, Fault, Faults, PartitionKey, PartitionUnits},
    calls::{CallReport, OperationReport, RouteReport},
    clock::StackClock,
    error::StartError,
    gateway::Origin,
    options::{Data, Options},
    stack::Stack,
};
