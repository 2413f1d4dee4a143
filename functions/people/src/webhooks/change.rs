//! `PATCH /webhooks/{id}`

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    event::{CompanyFact, Fact, Subject},
    id::WebhookId,
    text::NewName,
    webhook::{Health, Webhook},
};
use serde::Deserialize;
use store::{Commit, webhooks::WebhookRecord};
use utoipa::ToSchema;
use web::{Answer, Body, Caller, Failed, IfMatch, Problem, RequestId, authorization, command, parameter};

use super::{answer::WebhookAnswer, check};
use crate::{given::given, state::People};

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
    #[schema(value_type = Vec<String>, required = false)]
    kinds: Option<BTreeSet<String>>,
    /// The name of the receiving system.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    description: Option<NewName>,
    /// Whether events are delivered. True ends a pause: deliveries that are still pending follow at once.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool, required = false)]
    active: Option<bool>,
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
) -> Result<Response, Problem> {
    check(value.url.as_deref(), value.kinds.as_ref(), people.reach)?;
    authorization::must_be_admin(&caller)?;
    authorization::must_have_recent_sign_in(&caller, people.app.now())?;
    let id = parameter::id(&id)?;
    let app = &people.app;
    command(&app.store, None, app.now(), || attempt(&people, &caller, id, &if_match, &request_id, &value)).await
}

async fn attempt(
    people: &People,
    caller: &Caller,
    id: WebhookId,
    if_match: &IfMatch,
    request_id: &RequestId,
    change: &ChangeWebhook,
) -> Result<Answer, Failed> {
    let app = &people.app;
    let now = app.now();
    let snapshot = app.store.webhook_snapshot(caller.user_id, Some(id), None, None, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let before = snapshot.webhook.ok_or_else(Problem::not_found)?;
    if_match.check(before.webhook.version)?;
    let (webhook, fields) = changed(&before.webhook, change);
    let mut after = WebhookRecord { webhook, secrets: before.secrets.clone() };
    let mut health = app.store.webhook_health(&[id]).await?.remove(&id).unwrap_or_default();
    if !fields.is_empty() {
        after.webhook.version += 1;
        let subject = Subject::Webhook(id);
        let facts = vec![Fact::Company(CompanyFact::WebhookChanged { fields: fields.clone() })];
        let mut commit = Commit::new(app.stamp(caller, request_id, now), subject, facts)?;
        let shown = |record: &WebhookRecord| WebhookAnswer::new(record, Health::default(), &caller.zone);
        commit.audit(subject, "webhook_changed", Some(&shown(&before)), Some(&shown(&after)))?;
        commit.change_webhook(&after)?;
        // A receiver at another address, or one that an admin has repaired, isn't left alone for the failures before.
        if fields.iter().any(|field| field == "url" || field == "active") {
            commit.forget_health(id)?;
            health = Health::default();
        }
        commit.send(&app.store).await?;
    }
    Ok(Answer::ok(&WebhookAnswer::new(&after, health, &caller.zone))?.version(after.webhook.version))
}

/// Returns the changed webhook, with its version unchanged, and the names of the changed fields.
fn changed(before: &Webhook, change: &ChangeWebhook) -> (Webhook, Vec<String>) {
    let mut after = before.clone();
    if let Some(url) = &change.url {
        after.url.clone_from(url);
    }
    if let Some(kinds) = &change.kinds {
        after.kinds.clone_from(kinds);
    }
    if let Some(description) = &change.description {
        after.description = description.clone().into();
    }
    if let Some(active) = change.active {
        after.active = active;
        after.paused = after.paused.filter(|_| !active);
    }
    let fields = [
        ("url", after.url != before.url),
        ("kinds", after.kinds != before.kinds),
        ("description", after.description != before.description),
        ("active", after.active != before.active),
    ];
    let fields = fields.into_iter().filter(|(_, is_changed)| *is_changed).map(|(field, _)| field.to_owned()).collect();
    (after, fields)
}
