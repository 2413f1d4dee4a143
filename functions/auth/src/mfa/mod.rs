//! `/auth/mfa`: the caller's second factor (`app::auth::second_factor`). [`codes`] generates and checks codes of an
//! authenticator app (TOTP, RFC 6238), and recovery codes in case the app is lost.

pub(crate) mod codes;

use app::auth::{
    second_factor::{self, Enrolment},
    secrets,
};
use axum::{extract::State, http::StatusCode, response::Response};
use domain::calendar::Zone;
use serde::{Deserialize, Serialize};
use store::second_factors::SecondFactor;
use utoipa::ToSchema;
use web::{
    Answer, Body, Caller, Problem, RequestId, RestrictedCaller, Restriction, Secret,
    body::NoFields,
    instant::Instant,
    use_case::{execute_briefly, no_content},
};

use crate::state::Auth;

/// The state of the caller's second factor.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MfaState {
    /// Whether sign-ins need a code.
    enabled: bool,
    /// Whether the caller's role needs a second factor (`second_factor_required_for`).
    required: bool,
    /// The instant since which sign-ins need a code; `null` where they don't.
    enabled_at: Option<Instant>,
    /// The number of unused recovery codes.
    #[schema(maximum = 10)]
    recovery_codes_left: usize,
}

/// The secret for an authenticator app.
#[derive(Serialize, ToSchema)]
pub(crate) struct MfaEnrolment {
    /// The secret as people type it into an app, in Base32. It is shown only once.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    secret: String,
    /// The secret as apps read it from a QR code.
    otpauth_uri: String,
}

/// A code of the authenticator app.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "287082"}))]
pub(crate) struct MfaConfirmation {
    /// The code that the app shows.
    code: Secret,
}

/// Recovery codes: each replaces a code of the app once.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    /// The codes. They are shown only once.
    #[schema(min_items = 10, max_items = 10)]
    recovery_codes: Vec<String>,
}

/// Get the state of the caller's second factor
///
/// Answers whether it is enabled, whether the company requires it, and how many recovery codes are left.
#[utoipa::path(
    get,
    path = "/auth/mfa",
    operation_id = "getMfa",
    tag = "auth",
    responses((status = 200, description = "Whether there is a second factor", body = MfaState))
)]
pub(crate) async fn read(
    State(auth): State<Auth>,
    caller: RestrictedCaller,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let caller = caller.allowing(&[Restriction::MfaEnrolment])?;
    let (user, account) = second_factor::own_account(&auth.app.request(&caller, &request_id, None)).await?;
    let factor = account.second_factor.filter(SecondFactor::is_enabled);
    let zone: &Zone = &caller.zone;
    Answer::ok(&MfaState {
        enabled: factor.is_some(),
        required: account.settings.second_factor_required_for.covers(user.authority.role()),
        enabled_at: factor.as_ref().and_then(|factor| factor.enabled_at).map(|at| Instant::new(at, zone)),
        recovery_codes_left: factor.map_or(0, |factor| factor.recovery_hashes.len()),
    })
}

/// Start enrolling a second factor
///
/// Returns a new secret for an authenticator app. Sign-ins need no code until `POST /auth/mfa/confirm` proves that the app has
/// the secret. Starting again replaces a secret that wasn't confirmed.
#[utoipa::path(
    post,
    path = "/auth/mfa",
    operation_id = "enrolMfa",
    tag = "auth",
    request_body = NoFields,
    responses(
        (status = 201, description = "The secret", body = MfaEnrolment),
        (status = 403, description = "`confirmation_required`"),
        (status = 409, description = "`mfa_already_enabled`"),
    )
)]
pub(crate) async fn enrol(
    State(auth): State<Auth>,
    caller: RestrictedCaller,
    request_id: RequestId,
    Body { value: NoFields {}, hash: _ }: Body<NoFields>,
) -> Result<Response, Problem> {
    let caller = caller.allowing(&[Restriction::MfaEnrolment])?;
    let request = auth.app.request(&caller, &request_id, None);
    let created = |Enrolment { secret, company, username }: &Enrolment, _: u64| -> Result<Answer, Problem> {
        let otpauth_uri = codes::uri(secret, company.as_str(), username);
        Answer::json(StatusCode::CREATED, &MfaEnrolment { secret: secret.clone(), otpauth_uri })
    };
    execute_briefly(&request, created, || second_factor::begin(&request, &auth)).await
}

/// Finish enrolling a second factor
///
/// Takes a code of the app. From now on sign-ins need a code. The answer contains ten recovery codes, which are shown only once.
/// A session that was restricted to the enrolment (`mfa_enrolment`) allows everything after a refresh.
#[utoipa::path(
    post,
    path = "/auth/mfa/confirm",
    operation_id = "confirmMfa",
    tag = "auth",
    request_body = MfaConfirmation,
    responses(
        (status = 200, description = "Enabled", body = RecoveryCodes),
        (status = 403, description = "`wrong_code`; counts towards the lock-out"),
        (status = 409, description = "`mfa_already_enabled`; `mfa_not_started`: start with `POST /auth/mfa`"),
        (status = 429, description = "`account_locked`"),
    )
)]
pub(crate) async fn confirm(
    State(auth): State<Auth>,
    caller: RestrictedCaller,
    request_id: RequestId,
    Body { value: MfaConfirmation { code }, hash: _ }: Body<MfaConfirmation>,
) -> Result<Response, Problem> {
    let caller = caller.allowing(&[Restriction::MfaEnrolment])?;
    let request = auth.app.request(&caller, &request_id, None);
    execute_briefly(&request, shown, || second_factor::enable(&request, &auth, code.expose())).await
}

/// Remove the caller's second factor
///
/// Needs a recent sign-in with a code. If the company requires a second factor for the caller's role, after its next refresh the
/// session only allows enrolling another one.
#[utoipa::path(
    delete,
    path = "/auth/mfa",
    operation_id = "disableMfa",
    tag = "auth",
    responses(
        (status = 204, description = "Removed"),
        (status = 403, description = "`confirmation_required`"),
        (status = 409, description = "`mfa_not_enabled`"),
    )
)]
pub(crate) async fn disable(
    State(auth): State<Auth>,
    caller: Caller,
    request_id: RequestId,
) -> Result<Response, Problem> {
    let request = auth.app.request(&caller, &request_id, None);
    execute_briefly(&request, no_content, || second_factor::disable(&request)).await
}

/// Replace the caller's recovery codes
///
/// Returns ten new recovery codes, which are shown only once. The previous codes become invalid. Needs a recent sign-in.
#[utoipa::path(
    post,
    path = "/auth/mfa/recovery-codes",
    operation_id = "replaceRecoveryCodes",
    tag = "auth",
    request_body = NoFields,
    responses(
        (status = 200, description = "The new codes", body = RecoveryCodes),
        (status = 403, description = "`confirmation_required`"),
        (status = 409, description = "`mfa_not_enabled`"),
    )
)]
pub(crate) async fn replace_recovery_codes(
    State(auth): State<Auth>,
    caller: Caller,
    request_id: RequestId,
    Body { value: NoFields {}, hash: _ }: Body<NoFields>,
) -> Result<Response, Problem> {
    let request = auth.app.request(&caller, &request_id, None);
    execute_briefly(&request, shown, || second_factor::replace_recovery_codes(&request, &auth)).await
}

/// Returns a 200 response with new recovery codes.
fn shown(new: &secrets::RecoveryCodes, _: u64) -> Result<Answer, Problem> {
    Answer::ok(&RecoveryCodes { recovery_codes: new.codes.clone() })
}
