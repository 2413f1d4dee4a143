//! Consumes the table's stream: writes notifications to inboxes, and pushes live updates to connected clients.
//!
//! The function reads DynamoDB Streams directly, because the stream keeps the events of one subject in order. A batch may be
//! delivered again, whole or from a record on. Each person is notified of an event only once (`store::inboxes`), and a repeated
//! push has the same id or version as before.

mod batch_context;
mod live_updates;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::{
    audit::Actor,
    event::Event,
    id::{DepartmentId, EventId, UserId},
    notification::{Delivery, Inbox, Notification, NotificationDraft},
    outgoing::OutgoingMessage,
    ports::{Clock, Entropy},
};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use push::{Gateway, Push};
use runtime::{
    Environment, InitError,
    events::{EventFunction, Failure, note_unknown},
};
use store::{
    Commit, Stamp, Store, StoreError,
    stream::{StreamAnswer, StreamBatch, StreamedEvent},
};

use self::batch_context::BatchContext;

/// The number of events that are processed at once: few enough that their people, days and notifications fit in memory many
/// times over.
const EVENTS_AT_ONCE: usize = 25;

/// The number of inboxes that are written concurrently.
const INBOXES_AT_ONCE: usize = 16;

/// Creates the handler of the stream's batches.
#[expect(clippy::unused_async, reason = "all functions have the same signature, and others await a read")]
pub async fn function(environment: &Environment) -> Result<EventFunction, InitError> {
    let notify = Arc::new(Notify::new(environment)?);
    Ok(EventFunction::new(move |batch: StreamBatch, _| {
        let notify = Arc::clone(&notify);
        async move { Ok::<_, Failure>(notify.hand_out(batch).await) }
    }))
}

/// The dependencies of the handler.
#[derive(Debug)]
struct Notify {
    store: Store,
    push: Push,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Notify {
    fn new(environment: &Environment) -> Result<Self, InitError> {
        let store = runtime::store(environment)?;
        let gateway = Gateway::new(&environment.sdk, environment.variables.required("LIVE_URL")?);
        let (clock, entropy) = (Arc::clone(&environment.clock), Arc::clone(&environment.entropy));
        let push = Push::new(gateway, store.clone(), Arc::clone(&clock), Arc::clone(&entropy));
        Ok(Self { store, push, clock, entropy })
    }

    /// Processes a batch in order, and stops at the first event that fails. It writes all inboxes first, then pushes everything
    /// at once. So a notification on a screen is already in the inbox, and presence updates are merged over the batch.
    async fn hand_out(&self, batch: StreamBatch) -> StreamAnswer {
        if let Err(again) = self.keep_audit_hashes(&batch).await {
            return again;
        }
        let mut events = Vec::new();
        let mut unreadable = None;
        for StreamedEvent { sequence_number, event } in batch.into_events() {
            match event {
                Ok(received) => {
                    note_unknown(&received);
                    // Events that have only facts of a newer release are skipped: retries would block their shard.
                    let known = received.event.filter(|event| !event.facts.is_empty());
                    events.extend(known.map(|event| (sequence_number, event)));
                }
                Err(error) => {
                    tracing::error!(sequence_number, %error, "a record of the stream is no event");
                    unreadable = Some(sequence_number);
                    break;
                }
            }
        }
        let first = events.first().map(|(sequence_number, _)| sequence_number.clone());
        let mut again_from = unreadable;
        let mut deliveries = Vec::new();
        while !events.is_empty() {
            let later = events.split_off(events.len().min(EVENTS_AT_ONCE));
            let (numbers, some): (Vec<String>, Vec<Event>) = events.into_iter().unzip();
            let (of_these, stopped) = match self.hand_out_some(&some).await {
                Ok(handed_out) => handed_out,
                Err(error) => (Vec::new(), Some(Stopped { at: 0, error })),
            };
            deliveries.extend(of_these);
            if let Some(Stopped { at, error }) = stopped {
                let sequence_number = numbers.into_iter().nth(at).unwrap_or_default();
                tracing::error!(sequence_number, %error, "an event can't be handed out yet");
                again_from = Some(sequence_number);
                break;
            }
            events = later;
        }
        if let Err(error) = self.push.deliver(deliveries).await {
            tracing::error!(%error, "a batch can't be pushed yet");
            // Nothing was pushed; notifications that are already in inboxes aren't written again.
            again_from = first.or(again_from);
        }
        again_from.map_or(StreamAnswer::DONE, StreamAnswer::again_from)
    }

    fn stamp(&self, at: Timestamp) -> Stamp {
        Stamp { event_id: EventId::generate(at, &*self.entropy), at, actor: Actor::System, request_id: None }
    }

    /// Stores the hashes of the batch's audit entries. If that fails, the whole batch must be delivered again.
    async fn keep_audit_hashes(&self, batch: &StreamBatch) -> Result<(), StreamAnswer> {
        let audit = batch.audit().map_err(|error| {
            tracing::error!(%error, "an audit entry can't be hashed");
            StreamAnswer::again_from(batch.first_sequence_number())
        })?;
        for entry in &audit.changed {
            tracing::error!(alarm = "audit_changed", entry, "an audit entry was changed or removed");
        }
        if audit.hashes.is_empty() {
            return Ok(());
        }
        let mut commit = Commit::without_event(self.stamp(self.clock.now()));
        let kept = match commit.keep_audit_hashes(audit.hashes) {
            Ok(()) => commit.send(&self.store).await,
            Err(error) => Err(error.into()),
        };
        kept.map_err(|error| {
            tracing::error!(%error, "hashes of audit entries can't be kept yet");
            StreamAnswer::again_from(batch.first_sequence_number())
        })
    }

    /// Writes to inboxes concurrently, and returns what to push afterwards.
    async fn hand_out_some(&self, events: &[Event]) -> Result<(Vec<Delivery>, Option<Stopped>), StoreError> {
        let now = self.clock.now();
        let query = batch_context::query(events, now);
        let snapshot = self.store.news_snapshot(&query).await?;
        let batch_context = BatchContext::new(&snapshot, now);
        let drafts: Vec<NotificationDraft> = events.iter().flat_map(|event| batch_context.drafts(event)).collect();
        let mut by_recipient: BTreeMap<UserId, Vec<&NotificationDraft>> = BTreeMap::new();
        for draft in &drafts {
            by_recipient.entry(draft.to).or_default().push(draft);
        }
        let recipients: BTreeSet<UserId> = by_recipient.keys().copied().collect();
        let mut inboxes: BTreeMap<UserId, Inbox> = self.store.inboxes(&recipients).await?.into_iter().collect();

        let stamp = self.stamp(now);
        let mut writes = Vec::new();
        for (person, drafts) in by_recipient {
            let inbox = inboxes.remove(&person).unwrap_or_default();
            writes.push(self.write(person, inbox, drafts, &stamp));
        }
        let written: Vec<Result<Vec<Notification>, Unwritten>> =
            stream::iter(writes).buffer_unordered(INBOXES_AT_ONCE).collect().await;

        let mut notes: BTreeMap<EventId, Vec<Notification>> = BTreeMap::new();
        let mut stopped: Option<Stopped> = None;
        for outcome in written {
            match outcome {
                Ok(outcome) => outcome.into_iter().for_each(|note| notes.entry(note.event_id).or_default().push(note)),
                Err(Unwritten { first, error }) => {
                    let at = events.iter().position(|event| Some(event.id) == first).unwrap_or_default();
                    if stopped.as_ref().is_none_or(|stopped| at < stopped.at) {
                        stopped = Some(Stopped { at, error });
                    }
                }
            }
        }
        for (at, event) in events.iter().enumerate() {
            if stopped.as_ref().is_some_and(|stopped| stopped.at <= at) {
                break;
            }
            if let Err(error) = self.queue_for_later(&batch_context, event).await {
                stopped = Some(Stopped { at, error });
            }
        }
        // The events from the first failure on are delivered again, and pushed then.
        let done = stopped.as_ref().map_or(events.len(), |stopped| stopped.at);
        Ok((batch_context.deliveries(&events[..done], notes), stopped))
    }

    /// Stores the messages of an event that aren't about notifications: reminders, and news for the chats of departments.
    async fn queue_for_later(&self, context: &BatchContext<'_>, event: &Event) -> Result<(), StoreError> {
        let reminders = context.reminders(event);
        if !reminders.is_empty() {
            self.store.queue_messages(&reminders, self.stamp(context.now)).await?;
        }
        self.queue_chat_news(context, event).await
    }

    /// Stores the news of an event for the chats of departments.
    async fn queue_chat_news(&self, context: &BatchContext<'_>, event: &Event) -> Result<(), StoreError> {
        let mut by_department: BTreeMap<DepartmentId, Vec<OutgoingMessage>> = BTreeMap::new();
        for news in context.chat_news(event) {
            let department = news.department;
            let message = OutgoingMessage::of_department_news(news, &*self.entropy, context.now);
            by_department.entry(department).or_default().push(message);
        }
        for (department, messages) in by_department {
            self.store.queue_chat_news(department, event.id, &messages, self.stamp(context.now)).await?;
        }
        Ok(())
    }

    /// Writes one person's notifications to their inbox; a failure names the event of the first one.
    async fn write(
        &self,
        person: UserId,
        inbox: Inbox,
        drafts: Vec<&NotificationDraft>,
        stamp: &Stamp,
    ) -> Result<Vec<Notification>, Unwritten> {
        let outcome = self.store.write_notifications(person, inbox, &drafts, stamp).await;
        outcome.map_err(|error| Unwritten { first: drafts.first().map(|draft| draft.event_id), error })
    }
}

/// The position of the first event that couldn't be processed, and the error.
struct Stopped {
    at: usize,
    error: StoreError,
}

/// The notifications of one person that couldn't be written.
struct Unwritten {
    /// The event of the first notification.
    first: Option<EventId>,
    error: StoreError,
}
