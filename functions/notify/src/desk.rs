//! What the events of a batch become, once everything that they concern has been read.

use domain::{
    event::Event,
    notification::{Letter, Newsroom, letters, live_of, people_of},
};
use jiff::Timestamp;
use store::news::{NewsBasis, NewsQuestion};

/// What has to be read to hand these events out.
pub(crate) fn question(events: &[Event], now: Timestamp) -> NewsQuestion {
    let mut question = NewsQuestion::default();
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

/// What was read, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Desk<'a> {
    pub(crate) basis: &'a NewsBasis,
    pub(crate) now: Timestamp,
}

impl<'a> Desk<'a> {
    pub(crate) const fn new(basis: &'a NewsBasis, now: Timestamp) -> Self {
        Self { basis, now }
    }

    /// The letters that an event makes.
    pub(crate) fn letters(&self, event: &Event) -> Vec<Letter> {
        let NewsBasis { managers, settings, sites, people, .. } = self.basis;
        letters(event, &Newsroom { managers, people, settings, sites })
    }
}
