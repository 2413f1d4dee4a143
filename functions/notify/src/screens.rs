//! What shows on screens at once, of events that were handed out.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    calendar::WorkDate,
    event::Event,
    id::{EventId, UserId},
    notification::{DayLine, Delivery, Live, Notification, PresenceChange, live_of},
    user::{User, UserStatus},
};
use jiff::{SignedDuration, Timestamp};

use crate::desk::Desk;

/// How old an event may be to show on screens. Older ones come from a stream that stood still: those who were connected
/// then have asked for the present state since, and what is told late stands in the inbox.
const FRESH: SignedDuration = SignedDuration::from_mins(15);

impl Desk<'_> {
    /// The deliveries of events in their order, `notes` being the notifications that they made. Where people are and what
    /// their days look like is shown once for all the events, as it is now.
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
                let hang_up = live.hang_up.map(|sign_ins| Delivery::HangUp { user_id: live.person, sign_ins });
                deliveries.extend(hang_up);
            }
        }
        deliveries
    }

    fn presence(&self, live: &Live, at: Timestamp, shown: &mut Shown) -> Option<Delivery> {
        let person = self.basis.people.get(&live.person)?;
        let presence = self.basis.presences.get(&live.person).filter(|_| live.presence)?;
        let department_id = person.department_id?;
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

    fn days(&self, live: &Live, shown: &mut Shown) -> Vec<Delivery> {
        let Some(person) = self.basis.people.get(&live.person) else { return Vec::new() };
        let stored = live.dates.iter().filter_map(|date| self.basis.days.get(&(live.person, *date)));
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

    /// Who decides for a person, and they themselves.
    fn sees_days_of(&self, person: &User) -> BTreeSet<UserId> {
        let mut sees = self.basis.managers.deciders_of(person);
        match person.status {
            UserStatus::Active => sees.insert(person.id),
            UserStatus::Pending | UserStatus::Disabled => false,
        };
        sees
    }

    fn zone(&self, person: &User) -> domain::calendar::Zone {
        let site_zone = person.site_id.and_then(|site| self.basis.sites.zone(site));
        person.zone(site_zone, &self.basis.settings.time_zone).clone()
    }
}

/// What was shown already.
#[derive(Debug, Default)]
struct Shown {
    presences: BTreeSet<UserId>,
    days: BTreeSet<(UserId, WorkDate)>,
}
