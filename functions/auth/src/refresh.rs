//! Renewing: a refresh token is good once. Shown twice it was stolen by one of the two who showed it, and nobody can tell
//! by which; so the whole family ends.

use axum::{extract::State, response::Response};
use domain::{
    event::{Fact, Subject},
    user::User,
};
use jiff::Timestamp;
use serde::Deserialize;
use store::Commit;
use utoipa::ToSchema;
use web::{
    Answer, Body, Code, Failed, Problem, RequestId, Secret, authorization::must_be_active, command::command_briefly,
};

use crate::{
    refresh_token::RefreshToken,
    state::{Auth, themselves, zone_of},
    tokens::{self, Tokens},
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refresh {
    refresh_token: Secret,
}

/// Refresh tokens
///
/// Exchanges a refresh token for a new access token and the next refresh token. A token that is used twice ends the
/// session.
#[utoipa::path(
    post,
    path = "/auth/refresh",
    operation_id = "refreshTokens",
    tag = "auth",
    request_body = Refresh,
    security(()),
    responses(
        (status = 200, description = "Renewed", body = Tokens),
        (status = 401, description = "`invalid_refresh_token`, or `refresh_token_reused`: all of the sign-in's tokens have ended"),
        (status = 403, description = "`account_pending`, `account_disabled`"),
    )
)]
pub(crate) async fn refresh(
    State(auth): State<Auth>,
    request_id: RequestId,
    body: Body<Refresh>,
) -> Result<Response, Problem> {
    let now = auth.app.now();
    let token = RefreshToken::parse(body.value.refresh_token.expose()).ok_or_else(invalid)?;
    command_briefly(&auth.app.store, None, now, || attempt(&auth, &request_id, &token, now)).await
}

async fn attempt(auth: &Auth, request_id: &RequestId, token: &RefreshToken, now: Timestamp) -> Result<Answer, Failed> {
    let app = &auth.app;
    let account = app.store.account(token.user, Some(token.family), None).await?;
    let (Some(user), Some(credential), Some(sign_in)) = (account.user, account.credential, account.sign_in) else {
        return Err(invalid().into());
    };
    if sign_in.expires_at <= now.as_second() {
        return Err(invalid().into());
    }
    let ended = sign_in.epoch != credential.session_epoch;
    if !token.is_current(&sign_in) {
        return if ended { Err(invalid().into()) } else { revoke(auth, request_id, token, &user, now).await };
    }
    // Before the epoch: disabling an account ends its sign-ins too, and the reason is worth more than the fact.
    must_be_active(&user)?;
    if ended {
        return Err(invalid().into());
    }

    let (next, next_token) = tokens::renew(auth, &sign_in, now);
    let zone = zone_of(&user, &account.sites, &account.settings);
    let answer = tokens::answer(auth, &user, &next_token, zone, now).await?;
    let mut commit = Commit::silent(app.stamp_by(themselves(&user), request_id, now));
    commit.renew_sign_in(&sign_in, &next)?;
    commit.send(&app.store).await?;
    Ok(answer)
}

/// Ends the family of a token that was used before.
async fn revoke(
    auth: &Auth,
    request_id: &RequestId,
    token: &RefreshToken,
    user: &User,
    now: Timestamp,
) -> Result<Answer, Failed> {
    let stamp = auth.app.stamp_by(themselves(user), request_id, now);
    let subject = Subject::User(user.id);
    let mut commit = Commit::new(stamp, subject, vec![Fact::RefreshTokenReused])?;
    commit.revoke_sign_in(token.user, token.family)?;
    commit.audit::<()>(subject, "refresh_token_reused", None, None)?;
    commit.send(&auth.app.store).await?;
    Err(Problem::new(Code::RefreshTokenReused).into())
}

fn invalid() -> Problem {
    Problem::new(Code::InvalidRefreshToken)
}
