//! `/users/{id}/pin`, `/users/{id}/password-reset`, `/users/{id}/mfa` and `/users/{id}/invitation`: the credentials of other
//! people, and the caller's own PIN (`app::people::credentials`).

use app::people::credentials;
use axum::extract::{Path, State};
use domain::{password::NewPassword, pin::NewPin};
use password_hash::Argon2Hasher;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Repeat, RequestId, Secret, authorization,
    body::NoFields,
    parameter,
    use_case::{accepted, execute, no_content},
};

use crate::state::People;

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
/// the person, the new PIN lifts the lock-out. Needs a sign-in within the last 10 minutes.
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
) -> Result<Answer, Problem> {
    let person = parameter::user(&id, &caller)?;
    let pin = NewPin::parse(pin.expose()).map_err(|error| Problem::invalid("pin", error))?;
    let request = app.request(&caller, &request_id, None);
    execute(&request, no_content, || credentials::set_pin(&request, &Argon2Hasher, person, &pin)).await
}

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
) -> Result<Answer, Problem> {
    let person = parameter::user(&id, &caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let shown = |password: &NewPassword, _: u64| -> Result<Answer, Problem> {
        let answer = Answer::ok(&Map::<String, Value>::new())?;
        Ok(answer.secret("temporary_password", password.expose().to_owned()))
    };
    execute(&request, shown, || credentials::reset_password(&request, &Argon2Hasher, person)).await
}

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
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let person = parameter::user(&id, &caller)?;
    let request = app.request(&caller, &request_id, None);
    execute(&request, no_content, || credentials::remove_second_factor(&request, person)).await
}

/// Invite a user again
///
/// Sends a link to set the first password to the person's e-mail address. It works once, within seven days. The links of earlier
/// invitations don't work any more.
#[utoipa::path(
    post, path = "/users/{id}/invitation", operation_id = "inviteUser", tag = "users",
    params(("id" = String, Path, description = "The id of the person")),
    request_body = NoFields,
    responses(
        (status = 202, description = "An e-mail is on its way"),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 409, description = "`email_off`; `no_email_address`; `invitation_used`: the person has set a password"),
        (status = 429, description = "`too_many_emails`: twenty today (UTC)"),
    ),
)]
pub(crate) async fn invitation(
    State(People { app, sends_email, .. }): State<People>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
    Body { value: NoFields {}, hash: _ }: Body<NoFields>,
) -> Result<Answer, Problem> {
    authorization::must_be_manager(&caller)?;
    let person = parameter::user(&id, &caller)?;
    let request = app.request(&caller, &request_id, None);
    execute(&request, accepted, || credentials::invite(&request, person, sends_email)).await
}
