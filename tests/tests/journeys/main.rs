//! Journeys through the real local stack over HTTP: one module for each part of the API.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what a test needs and isn't there fails it"
)]

mod accounts;
mod approvals;
mod arrivals;
mod audit_digests;
mod auth;
mod authorization;
mod bad_input;
mod badges;
mod board;
mod bootstrap;
mod breaks;
mod bucket;
mod bulk_fixtures;
mod clock;
mod company_context;
mod corrections;
mod documented_examples;
mod edits;
mod filtered;
mod flagged;
mod flow;
mod inboxes;
mod kinds;
mod kiosk;
mod kiosk_codes;
mod languages;
mod late_deduction;
mod leave;
mod leave_balances;
mod live;
mod live_load;
mod long_work;
mod named;
mod network;
mod notifications;
mod offline;
mod people;
mod photos;
mod places;
mod previews;
mod process_memory;
mod releases;
mod reports;
mod reviews;
mod rosters;
mod saturation;
mod scheduled_jobs;
mod service_tokens;
mod sessions;
mod summary;
mod table;
mod wire;
