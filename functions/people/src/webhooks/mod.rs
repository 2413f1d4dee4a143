//! `/webhooks`: addresses of the company's own systems that receive events; for admins only (`app::company::webhooks`). The
//! function `webhooks` sends the deliveries.

pub(crate) mod deliveries;

use std::collections::BTreeSet;

use app::company::webhooks::{self, WithSecret};
use axum::extract::{Path, State};
use domain::{
    FieldRule,
    bounded::Bounded,
    distinct::Distinct,
    id::WebhookId,
    patch_field::given,
    text::{Name, NewName},
    webhook::WebhookUpdate,
};
use jiff::SignedDuration;
use outbound::{Reach, Target};
use serde::Deserialize;
use store::webhooks::WebhookRecord;
use utoipa::ToSchema;
use web::{
    Answer, Body, Caller, IfMatch, Problem, Query, Repeat, RequestId,
    answers::WebhookAnswer,
    authorization,
    cursor::{CursorSeal, ListName, Page},
    parameter,
    query::PageQuery,
    use_case::{changed, changed_with_secret, created_with_secret, execute, execute_if_changed, no_content},
};

use crate::{events::known_kinds, state::People};

/// The default number of hours for which the earlier secret is valid.
const DEFAULT_OVERLAP: u32 = 24;

/// A new webhook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "url": "https://payroll.example.com/rollcall",
    "kinds": ["clocked_out", "day_edited", "leave_decided"],
    "description": "Payroll"
}))]
pub(crate) struct NewWebhook {
    /// The address that receives events: an `https` URL with a public host.
    #[schema(format = "uri", max_length = 2000, example = "https://payroll.example.com/rollcall")]
    url: String,
    /// The kinds of facts of which at least one must be in an event; by default all events are delivered.
    #[serde(default)]
    #[schema(value_type = BTreeSet<String>)]
    kinds: Distinct<String>,
    /// The name of the receiving system.
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "Payroll")]
    description: NewName,
    /// Whether events are delivered from now on; true by default.
    active: Option<bool>,
}

/// A new webhook or a new secret, with the secret.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only for the documentation: the secret must not be in a saved answer")]
pub(crate) struct CreatedWebhook {
    #[serde(flatten)]
    webhook: WebhookAnswer,
    /// The secret with which the receiver verifies deliveries, `whsec_…`. It is shown only once; a replay leaves it out.
    #[schema(required = false)]
    secret: String,
}

/// The changes of a webhook. Absent fields stay as they are.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"active": true}))]
pub(crate) struct ChangeWebhook {
    /// The address that receives events: an `https` URL with a public host.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, format = "uri", max_length = 2000)]
    url: Option<String>,
    /// The kinds of facts of which at least one must be in an event; empty for all events.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = BTreeSet<String>, required = false)]
    kinds: Option<Distinct<String>>,
    /// The name of the receiving system.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    description: Option<NewName>,
    /// Whether events are delivered. True ends a pause: deliveries that are still pending follow at once.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool, required = false)]
    active: Option<bool>,
}

/// The rotation of a secret.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"overlap_hours": 48}))]
pub(crate) struct RotateSecret {
    /// The number of hours for which deliveries are also signed with the earlier secret; 24 by default. 0 ends it at once.
    #[schema(value_type = Option<u32>, minimum = 0, maximum = 168)]
    overlap_hours: Option<Bounded<0, 168>>,
}

/// Refuses a URL that may not be called, and kinds of facts that aren't known.
fn check(url: Option<&str>, kinds: Option<&BTreeSet<String>>, reach: Reach) -> Result<(), Problem> {
    let is_unknown = kinds.is_some_and(|kinds| known_kinds(kinds.iter().map(String::as_str)).is_err());
    Problem::unless_valid([
        (url.is_some_and(|url| Target::parse(url, reach).is_err()), "url", FieldRule::PublicUrl),
        (is_unknown, "kinds", FieldRule::FactKinds),
    ])
}

/// Create a webhook
///
/// For admins only. Events from now on are sent to the URL as [Standard Webhooks](https://www.standardwebhooks.com). The answer
/// contains the secret, which is shown only once. Needs a sign-in within the last 10 minutes.
#[utoipa::path(
    post, path = "/webhooks", operation_id = "createWebhook", tag = "webhooks",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")),
    request_body = NewWebhook,
    responses(
        (status = 201, description = "The webhook", body = CreatedWebhook,
            headers(("ETag" = String, description = "The version"), ("Location" = String, description = "Its address"))),
        (status = 403, description = "`forbidden`; `confirmation_required`: confirm your password first"),
    ),
)]
pub(crate) async fn create(
    State(people): State<People>,
    caller: Caller,
    repeat: Repeat,
    request_id: RequestId,
    Body { value, hash }: Body<NewWebhook>,
) -> Result<Answer, Problem> {
    check(Some(&value.url), Some(&value.kinds), people.reach)?;
    let key = repeat.key(caller.user_id, &hash);
    let request = people.app.request(&caller, &request_id, key.as_ref());
    let NewWebhook { url, kinds, description, active } = value;
    let new = webhooks::NewWebhook {
        url,
        kinds: kinds.into(),
        description: description.into(),
        active: active.unwrap_or(true),
    };
    let created = |new: &WithSecret, version: u64| {
        created_with_secret(format!("/webhooks/{}", new.id), &new.shown, version, &new.secret)
    };
    execute(&request, created, || webhooks::create(&request, &people.keys, &new)).await
}

/// List webhooks
///
/// For admins only. Lists the webhooks in the order in which they were created.
#[utoipa::path(
    get, path = "/webhooks", operation_id = "listWebhooks", tag = "webhooks", params(PageQuery),
    responses((status = 200, description = "A page of webhooks", body = Page<WebhookAnswer>)),
)]
pub(crate) async fn list(
    State(people): State<People>,
    caller: Caller,
    Query(PageQuery { limit, cursor }): Query<PageQuery>,
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let app = &people.app;
    let seal = CursorSeal::of_caller(app, &caller, ListName::Webhooks, &()).await?;
    let records = app.store.webhooks().await?;
    let ids: Vec<WebhookId> = records.iter().map(|record| record.webhook.id).collect();
    let health = app.store.webhook_health(&ids).await?;
    let shown = |record: &WebhookRecord| {
        let health = health.get(&record.webhook.id).copied().unwrap_or_default();
        WebhookAnswer::new(record, health, &caller.zone)
    };
    let items = records.iter().map(shown).collect();
    Answer::ok(&Page::of_whole(items, limit, cursor.as_deref(), &seal)?)
}

/// Get a webhook
///
/// For admins only.
#[utoipa::path(
    get, path = "/webhooks/{id}", operation_id = "getWebhook", tag = "webhooks",
    params(("id" = String, Path, description = "The id of the webhook")),
    responses((status = 200, description = "The webhook", body = WebhookAnswer,
        headers(("ETag" = String, description = "The version")))),
)]
pub(crate) async fn read(
    State(people): State<People>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let record = people.app.store.webhook(id).await?.ok_or_else(Problem::not_found)?;
    let health = people.app.store.webhook_health(&[id]).await?.remove(&id).unwrap_or_default();
    Ok(Answer::ok(&WebhookAnswer::new(&record, health, &caller.zone))?.version(record.webhook.version))
}

/// Update a webhook
///
/// For admins only. Fields that the body leaves out stay as they are. Events that happened while the webhook wasn't active aren't
/// delivered later; `GET /events` lists them. Needs a sign-in within the last 10 minutes.
#[utoipa::path(
    patch, path = "/webhooks/{id}", operation_id = "updateWebhook", tag = "webhooks",
    params(
        ("id" = String, Path, description = "The id of the webhook"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    request_body = ChangeWebhook,
    responses(
        (status = 200, description = "The webhook", body = WebhookAnswer,
            headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`; `confirmation_required`: confirm your password first"),
    ),
)]
pub(crate) async fn change(
    State(people): State<People>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<ChangeWebhook>,
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    check(value.url.as_deref(), value.kinds.as_deref(), people.reach)?;
    let (request, versions) = (people.app.request(&caller, &request_id, None), if_match.versions());
    let ChangeWebhook { url, kinds, description, active } = value;
    let kinds = kinds.map(BTreeSet::from);
    let update = WebhookUpdate { url, kinds, description: description.map(Name::from), active };
    execute_if_changed(&request, changed, || webhooks::change(&request, id, &versions, &update)).await
}

/// Rotate the secret of a webhook
///
/// For admins only. The answer contains the new secret, which is shown only once. During the overlap, each delivery has a
/// signature with the new secret and one with the earlier secret. Needs a sign-in within the last 10 minutes.
#[utoipa::path(
    post, path = "/webhooks/{id}/secret", operation_id = "rotateWebhookSecret", tag = "webhooks",
    params(
        ("id" = String, Path, description = "The id of the webhook"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer"),
    ),
    request_body = RotateSecret,
    responses(
        (status = 200, description = "The webhook, with the new secret", body = CreatedWebhook,
            headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`; `confirmation_required`: confirm your password first"),
    ),
)]
pub(crate) async fn rotate(
    State(people): State<People>,
    caller: Caller,
    repeat: Repeat,
    Path(id): Path<String>,
    request_id: RequestId,
    Body { value, hash }: Body<RotateSecret>,
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let request = people.app.request(&caller, &request_id, key.as_ref());
    let hours = value.overlap_hours.map_or(DEFAULT_OVERLAP, Bounded::get);
    let overlap = SignedDuration::from_hours(hours.into());
    let rotated = |new: &WithSecret, version: u64| changed_with_secret(&new.shown, version, &new.secret);
    execute(&request, rotated, || webhooks::rotate_secret(&request, &people.keys, id, overlap)).await
}

/// Delete a webhook
///
/// For admins only. Events are no longer delivered, including those that are being retried.
#[utoipa::path(
    delete, path = "/webhooks/{id}", operation_id = "deleteWebhook", tag = "webhooks",
    params(("id" = String, Path, description = "The id of the webhook")),
    responses((status = 204, description = "Deleted")),
)]
pub(crate) async fn delete(
    State(people): State<People>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let request = people.app.request(&caller, &request_id, None);
    execute(&request, no_content, || webhooks::delete(&request, id)).await
}
