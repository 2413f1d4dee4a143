//! `PUT /users/{id}/pin`: sets the PIN with which a person punches at kiosks.

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    event::{AccountFact, Fact, Subject},
    id::UserId,
    pin::NewPin,
};
use serde::Deserialize;
use store::{Commit, kiosks::Pin, people_snapshot::PeopleQuery};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Failed, Problem, RequestId, Secret, authorization, command, parameter, password_hash,
};

/// A new PIN.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"pin": "7391"}))]
pub(crate) struct PinBody {
    /// The PIN: 4 to 8 digits; no sequences such as `1234`, no repetitions such as `0000` or `1212`.
    #[schema(value_type = String, format = "password", min_length = 4, max_length = 8, pattern = "^[0-9]{4,8}$")]
    pin: Secret,
}

/// Set a kiosk PIN
///
/// Sets the PIN of the caller, or of a person whom the caller manages. PINs can't be read afterwards. If kiosks have locked out
/// the person, the lock-out stays until it ends. Needs a sign-in within the last 10 minutes.
#[utoipa::path(
    put, path = "/users/{id}/pin", operation_id = "setPin", tag = "users",
    params(("id" = String, Path, description = "The id of the person; `me` is the caller")),
    request_body = PinBody,
    responses(
        (status = 204, description = "Set"),
        (status = 403, description = "`forbidden`; `confirmation_required`: confirm your password first"),
    ),
)]
pub(crate) async fn pin(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
    Body { value: PinBody { pin }, hash: _ }: Body<PinBody>,
) -> Result<Response, Problem> {
    let person = parameter::user(&id, &caller)?;
    let pin = NewPin::parse(pin.expose()).map_err(|error| Problem::invalid("pin", error))?;
    command(&app.store, None, app.now(), || attempt(&app, &caller, &request_id, person, &pin)).await
}

async fn attempt(
    app: &App,
    caller: &Caller,
    request_id: &RequestId,
    person: UserId,
    pin: &NewPin,
) -> Result<Answer, Failed> {
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
    authorization::may_set_pin(caller, &user)?;
    authorization::must_have_recent_sign_in(caller, now)?;
    let pin_hash = password_hash::hash_pin(&*app.entropy, pin).await?;
    let subject = Subject::User(person);
    let mut commit =
        Commit::new(app.stamp(caller, request_id, now), subject, vec![Fact::Account(AccountFact::PinChanged)])?;
    commit.audit::<()>(subject, "pin_changed", None, None)?;
    commit.set_pin(&user, &Pin { pin_hash, changed_at: now })?;
    commit.send(&app.store).await?;
    Ok(Answer::no_content())
}
