//! The use cases of the product as plain async functions: load (`store`), decide (`domain`), commit (`store`), and return a
//! typed result or a typed refusal.
//!
//! This crate doesn't depend on HTTP. `web` turns refusals into problems; `checks` and `jobs` call the same functions without
//! it. [`authorization`] has the rules of who may do what. [`use_case`] has what all changes share. Each part of the product has its
//! own module: [`attendance`], [`leave`], [`roster`], [`notifications`], [`people`], [`pay`],
//! [`company`], [`kiosk`], [`terminals`], [`photos`], [`live`], [`auth`], [`reports`], [`exports`],
//! [`imports`], [`previews`].

pub mod allowed;
pub mod attendance;
pub mod auth;
pub mod authorization;
pub mod caller;
pub mod company;
pub mod exports;
pub mod hashing;
pub mod imports;
pub mod kiosk;
pub mod leave;
pub mod live;
pub mod notifications;
pub mod pay;
pub mod people;
pub mod photos;
pub mod previews;
mod refusal;
pub mod reports;
pub mod roster;
pub mod sealing;
pub mod terminals;
pub mod time_account;
pub mod token_secret;
pub mod use_case;

use domain::{audit::Actor, id::EventId, ports::Entropy};
use jiff::Timestamp;
use store::{Stamp, Store};

pub use self::{
    authorization::Denied,
    caller::Caller,
    refusal::Refusal,
    use_case::{Failed, Outcome, Prepared, Request, Versions},
};

/// The ports of a use case.
#[derive(Debug, Clone, Copy)]
pub struct Ports<'a> {
    /// The table.
    pub store: &'a Store,
    /// The source of ids.
    pub entropy: &'a dyn Entropy,
    /// The current time.
    pub now: Timestamp,
}

impl Ports<'_> {
    /// Returns the stamp of a change. `request_id` is the request or the invocation that causes the change.
    pub fn stamp(&self, actor: Actor, request_id: Option<&str>) -> Stamp {
        Stamp {
            event_id: EventId::generate(self.now, self.entropy),
            at: self.now,
            actor,
            request_id: request_id.map(str::to_owned),
        }
    }
}
