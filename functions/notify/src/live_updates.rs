//! Live updates for the events of a batch.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    calendar::WorkDate,
    day::Day,
    event::Event,
    id::{DepartmentId, EventId, UserId},
    notification::{DayLine, Delivery, Live, Notification, PresenceChange, live_of},
    user::{User, UserStatus},
};
use jiff::{SignedDuration, Timestamp};

use crate::batch_context::BatchContext;

/// The maximum age of an event that is pushed to screens. An older event comes from a stream that was blocked: clients that
/// were connected at that time have read the current state since, and late notifications are in the inbox.
const FRESH: SignedDuration = SignedDuration::from_mins(15);

impl BatchContext<'_> {
    /// Returns the deliveries of the events, in the events' order. `notes` are the notifications that the events produced. Each
    /// person's presence and each day is sent once for all events, in its current state.
    pub(crate) fn deliveries(
        &self,
        events: &[Event],
        mut notes: BTreeMap<EventId, Vec<Notification>>,
    ) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        let mut shown = Shown::default();
        for event in events {
            let is_fresh = self.now.duration_since(event.at) <= FRESH;
            let notes = notes.remove(&event.id).unwrap_or_default();
            if is_fresh {
                deliveries.extend(notes.into_iter().map(|note| Delivery::Notification(Box::new(note))));
            }
            for live in live_of(event, self.now) {
                if is_fresh {
                    deliveries.extend(self.presence(&live, event.at, &mut shown));
                    deliveries.extend(self.days(&live, &mut shown));
                }
                let close =
                    live.ended_sign_ins.map(|sign_ins| Delivery::CloseConnections { user_id: live.person, sign_ins });
                deliveries.extend(close);
            }
        }
        deliveries
    }

    fn presence(&self, live: &Live, at: Timestamp, shown: &mut Shown) -> Option<Delivery> {
        let person = self.snapshot.people.get(&live.person)?;
        let presence = self.snapshot.presences.get(&live.person).filter(|_| live.presence)?;
        let department_id = self.department_of_today(person, live)?;
        shown.presences.insert(person.id).then(|| Delivery::Presence {
            department_id,
            change: PresenceChange {
                user_id: person.id,
                presence: presence.kind(),
                at: presence.since().unwrap_or(at),
                zone: self.zone(person),
                version: presence.version,
            },
        })
    }

    /// Returns the department whose members see the person's presence: the department of the current day until that day ends,
    /// as on the board. A person who moves appears in the new department from the next date on.
    fn department_of_today(&self, person: &User, live: &Live) -> Option<DepartmentId> {
        let mut days = live.dates.iter().filter_map(|date| self.snapshot.days.get(&(person.id, *date)));
        days.rfind(|day| !day.is_frozen(self.now)).map_or(person.department_id, Day::department_id)
    }

    fn days(&self, live: &Live, shown: &mut Shown) -> Vec<Delivery> {
        let Some(person) = self.snapshot.people.get(&live.person) else { return Vec::new() };
        let stored = live.dates.iter().filter_map(|date| self.snapshot.days.get(&(live.person, *date)));
        let new = stored.filter(|day| shown.days.insert((live.person, day.date())));
        let lines = new.map(|day| DayLine {
            user_id: person.id,
            full_name: person.full_name.clone(),
            department_id: day.department_id(),
            date: day.date(),
            version: day.version(),
            row: day.board_row(self.now),
        });
        lines.map(|line| Delivery::Day { to: self.sees_days_of(person), line: Box::new(line) }).collect()
    }

    /// Returns the people who see a person's days: those who decide for the person, and the person.
    fn sees_days_of(&self, person: &User) -> BTreeSet<UserId> {
        let mut sees = self.snapshot.managers.deciders_of(person);
        match person.status {
            UserStatus::Active => sees.insert(person.id),
            UserStatus::Pending | UserStatus::Disabled => false,
        };
        sees
    }

    fn zone(&self, person: &User) -> domain::calendar::Zone {
        let site_zone = person.site_id.and_then(|site| self.snapshot.sites.zone(site));
        person.zone(site_zone, &self.snapshot.settings.time_zone).clone()
    }
}

/// The presences and days that the batch has already produced updates for.
#[derive(Debug, Default)]
struct Shown {
    presences: BTreeSet<UserId>,
    days: BTreeSet<(UserId, WorkDate)>,
}

#[cfg(test)]
mod tests {
    use domain::{
        audit::Actor,
        day::{Presence, PresenceState},
        event::{AccountFact, Fact, PunchFact, SCHEMA_VERSION, Subject},
        notification::SignIns,
        schedule::{Planner, Schedule, SiteBook},
        settings::Settings,
    };
    use fixtures::{HARBOUR, maria};
    use jiff::ToSpan;
    use store::news::NewsSnapshot;

    use super::*;

    const NOW: &str = "2026-11-02T06:20:00Z";

    fn now() -> Timestamp {
        NOW.parse().unwrap()
    }

    fn event(last: char, at: Timestamp, fact: Fact) -> Event {
        Event {
            id: format!("01JBN2V7Q4W0M3T9K5ZXH8R6C{last}").parse().unwrap(),
            schema_version: SCHEMA_VERSION,
            at,
            actor: Actor::System,
            subject: Subject::User(maria().id),
            request_id: None,
            facts: vec![fact],
        }
    }

    fn clocked_in(at: Timestamp) -> Fact {
        let session_id = "01JBN2V7Q4W0M3T9K5ZXH8R6CQ".parse().unwrap();
        Fact::Punch(PunchFact::ClockedIn { date: "2026-11-02".parse().unwrap(), session_id, at })
    }

    fn snapshot(person: User) -> NewsSnapshot {
        let presence = Presence { state: PresenceState::Out { since: Some(now()) }, version: 4 };
        NewsSnapshot {
            presences: [(person.id, presence)].into(),
            people: [(person.id, person)].into(),
            ..NewsSnapshot::default()
        }
    }

    fn deliveries(person: User, events: &[Event]) -> Vec<Delivery> {
        BatchContext::new(&snapshot(person), now()).deliveries(events, BTreeMap::new())
    }

    #[test]
    fn several_punches_of_a_batch_send_the_current_presence_once() {
        let events = [event('1', now() - 1.minute(), clocked_in(now())), event('2', now(), clocked_in(now()))];
        let shown = deliveries(maria(), &events);
        let [Delivery::Presence { department_id, change }] = shown.as_slice() else { panic!("{shown:?}") };
        assert_eq!((*department_id, change.version, change.at), (HARBOUR.parse().unwrap(), 4, now()));
    }

    #[test]
    fn the_presence_of_a_person_without_a_department_is_sent_to_nobody() {
        let alone = User { department_id: None, ..maria() };
        assert_eq!(deliveries(alone, &[event('1', now(), clocked_in(now()))]), []);
    }

    #[test]
    fn presence_goes_to_the_days_department_until_the_date_ends() {
        let moved = User { department_id: Some("01JBN2V7Q4W0M3T9K5ZXH8R6CW".parse().unwrap()), ..maria() };
        let planner = Planner {
            person: &maria(),
            settings: &Settings::default(),
            sites: &SiteBook::default(),
            schedule: &Schedule::default(),
            years: &BTreeMap::new(),
            holidays: &[],
        };
        let day = Day::open(&planner, "2026-11-02".parse().unwrap());
        let mut snapshot = snapshot(moved.clone());
        snapshot.days.insert((moved.id, day.date()), day);
        let seen_by = |at: Timestamp| {
            let shown = BatchContext::new(&snapshot, at).deliveries(&[event('1', at, clocked_in(at))], BTreeMap::new());
            shown.into_iter().find_map(|delivery| match delivery {
                Delivery::Presence { department_id, .. } => Some(department_id),
                Delivery::Notification(_) | Delivery::Day { .. } | Delivery::CloseConnections { .. } => None,
            })
        };
        assert_eq!(seen_by(now()), Some(HARBOUR.parse().unwrap()));
        assert_eq!(seen_by("2026-11-03T00:10:00Z".parse().unwrap()), moved.department_id);
    }

    #[test]
    fn old_events_send_no_updates_but_still_close_connections() {
        let long_ago = now() - 16.minutes();
        assert_eq!(deliveries(maria(), &[event('1', long_ago, clocked_in(long_ago))]), []);
        let close = Delivery::CloseConnections { user_id: maria().id, sign_ins: SignIns::All };
        assert_eq!(
            deliveries(maria(), &[event('1', long_ago, Fact::Account(AccountFact::SignedOutEverywhere))]),
            [close]
        );
    }
}
