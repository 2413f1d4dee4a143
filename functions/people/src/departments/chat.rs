//! `/departments/{id}/chat`: the chat that gets news of a department's people; for admins only.

use app::company::chats;
use axum::extract::{Path, State};
use domain::{
    FieldRule,
    chat::{ChatKind, ChatService},
    distinct::Distinct,
};
use outbound::Target;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, RequestId, Secret,
    answers::DepartmentChatAnswer,
    parameter,
    use_case::{execute, no_content},
};

use crate::state::People;

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
    /// The kinds of news that the chat gets, at least one, each once.
    #[schema(value_type = BTreeSet<ChatKind>, min_items = 1)]
    kinds: Distinct<ChatKind>,
}

/// Get the chat of a department
///
/// For admins only.
#[utoipa::path(
    get, path = "/departments/{id}/chat", operation_id = "getDepartmentChat", tag = "departments",
    params(("id" = String, Path, description = "The id of the department")),
    responses(
        (status = 200, description = "The chat", body = DepartmentChatAnswer),
        (status = 404, description = "There is no such department, or it has no chat"),
    ),
)]
pub(crate) async fn read(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    Answer::ok(&chats::read(&app.request(&caller, &request_id, None), id).await?)
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
        (status = 200, description = "The chat", body = DepartmentChatAnswer),
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
) -> Result<Answer, Problem> {
    // An invalid address is refused after a missing permission.
    let id = parameter::id_for_admin(&id, &caller)?;
    let NewChat { service, url, kinds } = value;
    let target = Target::parse(url.expose(), people.reach);
    Problem::unless_valid([
        (target.is_err(), "url", FieldRule::ChatUrl),
        (kinds.is_empty(), "kinds", FieldRule::ItemsAtLeast { min: 1 }),
    ])?;
    let host = target.map(|target| target.authority().to_owned()).unwrap_or_default();
    let context = secret_store::chat_context(id);
    let chat = chats::NewChat { service, url: url.expose(), host: &host, kinds: &kinds, context: &context };
    let request = people.app.request(&caller, &request_id, None);
    let set = |chat: &DepartmentChatAnswer, _: u64| -> Result<Answer, Problem> { Answer::ok(chat) };
    execute(&request, set, || chats::set(&request, &people.keys, id, chat)).await
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
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let request = app.request(&caller, &request_id, None);
    execute(&request, no_content, || chats::remove(&request, id)).await
}
