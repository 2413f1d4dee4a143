//! The feed of events: all events of the last 30 days in the order in which they were written to the feed.
//!
//! An event's id is made before its commit, so an event with an earlier id can be committed later. A reader that continued after
//! the last id would miss it. Therefore the feed has positions of its own. `relay` makes them when it writes an event from the
//! stream, in the stream's order. A write takes at most [`WRITE_TIMEOUT`], so no position older than the watermark appears
//! later ([`watermark`]). Readers get only events before the watermark.
//!
//! A batch of the stream that is delivered again is written again, at new positions. Readers recognize the event by its id.

use std::{
    collections::{BTreeSet, HashSet},
    fmt,
    str::FromStr,
    time::Duration,
};

use domain::{FieldRule, Invalid, event::Received, id::EventId};
use futures_util::{StreamExt, TryStreamExt, future::try_join_all, stream};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Store, StoreError,
    commit::Expression,
    item::Item,
    keys::{self, PK, instant},
    read::{KeyRange, Range},
};

/// The number of days for which the feed keeps an event.
pub const FEED_DAYS: i64 = 30;

/// The maximum time of a write to the feed. It is half of [`DELAY`]; the other half is for the difference between clocks.
const WRITE_TIMEOUT: Duration = Duration::from_secs(15);

/// The number of events that are written at the same time.
const CONCURRENCY: usize = 16;

/// The age from which events are given to readers: the time of a write, and the difference between the clocks of functions.
const DELAY: SignedDuration = SignedDuration::from_secs(30);

/// The number of partitions of a day.
const SHARDS: u8 = 4;

/// The maximum number of queries of a partition for one request. It is enough for 30 days without events. A request that needs more
/// returns what it found.
const MAX_DAYS: usize = 32;

/// A position in the feed. As text, `<instant>#<number in its batch>#<event>`, or the instant alone for the position before all
/// events of that instant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FeedPosition(String);

impl FeedPosition {
    /// Returns the position of an event that is written now.
    fn new(now: Timestamp, number: usize, event: EventId) -> Self {
        Self(format!("{}#{number:04}#{event}", instant(now)))
    }

    /// Returns the position before all events that are written at an instant or later.
    pub fn before(at: Timestamp) -> Self {
        Self(instant(at))
    }

    /// Returns the date (UTC) of the position.
    pub fn date(&self) -> &str {
        self.0.split_once('T').map_or("", |(date, _)| date)
    }

    /// Returns a key that sorts after this position and before the next event.
    fn next_key(&self) -> String {
        if self.0.contains('#') { format!("{}~", self.0) } else { self.0.clone() }
    }
}

impl fmt::Display for FeedPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for FeedPosition {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new(FieldRule::EventPosition);
        let (at, rest) = text.split_once('#').map_or((text, None), |(at, rest)| (at, Some(rest)));
        let at: Timestamp = at.parse().map_err(|_| invalid())?;
        let Some(rest) = rest else { return Ok(Self::before(at)) };
        let (number, event) = rest.split_once('#').ok_or_else(invalid)?;
        let number: usize = number.parse().map_err(|_| invalid())?;
        Ok(Self::new(at, number, event.parse().map_err(|_| invalid())?))
    }
}

impl TryFrom<String> for FeedPosition {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<FeedPosition> for String {
    fn from(position: FeedPosition) -> Self {
        position.0
    }
}

/// Returns the instant before which the feed is complete.
pub fn watermark(now: Timestamp) -> Timestamp {
    now.saturating_sub(DELAY).unwrap_or(Timestamp::MIN)
}

/// An event as the feed stores it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FeedEntry {
    position: FeedPosition,
    event: Value,
}

/// A part of the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedPage {
    /// The events, in order.
    pub events: Vec<Received>,
    /// The position after which the next request continues.
    pub next: FeedPosition,
    /// Whether there may be more events before the watermark.
    pub more: bool,
}

impl Store {
    /// Writes events to the feed, in order.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where the write took too long for readers to wait for it.
    pub async fn add_to_feed(&self, events: &[&Received], now: Timestamp) -> Result<(), StoreError> {
        let expires_at = now.saturating_add((24 * FEED_DAYS).hours()).unwrap_or(now);
        let mut items = Vec::with_capacity(events.len());
        for (number, received) in events.iter().enumerate() {
            // The reader of the stream has found the id of each event.
            let Some(Ok(id)) = received.document["id"].as_str().map(str::parse::<EventId>) else { continue };
            let position = FeedPosition::new(now, number, id);
            let entry = FeedEntry { position: position.clone(), event: received.document.clone() };
            items.push(Item::new(keys::event_feed(&position, shard_of(id)), &entry)?.expires_at(expires_at));
        }
        let absent = || Expression::new("attribute_not_exists(#pk)").name("#pk", PK);
        let writes = stream::iter(items).map(|item| async move { self.put_if(item, absent()).await.map(|_| ()) });
        let written = tokio::time::timeout(WRITE_TIMEOUT, writes.buffer_unordered(CONCURRENCY).try_collect::<()>());
        written.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the feed takes too long".to_owned())))
    }

    /// Reads at most `limit` events of the given kinds after a position. Without kinds, all events are read.
    pub async fn event_feed(
        &self,
        after: &FeedPosition,
        kinds: &BTreeSet<String>,
        limit: usize,
        now: Timestamp,
    ) -> Result<FeedPage, StoreError> {
        let until = FeedPosition::before(watermark(now));
        let oldest = FeedPosition::before(now.saturating_sub((24 * FEED_DAYS).hours()).unwrap_or(Timestamp::MIN));
        let mut next = after.clone().max(oldest);
        let mut events: Vec<Received> = Vec::new();
        // An event that a repeated batch wrote twice is given once a page.
        let mut seen = HashSet::new();
        for _ in 0..MAX_DAYS {
            if until <= next {
                return Ok(FeedPage { events, next: next.max(until), more: false });
            }
            let (entries, is_complete) = self.feed_of_day(&next, &until, limit).await?;
            for FeedEntry { position, event } in entries {
                next = position;
                let received = Received::read(event)
                    .map_err(|reason| StoreError::Unreadable { key: format!("FEED / {next}"), reason })?;
                let is_wanted = kinds.is_empty() || received.kinds().any(|kind| kinds.contains(kind));
                if is_wanted && seen.insert(received.document["id"].to_string()) {
                    events.push(received);
                }
                if events.len() == limit {
                    return Ok(FeedPage { events, next, more: true });
                }
            }
            if is_complete {
                // The next day, or the end.
                next = FeedPosition::before(day_after(&next)).min(until.clone());
            }
        }
        Ok(FeedPage { events, next, more: true })
    }

    /// Reads the first events after a position, of the position's date and before `until`, in order. Also returns whether there
    /// are no others on that date.
    async fn feed_of_day(
        &self,
        after: &FeedPosition,
        until: &FeedPosition,
        limit: usize,
    ) -> Result<(Vec<FeedEntry>, bool), StoreError> {
        let queries = (0..SHARDS).map(|shard| {
            self.query::<FeedEntry>(KeyRange {
                index: None,
                pk: keys::event_feed_partition(after.date(), shard),
                range: Range::Between(after.next_key(), until.to_string()),
                descending: false,
                limit,
                after: None,
            })
        });
        let found = try_join_all(queries).await?;
        // Beyond the end of a partition's page, the order of the events isn't known yet.
        let ends = found.iter().filter(|page| page.next.is_some()).filter_map(|page| page.items.last());
        let end = ends.map(|entry| entry.position.clone()).min();
        let mut entries: Vec<FeedEntry> = found.into_iter().flat_map(|page| page.items).collect();
        entries.retain(|entry| end.as_ref().is_none_or(|end| entry.position <= *end));
        entries.sort_unstable_by(|one, other| one.position.cmp(&other.position));
        Ok((entries, end.is_none()))
    }
}

/// Returns the beginning of the day after a position's date.
fn day_after(position: &FeedPosition) -> Timestamp {
    let date: Option<Date> = position.date().parse().ok();
    let next = date.and_then(|date| date.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok());
    next.map_or(Timestamp::MAX, |next| next.timestamp())
}

/// Returns the partition of an event.
fn shard_of(event: EventId) -> u8 {
    u8::try_from(event.ulid().random() % u128::from(SHARDS)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6EV";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn positions_sort_by_time_and_by_their_place_in_a_batch() {
        let event = EVENT.parse().unwrap();
        let position = |time: &str, number| FeedPosition::new(at(time), number, event);
        let sorted = [
            FeedPosition::before(at("2026-11-02T08:00:00Z")),
            position("2026-11-02T08:00:00Z", 0),
            position("2026-11-02T08:00:00Z", 99),
            FeedPosition::before(at("2026-11-02T08:00:00.001Z")),
            position("2026-11-02T08:00:00.001Z", 2),
            position("2026-11-02T08:00:01Z", 1),
        ];
        assert!(sorted.is_sorted());
        for pair in sorted.windows(2) {
            assert!(pair[0].next_key() <= pair[1].to_string(), "{pair:?}");
        }
        assert!(sorted[1].next_key() > sorted[1].to_string(), "an event isn't read twice");
    }

    #[test]
    fn a_position_is_read_back_and_an_instant_is_one_too() {
        let position = FeedPosition::new(at("2026-11-02T08:00:00.25Z"), 7, EVENT.parse().unwrap());
        assert_eq!(position.to_string().parse::<FeedPosition>().unwrap(), position);
        assert_eq!(position.date(), "2026-11-02");
        let instant: FeedPosition = "2026-11-02T10:00:00+02:00".parse().unwrap();
        assert_eq!(instant, FeedPosition::before(at("2026-11-02T08:00:00Z")));
        for wrong in ["", "x", "2026-11-02", "2026-11-02T08:00:00Z#", "2026-11-02T08:00:00Z#1#x", "#0001#x"] {
            assert!(wrong.parse::<FeedPosition>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_day_after_a_position_begins_at_midnight() {
        let position = FeedPosition::before(at("2026-12-31T23:59:59.999Z"));
        assert_eq!(day_after(&position), at("2027-01-01T00:00:00Z"));
    }
}
