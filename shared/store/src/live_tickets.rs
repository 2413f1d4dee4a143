//! Tickets: what a browser, which can't send a token with a WebSocket, opens a connection with. Each is good once.

use domain::id::{FamilyId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, CommitError, Guard, Stamp, Store, StoreError,
    commit::{Expression, When},
    item::Item,
    keys::{self, PK},
};

/// A ticket as it is stored, under the hash of what the client got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveTicketRecord {
    /// Whose connection it opens.
    pub user_id: UserId,
    /// The sign-in it was asked for in.
    pub family_id: FamilyId,
    /// From when on it is no good, in seconds since 1970.
    pub expires_at: i64,
}

impl LiveTicketRecord {
    /// Whether it is good at that instant.
    pub fn is_good(&self, now: Timestamp) -> bool {
        now.as_second() < self.expires_at
    }
}

impl Store {
    /// Keeps a ticket. It is no change anybody hears of.
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
            Some(Guard::LiveTicket),
        )?;
        commit.send(self).await
    }
}

impl Commit {
    /// Uses a ticket up: of two connections with the same one, the second comes to nothing.
    pub fn use_live_ticket(&mut self, hash: &str) -> Result<(), StoreError> {
        let there = Expression::new("attribute_exists(#pk)").name("#pk", PK);
        self.delete(&keys::live_ticket(hash), Some(there), Some(Guard::LiveTicket))
    }
}
