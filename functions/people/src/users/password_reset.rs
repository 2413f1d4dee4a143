//! `POST /users/{id}/password-reset`: a temporary password for a person who lost theirs.

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    event::{AccountFact, Fact, Subject},
    id::UserId,
};
use serde_json::{Map, Value};
use store::{Commit, RepeatKey, people_snapshot::PeopleQuery};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Failed, Problem, Repeat, RequestId,
    attempts::failures_of_today,
    authorization,
    body::NoFields,
    command::{command, ensure_not_replayed},
    parameter, password_hash,
};

use super::temporary_password::temporary_password;

/// The documented answer; [`Answer::secret`] adds the password.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only for the documentation: the password must not be in a saved answer")]
pub(crate) struct PasswordReset {
    /// The temporary password. It is shown only once; a replay leaves it out.
    #[schema(required = false, example = "k7wd-m2xq-9hbt-ecv4")]
    temporary_password: String,
}

/// Reset a user's password
///
/// For managers, and never on their own account. Ends all of the person's sessions and lock-outs, and notifies the person; if
/// the person is an admin, it notifies all admins. The answer contains a `temporary_password`, once. It lets the person sign in
/// for 72 hours to set a new password. Needs a sign-in within the last 10 minutes.
#[utoipa::path(
    post, path = "/users/{id}/password-reset", operation_id = "resetPassword", tag = "users",
    params(
        ("id" = String, Path, description = "The id of the person"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer"),
    ),
    request_body = NoFields,
    responses(
        (status = 200, description = "The new password", body = PasswordReset),
        (status = 403, description = "`forbidden`; `own_record`: change your own with `PUT /auth/password`; `confirmation_required`: confirm your own password first"),
    ),
)]
pub(crate) async fn password_reset(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    repeat: Repeat,
    request_id: RequestId,
    Body { value: NoFields {}, hash }: Body<NoFields>,
) -> Result<Response, Problem> {
    let person = parameter::user(&id, &caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let key = key.as_ref();
    command(&app.store, key, app.now(), || attempt(&app, &caller, key, &request_id, person)).await
}

async fn attempt(
    app: &App,
    caller: &Caller,
    key: Option<&RepeatKey>,
    request_id: &RequestId,
    person: UserId,
) -> Result<Answer, Failed> {
    let now = app.now();
    let query = PeopleQuery {
        caller: caller.user_id,
        person: Some(person),
        departments: &std::collections::BTreeSet::new(),
        username: None,
        email: None,
        repeat: key,
    };
    let snapshot = app.store.people_snapshot(&query, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let user = snapshot.person.ok_or_else(Problem::not_found)?;
    authorization::may_manage(caller, &user)?;
    ensure_not_replayed(snapshot.earlier)?;
    authorization::must_have_recent_sign_in(caller, now)?;
    let password = temporary_password(&*app.entropy, &user.username)?;
    let hash = password_hash::hash(&*app.entropy, &password).await?;
    let answer = Answer::ok(&Map::<String, Value>::new())?;
    let subject = Subject::User(person);
    let facts = vec![
        Fact::Account(AccountFact::PasswordChanged),
        Fact::Account(AccountFact::PasswordReset { role: user.authority.role() }),
    ];
    let mut commit = Commit::new(app.stamp(caller, request_id, now), subject, facts)?;
    commit.audit::<()>(subject, "password_reset", None, None)?;
    commit.reset_password(person, hash, now)?;
    commit.forget_failures_of_day(&failures_of_today(person, now))?;
    commit.save_answer(key, answer.saved())?;
    commit.send(&app.store).await?;
    Ok(answer.secret("temporary_password", password.expose().to_owned()))
}
