//! Messages that wait to be sent, by the time at which they are due.
//!
//! A message is written by the transaction of its cause. An invocation of the sender first claims the messages that it sends:
//! the claim moves their due time, on condition of their version, so that no other invocation sends them at the same time. A
//! message that was sent is deleted.

use std::collections::BTreeMap;

use domain::{
    branding::Branding,
    calendar::Zone,
    day::Presence,
    id::{SessionId, UserId},
    language::Language,
    notification::Inbox,
    outgoing::{MAX_AGE, OutgoingMessage, Recipient},
    settings::Settings,
    user::{User, UserStatus},
};
use jiff::Timestamp;

use crate::{
    Commit, Condition, Stamp, Store, StoreError,
    branding::VersionedBranding,
    commit::{Expression, When, number},
    inboxes::read_language,
    item::Item,
    keys::{self, Index, Key, VERSION},
    read::{Found, KeyRange, Range},
    settings::VersionedSettings,
    sites::VersionedSiteBook,
    stored_item::StoredItem,
};

/// The maximum number of a recipient's messages that are claimed and sent together.
pub const MAX_MESSAGES: usize = 50;

/// A recipient of messages that are due.
#[derive(Debug)]
pub struct DueRecipient {
    /// The recipient.
    pub to: Recipient,
    /// Whether the recipient may have more due messages, which the query didn't reach.
    pub may_have_more: bool,
    /// The keys of the messages, longest due first.
    messages: Vec<Key>,
}

impl Store {
    /// Returns the recipients of messages that are due: those of the `limit` messages that are longest due. One Query. The index
    /// lags behind writes by a moment, so the messages may have been sent already.
    pub async fn due_recipients(&self, now: Timestamp, limit: usize) -> Result<Vec<DueRecipient>, StoreError> {
        let key_range = KeyRange {
            index: Some(Index::Gsi2),
            pk: keys::OUTGOING_MESSAGES.to_owned(),
            range: Range::Between("0".to_owned(), keys::due_until(now)),
            descending: false,
            limit,
            after: None,
        };
        let Found { items, next } = self.query_stored(key_range).await?;
        let row = |item: &StoredItem| {
            let head = item.head();
            (head.sort_in(Index::Gsi2).to_owned(), head.key)
        };
        let mut rows: Vec<(String, Key)> = items.iter().map(row).collect();
        // The index has no order of a recipient's messages that are due at the same instant.
        rows.sort_unstable();
        let mut recipients: BTreeMap<Recipient, Vec<Key>> = BTreeMap::new();
        let mut last = None;
        for (sort, key) in rows {
            if let Some(to) = keys::recipient_of_index(&sort) {
                recipients.entry(to).or_default().push(key);
                last = Some(to);
            }
        }
        let cut_off = last.filter(|_| next.is_some());
        let recipient = |(to, messages)| DueRecipient { to, may_have_more: cut_off == Some(to), messages };
        Ok(recipients.into_iter().map(recipient).collect())
    }

    /// Returns a recipient's messages that are still due, in the order of their channels and numbers: at most [`MAX_MESSAGES`], of
    /// those that are longest due. One BatchGetItem for each hundred messages that were found, until there are enough.
    pub async fn due_messages(
        &self,
        recipient: &DueRecipient,
        now: Timestamp,
    ) -> Result<Vec<OutgoingMessage>, StoreError> {
        let mut due: Vec<OutgoingMessage> = Vec::new();
        for some in recipient.messages.chunks(2 * MAX_MESSAGES) {
            let mut items = self.read_many(some).await?;
            let stored = some.iter().filter_map(|key| items.take_stored(key));
            let read = stored.filter_map(|item| {
                let read = item.read::<OutgoingMessage>();
                read.inspect_err(|error| tracing::warn!(%error, "a message of another release isn't sent")).ok()
            });
            due.extend(read.filter(|message| message.due_at <= now));
            if MAX_MESSAGES <= due.len() {
                break;
            }
        }
        due.truncate(MAX_MESSAGES);
        due.sort_unstable_by_key(|message| (message.channel, message.number));
        Ok(due)
    }

    /// Stores messages in a transaction of their own. A message that is stored already is replaced.
    pub async fn queue_messages(&self, messages: &[OutgoingMessage], stamp: Stamp) -> Result<(), StoreError> {
        let mut commit = Commit::without_event(stamp);
        for message in messages {
            commit.queue_message(message)?;
        }
        // These writes have no conditions.
        commit.send_if_unchanged(self).await?;
        Ok(())
    }

    /// Claims messages, and returns them as claimed; none if another invocation was first.
    pub async fn claim_messages(
        &self,
        messages: &[OutgoingMessage],
        stamp: Stamp,
    ) -> Result<Option<Vec<OutgoingMessage>>, StoreError> {
        let claimed: Vec<OutgoingMessage> = messages.iter().map(|message| message.claimed(stamp.at)).collect();
        let mut commit = Commit::without_event(stamp);
        for message in &claimed {
            commit.put_message(message)?;
        }
        Ok(commit.send_if_unchanged(self).await?.then_some(claimed))
    }
}

impl Commit {
    /// Stores a message to be sent. It expires if it isn't sent within two days after it is due.
    pub fn queue_message(&mut self, message: &OutgoingMessage) -> Result<(), StoreError> {
        self.put_message_if(message, When::Always, None)
    }

    /// Puts the next version of a message.
    pub fn put_message(&mut self, message: &OutgoingMessage) -> Result<(), StoreError> {
        let before = When::Version(message.version.saturating_sub(1));
        self.put_message_if(message, before, Some(Condition::Version))
    }

    fn put_message_if(
        &mut self,
        message: &OutgoingMessage,
        when: When,
        condition: Option<Condition>,
    ) -> Result<(), StoreError> {
        let until = message.due_at.saturating_add(MAX_AGE).unwrap_or(Timestamp::MAX);
        let item =
            Item::next(keys::outgoing(message), message)?.indexed(keys::outgoing_index(message)).expires_at(until);
        self.put(item, when, condition)
    }

    /// Deletes a message that was sent or given up, on condition that nobody else has claimed it.
    pub fn delete_message(&mut self, message: &OutgoingMessage) -> Result<(), StoreError> {
        let unchanged =
            Expression::new("#version = :claimed").name("#version", VERSION).value(":claimed", number(message.version));
        self.delete(&keys::outgoing(message), Some(unchanged), Some(Condition::Version))
    }
}

/// A person to whom messages are sent.
#[derive(Debug)]
pub struct Addressee {
    /// The person.
    pub person: User,
    /// The state of the person's inbox, with the channels.
    pub inbox: Inbox,
    /// The person's open session.
    pub open_session: Option<SessionId>,
    /// The company's settings.
    pub settings: Settings,
    /// The company's branding.
    pub branding: Branding,
    /// The time zone of the person's sites.
    pub zone: Zone,
    /// The language that the person reads.
    pub language: Language,
}

impl Addressee {
    /// Returns whether the person may sign in.
    pub const fn is_active(&self) -> bool {
        matches!(self.person.status, UserStatus::Active)
    }
}

impl Store {
    /// Returns the language of texts for the whole company.
    pub async fn company_language(&self) -> Result<Language, StoreError> {
        let settings: Option<VersionedSettings> = self.get(keys::settings()).await?;
        Ok(settings.unwrap_or_default().settings.language)
    }

    /// Reads a person and how messages to them look: one BatchGetItem. Returns `None` if there is no such person.
    pub async fn addressee(&self, user: UserId) -> Result<Option<Addressee>, StoreError> {
        let (profile, inbox, settings) = (keys::profile(user), keys::inbox(user), keys::settings());
        let (sites, branding, presence) = (keys::site_book(), keys::branding(), keys::presence(user));
        let wanted = [&profile, &inbox, &settings, &sites, &branding, &presence].map(Clone::clone);
        let mut items = self.read(wanted).await?;
        let Some(person) = items.take::<User>(&profile)? else { return Ok(None) };
        let settings: VersionedSettings = items.take(&settings)?.unwrap_or_default();
        let sites = items.take::<VersionedSiteBook>(&sites)?.unwrap_or_default().book;
        let branding = items.take::<VersionedBranding>(&branding)?.unwrap_or_default().branding;
        let presence: Presence = items.take(&presence)?.unwrap_or_default();
        Ok(Some(Addressee {
            open_session: presence.open().map(|(_, session)| session),
            language: read_language(Some(&person), &settings),
            zone: person.zone_at(&sites, &settings.settings.time_zone).clone(),
            inbox: items.take(&inbox)?.unwrap_or_default(),
            settings: settings.settings,
            branding,
            person,
        }))
    }
}
