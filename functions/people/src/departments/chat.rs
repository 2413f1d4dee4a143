//! `/departments/{id}/chat`: the chat that gets news of a department's people; for admins only.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    FieldRule,
    chat::{ChatKind, ChatService},
    event::{CompanyFact, Fact, Subject},
    id::{DepartmentId, UserId},
};
use outbound::Target;
use serde::{Deserialize, Serialize};
use store::{
    Commit,
    chats::{Chat, ChatSnapshot},
};
use utoipa::ToSchema;
use web::{
    Answer, Body, Caller, Failed, Problem, RequestId, Secret, authorization, command, instant::Instant, parameter,
};

use crate::state::People;

/// The chat of a department. Its address is never shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DepartmentChat)]
pub(crate) struct ChatAnswer {
    /// The service of the chat.
    service: ChatService,
    /// The host of the address.
    host: String,
    /// The kinds of news that the chat gets.
    kinds: BTreeSet<ChatKind>,
    /// The instant at which the chat was set.
    set_at: Instant,
    /// The administrator who set the chat.
    set_by: UserId,
    /// The instant from which the service doesn't know the address any more; `null` while it takes messages. Setting the chat again
    /// starts it.
    #[schema(required = true)]
    stopped_at: Option<Instant>,
}

impl ChatAnswer {
    fn new(chat: &Chat, caller: &Caller) -> Self {
        let instant = |at| Instant::new(at, &caller.zone);
        Self {
            service: chat.service,
            host: chat.host.clone(),
            kinds: chat.kinds.clone(),
            set_at: instant(chat.set_at),
            set_by: chat.set_by,
            stopped_at: chat.stopped_at.map(instant),
        }
    }
}

/// A chat for a department.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "service": "slack",
    "url": "https://hooks.slack.com/services/T000/B000/XXXX",
    "kinds": ["late", "not_arrived", "leave_approved"]
}))]
pub(crate) struct NewChat {
    /// The service of the chat.
    service: ChatService,
    /// The address of the incoming webhook. It is stored encrypted and never shown.
    #[schema(value_type = String, format = "uri", max_length = 2000)]
    url: Secret,
    /// The kinds of news that the chat gets, at least one.
    #[schema(min_items = 1)]
    kinds: BTreeSet<ChatKind>,
}

/// Get the chat of a department
///
/// For admins only.
#[utoipa::path(
    get, path = "/departments/{id}/chat", operation_id = "getDepartmentChat", tag = "departments",
    params(("id" = String, Path, description = "The id of the department")),
    responses(
        (status = 200, description = "The chat", body = ChatAnswer),
        (status = 404, description = "There is no such department, or it has no chat"),
    ),
)]
pub(crate) async fn read(
    State(people): State<People>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let id = parameter::id(&id)?;
    let ChatSnapshot { caller: profile, chat, .. } = people.app.store.chat_snapshot(caller.user_id, id).await?;
    authorization::current_profile(&caller, profile.as_ref())?;
    Answer::ok(&ChatAnswer::new(&chat.ok_or_else(Problem::not_found)?, &caller))
}

/// Set the chat of a department
///
/// For admins only. News of the department's people go to a channel of Slack or Microsoft Teams, in the company's language. Rollcall
/// never reads the channel. Needs a sign-in within the last 10 minutes.
#[utoipa::path(
    put, path = "/departments/{id}/chat", operation_id = "setDepartmentChat", tag = "departments",
    params(("id" = String, Path, description = "The id of the department")),
    request_body = NewChat,
    responses(
        (status = 200, description = "The chat", body = ChatAnswer),
        (status = 403, description = "`forbidden`; `confirmation_required`: confirm your password first"),
        (status = 422, description = "The address isn't one of a public `https` host"),
    ),
)]
pub(crate) async fn replace(
    State(people): State<People>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
    Body { value, hash: _ }: Body<NewChat>,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let id: DepartmentId = parameter::id(&id)?;
    let target = Target::parse(value.url.expose(), people.reach);
    Problem::unless_valid([
        (target.is_err(), "url", FieldRule::ChatUrl),
        (value.kinds.is_empty(), "kinds", FieldRule::ItemsAtLeast { min: 1 }),
    ])?;
    let host = target.map(|target| target.authority().to_owned()).unwrap_or_default();
    let app = &people.app;
    let now = app.now();
    authorization::must_have_recent_sign_in(&caller, now)?;
    let context = secret_store::chat_context(id);
    let sealed = people.keys.seal(&context, value.url.expose().as_bytes(), &*app.entropy, now).await?;
    let attempt = async || -> Result<Answer, Failed> {
        let snapshot = app.store.chat_snapshot(caller.user_id, id).await?;
        authorization::current_profile(&caller, snapshot.caller.as_ref())?;
        snapshot.department.ok_or_else(Problem::not_found)?;
        let chat = Chat {
            department_id: id,
            service: value.service,
            sealed: sealed.clone(),
            host: host.clone(),
            kinds: value.kinds.clone(),
            set_by: caller.user_id,
            set_at: now,
            stopped_at: None,
            version: snapshot.chat.as_ref().map_or(0, |before| before.version) + 1,
        };
        let (shown_before, shown) =
            (snapshot.chat.as_ref().map(|before| ChatAnswer::new(before, &caller)), ChatAnswer::new(&chat, &caller));
        let subject = Subject::Department(id);
        let stamp = app.stamp(&caller, &request_id, now);
        let mut commit = Commit::new(stamp, subject, vec![Fact::Company(CompanyFact::DepartmentChanged)])?;
        commit.audit(subject, "department_chat_set", shown_before.as_ref(), Some(&shown))?;
        commit.check_department(id)?;
        commit.put_chat(&chat, &snapshot.list)?;
        commit.send(&app.store).await?;
        Ok(Answer::ok(&shown)?)
    };
    command(&app.store, None, now, attempt).await
}

/// Remove the chat of a department
///
/// For admins only.
#[utoipa::path(
    delete, path = "/departments/{id}/chat", operation_id = "removeDepartmentChat", tag = "departments",
    params(("id" = String, Path, description = "The id of the department")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "There is no such department, or it has no chat"),
    ),
)]
pub(crate) async fn remove(
    State(people): State<People>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let id: DepartmentId = parameter::id(&id)?;
    let app = &people.app;
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let snapshot = app.store.chat_snapshot(caller.user_id, id).await?;
        authorization::current_profile(&caller, snapshot.caller.as_ref())?;
        let chat = snapshot.chat.ok_or_else(Problem::not_found)?;
        let subject = Subject::Department(id);
        let stamp = app.stamp(&caller, &request_id, now);
        let mut commit = Commit::new(stamp, subject, vec![Fact::Company(CompanyFact::DepartmentChanged)])?;
        commit.audit(subject, "department_chat_removed", Some(&ChatAnswer::new(&chat, &caller)), None)?;
        commit.remove_chat(id, &snapshot.list)?;
        commit.send(&app.store).await?;
        Ok(Answer::no_content())
    };
    command(&app.store, None, now, attempt).await
}
