//! Lists the caller's sessions and ends one of them.

use axum::extract::{Path, State};
use domain::{
    calendar::Zone,
    event::{AccountFact, Fact, Subject},
    id::FamilyId,
};
use serde::Serialize;
use store::{Commit, CommitError, sign_ins::SignIn};
use utoipa::ToSchema;
use web::{Answer, App, Caller, Problem, RequestId, instant::Instant, parameter};

/// A session: one sign-in on one device.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginSession {
    /// The id of the session.
    id: FamilyId,
    /// Whether this request was made in the session.
    is_current: bool,
    /// The browser or app, as its `User-Agent` header names it. Null for sessions that began before this was recorded.
    #[schema(example = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)")]
    device: Option<String>,
    /// The IP address of the sign-in.
    #[schema(example = "203.0.113.24")]
    ip_address: Option<String>,
    /// The instant of the sign-in.
    signed_in_at: Instant,
    /// The instant at which the session's tokens were last refreshed.
    last_used_at: Instant,
    /// The instant at which the session ends unless it is refreshed before: by default 30 days after its last refresh, and 90
    /// days after the sign-in at the latest (the setting `sessions`).
    expires_at: Instant,
}

/// The caller's sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginSessions {
    /// The sessions, newest first.
    items: Vec<LoginSession>,
}

impl LoginSession {
    fn new(session: SignIn, current: FamilyId, zone: &Zone) -> Self {
        let expires_at = jiff::Timestamp::from_second(session.expires_at).unwrap_or(session.refreshed_at);
        Self {
            id: session.family,
            is_current: session.family == current,
            device: session.client.device,
            ip_address: session.client.ip_address,
            signed_in_at: Instant::new(session.signed_in_at, zone),
            last_used_at: Instant::new(session.refreshed_at, zone),
            expires_at: Instant::new(expires_at, zone),
        }
    }
}

/// List the caller's sessions
///
/// Returns the caller's active sessions, at most the 100 that began last.
#[utoipa::path(
    get,
    path = "/auth/sessions",
    operation_id = "listSessions",
    tag = "auth",
    responses((status = 200, description = "The sessions", body = LoginSessions))
)]
pub(crate) async fn list(State(app): State<App>, caller: Caller) -> Result<Answer, Problem> {
    let credential = app.store.credential(caller.user_id);
    let (credential, sessions) = tokio::try_join!(credential, app.store.sign_ins(caller.user_id))?;
    let credential = credential.ok_or_else(Problem::unauthenticated)?;
    let now = app.now().as_second();
    let is_open = |session: &SignIn| session.epoch == credential.session_epoch && now < session.expires_at;
    let items = sessions.into_iter().filter(is_open);
    let items = items.map(|session| LoginSession::new(session, caller.family, &caller.zone)).collect();
    Answer::ok(&LoginSessions { items })
}

/// End one of the caller's sessions
///
/// The session's tokens stop working at once, and its live connections close.
#[utoipa::path(
    delete,
    path = "/auth/sessions/{id}",
    operation_id = "endSession",
    tag = "auth",
    params(("id" = String, Path, description = "The session's id")),
    responses(
        (status = 204, description = "Ended"),
        (status = 404, description = "`not_found`: the caller has no such session"),
    )
)]
pub(crate) async fn end(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    Path(id): Path<String>,
) -> Result<Answer, Problem> {
    let id: FamilyId = parameter::id(&id)?;
    let subject = Subject::User(caller.user_id);
    let stamp = app.stamp(&caller, &request_id, app.now());
    let mut commit = Commit::new(stamp, subject, vec![Fact::Account(AccountFact::SignedOut { family_id: id })])?;
    commit.end_sign_in(caller.user_id, id)?;
    commit.audit::<()>(subject, "session_ended", None, None)?;
    match commit.send(&app.store).await {
        Ok(()) => Ok(Answer::no_content()),
        Err(CommitError::ConditionFailed(_)) => Err(Problem::not_found()),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}
