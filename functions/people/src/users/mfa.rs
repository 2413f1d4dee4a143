//! `DELETE /users/{id}/mfa`: removes the second factor of a person who lost it.

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    event::{AccountFact, Fact, Subject},
    id::UserId,
};
use store::{Commit, people_snapshot::PeopleQuery, second_factors::SecondFactor};
use web::{Answer, App, Caller, Code, Failed, Problem, RequestId, authorization, command, parameter};

/// Remove a user's second factor
///
/// For a person who has lost both the authenticator app and the recovery codes. For admins, and never on their own account:
/// `DELETE /auth/mfa` removes the caller's own. The person is notified. The person's sign-ins need no code until they enrol
/// again.
#[utoipa::path(
    delete, path = "/users/{id}/mfa", operation_id = "removeUserMfa", tag = "users",
    params(("id" = String, Path, description = "The id of the person")),
    responses(
        (status = 204, description = "Removed"),
        (status = 403, description = "`forbidden`; `own_record`; `confirmation_required`"),
        (status = 409, description = "`mfa_not_enabled`"),
    ),
)]
pub(crate) async fn mfa(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let person = parameter::user(&id, &caller)?;
    command(&app.store, None, app.now(), || attempt(&app, &caller, &request_id, person)).await
}

async fn attempt(app: &App, caller: &Caller, request_id: &RequestId, person: UserId) -> Result<Answer, Failed> {
    let now = app.now();
    let query = PeopleQuery {
        caller: caller.user_id,
        person: Some(person),
        departments: &std::collections::BTreeSet::new(),
        username: None,
        email: None,
        repeat: None,
    };
    let snapshot = app.store.people_snapshot(&query, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let user = snapshot.person.ok_or_else(Problem::not_found)?;
    authorization::may_manage(caller, &user)?;
    authorization::must_have_recent_sign_in(caller, now)?;
    let factor = app.store.second_factor(person).await?.filter(SecondFactor::is_enabled);
    let factor = factor.ok_or_else(|| Problem::new(Code::MfaNotEnabled))?;
    let subject = Subject::User(person);
    let mut commit = Commit::new(
        app.stamp(caller, request_id, now),
        subject,
        vec![Fact::Account(AccountFact::SecondFactorDisabled)],
    )?;
    commit.audit::<()>(subject, "mfa_removed", None, None)?;
    commit.remove_second_factor(person, &factor)?;
    commit.send(&app.store).await?;
    Ok(Answer::no_content())
}
