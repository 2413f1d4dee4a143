//! Reads secrets in Secrets Manager, and derives the keys of the company from one of them.
//!
//! Only functions that read secrets link this crate: `auth` (signing keys, set-up token), and `clock`, `messages`,
//! `notifications`, `people`, `terminals` and `webhooks` (company keys).

mod company_keys;
mod error;
mod key_list;
mod link_tokens;
mod push_key;
mod reader;

pub use company_keys::CompanyKeys;
pub use error::SecretError;
pub use key_list::{KeyEntry, KeyListError, parse_keys};
pub use link_tokens::{LinkToken, chat_context, push_context};
pub use reader::SecretReader;
