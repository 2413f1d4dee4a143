//! Webhooks: admins create, change and delete them, rotate their secrets, test them and replay deliveries. The function
//! `webhooks` sends the deliveries.

use std::collections::BTreeSet;

use answers::WebhookAnswer;
use data_encoding::BASE64;
use domain::{
    FieldFault, FieldRule,
    event::{CompanyFact, Fact, Subject},
    id::{EventId, WebhookId},
    ports::random_bytes,
    text::Name,
    webhook::{Delivery, Health, MAX_WEBHOOKS, Webhook, WebhookUpdate},
};
use jiff::{SignedDuration, Timestamp};
use store::{
    Commit,
    webhooks::{SealedSecret, WebhookRecord, WebhookSnapshot, secret_context},
};

use crate::{
    Denied, Failed, Outcome, Prepared, Request, Versions, authorization, sealing::SecretSealer,
    use_case::ensure_not_replayed,
};

/// The prefix of secrets, as Standard Webhooks defines it.
const FORM: &str = "whsec_";

/// The maximum number of secrets of a webhook. Deliveries are signed with each of them.
const MAX_SECRETS: usize = 3;

/// The webhook that an admin creates.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    /// The address that receives events.
    pub url: String,
    /// The kinds of facts of which at least one must be in an event; empty for all events.
    pub kinds: BTreeSet<String>,
    /// The name of the receiving system.
    pub description: Name,
    /// Whether events are delivered from now on.
    pub active: bool,
}

/// A webhook with its new secret.
pub struct WithSecret {
    /// The id of the webhook.
    pub id: WebhookId,
    /// The webhook, as the caller receives it.
    pub shown: WebhookAnswer,
    /// The secret as the receiver needs it, `whsec_…`. It is shown once.
    pub secret: String,
}

/// Creates a webhook.
///
/// # Errors
/// The caller isn't an admin or has no recent sign-in, or the company has the maximum number of webhooks.
pub async fn create(
    request: &Request<'_>,
    keys: &impl SecretSealer,
    new: &NewWebhook,
) -> Result<Prepared<WithSecret>, Failed> {
    let Request { ports, caller, .. } = *request;
    let now = ports.now;
    authorization::must_be_admin(caller)?;
    authorization::must_have_recent_sign_in(caller, now)?;
    snapshot(request, None, None).await?;
    // Two requests at once may exceed the limit by one, which does no harm.
    if MAX_WEBHOOKS <= ports.store.webhooks().await?.len() {
        let rule = FieldRule::TooManyWebhooks { max: MAX_WEBHOOKS as u64 };
        return Err(vec![FieldFault::new("url", rule)].into());
    }
    let id = WebhookId::generate(now, ports.entropy);
    let (sealed, secret) = new_secret(request, keys, id).await?;
    let NewWebhook { url, kinds, description, active } = new.clone();
    let (created_at, created_by) = (now, caller.user_id);
    let webhook = Webhook { id, url, kinds, description, active, paused: None, created_at, created_by, version: 1 };
    let record = WebhookRecord { webhook, secrets: vec![sealed] };
    let shown = WebhookAnswer::new(&record, Health::default(), &caller.zone);
    let mut commit = changed(request, id, CompanyFact::WebhookCreated)?;
    commit.audit(Subject::Webhook(id), "webhook_created", None, Some(&shown))?;
    commit.create_webhook(&record)?;
    Ok(Prepared { commit, answer: WithSecret { id, shown, secret }, version: record.webhook.version })
}

/// Changes a webhook.
///
/// # Errors
/// The caller isn't an admin or has no recent sign-in, or the webhook has another version.
pub async fn change(
    request: &Request<'_>,
    id: WebhookId,
    versions: &Versions,
    update: &WebhookUpdate,
) -> Result<Outcome<WebhookAnswer>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    authorization::must_have_recent_sign_in(caller, ports.now)?;
    let before = snapshot(request, Some(id), None).await?.webhook.ok_or(Denied::NotFound)?;
    versions.check(before.webhook.version)?;
    let (webhook, fields) = update.apply(&before.webhook);
    let mut after = WebhookRecord { webhook, secrets: before.secrets.clone() };
    let health = ports.store.webhook_health(&[id]).await?.remove(&id).unwrap_or_default();
    let shown = |record: &WebhookRecord, health: Health| WebhookAnswer::new(record, health, &caller.zone);
    if fields.is_empty() {
        let version = before.webhook.version;
        return Ok(Outcome::Unchanged { answer: shown(&after, health), version });
    }
    after.webhook.version += 1;
    // A receiver at another address, or one that an admin has repaired, isn't left alone for the failures before.
    let forgets = fields.iter().any(|field| field == "url" || field == "active");
    let mut commit = changed(request, id, CompanyFact::WebhookChanged { fields })?;
    let (earlier, later) = (shown(&before, Health::default()), shown(&after, Health::default()));
    commit.audit(Subject::Webhook(id), "webhook_changed", Some(&earlier), Some(&later))?;
    commit.change_webhook(&after)?;
    if forgets {
        commit.forget_health(id)?;
    }
    let answer = shown(&after, if forgets { Health::default() } else { health });
    Ok(Outcome::Changed(Prepared { commit, answer, version: after.webhook.version }))
}

/// Rotates the secret of a webhook. Deliveries are also signed with the earlier secret for `overlap`.
///
/// # Errors
/// The caller isn't an admin or has no recent sign-in, or the webhook doesn't exist.
pub async fn rotate_secret(
    request: &Request<'_>,
    keys: &impl SecretSealer,
    id: WebhookId,
    overlap: SignedDuration,
) -> Result<Prepared<WithSecret>, Failed> {
    let Request { ports, caller, .. } = *request;
    let now = ports.now;
    authorization::must_be_admin(caller)?;
    authorization::must_have_recent_sign_in(caller, now)?;
    let before = snapshot(request, Some(id), None).await?.webhook.ok_or(Denied::NotFound)?;
    let (sealed, secret) = new_secret(request, keys, id).await?;
    let until = now.saturating_add(overlap).unwrap_or(Timestamp::MAX);
    let after = rotated(&before, sealed, until, now);
    let shown = |record: &WebhookRecord| WebhookAnswer::new(record, Health::default(), &caller.zone);
    let answer = shown(&after);
    let mut commit = changed(request, id, CompanyFact::WebhookSecretRotated)?;
    commit.audit(Subject::Webhook(id), "webhook_secret_rotated", Some(&shown(&before)), Some(&answer))?;
    commit.change_webhook(&after)?;
    Ok(Prepared { commit, answer: WithSecret { id, shown: answer, secret }, version: after.webhook.version })
}

/// Deletes a webhook.
///
/// # Errors
/// The caller isn't an admin, or the webhook doesn't exist.
pub async fn delete(request: &Request<'_>, id: WebhookId) -> Result<Prepared<()>, Failed> {
    authorization::must_be_admin(request.caller)?;
    let record = snapshot(request, Some(id), None).await?.webhook.ok_or(Denied::NotFound)?;
    let mut commit = changed(request, id, CompanyFact::WebhookDeleted)?;
    let shown = WebhookAnswer::new(&record, Health::default(), &request.caller.zone);
    commit.audit(Subject::Webhook(id), "webhook_deleted", Some(&shown), None)?;
    commit.delete_webhook(&record.webhook)?;
    Ok(Prepared { commit, answer: (), version: record.webhook.version })
}

/// Sends a test to a webhook, whatever kinds it has and even if it isn't active. Returns the id of the delivery.
///
/// # Errors
/// The caller isn't an admin, or the webhook doesn't exist.
pub async fn test(request: &Request<'_>, id: WebhookId) -> Result<Prepared<EventId>, Failed> {
    authorization::must_be_admin(request.caller)?;
    let record = snapshot(request, Some(id), None).await?.webhook.ok_or(Denied::NotFound)?;
    // `relay` stores the delivery of the event.
    let commit = changed(request, id, CompanyFact::WebhookTest)?;
    let answer = commit.stamp().event_id;
    Ok(Prepared { commit, answer, version: record.webhook.version })
}

/// Sends a delivery again.
///
/// # Errors
/// The caller isn't an admin, or the webhook or the delivery doesn't exist.
pub async fn replay(request: &Request<'_>, id: WebhookId, delivery_id: EventId) -> Result<Prepared<Delivery>, Failed> {
    authorization::must_be_admin(request.caller)?;
    let snapshot = snapshot(request, Some(id), Some(delivery_id)).await?;
    let record = snapshot.webhook.ok_or(Denied::NotFound)?;
    let delivery = snapshot.delivery.ok_or(Denied::NotFound)?.replayed(request.ports.now);
    let mut commit = changed(request, id, CompanyFact::WebhookDeliveryReplayed { delivery_id })?;
    commit.change_delivery(&delivery)?;
    Ok(Prepared { commit, answer: delivery, version: record.webhook.version })
}

/// Reads what a change of a webhook depends on, for a caller whose token is still valid. Fails with the saved answer if the
/// request was answered before.
async fn snapshot(
    request: &Request<'_>,
    id: Option<WebhookId>,
    delivery: Option<EventId>,
) -> Result<WebhookSnapshot, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let mut snapshot = ports.store.webhook_snapshot(caller.user_id, id, delivery, repeat, ports.now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(std::mem::replace(&mut snapshot.earlier, store::idempotency::Earlier::Never))?;
    Ok(snapshot)
}

/// Returns a change of a webhook.
fn changed(request: &Request<'_>, id: WebhookId, fact: CompanyFact) -> Result<Commit, Failed> {
    Ok(Commit::new(request.stamp(), Subject::Webhook(id), vec![Fact::Company(fact)])?)
}

/// Generates a secret of a webhook. Returns it for the table and for the receiver.
async fn new_secret(
    request: &Request<'_>,
    keys: &impl SecretSealer,
    id: WebhookId,
) -> Result<(SealedSecret, String), Failed> {
    let Request { ports, .. } = *request;
    let secret: [u8; 32] = random_bytes(ports.entropy);
    let sealed = keys.seal(&secret_context(id), &secret, ports.entropy, ports.now).await?;
    let revealed = format!("{FORM}{}", BASE64.encode(&secret));
    Ok((SealedSecret { sealed, created_at: ports.now, expires_at: None }, revealed))
}

/// Returns the webhook with a new secret. Its earlier secrets end at `until` at the latest.
fn rotated(before: &WebhookRecord, new: SealedSecret, until: Timestamp, now: Timestamp) -> WebhookRecord {
    let mut after = before.clone();
    after.webhook.version += 1;
    for earlier in &mut after.secrets {
        earlier.expires_at = Some(earlier.expires_at.map_or(until, |at| at.min(until)));
    }
    after.secrets.retain(|earlier| earlier.is_valid(now));
    after.secrets.insert(0, new);
    after.secrets.truncate(MAX_SECRETS);
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn secret(name: &str) -> SealedSecret {
        SealedSecret { sealed: name.to_owned(), created_at: at("2026-11-01T08:00:00Z"), expires_at: None }
    }

    #[test]
    fn earlier_secrets_end_with_the_overlap_and_three_are_kept() {
        let webhook = Webhook {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6WH".parse().unwrap(),
            url: "https://payroll.example.com/rollcall".to_owned(),
            kinds: BTreeSet::new(),
            description: Name::parse("Payroll").unwrap(),
            active: true,
            paused: None,
            created_at: at("2026-11-01T08:00:00Z"),
            created_by: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            version: 1,
        };
        let mut record = WebhookRecord { webhook, secrets: vec![secret("first")] };
        let (now, until) = (at("2026-11-02T08:00:00Z"), at("2026-11-03T08:00:00Z"));
        for name in ["second", "third", "fourth"] {
            record = rotated(&record, secret(name), until, now);
        }
        let names: Vec<&str> = record.secrets.iter().map(|secret| secret.sealed.as_str()).collect();
        assert_eq!(names, ["fourth", "third", "second"]);
        assert_eq!(record.secrets.iter().filter(|secret| secret.expires_at == Some(until)).count(), 2);
        assert_eq!(record.webhook.version, 4);
        let at_once = rotated(&record, secret("fifth"), now, now);
        assert_eq!(at_once.secrets.len(), 1);
    }
}
