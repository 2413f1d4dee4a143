//! Signs the caller out of one session.

use axum::extract::State;
use domain::{
    audit::Actor,
    event::{AccountFact, Fact, Subject},
};
use store::{Commit, CommitError};
use web::{Answer, Body, Problem, RequestId, request_id::Seen};

use crate::{
    refresh::Refresh,
    refresh_token::{RefreshToken, Standing},
    session_cookie::CookieRequest,
    state::Auth,
};

/// Sign out
///
/// Ends the session that the refresh token belongs to. Any of the session's refresh tokens is accepted. For a token that is no
/// longer valid, there is nothing left to end.
#[utoipa::path(
    post,
    path = "/auth/logout",
    operation_id = "logout",
    tag = "auth",
    request_body = Refresh,
    security(()),
    responses(
        (status = 204, description = "Signed out"),
        (status = 403, description = "`origin_not_allowed`"),
    )
)]
pub(crate) async fn logout(
    State(auth): State<Auth>,
    request_id: RequestId,
    seen: Seen,
    cookies: CookieRequest,
    body: Body<Refresh>,
) -> Result<Answer, Problem> {
    let cookie = cookies.cookie(body.value.mode())?;
    let signed_out = Answer::no_content();
    let signed_out = match &cookie {
        Some(cookie) => signed_out.cookie(cookie.removed()),
        None => signed_out,
    };
    match body.value.token(cookie.as_ref()) {
        Ok(token) => end(&auth, &request_id, &seen, &token).await.map(|()| signed_out),
        Err(problem) if problem.code() == web::Code::InvalidRefreshToken => Ok(signed_out),
        Err(problem) => Err(problem),
    }
}

/// Ends the token's session if the token is proven to belong to it.
async fn end(auth: &Auth, request_id: &RequestId, seen: &Seen, token: &RefreshToken) -> Result<(), Problem> {
    let now = auth.app.now();
    let keys = auth.signing.keys().await?;
    // A derived token is proven without a read; a token of release 0.1.0 needs its session.
    if !token.proves_itself(keys) {
        let session = auth.app.store.account(token.user, Some(token.family), None).await?.sign_in;
        if session.is_none_or(|session| token.standing(&session, keys, now) == Standing::Forged) {
            return Ok(());
        }
    }
    seen.caller(token.user);
    let stamp = auth.app.stamp_by(Actor::User { id: token.user }, request_id, now);
    let facts = vec![Fact::Account(AccountFact::SignedOut { family_id: token.family })];
    let mut commit = Commit::new(stamp, Subject::User(token.user), facts)?;
    commit.end_sign_in(token.user, token.family)?;
    match commit.send(&auth.app.store).await {
        Ok(()) | Err(CommitError::ConditionFailed(_)) => Ok(()),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}
