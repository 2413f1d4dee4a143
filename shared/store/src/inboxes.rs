//! Inboxes: what people were told, what of it they have read, and what they don't want to hear of.
//!
//! Whoever is told of an event gets, in one transaction, the notifications, a mark that they were told (so that the same
//! event brought again tells nothing twice) and the next version of the inbox's state.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::{EventId, NotificationNumber, UserId},
    language::Language,
    notification::{Inbox, Notification, NotificationDraft, NotificationId, oldest_kept},
    user::User,
};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, CommitError, Guard, RepeatKey, Stamp, Store, StoreError,
    commit::When,
    idempotency::Earlier,
    item::{Attributes, Item, from_attributes},
    keys::{self, Key},
    page::{Page, page_of},
    read::{KeyRange, Range},
    settings::VersionedSettings,
};

/// For how long it is known that someone was told of an event: longer than the stream (24 h) and the outbox (7 days) can
/// bring it again.
const TOLD_DAYS: i64 = 8;

/// How often an inbox is written anew when somebody else is at it too: those of a department's managers are at nine.
const TRIES: u32 = 8;

/// The most notifications that one transaction brings; with a mark each and the state they stay below a hundred actions.
const CONCURRENCY: usize = 45;

/// Someone was told of an event by these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    numbers: Vec<NotificationNumber>,
}

/// Reads a notification; none where its kind or its content is of a newer release.
fn known(attributes: Attributes) -> Option<Notification> {
    let read = from_attributes(attributes);
    read.inspect_err(|error| tracing::warn!(%error, "a notification of another release isn't shown")).ok()
}

/// What reading a notification is decided on, read at once.
#[derive(Debug)]
pub struct InboxSnapshot {
    /// The profile of whose inbox it is.
    pub person: Option<User>,
    /// The state of the inbox.
    pub inbox: Inbox,
    /// The notification asked about, if it is there.
    pub note: Option<Notification>,
    /// The language that the person reads.
    pub language: Language,
    /// Whether the request was answered before.
    pub earlier: Earlier,
}

impl Store {
    /// The state of a person's inbox.
    pub async fn inbox(&self, person: UserId) -> Result<Inbox, StoreError> {
        Ok(self.get(keys::inbox(person)).await?.unwrap_or_default())
    }

    /// The state of a person's inbox, and the language that the person reads: one BatchGetItem.
    pub async fn inbox_and_language(&self, person: UserId) -> Result<(Inbox, Language), StoreError> {
        let inbox = keys::inbox(person);
        let mut items = self.read([inbox.clone(), keys::profile(person), keys::settings()]).await?;
        let profile: Option<User> = items.take(&keys::profile(person))?;
        let settings = items.take(&keys::settings())?.unwrap_or_default();
        Ok((items.take(&inbox)?.unwrap_or_default(), read_language(profile.as_ref(), &settings)))
    }

    /// The languages that people read: one BatchGetItem for a hundred.
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

    /// What a change of an inbox is decided on: one BatchGetItem.
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

    /// A person's notifications, newest first: at most `limit` of those before `before`. One Query.
    pub async fn notifications(
        &self,
        person: UserId,
        before: Option<NotificationNumber>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Page<Notification>, StoreError> {
        let first = keys::note(person, oldest_kept(now)).sk;
        let key_range = KeyRange {
            index: None,
            pk: keys::user_partition(person),
            range: Range::Between(first, format!("{}~", keys::NOTE)),
            descending: true,
            limit: limit + 1,
            after: before.map(|number| keys::note(person, number).attributes()),
        };
        let Page { items, more } = page_of(self.query_attributes(key_range).await?, limit);
        Ok(Page { items: items.into_iter().filter_map(known).collect(), more })
    }

    /// A person's notifications that arrived after one of theirs, in the order in which they arrived, at most `limit`. One
    /// Query.
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
        let Page { items, more } = page_of(self.query_attributes(key_range).await?, limit);
        Ok(Page { items: items.into_iter().filter_map(known).collect(), more })
    }

    /// Those of a person's notifications that have these numbers, in their order: one BatchGetItem for a hundred.
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
        Ok(wanted.iter().filter_map(|key| items.take_attributes(key)).filter_map(known).collect())
    }

    /// The states of several inboxes, in no particular order, each with whose it is: one BatchGetItem for a hundred.
    pub async fn inboxes(&self, people: &BTreeSet<UserId>) -> Result<Vec<(UserId, Inbox)>, StoreError> {
        let wanted: Vec<Key> = people.iter().copied().map(keys::inbox).collect();
        let mut items = self.read_many(&wanted).await?;
        people.iter().map(|id| Ok((*id, items.take(&keys::inbox(*id))?.unwrap_or_default()))).collect()
    }

    /// Brings letters, all to one person whose inbox was read before, and gives the notifications back that they are now: but
    /// those of kinds that the person mutes. An event that the person was told of before brings the notifications that it
    /// brought then. One transaction, unless somebody else is at the inbox too.
    pub async fn bring(
        &self,
        person: UserId,
        inbox: Inbox,
        letters: &[&NotificationDraft],
        stamp: &Stamp,
    ) -> Result<Vec<Notification>, StoreError> {
        let mut inbox = inbox;
        let mut brought = Vec::new();
        let mut rest: Vec<&NotificationDraft> =
            letters.iter().copied().filter(|letter| inbox.wants(letter.kind)).collect();
        while !rest.is_empty() {
            let events = whole_events(&rest, CONCURRENCY);
            let (now, later) = rest.split_at(events);
            let (notes, after) = self.bring_some(person, inbox, now, stamp).await?;
            brought.extend(notes);
            inbox = after;
            rest = later.to_vec();
        }
        Ok(brought)
    }

    async fn bring_some(
        &self,
        person: UserId,
        mut inbox: Inbox,
        letters: &[&NotificationDraft],
        stamp: &Stamp,
    ) -> Result<(Vec<Notification>, Inbox), StoreError> {
        let mut told_before = BTreeSet::new();
        let mut earlier = Vec::new();
        let mut pauses = self.pauses();
        for attempt in 1..=TRIES {
            let news: Vec<&NotificationDraft> =
                letters.iter().copied().filter(|letter| !told_before.contains(&letter.event_id)).collect();
            if news.is_empty() {
                break;
            }
            let mut after = inbox.clone();
            let mut notes: Vec<Notification> = Vec::new();
            for letter in news {
                let note = Notification::arrived(letter, after.last(), stamp.at);
                after = after.with(&note);
                notes.push(note);
            }
            let after = after.next_version();
            let mut commit = Commit::without_event(stamp.clone());
            commit.bring_notifications(person, &notes, &after)?;
            match commit.send(self).await {
                Ok(()) => return Ok((in_order(letters, earlier, notes), after)),
                Err(CommitError::ConditionFailed(Guard::Told)) => {
                    // A batch that came again. Others may have been told of in the meantime too.
                    let events: BTreeSet<EventId> = letters.iter().map(|letter| letter.event_id).collect();
                    (told_before, earlier) = self.told(person, &events).await?;
                    inbox = self.inbox(person).await?;
                }
                Err(CommitError::ConditionFailed(_)) => {
                    if attempt > 1 {
                        // Another writer was faster twice in a row: somewhat later there are fewer.
                        pauses.pause().await;
                    }
                    inbox = self.inbox(person).await?;
                }
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
        if told_before.is_superset(&letters.iter().map(|letter| letter.event_id).collect()) {
            return Ok((in_order(letters, earlier, Vec::new()), inbox));
        }
        Err(StoreError::Unavailable("others keep writing to the inbox".to_owned()))
    }

    /// Which of these events the person was told of, and by what.
    async fn told(
        &self,
        person: UserId,
        events: &BTreeSet<EventId>,
    ) -> Result<(BTreeSet<EventId>, Vec<Notification>), StoreError> {
        let wanted: Vec<Key> = events.iter().map(|event| keys::told(person, *event)).collect();
        let mut items = self.read_many(&wanted).await?;
        let (mut known, mut numbers) = (BTreeSet::new(), Vec::new());
        for event in events {
            if let Some(told) = items.take::<Told>(&keys::told(person, *event))? {
                known.insert(*event);
                numbers.extend(told.numbers);
            }
        }
        Ok((known, self.notifications_of(person, &numbers).await?))
    }
}

/// The language of a person, else the company's.
fn read_language(person: Option<&User>, company: &VersionedSettings) -> Language {
    let company = company.settings.language;
    person.map_or(company, |person| person.reads(company))
}

/// How many of these letters go at once: whole events, because one mark says that a person was told of all of an event.
fn whole_events(letters: &[&NotificationDraft], most: usize) -> usize {
    let mut end = letters.len().min(most);
    let splits =
        |end: usize| letters.get(end).is_some_and(|next| end > 0 && letters[end - 1].event_id == next.event_id);
    while splits(end) {
        end -= 1;
    }
    // An event of more than fits has to be split; none has so many kinds of news.
    if end == 0 { letters.len().min(most) } else { end }
}

/// What was brought, now or earlier, in the order of the letters.
fn in_order(letters: &[&NotificationDraft], earlier: Vec<Notification>, now: Vec<Notification>) -> Vec<Notification> {
    let mut notes: Vec<Notification> = earlier.into_iter().chain(now).collect();
    let place = |note: &Notification| letters.iter().position(|letter| letter.event_id == note.event_id);
    notes.sort_by_key(|note| (place(note), note.number()));
    notes
}

impl Commit {
    fn bring_notifications(&mut self, person: UserId, notes: &[Notification], inbox: &Inbox) -> Result<(), StoreError> {
        let told_until = self.stamp().at.saturating_add((24 * TOLD_DAYS).hours()).unwrap_or(Timestamp::MAX);
        let mut events: Vec<(EventId, Told)> = Vec::new();
        for note in notes {
            match events.last_mut().filter(|(event, _)| *event == note.event_id) {
                Some((_, told)) => told.numbers.push(note.number()),
                None => events.push((note.event_id, Told { numbers: vec![note.number()] })),
            }
            let item = Item::new(keys::note(person, note.number()), note)?.expires_at(note.forgotten_at());
            // Two versions of an inbox never give the same number, so that this can only fail along with the state.
            self.put(item, When::Absent, Some(Guard::Version))?;
        }
        for (event, told) in events {
            let item = Item::new(keys::told(person, event), &told)?.expires_at(told_until);
            self.put(item, When::Absent, Some(Guard::Told))?;
        }
        self.put_inbox(person, inbox)
    }

    /// Puts the next version of an inbox's state.
    pub fn put_inbox(&mut self, person: UserId, after: &Inbox) -> Result<(), StoreError> {
        let before = When::Version(after.version.saturating_sub(1));
        self.put(Item::next(keys::inbox(person), after)?, before, Some(Guard::Version))
    }

    /// Puts a notification that was read.
    pub fn put_read(&mut self, note: &Notification) -> Result<(), StoreError> {
        let item = Item::next(keys::note(note.to(), note.number()), note)?.expires_at(note.forgotten_at());
        self.put(item, When::Present, Some(Guard::Version))
    }
}
