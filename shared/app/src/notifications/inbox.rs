//! Inboxes: a person lists their notifications and marks them as read.

use answers::NotificationAnswer;
use domain::{
    id::{NotificationNumber, UserId},
    notification::{Inbox, Notification, NotificationId},
};
use jiff::Timestamp;
use store::{Commit, Store, StoreError, inboxes::NotificationPage};

use crate::{Denied, Failed, Outcome, Ports, Prepared, Request, authorization, use_case::ensure_not_replayed};

/// The number of items that one query reads to find unread ones among older items.
const MAX_EXAMINED: usize = 200;

/// The maximum number of such queries for one page. The page may then have fewer items than requested.
const QUERIES: usize = 5;

/// A page of an inbox.
#[derive(Debug)]
pub struct InboxPage {
    /// The notifications, newest first.
    pub items: Vec<NotificationAnswer>,
    /// The number of unread notifications; 100 means 100 or more.
    pub unread_count: usize,
    /// The position of the next page; none on the last page.
    pub next: Option<NotificationNumber>,
}

/// Returns a page of a person's notifications, or of the unread ones only, in the person's language.
///
/// # Errors
/// The table failed.
pub async fn page(
    ports: &Ports<'_>,
    person: UserId,
    only_unread: bool,
    before: Option<NotificationNumber>,
    limit: usize,
) -> Result<InboxPage, StoreError> {
    let Ports { store, now, .. } = *ports;
    let (inbox, language) = store.inbox_and_language(person).await?;
    let (notes, next) = if only_unread {
        unread_page(store, person, &inbox, before, limit, now).await?
    } else {
        let NotificationPage { items, next } = store.notifications(person, before, limit, now).await?;
        (items, next)
    };
    let items = notes.into_iter().map(|note| {
        let read_at = inbox.read_at(&note);
        NotificationAnswer::new(note, read_at, language)
    });
    Ok(InboxPage { items: items.collect(), unread_count: inbox.unread_count(now), next })
}

/// Marks a notification of the caller as read. One that is already read keeps the instant at which it was read.
///
/// # Errors
/// The notification isn't the caller's, or doesn't exist.
pub async fn mark_read(request: &Request<'_>, id: NotificationId) -> Result<Outcome<NotificationAnswer>, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let now = ports.now;
    if id.owner() != caller.user_id {
        return Err(Denied::NotFound.into());
    }
    let number = NotificationNumber::from(id.number());
    let snapshot = ports.store.inbox_snapshot(caller.user_id, Some(number), repeat, now).await?;
    ensure_not_replayed(snapshot.earlier)?;
    authorization::current_profile(caller, snapshot.person.as_ref())?;
    let note = snapshot.note.ok_or(Denied::NotFound)?;
    if let Some(read_at) = snapshot.inbox.read_at(&note) {
        let answer = NotificationAnswer::new(note, Some(read_at), snapshot.language);
        return Ok(Outcome::Unchanged { answer, version: 0 });
    }
    let older = older_unread(ports.store, caller.user_id, &snapshot.inbox, now).await?;
    let inbox = snapshot.inbox.with_read(number, older).next_version();
    let note = Notification { read_at: Some(now), ..note };
    let mut commit = Commit::without_event(request.stamp());
    commit.put_read(&note)?;
    commit.put_inbox(caller.user_id, &inbox)?;
    let answer = NotificationAnswer::new(note, Some(now), snapshot.language);
    Ok(Outcome::Changed(Prepared { commit, answer, version: 0 }))
}

/// Marks all notifications of the caller as read, by one write. Those that arrive later are unread.
///
/// # Errors
/// The caller's token isn't valid any more.
pub async fn mark_all_read(request: &Request<'_>) -> Result<Outcome<()>, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let now = ports.now;
    let snapshot = ports.store.inbox_snapshot(caller.user_id, None, repeat, now).await?;
    ensure_not_replayed(snapshot.earlier)?;
    authorization::current_profile(caller, snapshot.person.as_ref())?;
    if snapshot.inbox.unread_count(now) == 0 && !snapshot.inbox.more_unread() {
        return Ok(Outcome::Unchanged { answer: (), version: 0 });
    }
    let mut commit = Commit::without_event(request.stamp());
    commit.put_inbox(caller.user_id, &snapshot.inbox.with_all_read(now).next_version())?;
    Ok(Outcome::Changed(Prepared { commit, answer: (), version: 0 }))
}

/// Returns the next older unread notifications if more than a hundred are unread, and whether there may be even older ones. The
/// inbox stores their numbers from now on. Costs one Query.
async fn older_unread(
    store: &Store,
    person: UserId,
    inbox: &Inbox,
    now: Timestamp,
) -> Result<Option<(Vec<NotificationNumber>, bool)>, StoreError> {
    if !inbox.more_unread() {
        return Ok(None);
    }
    let page = store.notifications(person, inbox.unread_ids(now).last(), MAX_EXAMINED, now).await?;
    let unread = page.items.iter().filter(|note| inbox.read_at(note).is_none());
    Ok(Some((unread.map(Notification::number).collect(), page.next.is_some())))
}

/// Returns a page of unread notifications and the position of the next page. The inbox stores the numbers of the newest
/// hundred; older ones are searched for.
async fn unread_page(
    store: &Store,
    person: UserId,
    inbox: &Inbox,
    before: Option<NotificationNumber>,
    limit: usize,
    now: Timestamp,
) -> Result<(Vec<Notification>, Option<NotificationNumber>), StoreError> {
    let mut known = inbox.unread_ids(now).filter(|number| before.is_none_or(|before| *number < before));
    let numbers: Vec<NotificationNumber> = known.by_ref().take(limit).collect();
    let more_known = known.next().is_some();
    let mut notes = store.notifications_of(person, &numbers).await?;
    let last = numbers.last().copied();
    if more_known || !inbox.more_unread() {
        return Ok((notes, last.filter(|_| more_known)));
    }
    // Unread notifications whose numbers aren't stored are older than all whose numbers are.
    let oldest_known = inbox.unread_ids(now).last();
    let mut position = [before, oldest_known].into_iter().flatten().min();
    for _ in 0..QUERIES {
        if notes.len() == limit {
            return Ok((notes, position));
        }
        let page = store.notifications(person, position, MAX_EXAMINED, now).await?;
        for note in page.items {
            if notes.len() == limit {
                return Ok((notes, position));
            }
            position = Some(note.number());
            if inbox.read_at(&note).is_none() {
                notes.push(note);
            }
        }
        // Notifications that this release can't read may follow the last one.
        match page.next {
            Some(next) => position = Some(next),
            None => return Ok((notes, None)),
        }
    }
    Ok((notes, position))
}
