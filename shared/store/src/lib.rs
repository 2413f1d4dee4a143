//! The table: one DynamoDB table, read consistently where something is decided and written in one transaction a change.
//!
//! [`keys`] makes every key string. [`Store`] carries the few operations that the rest is made of; there is one file for
//! each aggregate on top of them. A change and its outbox event, its audit entry and the answer saved for a repeated
//! request are one [`Commit`]; what its conditions refuse comes back as the [`Guard`] that lost, never as text.

pub mod attendance;
pub mod audit;
pub mod board;
pub mod commit;
pub mod corrections;
pub mod credentials;
pub mod days;
pub mod departments;
pub mod digests;
pub mod due;
pub mod editing;
pub mod error;
#[cfg(test)]
mod faults;
pub mod holidays;
pub mod idempotency;
pub mod item;
pub mod keys;
pub mod kiosks;
pub mod many;
pub mod opening;
pub mod page;
pub mod people_basis;
pub mod people_lists;
pub mod published_keys;
mod read;
pub mod schedules;
pub mod settings;
pub mod sign_ins;
pub mod sites;
mod transact;
pub mod uploads;
pub mod users;

pub use commit::{Commit, Stamp};
pub use error::{CommitError, Guard, StoreError};
pub use idempotency::{RepeatKey, SavedAnswer};

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use domain::ports::Entropy;

/// The table of one company.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: Arc<str>,
    /// For the jitter of retries.
    entropy: Arc<dyn Entropy>,
}

impl Store {
    /// The table of that name, reached by `client`.
    pub fn new(client: Client, table: &str, entropy: Arc<dyn Entropy>) -> Self {
        Self { client, table: table.into(), entropy }
    }
}
