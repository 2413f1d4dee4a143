//! The rules of attendance, leave and rosters.
//!
//! This crate is pure: it has no I/O, no ambient clock, no AWS and no HTTP. Callers pass time and randomness as arguments (see
//! [`ports`]). Every other value can only be made by parsing, so that code inside the domain doesn't check it again.
//! `docs/rules.md` describes the rules; tests are named after them.

pub mod audit;
pub mod badge;
pub mod bounded;
pub mod branding;
pub mod calendar;
pub mod chat;
pub mod correction;
pub mod day;
pub mod department;
pub mod distinct;
pub mod earlier;
pub mod email;
pub mod employment;
pub mod event;
pub mod export;
pub mod field_rule;
pub mod holiday;
pub mod holiday_change;
pub mod holiday_subscription;
pub mod id;
pub mod invalid;
pub mod job;
pub mod kiosk;
pub mod language;
pub mod lateness;
pub mod leave;
pub mod lock_out;
pub mod messages;
pub mod notification;
pub mod outgoing;
mod owned_id;
pub mod password;
pub mod patch_field;
pub mod pay;
pub mod photo;
pub mod pin;
pub mod pin_budget;
pub mod place;
pub mod ports;
pub mod readable_code;
pub mod registration;
pub mod roster;
pub mod schedule;
pub mod scheduled_jobs;
pub mod service_token;
pub mod settings;
pub mod sheet;
pub mod site;
mod stored;
pub mod swap;
pub mod terminal;
pub mod text;
mod text_form;
pub mod user;
pub mod username;
pub mod webhook;

pub use field_rule::{FieldFault, FieldRule};
pub use invalid::Invalid;
