//! Links that are sent by e-mail: to set a new password, and to confirm an address.

use app::{
    Refusal,
    auth::{
        AuthRefusal,
        account_links::{self, ProvenLink},
    },
};
use axum::{extract::State, response::Response};
use domain::outgoing::LinkPurpose;
use password_hash::Argon2Hasher;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, Body, Caller, Failed, Problem, RequestId, Secret,
    body::NoFields,
    command,
    use_case::{accepted, execute_if_changed, execute_unsigned, no_content},
};

use crate::{sign_in_client::Network, state::Auth};

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
    let ports = auth.app.ports(auth.app.now());
    let (id, network) = (request_id.as_str(), network.hash());
    let ask = || account_links::request_password_reset(&ports, id, &network, &value.username, auth.sends_email);
    execute_unsigned(&ports, accepted, ask).await
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
    let ports = auth.app.ports(auth.app.now());
    let (id, typed) = (request_id.as_str(), value.password.expose());
    execute_unsigned(&ports, no_content, || account_links::set_password(&ports, id, &Argon2Hasher, link, typed)).await
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
) -> Result<Answer, Problem> {
    let request = auth.app.request(&caller, &request_id, None);
    let ask = || account_links::request_email_verification(&request, auth.sends_email);
    execute_if_changed(&request, accepted, ask).await
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
    let ports = auth.app.ports(auth.app.now());
    let attempt = async || -> Result<Answer, Failed> {
        let confirmed = account_links::confirm_email(&ports, request_id.as_str(), link).await?;
        confirmed.commit.send(ports.store).await?;
        Ok(Answer::no_content())
    };
    command(ports.store, None, ports.now, attempt).await
}

/// Returns the content of a token that this system made for one of the purposes.
async fn opened(auth: &Auth, token: &Secret, purposes: &[LinkPurpose]) -> Result<ProvenLink, Problem> {
    let link = auth.company_keys.open_link_token(token.expose()).await?;
    let link = link.filter(|link| purposes.contains(&link.purpose));
    let link = link.ok_or_else(|| Refusal::from(AuthRefusal::LinkInvalid))?;
    Ok(ProvenLink { user: link.user, purpose: link.purpose, number: link.number })
}
