//! Signing in, refreshing a session, and confirming the password in a session.
//!
//! An unknown name costs the same as a known one: the same reads, the same hashing, the same count.

use domain::{
    audit::Actor,
    calendar::Zone,
    event::{AccountFact, Fact, Subject},
    id::{FamilyId, UserId},
    settings::{SessionLimits, Settings},
    user::User,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{
    Commit,
    credentials::Credential,
    second_factors::SecondFactor,
    sign_ins::{SignIn, SignInClient},
};
use utoipa::ToSchema;

use super::{
    AuthRefusal,
    attempts::{Counted, Origin, count_failure, refuse_if_locked},
    own_attempt::OwnAttempt,
    passwords::must_not_have_expired,
    proof::Proof,
    second_factor::{Proven, prove},
    secrets::AuthSecrets,
    sessions,
    sign_in_name::SignInName,
    themselves,
};
use crate::{Denied, Failed, Outcome, Ports, Prepared, Request, authorization::must_be_active};

/// The restriction of a session, which allows one action only because the account lacks something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Restriction {
    /// The password is temporary: the session may only set a new password.
    PasswordChange,
    /// The role requires a second factor: the session may only enrol one, or change the password.
    MfaEnrolment,
}

/// A request for tokens by a person who isn't signed in.
#[derive(Clone, Copy)]
pub struct TokenRequest<'a> {
    /// The ports, at the instant of the request.
    pub ports: Ports<'a>,
    /// The id of the request, for tracing.
    pub request_id: &'a str,
    /// The device and network address of the request.
    pub client: &'a SignInClient,
    /// Is called with the person once they are known, for the log.
    pub identified: &'a (dyn Fn(UserId) + Sync),
}

/// The credentials of a sign-in, as they were typed.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The username or e-mail address.
    pub name: &'a str,
    /// The password.
    pub password: &'a str,
    /// The code of the second factor.
    pub code: Option<&'a str>,
    /// The text that identifies the device, from an earlier sign-in.
    pub known_device: Option<&'a str>,
    /// The network of the request.
    pub network: &'a str,
}

/// A session for which tokens are issued.
#[derive(Debug)]
pub struct OpenSession {
    /// The person.
    pub user: User,
    /// The session.
    pub session: SignIn,
    /// The zone of the person's dates.
    pub zone: Zone,
    /// The restriction of the session.
    pub restriction: Option<Restriction>,
    /// The text that identifies the device at later sign-ins; only after a sign-in.
    pub known_device: Option<String>,
}

/// The standing of a refresh token in its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The token of the current generation.
    Current,
    /// The previous token, sent again in time.
    Repeated,
    /// A token that was used before, too long ago or after its successor was used: it may have been stolen.
    Reused,
    /// A token that doesn't belong to this session.
    Forged,
}

/// Signs a person in.
///
/// # Errors
/// The credentials are wrong, the account isn't active, or too many attempts failed.
pub async fn sign_in<S: AuthSecrets>(
    request: TokenRequest<'_>,
    secrets: &S,
    typed: Credentials<'_>,
) -> Result<Prepared<OpenSession>, Failed> {
    let TokenRequest { ports, request_id, client, identified } = request;
    let now = ports.now;
    let holder = SignInName::parse(typed.name).holder(ports.store).await?;
    if let Some(holder) = holder {
        identified(holder);
    }
    // An unknown name takes the same reads as a known one.
    let id = holder.unwrap_or_else(|| UserId::generate(now, ports.entropy));
    let device = match typed.known_device {
        Some(text) => secrets.known_device(text, id, now).await?,
        None => None,
    };
    let origin = match device {
        Some(device) => Origin::KnownDevice(device.to_string()),
        None => Origin::Network(typed.network.to_owned()),
    };
    let counted = match holder {
        Some(id) => Counted::of_person(id, &origin, now),
        None => Counted::of_name(typed.name, &origin, now),
    };
    let account = ports.store.account(id, None, Some(counted.keys())).await?;
    let attempts = account.attempts.since(account.credential.as_ref().and_then(|of| of.password_set_at));
    refuse_if_locked(&ports, request_id, &counted, &attempts).await?;

    let hash = account.credential.as_ref().map(|credential| credential.password_hash.as_str());
    let right = secrets.verify(hash, typed.password).await?;
    let (Some(user), Some(credential), true) = (account.user, account.credential, right) else {
        let failed = holder.map(|holder| Proof::SignIn.failed(holder, client));
        count_failure(&ports, request_id, Actor::System, &counted, attempts, failed.as_ref()).await?;
        return Err(AuthRefusal::WrongCredentials.into());
    };
    must_be_active(&user)?;
    must_not_have_expired(&credential, now)?;
    let second_factor = account.second_factor.as_ref();
    let after = match prove(secrets, &user, second_factor, typed.code, now).await? {
        Proven::Right(after) => after,
        Proven::Wrong => {
            let failed = Proof::SignIn.failed_by_code(user.id, client);
            count_failure(&ports, request_id, themselves(&user), &counted, attempts, Some(&failed)).await?;
            return Err(AuthRefusal::WrongCode.into());
        }
    };

    let settings = &account.settings;
    let session = begun(&ports, &user, credential.session_epoch, client.clone(), settings.sessions);
    let device = device.unwrap_or_else(|| secrets.new_device(user.id, now));
    let known_device = Some(secrets.text_of_device(device, now).await?);
    let mut commit = Commit::without_event(ports.stamp(themselves(&user), Some(request_id)));
    commit.create_sign_in(&session)?;
    commit.audit_attempt(&Proof::SignIn.succeeded(user.id, client))?;
    commit.check_credential(user.id, &credential)?;
    commit.forget_failures(counted.keys(), &attempts)?;
    if let Some(after) = &after {
        commit.change_second_factor(user.id, after)?;
    }
    let zone = user.zone_at(&account.sites, &settings.time_zone).clone();
    let restriction = restriction_of(&user, &credential, second_factor, settings);
    let version = user.version;
    let answer = OpenSession { user, session, zone, restriction, known_device };
    Ok(Prepared { commit, answer, version })
}

/// Refreshes the session of a refresh token. `standing` returns the standing of the token in its session.
///
/// # Errors
/// The token isn't valid, or it was used before: then the session ends.
pub async fn refresh(
    request: TokenRequest<'_>,
    (user, family): (UserId, FamilyId),
    standing: impl Fn(&SignIn) -> Standing,
) -> Result<Outcome<OpenSession>, Failed> {
    let TokenRequest { ports, request_id, identified, .. } = request;
    let now = ports.now;
    let account = ports.store.account(user, Some(family), None).await?;
    let (Some(user), Some(credential), Some(session)) = (account.user, account.credential, account.sign_in) else {
        return Err(AuthRefusal::RefreshTokenInvalid.into());
    };
    let limits = account.settings.sessions;
    if sessions::end_of(&session, limits) <= now.as_second() {
        return Err(AuthRefusal::RefreshTokenInvalid.into());
    }
    let has_ended = session.epoch != credential.session_epoch;
    let standing = standing(&session);
    if standing != Standing::Forged {
        identified(user.id);
    }
    let renewed = match standing {
        Standing::Forged => return Err(AuthRefusal::RefreshTokenInvalid.into()),
        Standing::Reused if has_ended => return Err(AuthRefusal::RefreshTokenInvalid.into()),
        Standing::Reused => return Err(revoked(request, &user, family).await),
        Standing::Repeated => None,
        Standing::Current => Some(renewed(&session, limits, now)),
    };
    // Checked before the epoch: disabling an account also ends its sessions, and the client should learn the reason.
    must_be_active(&user)?;
    if has_ended {
        return Err(AuthRefusal::RefreshTokenInvalid.into());
    }
    let zone = user.zone_at(&account.sites, &account.settings.time_zone).clone();
    let restriction = restriction_of(&user, &credential, account.second_factor.as_ref(), &account.settings);
    let version = user.version;
    let Some(next) = renewed else {
        let answer = OpenSession { user, session, zone, restriction, known_device: None };
        return Ok(Outcome::Unchanged { answer, version });
    };
    let mut commit = Commit::without_event(ports.stamp(themselves(&user), Some(request_id)));
    commit.renew_sign_in(&session, &next)?;
    let answer = OpenSession { user, session: next, zone, restriction, known_device: None };
    Ok(Outcome::Changed(Prepared { commit, answer, version }))
}

/// Confirms the caller's password, and the code of their second factor. The access token that is issued afterwards allows
/// sensitive changes.
///
/// # Errors
/// The password or the code is wrong, or too many attempts failed.
pub async fn confirm(
    request: &Request<'_>,
    secrets: &impl AuthSecrets,
    client: &SignInClient,
    (password, code): (&str, Option<&str>),
) -> Result<Prepared<OpenSession>, Failed> {
    let Request { ports, caller, .. } = *request;
    let attempt = OwnAttempt::begin(*request).await?;
    let (Some(credential), Some(session)) = (&attempt.account.credential, &attempt.account.sign_in) else {
        return Err(Denied::Unauthenticated.into());
    };
    if !secrets.verify(Some(&credential.password_hash), password).await? {
        let audited = Proof::Confirmation.failed(caller.user_id, client);
        return Err(attempt.failed(AuthRefusal::WrongPassword, Some(&audited)).await);
    }
    let second_factor = attempt.account.second_factor.as_ref();
    let after = match prove(secrets, &attempt.user, second_factor, code, ports.now).await? {
        Proven::Right(after) => after,
        Proven::Wrong => {
            let audited = Proof::Confirmation.failed_by_code(caller.user_id, client);
            return Err(attempt.failed(AuthRefusal::WrongCode, Some(&audited)).await);
        }
    };
    let OwnAttempt { counted, user, account, .. } = &attempt;
    let mut commit = Commit::without_event(request.stamp());
    commit.audit_attempt(&Proof::Confirmation.succeeded(user.id, client))?;
    commit.check_credential(user.id, credential)?;
    commit.forget_failures(counted.keys(), &account.attempts)?;
    if let Some(after) = &after {
        commit.change_second_factor(user.id, after)?;
    }
    let answer = OpenSession {
        user: user.clone(),
        session: session.clone(),
        zone: user.zone_at(&account.sites, &account.settings.time_zone).clone(),
        restriction: restriction_of(user, credential, second_factor, &account.settings),
        known_device: None,
    };
    Ok(Prepared { commit, answer, version: user.version })
}

/// Ends the session of a refresh token that is reused. Returns the refusal of the token.
async fn revoked(request: TokenRequest<'_>, user: &User, family: FamilyId) -> Failed {
    let TokenRequest { ports, request_id, client, .. } = request;
    let commit = || -> Result<Commit, Failed> {
        let subject = Subject::User(user.id);
        let facts = vec![Fact::Account(AccountFact::RefreshTokenReused)];
        let mut commit = Commit::new(ports.stamp(themselves(user), Some(request_id)), subject, facts)?;
        commit.end_sign_in(user.id, family)?;
        commit.audit(subject, "refresh_token_reused", None, Some(client))?;
        Ok(commit)
    };
    let commit = match commit() {
        Ok(commit) => commit,
        Err(failed) => return failed,
    };
    match commit.send(ports.store).await {
        Ok(()) => AuthRefusal::RefreshTokenReused.into(),
        Err(error) => error.into(),
    }
}

/// Returns a new session.
fn begun(ports: &Ports<'_>, user: &User, epoch: u64, client: SignInClient, limits: SessionLimits) -> SignIn {
    let family = FamilyId::generate(ports.now, ports.entropy);
    let expires_at = limits.end_of(ports.now, ports.now);
    SignIn { client, user_epoch: user.session_epoch, ..SignIn::new(user.id, family, epoch, ports.now, expires_at) }
}

/// Returns the session in its next generation.
fn renewed(before: &SignIn, limits: SessionLimits, now: Timestamp) -> SignIn {
    SignIn {
        generation: before.generation + 1,
        refreshed_at: now,
        expires_at: limits.end_of(before.signed_in_at, now),
        ..before.clone()
    }
}

/// Returns the restriction of the person's sessions, if the account lacks something.
fn restriction_of(
    user: &User,
    credential: &Credential,
    second_factor: Option<&SecondFactor>,
    settings: &Settings,
) -> Option<Restriction> {
    if credential.temporary_until.is_some() {
        return Some(Restriction::PasswordChange);
    }
    let is_required = settings.second_factor_required_for.covers(user.authority.role());
    let is_missing = second_factor.is_none_or(|factor| !factor.is_enabled());
    (is_required && is_missing).then_some(Restriction::MfaEnrolment)
}
