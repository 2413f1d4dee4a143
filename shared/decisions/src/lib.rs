//! Decisions on requests of people and on days that wait for a manager. They serve the endpoint of the single item and `POST
//! /approvals/decisions`. Each decision is one transaction.
//!
//! [`web::authorization`] has the rules of who may decide what. The domain has the rules of each item.

pub mod correction;
pub mod day;
pub mod leave;
pub mod swap;

use store::RepeatKey;
use web::{App, Caller, RequestId};

/// The person who decides, and the request of the decision.
#[derive(Debug, Clone, Copy)]
pub struct Decider<'a> {
    /// The function's state.
    pub app: &'a App,
    /// The person.
    pub caller: &'a Caller,
    /// The request.
    pub request_id: &'a RequestId,
    /// The key under which the response is saved for repeats, if the client wants that.
    pub key: Option<&'a RepeatKey>,
}
