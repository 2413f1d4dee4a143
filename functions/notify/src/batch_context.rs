//! Turns the events of a batch into notifications, from a snapshot of everything that they concern.

use domain::{
    calendar::WorkDate,
    event::{Event, Fact, PunchFact, Subject},
    id::{SessionId, UserId},
    notification::{
        ChatNews, NotificationContext, NotificationDraft, NotificationKind, chat_news_of, drafts, live_of, people_of,
    },
    outgoing::OutgoingMessage,
};
use jiff::Timestamp;
use store::news::{NewsQuery, NewsSnapshot};

/// Returns the query for everything that is needed to process these events.
pub(crate) fn query(events: &[Event], now: Timestamp) -> NewsQuery {
    let mut query = NewsQuery::default();
    for event in events {
        query.people.extend(people_of(event));
        query.inboxes.extend(clock_ins(event).map(|clock_in| clock_in.user));
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

/// A clock-in of an event.
struct ClockIn {
    user: UserId,
    date: WorkDate,
    session_id: SessionId,
    at: Timestamp,
}

fn clock_ins(event: &Event) -> impl Iterator<Item = ClockIn> {
    // Only people clock in.
    let user = if let Subject::User(user) = event.subject { Some(user) } else { None };
    event.facts.iter().filter_map(move |fact| {
        let Fact::Punch(PunchFact::ClockedIn { date, session_id, at }) = fact else { return None };
        Some(ClockIn { user: user?, date: *date, session_id: *session_id, at: *at })
    })
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

    /// Returns the reminders to clock out for the people who want them, one for each channel.
    pub(crate) fn reminders(&self, event: &Event) -> Vec<OutgoingMessage> {
        clock_ins(event).flat_map(|clock_in| self.reminders_of(&clock_in).unwrap_or_default()).collect()
    }

    fn reminders_of(&self, clock_in: &ClockIn) -> Option<Vec<OutgoingMessage>> {
        let ClockIn { user, date, session_id, at } = *clock_in;
        let NewsSnapshot { settings, sites, people, inboxes, days, .. } = self.snapshot;
        let inbox = inboxes.get(&user).filter(|inbox| inbox.wants(NotificationKind::ClockOutReminder))?;
        let channels = inbox.channels().of_reminders();
        let shifts = days.get(&(user, date))?.shifts().iter();
        let ended_at = shifts.map(|shift| shift.end_at).filter(|end| at < *end).max()?;
        let zone = people.get(&user)?.zone_at(sites, &settings.time_zone);
        let reminder = |channel| {
            OutgoingMessage::reminder((user, channel), (session_id, date), (ended_at, zone.clone()), self.now)
        };
        Some(channels.into_iter().map(reminder).collect())
    }

    const fn context(&self) -> NotificationContext<'a> {
        let NewsSnapshot { managers, settings, sites, people, .. } = self.snapshot;
        NotificationContext { managers, people, settings, sites }
    }
}
