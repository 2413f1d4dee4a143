//! `$connect`: decides who may open a connection. Browsers send a ticket; clients that can set headers send an access token.

use app::{
    Failed, Ports,
    live::{self, ConnectionCredential},
};
use domain::id::UserId;
use jiff::Timestamp;
use store::{
    Condition,
    connections::{Connection, MAX_CONNECTIONS},
};
use web::{LiveTicket, Problem};

use crate::{
    Live,
    event::{Answer, Event},
};

/// The maximum number of attempts to open a connection. All tabs of one person may reconnect at the same time, and each round
/// of that race has one winner.
const MAX_DECISIONS: usize = MAX_CONNECTIONS + 2;

impl Live {
    /// Returns the person, if the credential identifies one, and the status with which API Gateway responds to the handshake.
    pub(crate) async fn connect(&self, event: &Event, request_id: &str) -> (Option<UserId>, Answer) {
        let ports = self.ports();
        let credential = match self.credential(event, ports.now).await {
            Ok(credential) => credential,
            Err(problem) => return (None, refused(&problem)),
        };
        let answer = match open(&ports, event, &credential, request_id).await {
            Ok(gone) => {
                for connection in gone {
                    // If the connection stays open, it receives no more messages: the table no longer has it.
                    self.push.close(&connection).await;
                }
                Answer::OK
            }
            Err(problem) => refused(&problem),
        };
        (Some(credential.user), answer)
    }

    /// Returns the credential that a client sends.
    async fn credential(&self, event: &Event, now: Timestamp) -> Result<ConnectionCredential, Problem> {
        let refused = Problem::unauthenticated;
        if let Some(ticket) = event.query("ticket") {
            let ticket = LiveTicket::parse(ticket).ok_or_else(refused)?;
            let ticket_hash = Some(ticket.hash());
            return Ok(ConnectionCredential { user: ticket.user, family: ticket.family, ticket_hash });
        }
        let (scheme, token) =
            event.header("authorization").and_then(|value| value.split_once(' ')).ok_or_else(refused)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(refused());
        }
        let claims = self.tokens.verify(token.trim(), now).await?;
        Ok(ConnectionCredential { user: claims.sub, family: claims.sid, ticket_hash: None })
    }
}

/// Opens the connection, and decides again after lost races.
async fn open(
    ports: &Ports<'_>,
    event: &Event,
    credential: &ConnectionCredential,
    request_id: &str,
) -> Result<Vec<Connection>, Problem> {
    let mut lost = Condition::Version;
    for _ in 0..MAX_DECISIONS {
        let id = event.request_context.connection_id.clone();
        match live::open_connection(ports, request_id, credential, id).await {
            Ok(gone) => return Ok(gone),
            Err(Failed::ConditionFailed(condition)) => lost = condition,
            Err(failed @ (Failed::Refused(_) | Failed::Answered(_) | Failed::Store(_))) => return Err(failed.into()),
        }
    }
    Err(lost.into())
}

fn refused(problem: &Problem) -> Answer {
    Answer { status_code: problem.code().status().as_u16(), body: None }
}
