//! One run: finds the recipients of due messages, and sends each recipient's messages.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use domain::{
    audit::Actor,
    id::EventId,
    notification::{EmailDelivery, Notification, NotificationContent, NotificationKind, NotificationText},
    outgoing::{Channel, OutgoingContent, OutgoingMessage, Recipient},
    ports::{Clock, Entropy},
    user::UserStatus,
};
use jiff::Timestamp;
use outbound::{Client, Reach};
use runtime::{Deadline, Environment, InitError};
use secret_store::CompanyKeys;
use serde::Serialize;
use store::{
    Commit, CommitError, Stamp, Store, StoreError,
    outgoing::{Addressee, DueRecipient, MAX_MESSAGES},
};
use texts::{RenderedNotification, notification};

use crate::{
    email::{Mailer, Sent},
    mail::{Composer, Links},
};

/// The maximum number of due messages whose recipients one query returns.
const MAX_DUE: usize = 1_000;

/// The part of an invocation that is left for the messages of one more recipient.
const RESERVE: Duration = Duration::from_secs(30);

/// The part of an invocation that is left for one more message: a call to another service, which may take 15 seconds, and the record of
/// what was sent. Without the record, messages are sent again.
const MESSAGE_RESERVE: Duration = Duration::from_secs(25);

/// The pause after a recipient, so that at most about 13 e-mails leave in a second. SES allows 14 in a second once an account has
/// left the sandbox.
const PAUSE: Duration = Duration::from_millis(75);

/// The dependencies of the function.
#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) store: Store,
    pub(crate) keys: CompanyKeys,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    /// The client for push services and chats.
    pub(crate) client: Client,
    /// None if this deployment sends no e-mail.
    mailer: Option<Mailer>,
    links: Links,
    /// The address at which push services reach the operator (RFC 8292).
    pub(crate) contact: String,
}

/// The outcome of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Outcome {
    /// The number of messages that were sent.
    sent: usize,
    /// The number of messages that nobody wants or can get any more.
    dropped: usize,
    /// The number of messages that are tried again later.
    put_off: usize,
    /// The number of messages that were given up.
    given_up: usize,
}

/// The result of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was sent.
    Sent,
    /// Nobody wants it or can get it any more.
    Dropped,
    /// It failed, and may succeed later.
    Failed,
    /// It isn't tried now, which costs it no attempt: the service takes no more messages for now or can't be reached, or the invocation
    /// has no time left.
    PutOff,
}

/// The messages of a recipient that an attempt handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attempt {
    /// There were none, or another invocation has them.
    Nothing,
    /// All that can be sent in this run.
    All,
    /// Some; there may be more.
    Some,
}

/// Returns whether the invocation has no time left for one more message.
pub(crate) fn is_nearly_over(deadline: Deadline) -> bool {
    deadline.left() <= MESSAGE_RESERVE
}

impl Sender {
    pub(crate) fn new(environment: &Environment) -> Result<Self, InitError> {
        let variables = &environment.variables;
        let links = Links::new(variables.required("PUBLIC_URL")?);
        let mailer = variables
            .optional("MAIL_FROM")
            .map(|from| Mailer::new(&environment.sdk, from, variables.optional("MAIL_CONFIGURATION_SET")));
        Ok(Self {
            store: runtime::store(environment)?,
            keys: CompanyKeys::new(&environment.sdk, variables.required("COMPANY_KEYS_SECRET")?),
            clock: Arc::clone(&environment.clock),
            entropy: Arc::clone(&environment.entropy),
            client: Client::new(Reach::of_variable(variables.optional("OUTBOUND_LOOPBACK"))),
            contact: variables
                .optional("MAIL_FROM")
                .map_or_else(|| links.base().to_owned(), |from| format!("mailto:{from}")),
            mailer,
            links,
        })
    }

    /// Sends the messages that are due, until none is left or the invocation's time is nearly over.
    pub(crate) async fn send_due(&self, deadline: Deadline) -> Result<Outcome, StoreError> {
        let mut outcome = Outcome::default();
        let mut done = BTreeSet::new();
        loop {
            let found = self.store.due_recipients(self.clock.now(), MAX_DUE).await?;
            // The index lags behind, so it still lists recipients whose messages were just sent.
            let mut waiting: Vec<DueRecipient> =
                found.into_iter().filter(|recipient| !done.contains(&recipient.to)).collect();
            // The next query finds all messages of such a recipient together.
            if 1 < waiting.len() {
                waiting.retain(|recipient| !recipient.may_have_more);
            }
            if waiting.is_empty() {
                return Ok(outcome);
            }
            for recipient in waiting {
                if deadline.left() <= RESERVE {
                    return Ok(outcome);
                }
                match self.send_to(&recipient, deadline, &mut outcome).await? {
                    Attempt::Nothing => {
                        done.insert(recipient.to);
                        continue;
                    }
                    Attempt::All => {
                        done.insert(recipient.to);
                    }
                    Attempt::Some => {}
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Sends some of a recipient's messages.
    async fn send_to(
        &self,
        recipient: &DueRecipient,
        deadline: Deadline,
        outcome: &mut Outcome,
    ) -> Result<Attempt, StoreError> {
        let now = self.clock.now();
        let due = self.store.due_messages(recipient, now).await?;
        if due.is_empty() {
            return Ok(Attempt::Nothing);
        }
        let Some(claimed) = self.store.claim_messages(&due, self.stamp(now)).await? else {
            return Ok(Attempt::Nothing);
        };
        let (expired, current): (Vec<_>, Vec<_>) = claimed.into_iter().partition(|message| message.is_too_old(now));
        let mut decided: Vec<(OutgoingMessage, Verdict)> =
            expired.into_iter().map(|message| (message, Verdict::Dropped)).collect();
        decided.extend(match recipient.to {
            Recipient::Person(user) => match self.store.addressee(user).await? {
                Some(addressee) => self.send_to_person(&addressee, current, deadline).await?,
                None => with_verdict(current, Verdict::Dropped),
            },
            Recipient::Department(department) => self.send_to_chat(department, current, deadline).await?,
        });
        self.record(&decided, outcome, self.clock.now()).await?;
        // A service that is down gets no further messages in this run, so that others aren't kept waiting.
        let is_put_off = decided.iter().any(|(_, verdict)| *verdict == Verdict::PutOff);
        Ok(if due.len() < MAX_MESSAGES || is_put_off { Attempt::All } else { Attempt::Some })
    }

    async fn send_to_person(
        &self,
        addressee: &Addressee,
        messages: Vec<OutgoingMessage>,
        deadline: Deadline,
    ) -> Result<Vec<(OutgoingMessage, Verdict)>, StoreError> {
        let now = self.clock.now();
        let numbers: Vec<_> =
            messages.iter().filter(|message| is_notification(message)).map(|message| message.number).collect();
        let notes = self.store.notifications_of(addressee.person.id, &numbers).await?;
        let (mut decided, mut by_email, mut by_push) = (Vec::new(), Vec::new(), Vec::new());
        for message in messages {
            if let OutgoingContent::AccountLink { .. } = message.content {
                let verdict = if is_nearly_over(deadline) {
                    Verdict::PutOff
                } else {
                    self.send_link(addressee, &message, now).await
                };
                decided.push((message, verdict));
                continue;
            }
            match (message.channel, news_of(&message, addressee, &notes)) {
                (Channel::Email, Some(news)) if self.takes_email(addressee) => by_email.push((message, news)),
                (Channel::Push, Some(news)) if addressee.is_active() => by_push.push((message, news)),
                (Channel::Email | Channel::Push | Channel::Chat, _) => decided.push((message, Verdict::Dropped)),
            }
        }
        if !by_email.is_empty() {
            let verdict = if is_nearly_over(deadline) {
                Verdict::PutOff
            } else {
                self.send_news(addressee, &by_email, now).await
            };
            decided.extend(by_email.into_iter().map(|(message, _)| (message, verdict)));
        }
        if !by_push.is_empty() {
            decided.extend(self.push(addressee, by_push, deadline).await?);
        }
        Ok(decided)
    }

    /// Returns whether e-mails about notifications go to the person.
    fn takes_email(&self, addressee: &Addressee) -> bool {
        self.mailer.is_some()
            && addressee.is_active()
            && addressee.person.verified_email().is_some()
            && addressee.inbox.channels().email_stopped.is_none()
    }

    /// Sends one e-mail with everything.
    async fn send_news(&self, addressee: &Addressee, messages: &[(OutgoingMessage, News)], now: Timestamp) -> Verdict {
        let (Some(mailer), Some(to)) = (&self.mailer, addressee.person.verified_email()) else {
            return Verdict::Dropped;
        };
        let texts: Vec<&RenderedNotification> = messages.iter().map(|(_, news)| &news.text).collect();
        let token = match self.keys.unsubscribe_token(addressee.person.id, now).await {
            Ok(token) => token,
            Err(error) => {
                tracing::error!(%error, "the keys can't be used");
                return Verdict::Failed;
            }
        };
        let mail = Composer::new(addressee, &self.links).news(&texts, &token);
        verdict(mailer.send(to, &addressee.settings.company_name, &mail).await)
    }

    /// Sends an e-mail with a link, if the address is still the person's.
    async fn send_link(&self, addressee: &Addressee, message: &OutgoingMessage, now: Timestamp) -> Verdict {
        let OutgoingContent::AccountLink { purpose, email, valid_until } = &message.content else {
            return Verdict::Dropped;
        };
        let is_theirs = addressee.person.email.as_ref() == Some(email)
            && addressee.person.status != UserStatus::Disabled
            && now < *valid_until;
        let (Some(mailer), true) = (&self.mailer, is_theirs) else { return Verdict::Dropped };
        let link = secret_store::LinkToken { user: addressee.person.id, purpose: *purpose, number: message.number };
        let token = match self.keys.link_token(link, now).await {
            Ok(token) => token,
            Err(error) => {
                tracing::error!(%error, "the keys can't be used");
                return Verdict::Failed;
            }
        };
        let mail = Composer::new(addressee, &self.links).link(*purpose, *valid_until, &token);
        verdict(mailer.send(email, &addressee.settings.company_name, &mail).await)
    }

    /// Deletes the messages that are done, and puts the others off.
    async fn record(
        &self,
        decided: &[(OutgoingMessage, Verdict)],
        outcome: &mut Outcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut commit = Commit::without_event(self.stamp(now));
        for (message, verdict) in decided {
            let next = match verdict {
                Verdict::Sent => {
                    outcome.sent += 1;
                    None
                }
                Verdict::Dropped => {
                    outcome.dropped += 1;
                    None
                }
                Verdict::PutOff => {
                    outcome.put_off += 1;
                    Some(message.put_off(now))
                }
                Verdict::Failed => {
                    let next = message.after_failure(now);
                    if next.is_some() {
                        outcome.put_off += 1;
                    } else {
                        outcome.given_up += 1;
                        tracing::error!(channel = %message.channel, to = ?message.to, "a message is given up");
                    }
                    next
                }
            };
            match next {
                Some(next) => commit.put_message(&next)?,
                None => commit.delete_message(message)?,
            }
        }
        match commit.send(&self.store).await {
            Ok(()) => Ok(()),
            // The invocation took longer than its claim, and another one has the messages.
            Err(CommitError::ConditionFailed(_)) => {
                tracing::warn!("messages were claimed again while they were sent");
                Ok(())
            }
            Err(CommitError::Store(error)) => Err(error),
        }
    }

    /// Returns the stamp of a change by this function.
    pub(crate) fn stamp(&self, at: Timestamp) -> Stamp {
        Stamp { event_id: EventId::generate(at, &*self.entropy), at, actor: Actor::System, request_id: None }
    }
}

/// Gives all messages the same verdict.
pub(crate) fn with_verdict(messages: Vec<OutgoingMessage>, verdict: Verdict) -> Vec<(OutgoingMessage, Verdict)> {
    messages.into_iter().map(|message| (message, verdict)).collect()
}

fn verdict(sent: Sent) -> Verdict {
    match sent {
        Sent::Accepted => Verdict::Sent,
        Sent::Throttled => Verdict::PutOff,
        Sent::Failed => Verdict::Failed,
    }
}

const fn is_notification(message: &OutgoingMessage) -> bool {
    match message.content {
        OutgoingContent::Notification => true,
        OutgoingContent::AccountLink { .. }
        | OutgoingContent::ClockOutReminder { .. }
        | OutgoingContent::DepartmentNews { .. } => false,
    }
}

/// What a message tells a person.
#[derive(Debug)]
pub(crate) struct News {
    pub(crate) kind: NotificationKind,
    /// The id of the notification, or of the message if there is none.
    pub(crate) id: String,
    pub(crate) text: RenderedNotification,
}

/// Returns what a message tells a person; none if there is nothing to tell any more.
fn news_of(message: &OutgoingMessage, addressee: &Addressee, notes: &[Notification]) -> Option<News> {
    match &message.content {
        OutgoingContent::Notification => {
            let note = notes.iter().find(|note| note.number() == message.number)?;
            if message.channel == Channel::Email && is_read_before_digest(addressee, note) {
                return None;
            }
            let text = notification(&note.text, &note.zone, addressee.language);
            Some(News { kind: note.kind, id: note.id.to_string(), text })
        }
        OutgoingContent::ClockOutReminder { session_id, date, ended_at, zone } => {
            if addressee.open_session != Some(*session_id) {
                return None;
            }
            let content = NotificationContent::ClockOutReminder { date: *date, ended_at: *ended_at };
            let text = notification(&NotificationText::Content { content, more: 0 }, zone, addressee.language);
            Some(News { kind: NotificationKind::ClockOutReminder, id: message.number.to_string(), text })
        }
        OutgoingContent::AccountLink { .. } | OutgoingContent::DepartmentNews { .. } => None,
    }
}

/// Returns whether the person has read the notification before the e-mail of the day.
fn is_read_before_digest(addressee: &Addressee, note: &Notification) -> bool {
    match addressee.inbox.channels().email_delivery {
        EmailDelivery::AtOnce => false,
        EmailDelivery::Daily => addressee.inbox.read_at(note).is_some(),
    }
}
