//! Turns the events of a batch into notifications, from a snapshot of everything that they concern.

use domain::{
    event::Event,
    notification::{NotificationContext, NotificationDraft, letters, live_of, people_of},
};
use jiff::Timestamp;
use store::news::{NewsQuery, NewsSnapshot};

/// Returns the query for everything that is needed to process these events.
pub(crate) fn question(events: &[Event], now: Timestamp) -> NewsQuery {
    let mut question = NewsQuery::default();
    for event in events {
        question.people.extend(people_of(event));
        for live in live_of(event, now) {
            question.people.insert(live.person);
            if live.presence {
                question.presences.insert(live.person);
            }
            question.days.extend(live.dates.iter().map(|date| (live.person, *date)));
        }
    }
    question
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
    pub(crate) fn letters(&self, event: &Event) -> Vec<NotificationDraft> {
        let NewsSnapshot { managers, settings, sites, people, .. } = self.snapshot;
        letters(event, &NotificationContext { managers, people, settings, sites })
    }
}
