//! `/auth/mfa`: the caller's second factor.

use app::{
    Request,
    auth::{AuthRefusal, own_attempt::OwnAttempt},
};
use axum::{extract::State, http::StatusCode, response::Response};
use domain::{
    calendar::Zone,
    event::{AccountFact, Fact, Subject},
    user::User,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Commit, second_factors::SecondFactor, sign_ins::Account};
use utoipa::ToSchema;
use web::{
    Answer, Body, Caller, Code, Failed, Problem, RequestId, RestrictedCaller, Restriction, Secret,
    authorization::{must_be_active, must_have_recent_sign_in},
    body::NoFields,
    command::command_briefly,
    instant::Instant,
};

use super::codes::{self, AppSecret};
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

/// The context of a call to `/auth/mfa`.
struct MfaCall<'a> {
    auth: &'a Auth,
    caller: &'a Caller,
    request_id: &'a RequestId,
    now: Timestamp,
}

/// The caller's account as it was read.
struct Own {
    user: User,
    account: Account,
}

impl MfaCall<'_> {
    /// Reads the caller's account.
    async fn read(&self) -> Result<Own, Problem> {
        let Self { auth, caller, .. } = self;
        let mut account = auth.app.store.account(caller.user_id, Some(caller.family), None).await?;
        let user = account.user.take().ok_or_else(Problem::unauthenticated)?;
        must_be_active(&user)?;
        Ok(Own { user, account })
    }

    /// Builds the commit of a change to the second factor, with its event and audit entry.
    fn commit(&self, fact: Fact, action: &str) -> Result<Commit, Problem> {
        let subject = Subject::User(self.caller.user_id);
        let stamp = self.auth.app.stamp(self.caller, self.request_id, self.now);
        let mut commit = Commit::new(stamp, subject, vec![fact])?;
        commit.audit::<()>(subject, action, None, None)?;
        Ok(commit)
    }
}

impl Own {
    fn enabled(&self) -> Result<&SecondFactor, Problem> {
        let factor = self.account.second_factor.as_ref().filter(|factor| factor.is_enabled());
        factor.ok_or_else(|| Problem::new(Code::MfaNotEnabled))
    }
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
    let call = MfaCall { auth: &auth, caller: &caller, request_id: &request_id, now: auth.app.now() };
    let Own { user, account } = call.read().await?;
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
    let now = auth.app.now();
    must_have_recent_sign_in(&caller, now)?;
    let call = MfaCall { auth: &auth, caller: &caller, request_id: &request_id, now };
    command_briefly(&auth.app.store, None, now, || begin(&call)).await
}

async fn begin(call: &MfaCall<'_>) -> Result<Answer, Failed> {
    let MfaCall { auth, caller, request_id, now } = *call;
    let Own { user, account } = call.read().await?;
    let before = account.second_factor.as_ref();
    if before.is_some_and(SecondFactor::is_enabled) {
        return Err(Problem::new(Code::MfaAlreadyEnabled).into());
    }
    let secret = AppSecret::generate(&*auth.app.entropy);
    let factor = SecondFactor::begun(secret.seal(auth, user.id, now).await?, before);
    let mut commit = Commit::without_event(auth.app.stamp(caller, request_id, now));
    commit.change_second_factor(user.id, &factor)?;
    commit.send(&auth.app.store).await?;
    let otpauth_uri = secret.uri(account.settings.company_name.as_str(), &user.username);
    Ok(Answer::json(StatusCode::CREATED, &MfaEnrolment { secret: secret.base32(), otpauth_uri })?)
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
    let now = auth.app.now();
    let call = MfaCall { auth: &auth, caller: &caller, request_id: &request_id, now };
    command_briefly(&auth.app.store, None, now, || enable(&call, &code)).await
}

async fn enable(call: &MfaCall<'_>, code: &Secret) -> Result<Answer, Failed> {
    let MfaCall { auth, caller, request_id, now } = *call;
    let request = Request { ports: auth.app.ports(now), caller, request_id: request_id.as_str(), repeat: None };
    let attempt = OwnAttempt::begin(request).await?;
    let begun = attempt.account.second_factor.as_ref().ok_or_else(|| Problem::new(Code::MfaNotStarted))?;
    if begun.is_enabled() {
        return Err(Problem::new(Code::MfaAlreadyEnabled).into());
    }
    let Some(proven) = codes::used(auth, attempt.user.id, begun, code.expose(), now).await? else {
        return Err(attempt.failed(AuthRefusal::WrongCode, None).await.into());
    };
    let OwnAttempt { counted, user, account, .. } = &attempt;
    let (recovery_codes, recovery_hashes) = codes::recovery_codes(auth, user.id, now).await?;
    let factor = SecondFactor { enabled_at: Some(now), recovery_hashes, ..proven };
    let mut commit = call.commit(Fact::Account(AccountFact::SecondFactorEnabled), "mfa_enabled")?;
    commit.change_second_factor(user.id, &factor)?;
    commit.forget_failures(counted.keys(), &account.attempts)?;
    commit.send(&auth.app.store).await?;
    Ok(Answer::ok(&RecoveryCodes { recovery_codes })?)
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
    let now = auth.app.now();
    must_have_recent_sign_in(&caller, now)?;
    let call = MfaCall { auth: &auth, caller: &caller, request_id: &request_id, now };
    command_briefly(&auth.app.store, None, now, || remove(&call)).await
}

async fn remove(call: &MfaCall<'_>) -> Result<Answer, Failed> {
    let own = call.read().await?;
    let factor = own.enabled()?;
    let mut commit = call.commit(Fact::Account(AccountFact::SecondFactorDisabled), "mfa_disabled")?;
    commit.remove_second_factor(own.user.id, factor)?;
    commit.send(&call.auth.app.store).await?;
    Ok(Answer::no_content())
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
    let now = auth.app.now();
    must_have_recent_sign_in(&caller, now)?;
    let call = MfaCall { auth: &auth, caller: &caller, request_id: &request_id, now };
    command_briefly(&auth.app.store, None, now, || renew(&call)).await
}

async fn renew(call: &MfaCall<'_>) -> Result<Answer, Failed> {
    let MfaCall { auth, now, .. } = *call;
    let own = call.read().await?;
    let factor = own.enabled()?;
    let (recovery_codes, recovery_hashes) = codes::recovery_codes(auth, own.user.id, now).await?;
    let mut commit = call.commit(Fact::Account(AccountFact::RecoveryCodesReplaced), "recovery_codes_replaced")?;
    commit.change_second_factor(own.user.id, &SecondFactor { recovery_hashes, ..factor.clone() })?;
    commit.send(&auth.app.store).await?;
    Ok(Answer::ok(&RecoveryCodes { recovery_codes })?)
}
