//! The end of sessions, by their limits or by a sign-out. After a sign-out, their tokens stop working at once, and their live
//! connections close.

use domain::{
    audit::Actor,
    event::{AccountFact, Fact, Subject},
    id::{FamilyId, UserId},
    settings::SessionLimits,
};
use store::{Commit, CommitError, sign_ins::SignIn};

use crate::{Denied, Failed, Ports, Request};

/// Returns the instant from which a session can't be refreshed any more, in seconds since 1970. The company may have shortened its
/// sessions since the last refresh.
pub fn end_of(session: &SignIn, limits: SessionLimits) -> i64 {
    session.expires_at.min(limits.end_of(session.signed_in_at, session.refreshed_at))
}

/// Ends one of the caller's sessions.
///
/// # Errors
/// The caller has no such session.
pub async fn end(request: &Request<'_>, family_id: FamilyId) -> Result<(), Failed> {
    let Request { ports, caller, .. } = *request;
    let subject = Subject::User(caller.user_id);
    let mut commit = Commit::new(request.stamp(), subject, vec![signed_out(family_id)])?;
    commit.end_sign_in(caller.user_id, family_id)?;
    commit.audit::<()>(subject, "session_ended", None, None)?;
    sent(commit.send(ports.store).await, Denied::NotFound)
}

/// Ends all sessions of the caller, including the current one.
///
/// # Errors
/// The caller's account doesn't exist.
pub async fn end_all(request: &Request<'_>) -> Result<(), Failed> {
    let Request { ports, caller, .. } = *request;
    let subject = Subject::User(caller.user_id);
    let facts = vec![Fact::Account(AccountFact::SignedOutEverywhere)];
    let mut commit = Commit::new(request.stamp(), subject, facts)?;
    commit.end_sign_ins(caller.user_id)?;
    commit.audit::<()>(subject, "signed_out_everywhere", None, None)?;
    // The token's person isn't in this table.
    sent(commit.send(ports.store).await, Denied::Unauthenticated)
}

/// Ends the session of a person who has proved it with one of its refresh tokens. Does nothing if the session has ended.
///
/// # Errors
/// The table failed.
pub async fn sign_out(ports: &Ports<'_>, request_id: &str, user: UserId, family_id: FamilyId) -> Result<(), Failed> {
    let stamp = ports.stamp(Actor::User { id: user }, Some(request_id));
    let mut commit = Commit::new(stamp, Subject::User(user), vec![signed_out(family_id)])?;
    commit.end_sign_in(user, family_id)?;
    commit.send_if_unchanged(ports.store).await?;
    Ok(())
}

fn signed_out(family_id: FamilyId) -> Fact {
    Fact::Account(AccountFact::SignedOut { family_id })
}

/// Returns the result of a commit whose condition fails if there is nothing to end.
fn sent(result: Result<(), CommitError>, nothing: Denied) -> Result<(), Failed> {
    match result {
        Ok(()) => Ok(()),
        Err(CommitError::ConditionFailed(_)) => Err(nothing.into()),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}
