//! Decisions on what people ask for and on days that wait for a manager, at whichever endpoint they come in: the endpoint of
//! the one thing, or `POST /approvals/decisions`. Each decision is one transaction.
//!
//! What may be decided by whom is in [`web::authorization`]; the rules of each thing are the domain's.

pub mod correction;
pub mod day;
pub mod leave;
pub mod swap;

use store::RepeatKey;
use web::{App, Caller, RequestId};

/// The person who decides, and the request with which the decision came in.
#[derive(Debug, Clone, Copy)]
pub struct Decider<'a> {
    /// The function's state.
    pub app: &'a App,
    /// The person.
    pub caller: &'a Caller,
    /// The request.
    pub request_id: &'a RequestId,
    /// Where the answer is saved for repeats, if the client wants that.
    pub key: Option<&'a RepeatKey>,
}
