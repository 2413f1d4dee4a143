//! Refreshing a session.
//!
//! A refresh token works once. For 30 seconds, and while its successor is unused, the previous token returns the same successor
//! again. So two tabs that refresh at once stay signed in, and a client whose answer was lost can repeat the call. An older token
//! may have been stolen, so its use ends the session.

use app::auth::sign_in::{self, OpenSession, TokenRequest};
use axum::{extract::State, response::Response};
use domain::{FieldRule, id::UserId};
use serde::Deserialize;
use store::sign_ins::SignIn;
use utoipa::ToSchema;
use web::{Answer, Body, Code, Problem, RequestId, Secret, request_id::Seen, use_case::execute_unsigned};

use crate::{
    refresh_token::RefreshToken,
    session_cookie::{CookieRequest, SessionCookie, SessionMode},
    sign_in_client::Client,
    state::Auth,
    tokens::{self, Tokens},
};

/// A refresh token to exchange.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"refresh_token": "the refresh_token of POST /auth/login"}))]
pub(crate) struct Refresh {
    /// The refresh token. Absent where the session keeps it in a cookie.
    #[serde(default)]
    #[schema(nullable = false)]
    refresh_token: Option<Secret>,
    /// `cookie` where the session keeps its refresh token in a cookie.
    #[serde(default)]
    session: SessionMode,
}

impl Refresh {
    /// Returns the refresh token of the request, from its body or its cookie.
    ///
    /// # Errors
    /// 422 if the body has no token and there is no cookie, or if both are present. 401 if the token has an unknown format.
    pub(crate) fn token(&self, cookie: Option<&SessionCookie>) -> Result<RefreshToken, Problem> {
        let token = match (&self.refresh_token, cookie) {
            (Some(token), None) => RefreshToken::parse(token.expose()),
            (None, Some(cookie)) => cookie.token(),
            (None, None) => return Err(Problem::invalid("refresh_token", FieldRule::Required)),
            (Some(_), Some(_)) => {
                return Err(Problem::invalid("refresh_token", FieldRule::TokenInCookie));
            }
        };
        token.ok_or_else(invalid)
    }

    /// Returns where the session keeps its refresh token.
    pub(crate) const fn mode(&self) -> SessionMode {
        self.session
    }
}

/// Refresh tokens
///
/// Exchanges a refresh token for a new access token and the next refresh token. Within 30 seconds, and until the next refresh
/// token is used, the call can be repeated and returns the same refresh token. Using a token later than that ends the session.
#[utoipa::path(
    post,
    path = "/auth/refresh",
    operation_id = "refreshTokens",
    tag = "auth",
    request_body = Refresh,
    security(()),
    responses(
        (status = 200, description = "Renewed", body = Tokens),
        (status = 401, description = "`invalid_refresh_token`, or `refresh_token_reused`: the session has ended"),
        (status = 403, description = "`account_pending`, `account_disabled`, `origin_not_allowed`"),
    )
)]
pub(crate) async fn refresh(
    State(auth): State<Auth>,
    request_id: RequestId,
    client: Client,
    seen: Seen,
    cookies: CookieRequest,
    body: Body<Refresh>,
) -> Result<Response, Problem> {
    let cookie = cookies.cookie(body.value.mode())?;
    let cookie = cookie.as_ref();
    let token = body.value.token(cookie)?;
    let now = auth.app.now();
    let identified = |user: UserId| seen.caller(user);
    let request = TokenRequest {
        ports: auth.app.ports(now),
        request_id: request_id.as_str(),
        client: &client.0,
        identified: &identified,
    };
    let keys = auth.signing.keys().await?;
    let standing = |session: &SignIn| token.standing(session, keys, now);
    let tokens =
        |open: &OpenSession, _: u64| -> Result<Answer, Problem> { tokens::answer(&auth, keys, open, cookie, now) };
    let of_token = (token.user, token.family);
    execute_unsigned(&request.ports, tokens, || sign_in::refresh(request, of_token, standing)).await
}

fn invalid() -> Problem {
    Problem::new(Code::InvalidRefreshToken)
}
