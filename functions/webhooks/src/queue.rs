//! The order of deliveries, and what follows from each attempt.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::{
    audit::Actor,
    event::{CompanyFact, Fact, Subject},
    id::EventId,
    ports::{Clock, Entropy, random_bytes},
    webhook::{Delivery, Outcome as AttemptOutcome, Pause, PauseReason},
};
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use outbound::Client;
use runtime::{Deadline, events::Invocation};
use secret_store::CompanyKeys;
use serde::Serialize;
use store::{
    Commit, CommitError, Condition, Stamp, Store, StoreError,
    webhooks::{Claim, ClaimedWebhook, PendingDeliveries, WebhookRecord, secret_context},
};
use tokio::sync::Mutex;

use crate::request::{Attempted, attempt};

/// The part of an invocation in which no attempt begins: an attempt takes up to 15 seconds.
const RESERVE: Duration = Duration::from_secs(20);
/// The number of webhooks that are served at the same time.
const WEBHOOKS_AT_ONCE: usize = 10;
/// The number of subjects whose deliveries are sent to one receiver at the same time.
const SUBJECTS_AT_ONCE: usize = 4;

/// Sends deliveries.
#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) store: Store,
    pub(crate) client: Client,
    pub(crate) keys: CompanyKeys,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

/// The outcome of an invocation, which is also its answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Outcome {
    /// The number of deliveries that receivers accepted.
    delivered: usize,
    /// The number of attempts that failed.
    failed: usize,
}

/// The reason for which a webhook can't be served now.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The commit of a pause.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The keys that decrypt secrets can't be read.
    #[error("the keys of the company can't be read")]
    Keys,
    /// No secret of the webhook can be decrypted.
    #[error("no secret of the webhook can be decrypted")]
    Secret,
}

/// A webhook that is being served.
struct Serving<'a> {
    record: &'a WebhookRecord,
    secrets: Vec<Vec<u8>>,
    claimed: Mutex<ClaimedWebhook>,
    outcome: Mutex<Outcome>,
    /// Whether the receiver is left alone, or the claim is lost.
    is_stopped: AtomicBool,
    deadline: Deadline,
}

impl Serving<'_> {
    /// Returns whether another attempt may begin.
    fn may_continue(&self) -> bool {
        !self.is_stopped.load(Ordering::Relaxed) && RESERVE < self.deadline.left()
    }
}

impl Sender {
    /// Sends the deliveries of all webhooks that are due. A webhook that can't be served doesn't keep others from it.
    pub(crate) async fn send_all(&self, invocation: &Invocation) -> Result<Outcome, SendError> {
        let records = self.store.webhooks().await?;
        let served = stream::iter(records).map(|record| async move { self.serve(&record, invocation).await });
        let served: Vec<Result<Outcome, SendError>> = served.buffer_unordered(WEBHOOKS_AT_ONCE).collect().await;
        let (mut sum, mut failure) = (Outcome::default(), None);
        for result in served {
            match result {
                Ok(Outcome { delivered, failed }) => {
                    sum.delivered += delivered;
                    sum.failed += failed;
                }
                Err(error) => failure = Some(error),
            }
        }
        // The invocation is tried again, and finds what is still due.
        failure.map_or(Ok(sum), Err)
    }

    async fn serve(&self, record: &WebhookRecord, invocation: &Invocation) -> Result<Outcome, SendError> {
        let (id, deadline) = (record.webhook.id, invocation.deadline);
        let served = self.serve_claimed(record, invocation).await;
        match &served {
            Ok(Outcome { delivered: 0, failed: 0 }) => {}
            Ok(Outcome { delivered, failed }) => tracing::info!(webhook = %id, delivered, failed, "deliveries"),
            Err(error) => {
                tracing::error!(webhook = %id, %error, seconds_left = deadline.left().as_secs(), "a webhook can't be served");
            }
        }
        served
    }

    async fn serve_claimed(&self, record: &WebhookRecord, invocation: &Invocation) -> Result<Outcome, SendError> {
        let (id, deadline) = (record.webhook.id, invocation.deadline);
        let now = self.clock.now();
        // Nothing but tests is sent to a webhook that isn't active, so without a test it isn't claimed.
        let due = self.store.pending_deliveries(&record.webhook, Some(now), None).await?;
        if due.deliveries.is_empty() || deadline.left() <= RESERVE {
            return Ok(Outcome::default());
        }
        let secrets = self.secrets(record, now).await?;
        let left = SignedDuration::try_from(deadline.left()).unwrap_or(SignedDuration::ZERO);
        let until = now.saturating_add(left).unwrap_or(now);
        let claimed = match self.store.claim_webhook(id, now, until).await? {
            Claim::Mine(claimed) => claimed,
            Claim::Taken => return Ok(Outcome::default()),
        };
        let serving = Serving {
            record,
            secrets,
            claimed: Mutex::new(claimed),
            outcome: Mutex::default(),
            is_stopped: AtomicBool::new(false),
            deadline,
        };
        loop {
            let sent = self.send_due(&serving, invocation).await;
            let claimed = serving.claimed.lock().await.clone();
            if sent.is_err() || !serving.may_continue() {
                let released = self.store.release_webhook(&claimed).await;
                sent?;
                released?;
                break;
            }
            if self.store.release_webhook_if_done(&claimed).await? {
                break;
            }
        }
        Ok(*serving.outcome.lock().await)
    }

    /// Decrypts the valid secrets of a webhook.
    async fn secrets(&self, record: &WebhookRecord, now: Timestamp) -> Result<Vec<Vec<u8>>, SendError> {
        let context = secret_context(record.webhook.id);
        let mut secrets = Vec::new();
        for secret in record.secrets.iter().filter(|secret| secret.is_valid(now)) {
            secrets.extend(self.keys.open(&context, &secret.sealed).await.map_err(|_| SendError::Keys)?);
        }
        if secrets.is_empty() { Err(SendError::Secret) } else { Ok(secrets) }
    }

    /// Sends the deliveries of a webhook that are due. If the receiver was down, one delivery is attempted first. If that one is
    /// accepted, all pending ones follow.
    async fn send_due(&self, serving: &Serving<'_>, invocation: &Invocation) -> Result<(), SendError> {
        let webhook = &serving.record.webhook;
        let health = serving.claimed.lock().await.health;
        if health.is_paused(self.clock.now()) {
            return Ok(());
        }
        let mut attempted: Option<EventId> = None;
        let mut are_all_due = false;
        if health.is_down() {
            let page = self.store.pending_deliveries(webhook, Some(self.clock.now()), None).await?;
            // The oldest event, which keeps the order. An event that the receiver can't process has growing pauses of its own, so
            // it isn't the only one that is tried.
            let Some(first) = page.deliveries.into_iter().min_by_key(|delivery| delivery.id) else {
                return Ok(());
            };
            attempted = Some(first.id);
            are_all_due = self.send(serving, first, invocation).await? == AttemptOutcome::Accepted;
        }
        let mut page: Option<PendingDeliveries> = None;
        while serving.may_continue() {
            let due_at = if are_all_due { None } else { Some(self.clock.now()) };
            let mut next = self.store.pending_deliveries(webhook, due_at, page.as_ref()).await?;
            let mut deliveries = std::mem::take(&mut next.deliveries);
            deliveries.retain(|delivery| attempted != Some(delivery.id));
            self.send_page(serving, deliveries, invocation).await?;
            if !next.has_more() {
                break;
            }
            page = Some(next);
        }
        Ok(())
    }

    /// Sends deliveries: those of a subject one after the other in the order of their events, those of several subjects at the
    /// same time.
    async fn send_page(
        &self,
        serving: &Serving<'_>,
        mut deliveries: Vec<Delivery>,
        invocation: &Invocation,
    ) -> Result<(), SendError> {
        deliveries.sort_by_key(|delivery| delivery.id);
        let mut subjects: BTreeMap<String, Vec<Delivery>> = BTreeMap::new();
        for delivery in deliveries {
            subjects.entry(delivery.subject.clone()).or_default().push(delivery);
        }
        let sending = stream::iter(subjects.into_values()).map(|deliveries| async move {
            for delivery in deliveries {
                if !serving.may_continue() {
                    break;
                }
                self.send(serving, delivery, invocation).await?;
            }
            Ok(())
        });
        let sent: Vec<Result<(), SendError>> = sending.buffer_unordered(SUBJECTS_AT_ONCE).collect().await;
        sent.into_iter().collect()
    }

    /// Attempts a delivery, and stores what follows.
    async fn send(
        &self,
        serving: &Serving<'_>,
        delivery: Delivery,
        invocation: &Invocation,
    ) -> Result<AttemptOutcome, SendError> {
        let webhook = &serving.record.webhook;
        let Attempted { attempt, retry_after } =
            attempt(&self.client, &webhook.url, &serving.secrets, &delivery, &*self.clock).await;
        let outcome = attempt.result.outcome();
        self.store.settle_delivery(&delivery.attempted(attempt, self.jitter())).await?;

        let mut claimed = serving.claimed.lock().await;
        let before = claimed.health;
        claimed.health = before.after(attempt, retry_after, self.jitter());
        let reason = claimed.health.reason_to_pause(attempt);
        if claimed.health != before && !self.store.save_health(&claimed).await? {
            // The claim has ended by time, so another invocation may serve the webhook.
            serving.is_stopped.store(true, Ordering::Relaxed);
        }
        drop(claimed);

        let mut counted = serving.outcome.lock().await;
        match outcome {
            AttemptOutcome::Accepted => counted.delivered += 1,
            AttemptOutcome::Refused => counted.failed += 1,
            AttemptOutcome::Down | AttemptOutcome::Gone => {
                counted.failed += 1;
                serving.is_stopped.store(true, Ordering::Relaxed);
            }
        }
        drop(counted);
        if let Some(reason) = reason.filter(|_| webhook.active) {
            serving.is_stopped.store(true, Ordering::Relaxed);
            self.pause(serving.record, reason, invocation).await?;
        }
        Ok(outcome)
    }

    /// Pauses a webhook until an admin activates it again.
    async fn pause(
        &self,
        record: &WebhookRecord,
        reason: PauseReason,
        invocation: &Invocation,
    ) -> Result<(), SendError> {
        let now = self.clock.now();
        let mut after = record.clone();
        after.webhook.active = false;
        after.webhook.paused = Some(Pause { at: now, reason });
        after.webhook.version += 1;
        let stamp = Stamp {
            event_id: EventId::generate(now, &*self.entropy),
            at: now,
            actor: Actor::System,
            request_id: Some(invocation.request_id.clone()),
        };
        let subject = Subject::Webhook(record.webhook.id);
        let description = record.webhook.description.clone();
        let facts = vec![Fact::Company(CompanyFact::WebhookPaused { description, reason })];
        let mut commit = Commit::new(stamp, subject, facts)?;
        commit.audit(subject, "webhook_paused", Some(&record.webhook), Some(&after.webhook))?;
        commit.change_webhook(&after)?;
        match commit.send(&self.store).await {
            // Several attempts of this invocation may have found the reason, or an admin has changed the webhook.
            Ok(()) | Err(CommitError::ConditionFailed(Condition::Version)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns a random number from 0 to 1.
    fn jitter(&self) -> f64 {
        let [draw] = random_bytes::<1>(&*self.entropy);
        f64::from(draw) / 255.0
    }
}
