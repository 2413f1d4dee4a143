//! The single DynamoDB table. Reads for decisions are consistent, and each change is written in one transaction.
//!
//! [`keys`] builds every key string. [`Store`] has the few operations that the rest uses, and each aggregate has a file on
//! top of them. A change, its outbox event, its audit entry and the answer saved for repeated requests are one [`Commit`].
//! If a condition fails, the error names the [`Condition`], never a text.

pub mod account_links;
pub mod attendance;
mod attributes;
pub mod audit;
pub mod audit_digests;
pub mod badges;
pub mod board;
pub mod bootstrap;
pub mod branding;
pub mod chats;
pub mod commit;
pub mod company_context;
mod company_items;
pub mod connections;
pub mod corrections;
pub mod credentials;
pub mod day_update;
pub mod days;
pub mod departments;
pub mod digests;
mod direct;
pub mod due;
pub mod editing;
pub mod employment_corrections;
mod error;
pub mod event_feed;
#[cfg(test)]
mod faults;
pub mod feeds;
pub mod following;
pub mod holiday_subscription;
pub mod holidays;
pub mod idempotency;
pub mod inboxes;
pub mod item;
mod item_json;
pub mod jobs;
pub mod keys;
pub mod kiosks;
mod lateness;
pub mod leave_applying;
pub mod leave_balances;
pub mod leave_book;
pub mod leave_grants;
pub mod leave_ledger;
pub mod leave_recount;
pub mod leave_requests;
pub mod leave_snapshot;
pub mod leave_types;
pub mod live_tickets;
pub mod managers;
pub mod many;
pub mod month_check;
pub mod moves;
pub mod names;
pub mod news;
pub mod offline;
pub mod opening;
pub mod outgoing;
mod owned_lists;
pub mod page;
pub mod pay;
pub mod people_lists;
pub mod people_snapshot;
mod person_guard;
pub mod presence_windows;
pub mod preserve;
pub mod progress;
pub mod published_keys;
pub mod push_subscriptions;
mod read;
pub mod registrations;
#[cfg(test)]
mod releases;
pub mod report_lists;
pub mod rescheduling;
pub mod reviews;
pub mod rosters;
pub mod schedules;
pub mod second_factors;
pub mod service_tokens;
pub mod session_check;
pub mod settings;
mod sign_in;
pub mod sign_ins;
pub mod sites;
mod stored_item;
pub mod stream;
#[cfg(test)]
mod swap_commits;
pub mod swaps;
pub mod terminals;
mod transact;
pub mod uploads;
pub mod users;
pub mod waiting;
pub mod webhooks;

pub use commit::{Commit, Stamp};
pub use error::{CommitError, Condition, StoreError};
pub use idempotency::{RepeatKey, SavedAnswer};

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use domain::ports::Entropy;

/// The table of one company.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: Arc<str>,
    /// The source of randomness for the jitter of retries.
    entropy: Arc<dyn Entropy>,
}

impl Store {
    /// Creates a store for the table of that name, with `client` as its connection.
    pub fn new(client: Client, table: &str, entropy: Arc<dyn Entropy>) -> Self {
        Self { client, table: table.into(), entropy }
    }
}
