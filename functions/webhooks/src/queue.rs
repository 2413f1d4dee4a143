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
    webhook::{Attempt, Delivery, Outcome, Pause, PauseReason},
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
const WEBHOOK_CONCURRENCY: usize = 10;
/// The number of subjects whose deliveries are sent to one receiver at the same time.
const SUBJECT_CONCURRENCY: usize = 4;

/// Sends deliveries.
#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) store: Store,
    pub(crate) client: Client,
    pub(crate) keys: CompanyKeys,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

/// The numbers of attempts of an invocation, which are also its answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct AttemptCounts {
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

/// A webhook whose deliveries this invocation sends.
struct ServedWebhook<'a> {
    record: &'a WebhookRecord,
    secrets: Vec<Vec<u8>>,
    claimed: Mutex<ClaimedWebhook>,
    counts: Mutex<AttemptCounts>,
    /// Whether the receiver is left alone, or the claim is lost.
    is_stopped: AtomicBool,
    deadline: Deadline,
}

impl ServedWebhook<'_> {
    /// Returns whether another attempt may begin.
    fn may_continue(&self) -> bool {
        !self.is_stopped.load(Ordering::Relaxed) && RESERVE < self.deadline.left()
    }

    /// Prevents further attempts.
    fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }

    /// Counts an attempt. Prevents further ones if the receiver is down or wants no more events.
    async fn count(&self, outcome: Outcome) {
        let mut counts = self.counts.lock().await;
        match outcome {
            Outcome::Accepted => counts.delivered += 1,
            Outcome::Refused => counts.failed += 1,
            Outcome::Down | Outcome::Gone => {
                counts.failed += 1;
                self.stop();
            }
        }
    }
}

/// The first attempt after a failure of the receiver.
#[derive(Debug, Clone, Copy)]
struct Probe {
    delivery: EventId,
    outcome: Outcome,
}

impl Sender {
    /// Sends the deliveries of all webhooks that are due. A webhook that can't be served doesn't keep others from it.
    pub(crate) async fn send_all(&self, invocation: &Invocation) -> Result<AttemptCounts, SendError> {
        let records = self.store.webhooks().await?;
        let serving = stream::iter(records).map(|record| async move {
            let result = self.serve(&record, invocation).await;
            log_result(&record, &result, invocation.deadline);
            result
        });
        let results: Vec<Result<AttemptCounts, SendError>> =
            serving.buffer_unordered(WEBHOOK_CONCURRENCY).collect().await;
        let (mut sum, mut failure) = (AttemptCounts::default(), None);
        for result in results {
            match result {
                Ok(AttemptCounts { delivered, failed }) => {
                    sum.delivered += delivered;
                    sum.failed += failed;
                }
                Err(error) => failure = Some(error),
            }
        }
        // The invocation is tried again, and finds what is still due.
        failure.map_or(Ok(sum), Err)
    }

    /// Claims a webhook if a delivery is due, and sends its deliveries.
    async fn serve(&self, record: &WebhookRecord, invocation: &Invocation) -> Result<AttemptCounts, SendError> {
        let now = self.clock.now();
        // Nothing but tests is sent to a webhook that isn't active, so without a test it isn't claimed.
        let due = self.store.pending_deliveries(&record.webhook, Some(now), None).await?;
        if due.deliveries.is_empty() || invocation.deadline.left() <= RESERVE {
            return Ok(AttemptCounts::default());
        }
        let Some(served) = self.claim(record, now, invocation.deadline).await? else {
            return Ok(AttemptCounts::default());
        };
        self.serve_claimed(&served, invocation).await?;
        Ok(served.counts.into_inner())
    }

    /// Claims a webhook for this invocation. Returns `None` if another invocation serves it.
    async fn claim<'a>(
        &self,
        record: &'a WebhookRecord,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<Option<ServedWebhook<'a>>, SendError> {
        let secrets = self.secrets(record, now).await?;
        let left = SignedDuration::try_from(deadline.left()).unwrap_or(SignedDuration::ZERO);
        let until = now.saturating_add(left).unwrap_or(now);
        match self.store.claim_webhook(record.webhook.id, now, until).await? {
            Claim::Mine(claimed) => Ok(Some(ServedWebhook {
                record,
                secrets,
                claimed: Mutex::new(claimed),
                counts: Mutex::default(),
                is_stopped: AtomicBool::new(false),
                deadline,
            })),
            Claim::Taken => Ok(None),
        }
    }

    /// Sends the deliveries of a claimed webhook and ends the claim. Looks again if another invocation has asked for it.
    async fn serve_claimed(&self, served: &ServedWebhook<'_>, invocation: &Invocation) -> Result<(), SendError> {
        loop {
            let sent = self.send_due(served, invocation).await;
            let claimed = served.claimed.lock().await.clone();
            if sent.is_err() || !served.may_continue() {
                let released = self.store.release_webhook(&claimed).await;
                sent?;
                released?;
                return Ok(());
            }
            if self.store.release_webhook_if_done(&claimed).await? {
                return Ok(());
            }
        }
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
    async fn send_due(&self, served: &ServedWebhook<'_>, invocation: &Invocation) -> Result<(), SendError> {
        let health = served.claimed.lock().await.health;
        if health.is_paused(self.clock.now()) {
            return Ok(());
        }
        if !health.is_down() {
            return self.send_pending(served, None, invocation).await;
        }
        match self.probe(served, invocation).await? {
            Some(probe) => self.send_pending(served, Some(probe), invocation).await,
            None => Ok(()),
        }
    }

    /// Attempts one delivery to a receiver that was down: the oldest event of those that are due, which keeps the order. An event
    /// that the receiver can't process has growing pauses of its own, so it isn't the only one that is tried. Returns `None` if
    /// nothing is due.
    async fn probe(&self, served: &ServedWebhook<'_>, invocation: &Invocation) -> Result<Option<Probe>, SendError> {
        let due = self.store.pending_deliveries(&served.record.webhook, Some(self.clock.now()), None).await?;
        let oldest = due.deliveries.into_iter().min_by_key(|delivery| delivery.id);
        let Some(oldest) = oldest else { return Ok(None) };
        if !self.is_current(served).await? {
            return Ok(None);
        }
        let delivery = oldest.id;
        let outcome = self.send(served, oldest, invocation).await?;
        Ok(Some(Probe { delivery, outcome }))
    }

    /// Sends the deliveries that are due, page by page. After a successful probe, sends all that are pending.
    async fn send_pending(
        &self,
        served: &ServedWebhook<'_>,
        probe: Option<Probe>,
        invocation: &Invocation,
    ) -> Result<(), SendError> {
        let is_up_again = probe.is_some_and(|probe| probe.outcome == Outcome::Accepted);
        let mut page: Option<PendingDeliveries> = None;
        while served.may_continue() {
            let due_at = if is_up_again { None } else { Some(self.clock.now()) };
            let mut next = self.store.pending_deliveries(&served.record.webhook, due_at, page.as_ref()).await?;
            let mut deliveries = std::mem::take(&mut next.deliveries);
            deliveries.retain(|delivery| probe.is_none_or(|probe| probe.delivery != delivery.id));
            self.send_by_subject(served, deliveries, invocation).await?;
            if !next.has_more() {
                break;
            }
            page = Some(next);
        }
        Ok(())
    }

    /// Sends deliveries: those of a subject one after the other in the order of their events, those of several subjects at the
    /// same time.
    async fn send_by_subject(
        &self,
        served: &ServedWebhook<'_>,
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
                if !served.may_continue() || !self.is_current(served).await? {
                    break;
                }
                self.send(served, delivery, invocation).await?;
            }
            Ok(())
        });
        let sent: Vec<Result<(), SendError>> = sending.buffer_unordered(SUBJECT_CONCURRENCY).collect().await;
        sent.into_iter().collect()
    }

    /// Returns whether the webhook is as it was when it was claimed. Otherwise no further attempt begins: an admin may have changed the
    /// secret or the address. The next invocation continues with the change. One `GetItem`.
    async fn is_current(&self, served: &ServedWebhook<'_>) -> Result<bool, StoreError> {
        let webhook = &served.record.webhook;
        let stored = self.store.webhook(webhook.id).await?;
        let is_current = stored.is_some_and(|stored| stored.webhook.version == webhook.version);
        if !is_current {
            served.stop();
        }
        Ok(is_current)
    }

    /// Attempts a delivery, and stores what follows from the attempt.
    async fn send(
        &self,
        served: &ServedWebhook<'_>,
        delivery: Delivery,
        invocation: &Invocation,
    ) -> Result<Outcome, SendError> {
        let webhook = &served.record.webhook;
        let Attempted { attempt, retry_after } =
            attempt(&self.client, &webhook.url, &served.secrets, &delivery, &*self.clock).await;
        self.record_attempt(delivery, attempt).await?;
        let reason_to_pause = self.update_health(served, attempt, retry_after).await?;
        let outcome = attempt.result.outcome();
        served.count(outcome).await;
        if let Some(reason) = reason_to_pause.filter(|_| webhook.active) {
            served.stop();
            self.pause(served.record, reason, invocation).await?;
        }
        Ok(outcome)
    }

    /// Stores the result of an attempt in its delivery.
    async fn record_attempt(&self, delivery: Delivery, attempt: Attempt) -> Result<(), StoreError> {
        self.store.settle_delivery(&delivery.attempted(attempt, self.jitter())).await
    }

    /// Stores the state of the receiver after an attempt, if it has changed. Returns the reason to pause the webhook, if there is
    /// one.
    async fn update_health(
        &self,
        served: &ServedWebhook<'_>,
        attempt: Attempt,
        retry_after: Option<SignedDuration>,
    ) -> Result<Option<PauseReason>, StoreError> {
        let mut claimed = served.claimed.lock().await;
        let before = claimed.health;
        claimed.health = before.after(attempt, retry_after, self.jitter());
        if claimed.health != before && !self.store.save_health(&claimed).await? {
            // The claim has ended by time, so another invocation may serve the webhook, or an admin has changed the webhook.
            served.stop();
        }
        Ok(claimed.health.reason_to_pause(attempt))
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

/// Writes a log line for a webhook to which something was sent, or that can't be served.
fn log_result(record: &WebhookRecord, result: &Result<AttemptCounts, SendError>, deadline: Deadline) {
    let id = record.webhook.id;
    match result {
        Ok(AttemptCounts { delivered: 0, failed: 0 }) => {}
        Ok(AttemptCounts { delivered, failed }) => tracing::info!(webhook = %id, delivered, failed, "deliveries"),
        Err(error) => {
            tracing::error!(webhook = %id, %error, seconds_left = deadline.left().as_secs(), "a webhook can't be served");
        }
    }
}
