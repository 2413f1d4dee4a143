//! Tickets, with which a browser opens a WebSocket connection, because it can't send a token with it. Each ticket is valid
//! once.

use domain::id::{FamilyId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, CommitError, Condition, Stamp, Store, StoreError,
    commit::{Expression, When},
    item::Item,
    keys::{self, PK},
};

/// A ticket as it is stored, under the hash of the ticket that the client received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveTicketRecord {
    /// The person whose connection the ticket opens.
    pub user_id: UserId,
    /// The session in which the ticket was requested.
    pub family_id: FamilyId,
    /// The instant from which the ticket is invalid, in seconds since 1970.
    pub expires_at: i64,
}

impl LiveTicketRecord {
    /// Returns whether the ticket is valid at that instant.
    pub fn is_good(&self, now: Timestamp) -> bool {
        now.as_second() < self.expires_at
    }
}

impl Store {
    /// Stores a ticket, without an event.
    pub async fn keep_live_ticket(
        &self,
        stamp: Stamp,
        hash: &str,
        ticket: &LiveTicketRecord,
    ) -> Result<(), CommitError> {
        let until = Timestamp::from_second(ticket.expires_at).unwrap_or(Timestamp::MAX);
        let mut commit = Commit::without_event(stamp);
        commit.put(
            Item::new(keys::live_ticket(hash), ticket)?.expires_at(until),
            When::Absent,
            Some(Condition::LiveTicket),
        )?;
        commit.send(self).await
    }
}

impl Commit {
    /// Marks a ticket as used. If two connections use the same ticket, the second one fails.
    pub fn use_live_ticket(&mut self, hash: &str) -> Result<(), StoreError> {
        let there = Expression::new("attribute_exists(#pk)").name("#pk", PK);
        self.delete(&keys::live_ticket(hash), Some(there), Some(Condition::LiveTicket))
    }
}
