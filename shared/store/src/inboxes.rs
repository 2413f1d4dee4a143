//! Inboxes: people's notifications, which of them they have read, and the kinds that they have muted.
//!
//! One transaction writes a person's notifications of an event, a mark that the person was notified, and the next version of
//! the inbox's state. Because of the mark, an event that is delivered twice creates no second notification.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::{EventId, NotificationNumber, UserId},
    language::Language,
    notification::{Inbox, Notification, NotificationDraft, NotificationId, oldest_kept},
    outgoing::{Channel, OutgoingMessage},
    user::User,
};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, CommitError, Condition, RepeatKey, Stamp, Store, StoreError,
    commit::When,
    idempotency::Earlier,
    item::Item,
    keys::{self, Key},
    page::{Page, page_of},
    read::{KeyRange, Range},
    settings::VersionedSettings,
    stored_item::StoredItem,
};

/// The number of days for which the mark of a notified person is kept. It is longer than the stream (24 h) and the outbox (7
/// days) can deliver the event again.
const NOTIFIED_DAYS: i64 = 8;

/// The number of attempts to write an inbox that other requests are writing too. Managers of a department have such
/// conflicts at nine o'clock.
const MAX_ATTEMPTS: u32 = 8;

/// The maximum number of notifications in one transaction. With a mark, an e-mail and a push message for each, and the state,
/// the transaction stays below a hundred actions.
const MAX_NOTIFICATIONS: usize = 24;

/// The numbers of the notifications that a person got of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NotifiedEvent {
    numbers: Vec<NotificationNumber>,
}

/// Reads a notification; none if a newer release introduced its kind or content.
fn known(item: &StoredItem) -> Option<Notification> {
    let read = item.read();
    read.inspect_err(|error| tracing::warn!(%error, "a notification of another release isn't shown")).ok()
}

/// A page of a person's notifications.
#[derive(Debug)]
pub struct NotificationPage {
    /// The notifications, newest first, without those that this release can't read.
    pub items: Vec<Notification>,
    /// The number of the last notification that was read, also if this release can't read it; none on the last page.
    pub next: Option<NotificationNumber>,
}

/// The items that a change of a notification depends on, read at once.
#[derive(Debug)]
pub struct InboxSnapshot {
    /// The profile of the inbox's owner.
    pub person: Option<User>,
    /// The state of the inbox.
    pub inbox: Inbox,
    /// The requested notification, if it exists.
    pub note: Option<Notification>,
    /// The language that the person reads.
    pub language: Language,
    /// Whether the request has an earlier answer.
    pub earlier: Earlier,
}

impl Store {
    /// Returns the state of a person's inbox.
    pub async fn inbox(&self, person: UserId) -> Result<Inbox, StoreError> {
        Ok(self.get(keys::inbox(person)).await?.unwrap_or_default())
    }

    /// Returns the state of a person's inbox, and the person's language: one BatchGetItem.
    pub async fn inbox_and_language(&self, person: UserId) -> Result<(Inbox, Language), StoreError> {
        let inbox = keys::inbox(person);
        let mut items = self.read([inbox.clone(), keys::profile(person), keys::settings()]).await?;
        let profile: Option<User> = items.take(&keys::profile(person))?;
        let settings = items.take(&keys::settings())?.unwrap_or_default();
        Ok((items.take(&inbox)?.unwrap_or_default(), read_language(profile.as_ref(), &settings)))
    }

    /// Returns the languages of several people: one BatchGetItem for each hundred.
    pub async fn languages_of(&self, people: &BTreeSet<UserId>) -> Result<BTreeMap<UserId, Language>, StoreError> {
        if people.is_empty() {
            return Ok(BTreeMap::new());
        }
        let wanted: Vec<Key> = people.iter().copied().map(keys::profile).chain([keys::settings()]).collect();
        let mut items = self.read_many(&wanted).await?;
        let settings = items.take(&keys::settings())?.unwrap_or_default();
        people
            .iter()
            .map(|id| Ok((*id, read_language(items.take::<User>(&keys::profile(*id))?.as_ref(), &settings))))
            .collect()
    }

    /// Reads the items that a change of an inbox depends on: one BatchGetItem.
    pub async fn inbox_snapshot(
        &self,
        person: UserId,
        note: Option<NotificationNumber>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<InboxSnapshot, StoreError> {
        let (profile, inbox) = (keys::profile(person), keys::inbox(person));
        let note = note.map(|number| keys::note(person, number));
        let wanted = [profile.clone(), inbox.clone(), keys::settings()].into_iter().chain(note.clone());
        let mut items = self.read(wanted.chain(repeat.map(RepeatKey::item_key))).await?;
        let note: Option<Notification> = note.map(|note| items.take(&note)).transpose()?.flatten();
        let profile: Option<User> = items.take(&profile)?;
        let settings = items.take(&keys::settings())?.unwrap_or_default();
        Ok(InboxSnapshot {
            language: read_language(profile.as_ref(), &settings),
            person: profile,
            inbox: items.take(&inbox)?.unwrap_or_default(),
            note: note.filter(|note| oldest_kept(now) <= note.number()),
            earlier: items.earlier(repeat, now)?,
        })
    }

    /// Returns a person's notifications, newest first: at most `limit` of those before `before`. One Query.
    pub async fn notifications(
        &self,
        person: UserId,
        before: Option<NotificationNumber>,
        limit: usize,
        now: Timestamp,
    ) -> Result<NotificationPage, StoreError> {
        let first = keys::note(person, oldest_kept(now)).sk;
        let key_range = KeyRange {
            index: None,
            pk: keys::user_partition(person),
            range: Range::Between(first, format!("{}~", keys::NOTE)),
            descending: true,
            limit: limit + 1,
            after: before.map(|number| keys::note(person, number).attributes()),
        };
        let Page { items, more } = page_of(self.query_stored(key_range).await?, limit);
        let next = items.last().filter(|_| more).and_then(|item| keys::number_of_note(&item.head().key));
        Ok(NotificationPage { items: items.iter().filter_map(known).collect(), next })
    }

    /// Returns a person's notifications that arrived after a given one, oldest first, at most `limit`. One Query.
    pub async fn notifications_after(
        &self,
        after: NotificationId,
        limit: usize,
    ) -> Result<Page<Notification>, StoreError> {
        let (person, number) = (after.owner(), NotificationNumber::from(after.number()));
        let key_range = KeyRange {
            index: None,
            pk: keys::user_partition(person),
            range: Range::Between(keys::note(person, number).sk, format!("{}~", keys::NOTE)),
            descending: false,
            limit: limit + 1,
            after: Some(keys::note(person, number).attributes()),
        };
        let Page { items, more } = page_of(self.query_stored(key_range).await?, limit);
        Ok(Page { items: items.iter().filter_map(known).collect(), more })
    }

    /// Returns a person's notifications with these numbers, in order: one BatchGetItem for each hundred.
    pub async fn notifications_of(
        &self,
        person: UserId,
        numbers: &[NotificationNumber],
    ) -> Result<Vec<Notification>, StoreError> {
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        let wanted: Vec<Key> = numbers.iter().map(|number| keys::note(person, *number)).collect();
        let mut items = self.read_many(&wanted).await?;
        Ok(wanted.iter().filter_map(|key| items.take_stored(key)).filter_map(|item| known(&item)).collect())
    }

    /// Returns the states of several inboxes with their owners, in no particular order: one BatchGetItem for each hundred.
    pub async fn inboxes(&self, people: &BTreeSet<UserId>) -> Result<Vec<(UserId, Inbox)>, StoreError> {
        let wanted: Vec<Key> = people.iter().copied().map(keys::inbox).collect();
        let mut items = self.read_many(&wanted).await?;
        people.iter().map(|id| Ok((*id, items.take(&keys::inbox(*id))?.unwrap_or_default()))).collect()
    }

    /// Writes drafts, all for one person whose inbox was read before, and returns the resulting notifications. Drafts of
    /// kinds that the person mutes are left out. For an event of which the person was already notified, returns the
    /// notifications of that time. One transaction, unless another request writes the same inbox.
    pub async fn write_notifications(
        &self,
        person: UserId,
        inbox: Inbox,
        drafts: &[&NotificationDraft],
        stamp: &Stamp,
    ) -> Result<Vec<Notification>, StoreError> {
        let mut inbox = inbox;
        let mut written = Vec::new();
        let mut rest: Vec<&NotificationDraft> =
            drafts.iter().copied().filter(|draft| inbox.wants(draft.kind)).collect();
        while !rest.is_empty() {
            let events = whole_events(&rest, MAX_NOTIFICATIONS);
            let (now, later) = rest.split_at(events);
            let (notes, after) = self.write_batch(person, inbox, now, stamp).await?;
            written.extend(notes);
            inbox = after;
            rest = later.to_vec();
        }
        Ok(written)
    }

    async fn write_batch(
        &self,
        person: UserId,
        mut inbox: Inbox,
        drafts: &[&NotificationDraft],
        stamp: &Stamp,
    ) -> Result<(Vec<Notification>, Inbox), StoreError> {
        let mut notified_before = BTreeSet::new();
        let mut earlier = Vec::new();
        let mut pauses = self.pauses();
        for attempt in 1..=MAX_ATTEMPTS {
            let news: Vec<&NotificationDraft> =
                drafts.iter().copied().filter(|draft| !notified_before.contains(&draft.event_id)).collect();
            if news.is_empty() {
                break;
            }
            let mut after = inbox.clone();
            let mut notes: Vec<Notification> = Vec::new();
            for draft in news {
                let note = Notification::arrived(draft, after.last(), stamp.at);
                after = after.with(&note);
                notes.push(note);
            }
            let after = after.next_version();
            let mut commit = Commit::without_event(stamp.clone());
            commit.bring_notifications(person, &notes, &after)?;
            match commit.send(self).await {
                Ok(()) => return Ok((in_order(drafts, earlier, notes), after)),
                Err(CommitError::ConditionFailed(Condition::Notified)) => {
                    // A batch was delivered again. Another run may also have written some of the notifications in the
                    // meantime.
                    let events: BTreeSet<EventId> = drafts.iter().map(|draft| draft.event_id).collect();
                    (notified_before, earlier) = self.notified(person, &events).await?;
                    inbox = self.inbox(person).await?;
                }
                Err(CommitError::ConditionFailed(_)) => {
                    if attempt > 1 {
                        // Another request was first twice in a row. After a pause there are fewer requests.
                        pauses.pause().await;
                    }
                    inbox = self.inbox(person).await?;
                }
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
        if notified_before.is_superset(&drafts.iter().map(|draft| draft.event_id).collect()) {
            return Ok((in_order(drafts, earlier, Vec::new()), inbox));
        }
        Err(StoreError::Unavailable("others keep writing to the inbox".to_owned()))
    }

    /// Returns those of the events of which the person was already notified, with the notifications.
    async fn notified(
        &self,
        person: UserId,
        events: &BTreeSet<EventId>,
    ) -> Result<(BTreeSet<EventId>, Vec<Notification>), StoreError> {
        let wanted: Vec<Key> = events.iter().map(|event| keys::notified(person, *event)).collect();
        let mut items = self.read_many(&wanted).await?;
        let (mut known, mut numbers) = (BTreeSet::new(), Vec::new());
        for event in events {
            if let Some(notified) = items.take::<NotifiedEvent>(&keys::notified(person, *event))? {
                known.insert(*event);
                numbers.extend(notified.numbers);
            }
        }
        Ok((known, self.notifications_of(person, &numbers).await?))
    }
}

/// Returns the language of a person, or the company's language if the person has none.
pub(crate) fn read_language(person: Option<&User>, company: &VersionedSettings) -> Language {
    let company = company.settings.language;
    person.map_or(company, |person| person.reads(company))
}

/// Returns the number of drafts that go into one transaction. It contains whole events, because one mark covers all
/// notifications of an event.
fn whole_events(drafts: &[&NotificationDraft], most: usize) -> usize {
    let mut end = drafts.len().min(most);
    let splits = |end: usize| drafts.get(end).is_some_and(|next| end > 0 && drafts[end - 1].event_id == next.event_id);
    while splits(end) {
        end -= 1;
    }
    // An event with more drafts than fit would have to be split; no event has so many kinds of notifications.
    if end == 0 { drafts.len().min(most) } else { end }
}

/// Returns the notifications, earlier and new ones, in the order of the drafts.
fn in_order(drafts: &[&NotificationDraft], earlier: Vec<Notification>, now: Vec<Notification>) -> Vec<Notification> {
    let mut notes: Vec<Notification> = earlier.into_iter().chain(now).collect();
    let place = |note: &Notification| drafts.iter().position(|draft| draft.event_id == note.event_id);
    notes.sort_by_key(|note| (place(note), note.number()));
    notes
}

impl Commit {
    fn bring_notifications(&mut self, person: UserId, notes: &[Notification], inbox: &Inbox) -> Result<(), StoreError> {
        let kept_until = self.stamp().at.saturating_add((24 * NOTIFIED_DAYS).hours()).unwrap_or(Timestamp::MAX);
        let mut events: Vec<(EventId, NotifiedEvent)> = Vec::new();
        for note in notes {
            match events.last_mut().filter(|(event, _)| *event == note.event_id) {
                Some((_, notified)) => notified.numbers.push(note.number()),
                None => events.push((note.event_id, NotifiedEvent { numbers: vec![note.number()] })),
            }
            self.queue_on_channels(person, note, inbox)?;
            let item = Item::new(keys::note(person, note.number()), note)?.expires_at(note.forgotten_at());
            // Two versions of an inbox never assign the same number, so this condition can only fail together with that of
            // the state.
            self.put(item, When::Absent, Some(Condition::Version))?;
        }
        for (event, notified) in events {
            let item = Item::new(keys::notified(person, event), &notified)?.expires_at(kept_until);
            self.put(item, When::Absent, Some(Condition::Notified))?;
        }
        self.put_inbox(person, inbox)
    }

    /// Stores the messages that tell a person of a notification outside of the inbox.
    fn queue_on_channels(&mut self, person: UserId, note: &Notification, inbox: &Inbox) -> Result<(), StoreError> {
        let (channels, now) = (inbox.channels(), self.stamp().at);
        let due = [
            (Channel::Email, channels.email_due_at(note.kind, now)),
            (Channel::Push, channels.push_due_at(note.kind, now)),
        ];
        for (channel, due_at) in due {
            if let Some(due_at) = due_at {
                let message = OutgoingMessage::of_notification(person, channel, note.number(), due_at, now);
                self.queue_message(&message)?;
            }
        }
        Ok(())
    }

    /// Puts the next version of an inbox's state.
    pub fn put_inbox(&mut self, person: UserId, after: &Inbox) -> Result<(), StoreError> {
        let before = When::Version(after.version.saturating_sub(1));
        self.put(Item::next(keys::inbox(person), after)?, before, Some(Condition::Version))
    }

    /// Puts a notification that was marked as read.
    pub fn put_read(&mut self, note: &Notification) -> Result<(), StoreError> {
        let item = Item::next(keys::note(note.to(), note.number()), note)?.expires_at(note.forgotten_at());
        self.put(item, When::Present, Some(Condition::Version))
    }
}
