//! Live connections: people get tickets for them, open them and close them.

use domain::{
    audit::Actor,
    id::{FamilyId, UserId},
};
use jiff::ToSpan;
use store::{
    Commit, CommitError, StoreError,
    connections::{Connection, ConnectionId, ConnectionSnapshot},
    live_tickets::LiveTicketRecord,
};

use crate::{Denied, Failed, Ports, Request, authorization::must_be_active};

/// The lifetime of a ticket.
pub const TICKET_LIFETIME_SECONDS: i64 = 30;

/// The credential with which a client opens a connection: a ticket, or a verified access token.
#[derive(Debug)]
pub struct ConnectionCredential {
    /// The person.
    pub user: UserId,
    /// The session of the person.
    pub family: FamilyId,
    /// The hash of the ticket; none for an access token.
    pub ticket_hash: Option<String>,
}

/// Stores a ticket of the caller, which is valid for one connection. `ticket_hash` is the hash of the ticket that the client sends.
///
/// # Errors
/// The caller's token isn't valid any more, or the table refuses the request.
pub async fn issue_ticket(request: &Request<'_>, ticket_hash: &str) -> Result<(), Failed> {
    let Request { ports, caller, .. } = *request;
    let now = ports.now;
    let expires_at = now.saturating_add(TICKET_LIFETIME_SECONDS.seconds()).unwrap_or(now).as_second();
    let record = LiveTicketRecord { user_id: caller.user_id, family_id: caller.family, expires_at };
    Ok(ports.store.keep_live_ticket(request.stamp(), ticket_hash, &record).await?)
}

/// Opens a connection, with one read and one transaction. Returns the connections that it replaces. After a lost race, a further
/// attempt decides on the current state: it refuses a ticket that was used meanwhile.
///
/// # Errors
/// The ticket or the session isn't valid, the person isn't active, or another connection was opened at the same time.
pub async fn open_connection(
    ports: &Ports<'_>,
    request_id: &str,
    credential: &ConnectionCredential,
    connection: ConnectionId,
) -> Result<Vec<Connection>, Failed> {
    let ConnectionCredential { user, family, ref ticket_hash } = *credential;
    let now = ports.now;
    let snapshot = ports.store.connection_snapshot(user, family, ticket_hash.as_deref()).await?;
    if ticket_hash.is_some() && !snapshot.ticket.as_ref().is_some_and(|ticket| ticket.is_good(now)) {
        return Err(Denied::Unauthenticated.into());
    }
    let ConnectionSnapshot { user: Some(user), credential: Some(credential), sign_in, connections, .. } = snapshot
    else {
        return Err(Denied::Unauthenticated.into());
    };
    must_be_active(&user)?;
    let sign_in = sign_in
        .filter(|sign_in| sign_in.epoch == credential.session_epoch && now.as_second() < sign_in.expires_at)
        .ok_or(Denied::Unauthenticated)?;

    let connection = Connection {
        id: connection,
        user_id: user.id,
        family_id: sign_in.family,
        department_id: user.department_id,
        connected_at: now,
    };
    let mut commit = Commit::without_event(ports.stamp(Actor::User { id: user.id }, Some(request_id)));
    if let Some(hash) = ticket_hash {
        commit.use_live_ticket(hash)?;
    }
    let gone = commit.open_connection(connection, &user, &sign_in, &connections)?;
    commit.send(ports.store).await?;
    Ok(gone)
}

/// Removes a connection that was closed. Returns its person; none if the connection isn't in the table any more.
///
/// # Errors
/// The table refuses a request.
pub async fn forget_connection(ports: &Ports<'_>, id: &ConnectionId) -> Result<Option<UserId>, StoreError> {
    let Some(connection) = ports.store.connection(id).await? else { return Ok(None) };
    let user = connection.user_id;
    match ports.store.forget_connection(ports.stamp(Actor::User { id: user }, None), &connection).await {
        Ok(()) | Err(CommitError::ConditionFailed(_)) => Ok(Some(user)),
        Err(CommitError::Store(error)) => Err(error),
    }
}
