//! Links that are sent by e-mail: to set a new password, and to confirm an address.

use app::auth::attempts::failures_of_today;
use axum::{extract::State, response::Response};
use domain::{
    audit::Actor,
    calendar::Zone,
    employment::Employments,
    event::{AccountFact, Fact, Subject},
    id::{NotificationNumber, UserId},
    outgoing::{AccountLink, LinkPurpose},
    settings::RegistrationMode,
    user::{User, UserStatus},
};
use http::StatusCode;
use jiff::Timestamp;
use secret_store::LinkToken;
use serde::Deserialize;
use store::{
    Commit, StoreError,
    account_links::{LinkSnapshot, MAX_LINKS_OF_NETWORK, MAX_LINKS_OF_PERSON},
    credentials::Credential,
    leave_grants::Grants,
    people_snapshot::PeopleQuery,
};
use utoipa::ToSchema;
use web::{
    Answer, Body, Caller, Code, Detail, Failed, Problem, RequestId, Secret,
    authorization::current_profile,
    body::{NoFields, hash},
    command,
    command::command_briefly,
    password_hash,
};

use crate::{
    network::Network,
    register::new_password,
    sign_in_name::SignInName,
    state::{Auth, themselves},
};

/// A request for a link to set a new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"username": "maria"}))]
pub(crate) struct PasswordResetRequest {
    /// The username or e-mail address.
    #[schema(example = "maria")]
    username: String,
}

/// A new password with the token of a link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "token": "al1.password-reset.01JBN2V7Q4W0M3T9K5ZXH8R7PN.01JBN2V7Q4W0M3T9K5ZXH8R7NK.proof",
    "password": "seven boats in the harbour"
}))]
pub(crate) struct NewPasswordByLink {
    /// The token of the link: the part of its address after `#`.
    token: Secret,
    /// The new password: 10 to 128 characters, not the username and not a commonly breached one.
    password: Secret,
}

/// The token of a link that confirms an address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "al1.email-verification.01JBN2V7Q4W0M3T9K5ZXH8R7PN.01JBN2V7Q4W0M3T9K5ZXH8R7NK.proof"}))]
pub(crate) struct EmailConfirmation {
    /// The token of the link: the part of its address after `#`.
    token: Secret,
}

/// Ask for a new password
///
/// Sends a link to set a new password to the confirmed e-mail address of the account. It works once, within an hour. The answer
/// is the same for names that nobody has, and for accounts without a confirmed address.
#[utoipa::path(
    post,
    path = "/auth/password-reset",
    operation_id = "requestPasswordReset",
    tag = "auth",
    request_body = PasswordResetRequest,
    security(()),
    responses(
        (status = 202, description = "An e-mail is on its way, if the account has a confirmed address"),
        (status = 409, description = "`email_off`: this deployment sends no e-mail"),
        (status = 429, description = "`too_many_emails`: ten for this network, or twenty for this name, today (UTC)"),
    )
)]
pub(crate) async fn request_password_reset(
    State(auth): State<Auth>,
    request_id: RequestId,
    network: Network,
    Body { value, hash: _ }: Body<PasswordResetRequest>,
) -> Result<Response, Problem> {
    auth.must_send_email()?;
    let now = auth.app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let app = &auth.app;
        let holder = SignInName::parse(&value.username).holder(&app.store).await?;
        // A name that nobody has takes the same reads and a write of the same kind.
        let id = holder.unwrap_or_else(|| UserId::generate(now, &*app.entropy));
        let counted = match holder {
            Some(id) => format!("links of user {id}"),
            None => format!("links of name {}", value.username.trim().to_lowercase()),
        };
        let LinkSnapshot { user, .. } = app.store.link_snapshot(id, LinkPurpose::PasswordReset, now).await?;
        let mut commit = Commit::without_event(app.stamp_by(Actor::System, &request_id, now));
        let today = Zone::UTC.date_of(now);
        commit.count_account_link(&network.hash(), today, MAX_LINKS_OF_NETWORK)?;
        commit.count_account_link(&hash(counted.as_bytes()), today, MAX_LINKS_OF_PERSON)?;
        let reached = user.as_ref().filter(|user| user.status == UserStatus::Active);
        if let Some((user, email)) = reached.and_then(|user| Some((user, user.verified_email()?))) {
            let number = NotificationNumber::generate(now, &*app.entropy);
            commit.send_account_link(
                user.id,
                &AccountLink::new(number, LinkPurpose::PasswordReset, email.clone(), now),
            )?;
        }
        commit.send(&app.store).await?;
        Ok(Answer::no_content().status(StatusCode::ACCEPTED))
    };
    command_briefly(&auth.app.store, None, now, attempt).await
}

/// Set a password with a link
///
/// Takes the token of an invitation or of a link to set a new password. All sessions and lock-outs of the person end, and the
/// address that the link was sent to counts as confirmed.
#[utoipa::path(
    post,
    path = "/auth/password-reset/confirm",
    operation_id = "confirmPasswordReset",
    tag = "auth",
    request_body = NewPasswordByLink,
    security(()),
    responses(
        (status = 204, description = "The password is set"),
        (status = 403, description = "`link_invalid`"),
        (status = 422, description = "The password breaks a rule"),
    )
)]
pub(crate) async fn confirm_password_reset(
    State(auth): State<Auth>,
    request_id: RequestId,
    Body { value, hash: _ }: Body<NewPasswordByLink>,
) -> Result<Response, Problem> {
    let link = opened(&auth, &value.token, &[LinkPurpose::Invitation, LinkPurpose::PasswordReset]).await?;
    let now = auth.app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let app = &auth.app;
        let Usable { user, credential, link, .. } = usable(&auth, link, now).await?;
        if user.status != UserStatus::Active {
            return Err(invalid_link().into());
        }
        let password = new_password(&value.password, &user.username)?;
        let password_hash = password_hash::hash(&*app.entropy, &password).await?;
        let mut facts = vec![Fact::Account(AccountFact::PasswordChanged)];
        let verifies = user.email_verified_at.is_none();
        if verifies {
            facts.push(changed_verification());
        }
        let subject = Subject::User(user.id);
        let mut commit = Commit::new(app.stamp_by(themselves(&user), &request_id, now), subject, facts)?;
        commit.audit::<()>(subject, "password_set_by_link", None, None)?;
        commit.use_account_link(user.id, &link)?;
        if verifies {
            let after = verified(&user, now);
            commit.change_user(&user, &User { session_epoch: user.session_epoch + 1, ..after })?;
            commit.replace_password(user.id, &credential, password_hash, now)?;
        } else {
            commit.change_password(user.id, &credential, password_hash, now)?;
        }
        commit.forget_failures_of_day(&failures_of_today(user.id, now))?;
        commit.send(&app.store).await?;
        Ok(Answer::no_content())
    };
    command_briefly(&auth.app.store, None, now, attempt).await
}

/// Ask to confirm the caller's e-mail address
///
/// Sends a link to the caller's address. It works once, within three days. If the address is confirmed already, no e-mail is sent.
#[utoipa::path(
    post,
    path = "/auth/email-verification",
    operation_id = "requestEmailVerification",
    tag = "auth",
    request_body = NoFields,
    responses(
        (status = 202, description = "An e-mail is on its way"),
        (status = 409, description = "`email_off`; `no_email_address`"),
        (status = 429, description = "`too_many_emails`: twenty today (UTC)"),
    )
)]
pub(crate) async fn request_email_verification(
    State(auth): State<Auth>,
    caller: Caller,
    request_id: RequestId,
    Body { value: NoFields {}, hash: _ }: Body<NoFields>,
) -> Result<Response, Problem> {
    auth.must_send_email()?;
    let now = auth.app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let app = &auth.app;
        let snapshot = app.store.link_snapshot(caller.user_id, LinkPurpose::EmailVerification, now).await?;
        let user = current_profile(&caller, snapshot.user.as_ref())?;
        let email = user.email.clone().ok_or_else(|| Problem::new(Code::NoEmailAddress))?;
        if user.email_verified_at.is_none() {
            let number = NotificationNumber::generate(now, &*app.entropy);
            let link = AccountLink::new(number, LinkPurpose::EmailVerification, email, now);
            let counted = hash(format!("links of user {}", user.id).as_bytes());
            let mut commit = Commit::without_event(app.stamp(&caller, &request_id, now));
            commit.count_account_link(&counted, Zone::UTC.date_of(now), MAX_LINKS_OF_PERSON)?;
            commit.send_account_link(user.id, &link)?;
            commit.send(&app.store).await?;
        }
        Ok(Answer::no_content().status(StatusCode::ACCEPTED))
    };
    command(&auth.app.store, None, now, attempt).await
}

/// Confirm an e-mail address
///
/// Takes the token of a link. With the setting `registration` `open`, it activates an account that is waiting.
#[utoipa::path(
    post,
    path = "/auth/email-verification/confirm",
    operation_id = "confirmEmailVerification",
    tag = "auth",
    request_body = EmailConfirmation,
    security(()),
    responses(
        (status = 204, description = "The address is confirmed"),
        (status = 403, description = "`link_invalid`"),
    )
)]
pub(crate) async fn confirm_email_verification(
    State(auth): State<Auth>,
    request_id: RequestId,
    Body { value, hash: _ }: Body<EmailConfirmation>,
) -> Result<Response, Problem> {
    let link = opened(&auth, &value.token, &[LinkPurpose::EmailVerification]).await?;
    let now = auth.app.now();
    command(&auth.app.store, None, now, || verify(&auth, &request_id, link, now)).await
}

async fn verify(auth: &Auth, request_id: &RequestId, token: LinkToken, now: Timestamp) -> Result<Answer, Failed> {
    let app = &auth.app;
    let Usable { user, link, registration, .. } = usable(auth, token, now).await?;
    let activates = match (user.status, registration) {
        (UserStatus::Pending, RegistrationMode::Open) => true,
        (UserStatus::Pending, RegistrationMode::Approval | RegistrationMode::Off) | (UserStatus::Active, _) => false,
        (UserStatus::Disabled, _) => return Err(invalid_link().into()),
    };
    let subject = Subject::User(user.id);
    let stamp = app.stamp_by(themselves(&user), request_id, now);
    let after = verified(&user, now);
    let shown = |user: &User| serde_json::json!({"status": user.status, "email_verified_at": user.email_verified_at});
    if !activates {
        let mut commit = Commit::new(stamp, subject, vec![changed_verification()])?;
        commit.audit(subject, "email_verified", Some(&shown(&user)), Some(&shown(&after)))?;
        commit.use_account_link(user.id, &link)?;
        commit.change_user(&user, &after)?;
        commit.send(&app.store).await?;
        return Ok(Answer::no_content());
    }
    let query = PeopleQuery {
        caller: user.id,
        person: None,
        departments: &std::collections::BTreeSet::new(),
        username: None,
        email: None,
        repeat: None,
    };
    let snapshot = app.store.people_snapshot(&query, now).await?;
    let today = snapshot.today_of(&user, now);
    let after = User { status: UserStatus::Active, employments: Employments::since(today), ..after };
    let by = (stamp.actor, now);
    let grants = Grants::of_changed(&app.store, &after, &snapshot.settings, &snapshot.leave_types, today, by).await?;
    let own = [Fact::Account(AccountFact::UserActivated), changed_verification()];
    let facts = own.into_iter().chain(grants.facts().iter().cloned()).collect();
    let mut commit = Commit::new(stamp, subject, facts)?;
    commit.audit(subject, "user_activated", Some(&shown(&user)), Some(&shown(&after)))?;
    commit.use_account_link(user.id, &link)?;
    commit.change_user(&user, &after)?;
    commit.grant_leave(&after, &grants, &snapshot.settings)?;
    commit.send(&app.store).await?;
    Ok(Answer::no_content())
}

/// A link that may be used, with everything that its use depends on.
struct Usable {
    user: User,
    credential: Credential,
    link: AccountLink,
    registration: RegistrationMode,
}

/// Returns the content of a token that this system made for one of the purposes.
async fn opened(auth: &Auth, token: &Secret, purposes: &[LinkPurpose]) -> Result<LinkToken, Problem> {
    let link = auth.company_keys.open_link_token(token.expose()).await?;
    link.filter(|link| purposes.contains(&link.purpose)).ok_or_else(invalid_link)
}

/// Returns the link of a token if it is the newest of its purpose, unused and unexpired, and was sent to the person's address.
async fn usable(auth: &Auth, token: LinkToken, now: Timestamp) -> Result<Usable, Failed> {
    let LinkSnapshot { user, credential, link, settings } =
        auth.app.store.link_snapshot(token.user, token.purpose, now).await?;
    let link = link.filter(|link| link.number == token.number);
    let (Some(user), Some(credential), Some(link)) = (user, credential, link) else {
        return Err(invalid_link().into());
    };
    if user.email.as_ref() != Some(&link.email) {
        return Err(invalid_link().into());
    }
    Ok(Usable { user, credential, link, registration: settings.registration })
}

fn invalid_link() -> Problem {
    Problem::new(Code::LinkInvalid).detail(Detail::AskForNewLink)
}

/// Returns the profile with its address confirmed.
fn verified(user: &User, now: Timestamp) -> User {
    User { email_verified_at: Some(now), version: user.version + 1, updated_at: now, ..user.clone() }
}

fn changed_verification() -> Fact {
    Fact::Account(AccountFact::UserChanged { fields: vec!["email_verified_at".to_owned()] })
}

/// Stores the e-mail with which a new person confirms their address.
pub(crate) fn send_first_verification(
    auth: &Auth,
    commit: &mut Commit,
    user: &User,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(email) = &user.email else { return Ok(()) };
    let number = NotificationNumber::generate(now, &*auth.app.entropy);
    let link = AccountLink::new(number, LinkPurpose::EmailVerification, email.clone(), now);
    commit.send_account_link(user.id, &link)
}
