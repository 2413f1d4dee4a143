//! Turns the events of a batch into notifications, from a snapshot of everything that they concern.

use domain::{
    event::Event,
    notification::{ChatNews, NotificationContext, NotificationDraft, chat_news_of, drafts, live_of, people_of},
};
use jiff::Timestamp;
use store::news::{NewsQuery, NewsSnapshot};

/// Returns the query for everything that is needed to process these events.
pub(crate) fn query(events: &[Event], now: Timestamp) -> NewsQuery {
    let mut query = NewsQuery::default();
    for event in events {
        query.people.extend(people_of(event));
        for live in live_of(event, now) {
            query.people.insert(live.person);
            if live.presence {
                query.presences.insert(live.person);
            }
            query.days.extend(live.dates.iter().map(|date| (live.person, *date)));
        }
    }
    query
}

/// The snapshot of a batch, and the instant of its read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchContext<'a> {
    pub(crate) snapshot: &'a NewsSnapshot,
    pub(crate) now: Timestamp,
}

impl<'a> BatchContext<'a> {
    pub(crate) const fn new(snapshot: &'a NewsSnapshot, now: Timestamp) -> Self {
        Self { snapshot, now }
    }

    /// Returns the notification drafts of an event.
    pub(crate) fn drafts(&self, event: &Event) -> Vec<NotificationDraft> {
        drafts(event, &self.context())
    }

    /// Returns the news of an event for the chats of departments.
    pub(crate) fn chat_news(&self, event: &Event) -> Vec<ChatNews> {
        chat_news_of(event, &self.snapshot.chats, &self.context())
    }

    const fn context(&self) -> NotificationContext<'a> {
        let NewsSnapshot { managers, settings, sites, people, .. } = self.snapshot;
        NotificationContext { managers, people, settings, sites }
    }
}
