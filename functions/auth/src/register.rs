//! Requests an account.

use axum::extract::State;
use domain::{
    audit::Actor,
    calendar::Zone,
    email::Email,
    employment::Employments,
    event::{AccountFact, Fact, Subject},
    id::UserId,
    language::Language,
    password::NewPassword,
    settings::RegistrationMode,
    text::NewName,
    user::{Authority, User, UserStatus},
    username::Username,
};
use jiff::Timestamp;
use serde::Deserialize;
use store::{
    Commit, CommitError, Condition,
    credentials::NewCredential,
    registrations::{RegistrationSnapshot, seconds_left_of_day},
};
use utoipa::ToSchema;
use web::{
    Answer, Body, Code, Failed, Problem, RequestId, Secret, answers::UserAnswer, command::answered, password_hash,
};

use crate::{
    account_links::send_first_verification,
    network::Network,
    state::{Auth, themselves},
};

/// A registration, which a manager activates.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "username": "sam.rivera",
    "full_name": "Sam Rivera",
    "email": "sam.rivera@harbour.example",
    "password": "seven boats in the harbour"
}))]
pub(crate) struct Registration {
    /// The name that the person signs in with.
    username: Username,
    /// The e-mail address of the person.
    #[serde(default)]
    email: Option<Email>,
    /// The full name of the person.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    full_name: NewName,
    /// The language in which the person reads notifications; the company's by default.
    #[serde(default)]
    language: Option<Language>,
    /// The new password: 10 to 128 characters, not the username and not a commonly breached one.
    password: Secret,
}

/// Register
///
/// Requests an account with the role `employee`, which a manager activates. If the e-mail address is already in use, the answer
/// is the same and nothing is stored. With the setting `registration` `open`, a link in an e-mail confirms the address and activates
/// the account without a manager. Without a decision the registration is removed after 14 days.
#[utoipa::path(
    post,
    path = "/auth/register",
    operation_id = "register",
    tag = "auth",
    request_body = Registration,
    security(()),
    responses(
        (status = 201, description = "The account, which waits for a manager", body = UserAnswer, headers(("Location" = String, description = "The URL of the new item"))),
        (status = 404, description = "`not_found`: the setting `registration` is `off`"),
        (status = 409, description = "`username_taken`"),
        (status = 429, description = "`registrations_full`: 100 registrations wait; `too_many_registrations`: five from this network today"),
    )
)]
pub(crate) async fn register(
    State(auth): State<Auth>,
    request_id: RequestId,
    network: Network,
    body: Result<Body<Registration>, Problem>,
) -> Result<Answer, Problem> {
    let app = &auth.app;
    let now = app.now();
    let snapshot = app.store.registration_snapshot().await?;
    match snapshot.settings.registration {
        RegistrationMode::Off => return Err(Problem::not_found()),
        RegistrationMode::Approval | RegistrationMode::Open => {}
    }
    let registration = body?.value;
    let password = new_password(&registration.password, &registration.username)?;
    if snapshot.queue.queue.is_full() {
        return Err(full());
    }
    // Counted before any step whose outcome could reveal that an address is in use.
    let stamp = app.stamp_by(Actor::System, &request_id, now);
    let today = Zone::UTC.date_of(now);
    app.store.count_registration(stamp, &network.hash(), today).await.map_err(|error| too_many(error, now))?;
    let hash = password_hash::hash(&*app.entropy, &password).await?;
    let user = newcomer(UserId::generate(now, &*app.entropy), registration, now);
    answered(&app.store, None, now, || attempt(&auth, &request_id, &user, &hash, now)).await
}

async fn attempt(
    auth: &Auth,
    request_id: &RequestId,
    user: &User,
    hash: &str,
    now: Timestamp,
) -> Result<Answer, Failed> {
    let app = &auth.app;
    let RegistrationSnapshot { settings, queue } = app.store.registration_snapshot().await?;
    if queue.queue.is_full() {
        return Err(full().into());
    }
    let (longer, announced_later) = queue.queue.with_registration(user.id, now);
    let subject = Subject::User(user.id);
    let stamp = app.stamp_by(themselves(user), request_id, now);
    let mut commit = Commit::new(stamp, subject, vec![Fact::Account(AccountFact::UserRegistered { announced_later })])?;
    commit.create_user(user)?;
    commit.change_registration_queue(&queue, longer)?;
    commit.create_credential(user.id, NewCredential::lasting(hash.to_owned(), now))?;
    match settings.registration {
        // Confirming the address activates the account.
        RegistrationMode::Open if auth.sends_email => send_first_verification(auth, &mut commit, user, now)?,
        RegistrationMode::Open | RegistrationMode::Approval | RegistrationMode::Off => {}
    }
    let answer = UserAnswer::new(user, &settings.time_zone);
    commit.audit(subject, "user_registered", None, Some(&answer))?;
    match commit.send(&app.store).await {
        // The answer doesn't reveal whether an address is in use.
        Ok(()) | Err(CommitError::ConditionFailed(Condition::Email)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Answer::created(format!("/users/{}", user.id), &answer)?.version(user.version))
}

/// Returns the problem that the maximum number of registrations wait. A decision or an expiry makes room.
fn full() -> Problem {
    Problem::new(Code::RegistrationsFull).retry_after(60 * 60)
}

/// Returns the problem that the network has reached its registrations of the day (UTC).
fn too_many(error: CommitError, now: Timestamp) -> Problem {
    match error {
        CommitError::ConditionFailed(_) => {
            Problem::new(Code::TooManyRegistrations).retry_after(seconds_left_of_day(now))
        }
        CommitError::Store(error) => error.into(),
    }
}

/// Returns the chosen password if it follows the rules.
pub(crate) fn new_password(password: &Secret, username: &Username) -> Result<NewPassword, Problem> {
    NewPassword::parse(password.expose(), username).map_err(|invalid| Problem::invalid("password", invalid))
}

/// Returns the new account, without an employment: a manager's decision starts the employment.
fn newcomer(id: UserId, registration: Registration, now: Timestamp) -> User {
    User {
        id,
        username: registration.username,
        email: registration.email,
        email_verified_at: None,
        full_name: registration.full_name.into(),
        authority: Authority::Employee,
        status: UserStatus::Pending,
        department_id: None,
        site_id: None,
        time_zone: None,
        language: registration.language,
        employments: Employments::NONE,
        tracks_attendance: true,
        annual_leave_days: None,
        session_epoch: 0,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

#[cfg(test)]
mod tests {
    use web::json::parse;

    use super::*;

    const MARIA: &str = r#"{"username": "Maria", "full_name": "Maria Weber", "password": "correct horse battery"}"#;

    #[test]
    fn someone_who_registers_waits_for_a_manager() {
        let now = "2026-11-02T22:30:00Z".parse().unwrap();
        let id = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        let user = newcomer(id, parse(MARIA.as_bytes()).unwrap(), now);
        assert_eq!((user.status, user.authority), (UserStatus::Pending, Authority::Employee));
        assert_eq!(user.employments, Employments::NONE);
        assert_eq!(user.username.as_str(), "maria");
        assert!(user.tracks_attendance);
    }

    #[test]
    fn nobody_registers_with_a_role() {
        let body = MARIA.replacen('{', r#"{"role": "admin", "#, 1);
        let problem = parse::<Registration>(body.as_bytes()).unwrap_err();
        assert!(format!("{problem:?}").contains(r#"path: "role""#), "{problem:?}");
    }

    #[test]
    fn a_password_that_breaks_a_rule_is_named_by_its_path() {
        let registration: Registration = parse(MARIA.replace("correct horse battery", "short").as_bytes()).unwrap();
        let problem = new_password(&registration.password, &registration.username).unwrap_err();
        assert!(format!("{problem:?}").contains(r#"path: "password""#), "{problem:?}");
    }
}
