//! `$connect`: decides who may open a connection. Browsers send a ticket; clients that can set headers send an access token.

use domain::id::{FamilyId, UserId};
use jiff::Timestamp;
use store::{
    Commit, CommitError, Condition,
    connections::{Connection, ConnectionSnapshot, MAX_CONNECTIONS},
};
use web::{LiveTicket, Problem, authorization::must_be_active};

use crate::{
    Live,
    event::{Answer, Event},
};

/// The maximum number of attempts to open a connection. All tabs of one person may reconnect at the same time, and each round
/// of that race has one winner.
const DECISIONS: usize = MAX_CONNECTIONS + 2;

/// The credential that a client sends.
enum Shown {
    Ticket(LiveTicket),
    /// A verified access token.
    Token {
        user: UserId,
        family: FamilyId,
    },
}

impl Shown {
    const fn user(&self) -> UserId {
        match self {
            Self::Ticket(ticket) => ticket.user,
            Self::Token { user, .. } => *user,
        }
    }

    const fn family(&self) -> FamilyId {
        match self {
            Self::Ticket(ticket) => ticket.family,
            Self::Token { family, .. } => *family,
        }
    }

    fn ticket_hash(&self) -> Option<String> {
        match self {
            Self::Ticket(ticket) => Some(ticket.hash()),
            Self::Token { .. } => None,
        }
    }
}

/// The reason why an attempt failed.
enum Failed {
    Problem(Problem),
    ConditionFailed(Condition),
}

impl<E: Into<Problem>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Problem(error.into())
    }
}

impl Live {
    /// Returns the person, if the credential identifies one, and the status with which API Gateway responds to the handshake.
    pub(crate) async fn connect(&self, event: &Event, request_id: &str) -> (Option<UserId>, Answer) {
        let now = self.clock.now();
        let shown = match self.shown(event, now).await {
            Ok(shown) => shown,
            Err(problem) => return (None, refused(&problem)),
        };
        let answer = match self.open(event, &shown, now, request_id).await {
            Ok(gone) => {
                for connection in gone {
                    // If the connection stays open, it receives no more messages: the table no longer has it.
                    self.push.close(&connection).await;
                }
                Answer::OK
            }
            Err(problem) => refused(&problem),
        };
        (Some(shown.user()), answer)
    }

    async fn shown(&self, event: &Event, now: Timestamp) -> Result<Shown, Problem> {
        let refused = Problem::unauthenticated;
        if let Some(ticket) = event.query("ticket") {
            return LiveTicket::parse(ticket).map(Shown::Ticket).ok_or_else(refused);
        }
        let (scheme, token) =
            event.header("authorization").and_then(|value| value.split_once(' ')).ok_or_else(refused)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(refused());
        }
        let claims = self.tokens.verify(token.trim(), now).await?;
        Ok(Shown::Token { user: claims.sub, family: claims.sid })
    }

    async fn open(
        &self,
        event: &Event,
        shown: &Shown,
        now: Timestamp,
        request_id: &str,
    ) -> Result<Vec<Connection>, Problem> {
        let mut failed = Condition::Version;
        for _ in 0..DECISIONS {
            match self.attempt(event, shown, now, request_id).await {
                Ok(gone) => return Ok(gone),
                Err(Failed::Problem(problem)) => return Err(problem),
                Err(Failed::ConditionFailed(condition)) => failed = condition,
            }
        }
        Err(failed.into())
    }

    async fn attempt(
        &self,
        event: &Event,
        shown: &Shown,
        now: Timestamp,
        request_id: &str,
    ) -> Result<Vec<Connection>, Failed> {
        let hash = shown.ticket_hash();
        let snapshot = self.store.connection_snapshot(shown.user(), shown.family(), hash.as_deref()).await?;
        if hash.is_some() && !snapshot.ticket.as_ref().is_some_and(|ticket| ticket.is_good(now)) {
            return Err(Problem::unauthenticated().into());
        }
        let ConnectionSnapshot { user: Some(user), credential: Some(credential), sign_in, connections, .. } = snapshot
        else {
            return Err(Problem::unauthenticated().into());
        };
        must_be_active(&user)?;
        let sign_in = sign_in
            .filter(|sign_in| sign_in.epoch == credential.session_epoch && now.as_second() < sign_in.expires_at)
            .ok_or_else(Problem::unauthenticated)?;

        let connection = Connection {
            id: event.request_context.connection_id.clone(),
            user_id: user.id,
            family_id: sign_in.family,
            department_id: user.department_id,
            connected_at: now,
        };
        let mut commit = Commit::without_event(self.stamp(user.id, now, Some(request_id)));
        if let Some(hash) = &hash {
            commit.use_live_ticket(hash)?;
        }
        let gone = commit.open_connection(connection, &user, &sign_in, &connections)?;
        match commit.send(&self.store).await {
            Ok(()) => Ok(gone),
            // The next attempt decides on the current state: it refuses a ticket that was used meanwhile.
            Err(CommitError::ConditionFailed(condition)) => Err(Failed::ConditionFailed(condition)),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}

fn refused(problem: &Problem) -> Answer {
    Answer { status_code: problem.code().status().as_u16(), body: None }
}
