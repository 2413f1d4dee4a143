//! Creates the company's first admin, once, for the holder of the set-up token.

use app::auth::{passwords::new_password, registration};
use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};
use axum::extract::State;
use domain::{email::Email, text::NewName, user::Registrant, username::Username};
use password_hash::Argon2Hasher;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Body, Code, Problem, RequestId, Secret, answers::UserAnswer};

use crate::state::Auth;

/// The first administrator of the company.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "setup_token": "the token that the local stack prints",
    "username": "ada",
    "full_name": "Ada Lindqvist",
    "email": "ada@harbour.example",
    "password": "rollcall-demo-2026"
}))]
pub(crate) struct FirstAdmin {
    /// The token from Secrets Manager. The local stack prints it when it starts.
    setup_token: Secret,
    /// The name that the person signs in with.
    username: Username,
    /// The e-mail address of the person.
    #[serde(default)]
    email: Option<Email>,
    /// The full name of the person.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    full_name: NewName,
    /// The new password: 10 to 128 characters, not the username and not a commonly breached one.
    password: Secret,
}

/// Set up the company
///
/// Creates the first admin with the set-up token of the deployment. It works once.
#[utoipa::path(
    post,
    path = "/auth/setup",
    operation_id = "setUpCompany",
    tag = "auth",
    request_body = FirstAdmin,
    security(()),
    responses(
        (status = 201, description = "The first admin", body = UserAnswer, headers(("Location" = String, description = "The URL of the new item"))),
        (status = 403, description = "`wrong_setup_token`"),
        (status = 409, description = "`already_set_up`"),
    )
)]
pub(crate) async fn setup(
    State(auth): State<Auth>,
    request_id: RequestId,
    body: Body<FirstAdmin>,
) -> Result<Answer, Problem> {
    let FirstAdmin { setup_token, username, email, full_name, password } = body.value;
    let password = new_password("password", password.expose(), &username)?;
    if !is_same(setup_token.expose(), auth.secrets.setup_token().await?.expose()) {
        return Err(Problem::new(Code::WrongSetupToken));
    }
    let registrant = Registrant { username, email, full_name: full_name.into(), language: None };
    let ports = auth.app.ports(auth.app.now());
    let (admin, shown) =
        registration::set_up(&ports, request_id.as_str(), &Argon2Hasher, registrant, &password).await?;
    Ok(Answer::created(format!("/users/{}", admin.id), &shown)?.version(admin.version))
}

/// Compares two texts in constant time. Compares hashes, so that the time doesn't reveal the length either.
fn is_same(shown: &str, expected: &str) -> bool {
    let hash = |text: &str| digest(&SHA256, text.as_bytes());
    verify_slices_are_equal(hash(shown).as_ref(), hash(expected).as_ref()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setup_token_must_match_exactly() {
        assert!(is_same("let me in", "let me in"));
        for wrong in ["", "let me i", "let me in ", "LET ME IN"] {
            assert!(!is_same(wrong, "let me in"), "{wrong:?}");
        }
    }

    #[test]
    fn a_setup_request_with_a_role_is_refused() {
        let body = r#"{"setup_token": "t", "username": "ada", "full_name": "Ada", "password": "p", "role": "admin"}"#;
        assert!(serde_json::from_str::<FirstAdmin>(body).is_err());
    }
}
