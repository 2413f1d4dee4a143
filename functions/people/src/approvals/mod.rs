//! `/approvals`: the entries that wait for the caller's decision.

pub(crate) mod counts;
pub(crate) mod decide;
pub(crate) mod list;

use store::waiting::WaitingQuery;
use web::{
    Caller,
    authorization::{Visible, visible_people},
};

/// Returns the query for the entries that wait for a caller.
pub(crate) fn query_of(caller: &Caller, now: jiff::Timestamp) -> WaitingQuery {
    let visible = visible_people(caller).ok();
    // People who register belong to no department, so only callers who see everyone see registrations.
    let registrations = visible == Some(Visible::Everyone);
    WaitingQuery { decider: caller.user_id, scope: visible.map(Into::into), registrations, now }
}
