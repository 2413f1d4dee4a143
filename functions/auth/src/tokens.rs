//! What signing in and renewing answer with.

use domain::{calendar::Zone, id::FamilyId, user::User};
use jiff::Timestamp;
use serde::Serialize;
use store::sign_ins::SignIn;
use utoipa::ToSchema;
use web::{Answer, Problem, answers::UserAnswer, token};

use crate::{
    access_token,
    refresh_token::{self, RefreshToken},
    state::Auth,
};

/// An access token, and the refresh token that renews it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Tokens {
    /// For `Authorization: Bearer …`.
    access_token: String,
    /// For `POST /auth/refresh`, once.
    refresh_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// How many seconds the access token lasts.
    #[schema(example = 900)]
    expires_in: i64,
    /// Who signed in.
    user: UserAnswer,
}

/// A sign-in that begins now, with its first refresh token.
pub(crate) fn begin(auth: &Auth, user: &User, epoch: u64, now: Timestamp) -> (SignIn, RefreshToken) {
    let family = FamilyId::generate(now, &*auth.app.entropy);
    let token = RefreshToken::generate(user.id, family, &*auth.app.entropy);
    let sign_in = SignIn {
        user_id: user.id,
        family,
        token_hash: token.hash(),
        epoch,
        signed_in_at: now,
        refreshed_at: now,
        expires_at: now.as_second() + refresh_token::LIFETIME_SECONDS,
    };
    (sign_in, token)
}

/// The sign-in with its next refresh token.
pub(crate) fn renew(auth: &Auth, before: &SignIn, now: Timestamp) -> (SignIn, RefreshToken) {
    let token = RefreshToken::generate(before.user_id, before.family, &*auth.app.entropy);
    let sign_in = SignIn {
        token_hash: token.hash(),
        refreshed_at: now,
        expires_at: now.as_second() + refresh_token::LIFETIME_SECONDS,
        ..before.clone()
    };
    (sign_in, token)
}

/// The answer, with a new access token.
pub(crate) async fn answer(
    auth: &Auth,
    user: &User,
    refresh_token: &RefreshToken,
    zone: &Zone,
    now: Timestamp,
) -> Result<Answer, Problem> {
    Answer::ok(&Tokens {
        access_token: access_token::issue(auth, user, refresh_token.family, zone, now).await?,
        refresh_token: refresh_token.reveal(),
        token_type: "Bearer",
        expires_in: token::LIFETIME_SECONDS,
        user: UserAnswer::new(user, zone),
    })
}
