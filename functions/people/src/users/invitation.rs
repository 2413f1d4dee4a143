//! `POST /users/{id}/invitation`: sends a person the link to set their first password again.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    calendar::Zone,
    event::Subject,
    id::NotificationNumber,
    outgoing::{AccountLink, LinkPurpose},
    user::{User, UserStatus},
};
use store::{
    Commit,
    account_links::{LinkSnapshot, MAX_LINKS_OF_PERSON},
};
use web::{
    Answer, Body, Caller, Code, Failed, Problem, RequestId, authorization,
    body::{NoFields, hash},
    command, parameter,
};

use crate::state::People;

/// Invite a user again
///
/// Sends a link to set the first password to the person's e-mail address. It works once, within seven days. The links of earlier
/// invitations don't work any more.
#[utoipa::path(
    post, path = "/users/{id}/invitation", operation_id = "inviteUser", tag = "users",
    params(("id" = String, Path, description = "The id of the person")),
    request_body = NoFields,
    responses(
        (status = 202, description = "An e-mail is on its way"),
        (status = 409, description = "`email_off`; `no_email_address`; `invitation_used`: the person has set a password"),
        (status = 429, description = "`too_many_emails`: twenty today (UTC)"),
    ),
)]
pub(crate) async fn invitation(
    State(people): State<People>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
    Body { value: NoFields {}, hash: _ }: Body<NoFields>,
) -> Result<Response, Problem> {
    authorization::must_be_manager(&caller)?;
    let app = &people.app;
    let person = parameter::user(&id, &caller)?;
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let caller_profile = app.store.user(caller.user_id).await?;
        authorization::ensure_current(&caller, caller_profile.as_ref())?;
        let LinkSnapshot { user, credential, .. } =
            app.store.link_snapshot(person, LinkPurpose::Invitation, now).await?;
        let user = user.ok_or_else(Problem::not_found)?;
        authorization::may_manage(&caller, &user)?;
        people.must_send_email()?;
        let waits = credential.is_some_and(|credential| credential.temporary_until.is_some());
        if user.status != UserStatus::Active || !waits {
            return Err(Problem::new(Code::InvitationUsed).into());
        }
        let mut commit = Commit::without_event(app.stamp(&caller, &request_id, now));
        let counted = hash(format!("links of user {}", user.id).as_bytes());
        commit.count_account_link(&counted, Zone::UTC.date_of(now), MAX_LINKS_OF_PERSON)?;
        send_invitation(&people, &mut commit, &user)?;
        commit.audit::<()>(Subject::User(user.id), "user_invited", None, None)?;
        commit.send(&app.store).await?;
        Ok(Answer::no_content().status(StatusCode::ACCEPTED))
    };
    command(&app.store, None, now, attempt).await
}

/// Stores the e-mail with the link to set a first password.
pub(super) fn send_invitation(people: &People, commit: &mut Commit, user: &User) -> Result<(), Failed> {
    let email = user.email.clone().ok_or_else(|| Problem::new(Code::NoEmailAddress))?;
    let now = commit.stamp().at;
    let number = NotificationNumber::generate(now, &*people.app.entropy);
    commit.send_account_link(user.id, &AccountLink::new(number, LinkPurpose::Invitation, email, now))?;
    Ok(())
}
