//! Asking for an account.

use axum::extract::State;
use domain::{
    email::Email,
    employment::Employments,
    event::{Fact, Subject},
    id::UserId,
    language::Language,
    password::NewPassword,
    settings::Settings,
    text::NewName,
    user::{Authority, User, UserStatus},
    username::Username,
};
use jiff::Timestamp;
use serde::Deserialize;
use store::{Commit, leave_grants::Grants, settings::RegistrationBasis};
use utoipa::ToSchema;
use web::{Answer, Body, Problem, RequestId, Secret, answers::UserAnswer, password_hash};

use crate::state::{Auth, themselves};

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
/// Requests an account with the role `employee`. A manager activates it, unless the settings allow `open_registration`.
#[utoipa::path(
    post,
    path = "/auth/register",
    operation_id = "register",
    tag = "auth",
    request_body = Registration,
    security(()),
    responses(
        (status = 201, description = "The account, which waits for a manager", body = UserAnswer, headers(("Location" = String, description = "Where it is"))),
        (status = 409, description = "`username_taken`, `email_taken`"),
    )
)]
pub(crate) async fn register(
    State(auth): State<Auth>,
    request_id: RequestId,
    body: Body<Registration>,
) -> Result<Answer, Problem> {
    let app = &auth.app;
    let registration = body.value;
    let password = new_password(&registration.password, &registration.username)?;
    let RegistrationBasis { settings: versioned, leave_types, ledger_started } = app.store.registration_basis().await?;
    let settings = &versioned.settings;
    let hash = password_hash::hash(&*app.entropy, &password).await?;
    let now = app.now();
    let user = newcomer(UserId::generate(now, &*app.entropy), registration, settings, now);
    let stamp = app.stamp_by(themselves(&user), &request_id, now);
    let (mut facts, grants) = match user.status {
        UserStatus::Active => {
            let (today, by) = (settings.time_zone.date_of(now), (stamp.actor, now));
            let grants = Grants::of_newcomer(&user, &versioned, leave_types, ledger_started, today, by);
            (vec![Fact::UserRegistered, Fact::UserActivated], Some(grants))
        }
        UserStatus::Pending | UserStatus::Disabled => (vec![Fact::UserRegistered], None),
    };
    facts.extend(grants.iter().flat_map(|grants| grants.facts().iter().cloned()));
    let subject = Subject::User(user.id);
    let mut commit = Commit::new(stamp, subject, facts)?;
    commit.create_user(&user)?;
    if let Some(grants) = &grants {
        commit.grant_leave(&user, grants, &versioned)?;
    }
    commit.create_credential(user.id, hash)?;
    let answer = UserAnswer::new(&user, &settings.time_zone);
    commit.audit(subject, "user_registered", None, Some(&answer))?;
    // A lost condition is final here: someone has that name or address.
    commit.send(&app.store).await?;
    Ok(Answer::created(format!("/users/{}", user.id), &answer)?.version(user.version))
}

/// A chosen password, when it keeps the rules.
pub(crate) fn new_password(password: &Secret, username: &Username) -> Result<NewPassword, Problem> {
    NewPassword::parse(password.expose(), username).map_err(|invalid| Problem::invalid("password", invalid))
}

/// The account as it begins.
fn newcomer(id: UserId, registration: Registration, settings: &Settings, now: Timestamp) -> User {
    // Who registers has no site and no zone of their own yet: their date is the company's.
    let today = settings.time_zone.date_of(now);
    let (status, employments) = if settings.open_registration {
        (UserStatus::Active, Employments::since(today))
    } else {
        (UserStatus::Pending, Employments::NONE)
    };
    User {
        id,
        username: registration.username,
        email: registration.email,
        full_name: registration.full_name.into(),
        authority: Authority::Employee,
        status,
        department_id: None,
        site_id: None,
        time_zone: None,
        language: registration.language,
        employments,
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
    use domain::calendar::Zone;
    use web::json::parse;

    use super::*;

    const MARIA: &str = r#"{"username": "Maria", "full_name": "Maria Weber", "password": "correct horse battery"}"#;

    fn registered(settings: &Settings) -> User {
        let now = "2026-11-02T22:30:00Z".parse().unwrap();
        newcomer("01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(), parse(MARIA.as_bytes()).unwrap(), settings, now)
    }

    #[test]
    fn someone_who_registers_waits_for_a_manager() {
        let user = registered(&Settings::default());
        assert_eq!((user.status, user.authority), (UserStatus::Pending, Authority::Employee));
        assert_eq!(user.employments, Employments::NONE);
        assert_eq!(user.username.as_str(), "maria");
        assert!(user.tracks_attendance);
    }

    #[test]
    fn open_registration_hires_on_the_companys_today() {
        let settings = Settings {
            open_registration: true,
            time_zone: Zone::parse("Europe/Istanbul").unwrap(),
            ..Settings::default()
        };
        let user = registered(&settings);
        assert_eq!(user.status, UserStatus::Active);
        assert_eq!(user.employments, Employments::since("2026-11-03".parse().unwrap()));
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
