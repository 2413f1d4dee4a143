//! Signs the caller out of all sessions.

use axum::extract::State;
use domain::event::{AccountFact, Fact, Subject};
use store::{Commit, CommitError};
use web::{Answer, Caller, Problem, RequestId};

use crate::state::Auth;

/// Sign out everywhere
///
/// Ends all sessions of the caller, including the current one. Their access tokens stop working at once.
#[utoipa::path(
    post,
    path = "/auth/logout-all",
    operation_id = "logoutEverywhere",
    tag = "auth",
    responses((status = 204, description = "Signed out everywhere"))
)]
pub(crate) async fn logout_all(
    State(auth): State<Auth>,
    caller: Caller,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let stamp = auth.app.stamp(&caller, &request_id, auth.app.now());
    let subject = Subject::User(caller.user_id);
    let mut commit = Commit::new(stamp, subject, vec![Fact::Account(AccountFact::SignedOutEverywhere)])?;
    commit.end_sign_ins(caller.user_id)?;
    commit.audit::<()>(subject, "signed_out_everywhere", None, None)?;
    match commit.send(&auth.app.store).await {
        Ok(()) => Ok(Answer::no_content()),
        // The token's person isn't in this table.
        Err(CommitError::ConditionFailed(_)) => Err(Problem::unauthenticated()),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}
