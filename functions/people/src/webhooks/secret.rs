//! `POST /webhooks/{id}/secret`, and the secrets of webhooks.

use axum::{
    extract::{Path, State},
    response::Response,
};
use data_encoding::BASE64;
use domain::{
    bounded::Bounded,
    event::{CompanyFact, Fact, Subject},
    id::WebhookId,
    ports::{Entropy, random_bytes},
    webhook::Health,
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use store::{
    Commit, RepeatKey,
    webhooks::{SealedSecret, WebhookRecord, secret_context},
};
use utoipa::ToSchema;
use web::{
    Answer, Body, Caller, Failed, Problem, Repeat, RequestId, authorization,
    command::{command, ensure_not_replayed},
    parameter,
};

use super::answer::{CreatedWebhook, WebhookAnswer};
use crate::state::People;

/// The prefix of secrets, as Standard Webhooks defines it.
const FORM: &str = "whsec_";

/// The maximum number of secrets of a webhook. Deliveries are signed with each of them.
const MAX_SECRETS: usize = 3;

/// The default number of hours for which the earlier secret is valid.
const DEFAULT_OVERLAP: u32 = 24;

/// A new secret, before it is encrypted.
pub(super) struct RevealedSecret([u8; 32]);

impl RevealedSecret {
    pub(super) fn generate(entropy: &dyn Entropy) -> Self {
        Self(random_bytes(entropy))
    }

    /// Returns the secret as the receiver needs it.
    pub(super) fn reveal(&self) -> String {
        format!("{FORM}{}", BASE64.encode(&self.0))
    }
}

/// Encrypts a secret of a webhook.
pub(super) async fn sealed(
    people: &People,
    id: WebhookId,
    secret: &RevealedSecret,
    now: Timestamp,
) -> Result<SealedSecret, Problem> {
    let sealed = people.keys.seal(&secret_context(id), &secret.0, &*people.app.entropy, now).await?;
    Ok(SealedSecret { sealed, created_at: now, expires_at: None })
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
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    authorization::must_have_recent_sign_in(&caller, people.app.now())?;
    let id = parameter::id(&id)?;
    let key = repeat.key(caller.user_id, &hash);
    let key = key.as_ref();
    let app = &people.app;
    command(&app.store, key, app.now(), || rotated(&people, &caller, id, key, &request_id, &value)).await
}

async fn rotated(
    people: &People,
    caller: &Caller,
    id: WebhookId,
    key: Option<&RepeatKey>,
    request_id: &RequestId,
    rotate: &RotateSecret,
) -> Result<Answer, Failed> {
    let app = &people.app;
    let now = app.now();
    let snapshot = app.store.webhook_snapshot(caller.user_id, Some(id), None, key, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(snapshot.earlier)?;
    let before = snapshot.webhook.ok_or_else(Problem::not_found)?;
    let mut after = before.clone();
    after.webhook.version += 1;
    let hours = rotate.overlap_hours.map_or(DEFAULT_OVERLAP, Bounded::get);
    let until = now.saturating_add(SignedDuration::from_hours(hours.into())).unwrap_or(Timestamp::MAX);
    for earlier in &mut after.secrets {
        earlier.expires_at = Some(earlier.expires_at.map_or(until, |at| at.min(until)));
    }
    after.secrets.retain(|earlier| earlier.is_valid(now));
    let secret = RevealedSecret::generate(&*app.entropy);
    after.secrets.insert(0, sealed(people, id, &secret, now).await?);
    after.secrets.truncate(MAX_SECRETS);

    let shown = |record: &WebhookRecord| WebhookAnswer::new(record, Health::default(), &caller.zone);
    let answer = Answer::ok(&shown(&after))?.version(after.webhook.version);
    let subject = Subject::Webhook(id);
    let facts = vec![Fact::Company(CompanyFact::WebhookSecretRotated)];
    let mut commit = Commit::new(app.stamp(caller, request_id, now), subject, facts)?;
    commit.audit(subject, "webhook_secret_rotated", Some(&shown(&before)), Some(&shown(&after)))?;
    commit.change_webhook(&after)?;
    commit.save_answer(key, answer.saved())?;
    commit.send(&app.store).await?;
    Ok(answer.secret("secret", secret.reveal()))
}
