//! Requests an account.

use app::auth::{
    passwords::new_password,
    registration::{self, Application},
};
use axum::extract::State;
use domain::{email::Email, language::Language, text::NewName, user::Registrant, username::Username};
use password_hash::Argon2Hasher;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Body, Failed, Problem, RequestId, Secret, answers::UserAnswer, command::answered};

use crate::{sign_in_client::Network, state::Auth};

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
    let ports = app.ports(app.now());
    let snapshot = registration::must_be_open(&ports).await?;
    let Registration { username, email, full_name, language, password } = body?.value;
    let password = new_password("password", password.expose(), &username)?;
    let registrant = Registrant { username, email, full_name: full_name.into(), language };
    let application = Application { registrant, password: &password, network: &network.hash() };
    let account = registration::apply(&ports, request_id.as_str(), &snapshot, &Argon2Hasher, application).await?;
    let attempt = async || -> Result<Answer, Failed> {
        let shown = registration::register(&ports, request_id.as_str(), &account, auth.sends_email).await?;
        Ok(Answer::created(format!("/users/{}", account.user.id), &shown)?.version(account.user.version))
    };
    answered(&app.store, None, ports.now, attempt).await
}

#[cfg(test)]
mod tests {
    use web::json::parse;

    use super::*;

    const MARIA: &str = r#"{"username": "Maria", "full_name": "Maria Weber", "password": "correct horse battery"}"#;

    #[test]
    fn nobody_registers_with_a_role() {
        assert_eq!(parse::<Registration>(MARIA.as_bytes()).unwrap().username.as_str(), "maria");
        let body = MARIA.replacen('{', r#"{"role": "admin", "#, 1);
        let problem = parse::<Registration>(body.as_bytes()).unwrap_err();
        assert!(format!("{problem:?}").contains(r#"path: "role""#), "{problem:?}");
    }
}
