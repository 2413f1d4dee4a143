//! `/webhooks`: addresses of the company's own systems that receive events; for admins only. The function `webhooks` sends the
//! deliveries.

mod answer;
pub(crate) mod change;
pub(crate) mod deliveries;
pub(crate) mod secret;

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    FieldRule,
    event::{CompanyFact, Fact, Subject},
    id::WebhookId,
    text::NewName,
    webhook::{Health, MAX_WEBHOOKS, Webhook},
};
use outbound::{Reach, Target};
use serde::Deserialize;
use store::{Commit, RepeatKey, webhooks::WebhookRecord};
use utoipa::ToSchema;
use web::{
    Answer, Body, Caller, Failed, Problem, Query, Repeat, RequestId, authorization,
    command::{command, ensure_not_replayed},
    cursor::{CursorSeal, ListName, Page},
    parameter,
    query::PageQuery,
};

use self::{
    answer::{CreatedWebhook, WebhookAnswer},
    secret::{RevealedSecret, sealed},
};
use crate::{events::known_kinds, state::People};

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
    kinds: BTreeSet<String>,
    /// The name of the receiving system.
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "Payroll")]
    description: NewName,
    /// Whether events are delivered from now on; true by default.
    active: Option<bool>,
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
) -> Result<Response, Problem> {
    check(Some(&value.url), Some(&value.kinds), people.reach)?;
    authorization::must_be_admin(&caller)?;
    authorization::must_have_recent_sign_in(&caller, people.app.now())?;
    let key = repeat.key(caller.user_id, &hash);
    let key = key.as_ref();
    command(&people.app.store, key, people.app.now(), || created(&people, &caller, key, &request_id, &value)).await
}

async fn created(
    people: &People,
    caller: &Caller,
    key: Option<&RepeatKey>,
    request_id: &RequestId,
    new: &NewWebhook,
) -> Result<Answer, Failed> {
    let app = &people.app;
    let now = app.now();
    let snapshot = app.store.webhook_snapshot(caller.user_id, None, None, key, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(snapshot.earlier)?;
    // Two requests at once may exceed the limit by one, which does no harm.
    if MAX_WEBHOOKS <= app.store.webhooks().await?.len() {
        return Err(Problem::invalid("url", FieldRule::TooManyWebhooks { max: MAX_WEBHOOKS as u64 }).into());
    }
    let id = WebhookId::generate(now, &*app.entropy);
    let secret = RevealedSecret::generate(&*app.entropy);
    let webhook = Webhook {
        id,
        url: new.url.clone(),
        kinds: new.kinds.clone(),
        description: new.description.clone().into(),
        active: new.active.unwrap_or(true),
        paused: None,
        created_at: now,
        created_by: caller.user_id,
        version: 1,
    };
    let record = WebhookRecord { webhook, secrets: vec![sealed(people, id, &secret, now).await?] };
    let shown = WebhookAnswer::new(&record, Health::default(), &caller.zone);
    let answer = Answer::created(format!("/webhooks/{id}"), &shown)?.version(record.webhook.version);
    let subject = Subject::Webhook(id);
    let facts = vec![Fact::Company(CompanyFact::WebhookCreated)];
    let mut commit = Commit::new(app.stamp(caller, request_id, now), subject, facts)?;
    commit.audit(subject, "webhook_created", None, Some(&shown))?;
    commit.create_webhook(&record)?;
    commit.save_answer(key, answer.saved())?;
    commit.send(&app.store).await?;
    Ok(answer.secret("secret", secret.reveal()))
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
    authorization::must_be_admin(&caller)?;
    let id = parameter::id(&id)?;
    let record = people.app.store.webhook(id).await?.ok_or_else(Problem::not_found)?;
    let health = people.app.store.webhook_health(&[id]).await?.remove(&id).unwrap_or_default();
    Ok(Answer::ok(&WebhookAnswer::new(&record, health, &caller.zone))?.version(record.webhook.version))
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
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let id = parameter::id(&id)?;
    command(&people.app.store, None, people.app.now(), || deleted(&people, &caller, id, &request_id)).await
}

async fn deleted(people: &People, caller: &Caller, id: WebhookId, request_id: &RequestId) -> Result<Answer, Failed> {
    let app = &people.app;
    let now = app.now();
    let snapshot = app.store.webhook_snapshot(caller.user_id, Some(id), None, None, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let record = snapshot.webhook.ok_or_else(Problem::not_found)?;
    let subject = Subject::Webhook(id);
    let facts = vec![Fact::Company(CompanyFact::WebhookDeleted)];
    let mut commit = Commit::new(app.stamp(caller, request_id, now), subject, facts)?;
    commit.audit(
        subject,
        "webhook_deleted",
        Some(&WebhookAnswer::new(&record, Health::default(), &caller.zone)),
        None,
    )?;
    commit.delete_webhook(&record.webhook)?;
    commit.send(&app.store).await?;
    Ok(Answer::no_content())
}
