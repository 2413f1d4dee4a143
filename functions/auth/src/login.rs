//! Signing in. An unknown name costs the same as a known one: the same reads, the same hashing, the same count.

use app::auth::{
    attempts::{Counted, Origin, count_failure, refuse_if_locked},
    passwords::must_not_have_expired,
    proof::Proof,
    sign_in_name::SignInName,
    themselves,
};
use axum::{extract::State, response::Response};
use domain::{audit::Actor, id::UserId};
use jiff::Timestamp;
use serde::Deserialize;
use store::Commit;
use utoipa::ToSchema;
use web::{
    Answer, Body, Code, Detail, Failed, Problem, RequestId, Secret, authorization::must_be_active,
    command::command_briefly, password_hash, request_id::Seen,
};

use crate::{
    known_device::KnownDevice,
    mfa::{self, Proven},
    network::Network,
    session_cookie::{CookieRequest, SessionCookie},
    sign_in_client::Client,
    sign_in_log::SignInLog,
    state::{Auth, restriction_of, zone_of},
    tokens::{self, Issue, SessionMode, Tokens},
};

/// Credentials.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"username": "ada", "password": "rollcall-demo-2026"}))]
pub(crate) struct Login {
    /// The username or e-mail address.
    #[schema(example = "maria")]
    username: String,
    /// The password.
    password: Secret,
    /// The code of the authenticator app, or a recovery code, where the person has a second factor.
    #[serde(default)]
    #[schema(nullable = false)]
    code: Option<Secret>,
    /// The `known_device` from the answer of an earlier sign-in on this device. With it, wrong passwords that are tried elsewhere
    /// don't lock this device out. With `session: cookie` a cookie takes its place.
    #[serde(default)]
    #[schema(nullable = false)]
    known_device: Option<Secret>,
    /// The place where the refresh token is kept: `token`, in the answer's body (the default), or `cookie`, for pages of the
    /// API's own origin.
    #[serde(default)]
    session: SessionMode,
}

/// Sign in
///
/// Takes a username or an e-mail address, and the password. A person with a second factor also sends a code. Five failures within
/// 15 minutes lock the name for 15 minutes: on the device if it is known, otherwise in the network. After 100 failures at a name
/// in a day, unknown devices must wait for an hour before each attempt.
#[utoipa::path(
    post,
    path = "/auth/login",
    operation_id = "login",
    tag = "auth",
    request_body = Login,
    security(()),
    responses(
        (status = 200, description = "Signed in", body = Tokens),
        (status = 401, description = "`invalid_credentials`"),
        (status = 403, description = "`account_pending`, `account_disabled`, `temporary_password_expired`, `mfa_required`, `wrong_code`: after a right password only; `origin_not_allowed`"),
        (status = 429, description = "`account_locked`: too many failures; `Retry-After` says when to come back"),
    )
)]
pub(crate) async fn login(
    State(auth): State<Auth>,
    request_id: RequestId,
    client: Client,
    network: Network,
    seen: Seen,
    cookies: CookieRequest,
    body: Body<Login>,
) -> Result<Response, Problem> {
    let now = auth.app.now();
    let cookie = cookies.cookie(body.value.session)?;
    let source = Source { network, cookie: cookie.as_ref() };
    let log = SignInLog { auth: &auth, request_id: &request_id, client: &client, seen: &seen, proof: Proof::SignIn };
    let attempt = || attempt(&log, &source, &body.value, now);
    log.record(command_briefly(&auth.app.store, None, now, attempt).await)
}

/// The network and the cookie of a sign-in.
struct Source<'a> {
    network: Network,
    cookie: Option<&'a SessionCookie>,
}

impl Source<'_> {
    /// Returns the device, if the person is known to sign in on it.
    async fn known_device(
        &self,
        auth: &Auth,
        login: &Login,
        holder: UserId,
        now: Timestamp,
    ) -> Result<Option<KnownDevice>, Problem> {
        let text = match self.cookie {
            Some(cookie) => cookie.known_device(),
            None => login.known_device.as_ref().map(Secret::expose),
        };
        match text {
            Some(text) => KnownDevice::open(text, holder, &auth.company_keys, now).await,
            None => Ok(None),
        }
    }
}

async fn attempt(log: &SignInLog<'_>, source: &Source<'_>, login: &Login, now: Timestamp) -> Result<Answer, Failed> {
    let SignInLog { auth, request_id, client, seen, proof } = *log;
    let app = &auth.app;
    let holder = SignInName::parse(&login.username).holder(&app.store).await?;
    if let Some(holder) = holder {
        seen.caller(holder);
    }
    // An unknown name takes the same reads as a known one.
    let id = holder.unwrap_or_else(|| UserId::generate(now, &*app.entropy));
    let device = source.known_device(auth, login, id, now).await?;
    let origin = match device {
        Some(device) => Origin::KnownDevice(device.to_string()),
        None => Origin::Network(source.network.to_string()),
    };
    let counted = match holder {
        Some(id) => Counted::of_person(id, &origin, now),
        None => Counted::of_name(&login.username, &origin, now),
    };
    let account = app.store.account(id, None, Some(counted.keys())).await?;
    let attempts = account.attempts.since(account.credential.as_ref().and_then(|of| of.password_set_at));
    let (ports, request) = (app.ports(now), request_id.as_str());
    refuse_if_locked(&ports, request, &counted, &attempts).await?;

    let hash = account.credential.as_ref().map(|credential| credential.password_hash.as_str());
    let right = password_hash::verify(hash, login.password.expose()).await?;
    let (Some(user), Some(credential), true) = (account.user, account.credential, right) else {
        let failed = holder.map(|holder| proof.failed(holder, &client.0));
        count_failure(&ports, request, Actor::System, &counted, attempts, failed.as_ref()).await?;
        return Err(Problem::new(Code::InvalidCredentials).detail(Detail::UsernameOrPassword).into());
    };
    must_be_active(&user)?;
    must_not_have_expired(&credential, now).map_err(app::Failed::from)?;
    let second_factor = account.second_factor.as_ref();
    let code = login.code.as_ref().map(Secret::expose);
    let after = match mfa::prove(auth, &user, second_factor, code, now).await? {
        Proven::Right(after) => after,
        Proven::Wrong => {
            let failed = proof.failed_by_code(user.id, &client.0);
            count_failure(&ports, request, themselves(&user), &counted, attempts, Some(&failed)).await?;
            return Err(Problem::new(Code::WrongCode).into());
        }
    };

    let settings = &account.settings;
    let sign_in = tokens::begin(auth, &user, credential.session_epoch, client.0.clone(), settings.sessions, now);
    let issue = Issue {
        user: &user,
        session: &sign_in,
        zone: zone_of(&user, &account.sites, settings),
        restriction: restriction_of(&user, &credential, second_factor, settings),
        cookie: source.cookie,
        known_device: Some(device.unwrap_or_else(|| KnownDevice::new(user.id, now, &*app.entropy))),
    };
    let answer = tokens::answer(auth, issue, now).await?;
    let mut commit = Commit::without_event(app.stamp_by(themselves(&user), request_id, now));
    commit.create_sign_in(&sign_in)?;
    commit.audit_attempt(&proof.succeeded(user.id, &client.0))?;
    commit.check_credential(user.id, &credential)?;
    commit.forget_failures(counted.keys(), &attempts)?;
    if let Some(after) = &after {
        commit.change_second_factor(user.id, after)?;
    }
    commit.send(&app.store).await?;
    Ok(answer)
}
