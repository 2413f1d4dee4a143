//! Signing out of one sign-in.

use axum::extract::State;
use domain::{
    audit::Actor,
    event::{Fact, Subject},
};
use serde::Deserialize;
use store::{Commit, CommitError};
use utoipa::ToSchema;
use web::{Answer, Body, Problem, RequestId, Secret};

use crate::{refresh_token::RefreshToken, state::Auth};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Logout {
    refresh_token: Secret,
}

/// Sign out
///
/// Ends the session that the refresh token belongs to. A token that is no longer valid is signed out already.
#[utoipa::path(
    post,
    path = "/auth/logout",
    operation_id = "logout",
    tag = "auth",
    request_body = Logout,
    security(()),
    responses((status = 204, description = "Signed out"))
)]
pub(crate) async fn logout(
    State(auth): State<Auth>,
    request_id: RequestId,
    body: Body<Logout>,
) -> Result<Answer, Problem> {
    let Some(token) = RefreshToken::parse(body.value.refresh_token.expose()) else { return Ok(Answer::no_content()) };
    let stamp = auth.app.stamp_by(Actor::User { id: token.user }, &request_id, auth.app.now());
    let facts = vec![Fact::SignedOut { family_id: token.family }];
    let mut commit = Commit::new(stamp, Subject::User(token.user), facts)?;
    commit.sign_out(token.user, token.family, &token.hash())?;
    match commit.send(&auth.app.store).await {
        Ok(()) | Err(CommitError::Lost(_)) => Ok(Answer::no_content()),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}
