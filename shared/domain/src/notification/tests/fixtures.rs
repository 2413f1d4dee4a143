//! A small company for tests, its events, and facts that several tests use.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::{
    audit::Actor,
    calendar::{WorkDate, Zone},
    correction::Decision,
    employment::Employments,
    event::{Event, Fact, LeaveFact, RosterFact, SCHEMA_VERSION, Subject, SwapEnding},
    id::{LeaveRequestId, SwapId, UserId},
    notification::{Managers, NotificationContext, NotificationDraft, Office, drafts},
    pay::PayPeriod,
    schedule::SiteBook,
    settings::Settings,
    text::Name,
    user::{Authority, ManagerScope, User, UserStatus},
    username::Username,
};

/// Monday 2 November 2026, 09:20 in Istanbul.
pub(super) const NOW: &str = "2026-11-02T06:20:00Z";

/// People by name. Maria and Paul work in the harbour, and Hana manages it. Walter works in the workshop, and Wilma manages it.
/// Gina manages everyone. Ada and Alan are admins. Newton has just registered, and Dora has left.
pub(super) struct Company {
    pub(super) people: BTreeMap<UserId, User>,
    pub(super) managers: Managers,
    pub(super) settings: Settings,
    sites: SiteBook,
}

pub(super) fn id<T: std::str::FromStr<Err = crate::Invalid>>(last: char) -> T {
    format!("01JBN2V7Q4W0M3T9K5ZXH8R6C{last}").parse().unwrap()
}

pub(super) fn date(text: &str) -> WorkDate {
    text.parse().unwrap()
}

fn number(name: &str) -> char {
    match name {
        "maria" => '1',
        "paul" => '2',
        "hana" => '3',
        "walter" => '4',
        "wilma" => '5',
        "gina" => '6',
        "ada" => '7',
        "alan" => '8',
        "newton" => '9',
        "dora" => '0',
        other => panic!("nobody is called {other}"),
    }
}

pub(super) fn person(name: &str) -> UserId {
    id(number(name))
}

fn capital(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

impl Company {
    pub(super) fn new() -> Self {
        let of = |department: char| Authority::Manager { scope: ManagerScope::Departments([id(department)].into()) };
        let everyone = Authority::Manager { scope: ManagerScope::Everyone };
        let active = UserStatus::Active;
        let users = [
            ("maria", Authority::Employee, active, Some('H')),
            ("paul", Authority::Employee, active, Some('H')),
            ("hana", of('H'), active, Some('H')),
            ("walter", Authority::Employee, active, Some('W')),
            ("wilma", of('W'), active, Some('W')),
            ("gina", everyone, active, None),
            ("ada", Authority::Admin, active, None),
            ("alan", Authority::Admin, active, None),
            ("newton", Authority::Employee, UserStatus::Pending, None),
            ("dora", of('H'), UserStatus::Disabled, Some('H')),
        ];
        let users = users.map(|(name, authority, status, department)| User {
            id: person(name),
            username: Username::parse(name).unwrap(),
            email: None,
            email_verified_at: None,
            full_name: Name::parse(&capital(name)).unwrap(),
            authority,
            status,
            department_id: department.map(id),
            site_id: None,
            earlier_sites: crate::earlier::Earlier::default(),
            time_zone: None,
            language: None,
            employments: Employments::always(),
            tracks_attendance: true,
            annual_leave_days: None,
            session_epoch: 0,
            version: 1,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        });
        let settings = Settings { time_zone: Zone::parse("Europe/Istanbul").unwrap(), ..Settings::default() };
        let people = users.map(|user| (user.id, user)).into();
        let mut company = Self { people, managers: Managers::default(), settings, sites: SiteBook::default() };
        company.register();
        company
    }

    /// Adds everyone to a new register.
    fn register(&mut self) {
        self.managers = Managers::default();
        for user in self.people.values() {
            for office in Office::held_by(user) {
                self.managers.enter(office, user.id);
            }
        }
    }

    pub(super) fn change(&mut self, name: &str, change: impl FnOnce(&mut User)) {
        change(self.people.get_mut(&person(name)).unwrap());
        self.register();
    }

    pub(super) fn drafts(&self, event: &Event) -> Vec<NotificationDraft> {
        let Self { people, managers, settings, sites } = self;
        drafts(event, &NotificationContext { managers, people, settings, sites })
    }

    /// Returns the recipients of an event by kind, such as `late_arrival: ada, hana`.
    pub(super) fn heard(&self, event: &Event) -> Vec<String> {
        let mut heard: Vec<(String, BTreeSet<&str>)> = Vec::new();
        for draft in self.drafts(event) {
            let kind = serde_json::to_value(draft.kind).unwrap().as_str().unwrap().to_owned();
            let name = self.people[&draft.to].username.as_str();
            match heard.iter_mut().find(|(other, _)| *other == kind) {
                Some((_, names)) => assert!(names.insert(name), "{name} hears of {kind} twice"),
                None => heard.push((kind, [name].into())),
            }
        }
        let line = |(kind, names): (String, BTreeSet<&str>)| {
            format!("{kind}: {}", names.into_iter().collect::<Vec<_>>().join(", "))
        };
        heard.into_iter().map(line).collect()
    }
}

pub(super) fn event(actor: Option<&str>, subject: &str, facts: Vec<Fact>) -> Event {
    Event {
        id: id('E'),
        schema_version: SCHEMA_VERSION,
        at: NOW.parse().unwrap(),
        actor: actor.map_or(Actor::System, |name| Actor::User { id: person(name) }),
        subject: Subject::User(person(subject)),
        request_id: None,
        facts,
    }
}

pub(super) fn swap() -> SwapId {
    SwapId::of(person("maria"), id::<UserId>('S').ulid())
}

pub(super) fn request() -> LeaveRequestId {
    LeaveRequestId::of(person("maria"), id::<UserId>('R').ulid())
}

pub(super) fn swap_ended(ending: SwapEnding) -> Fact {
    Fact::Roster(RosterFact::SwapEnded { swap_id: swap(), with_user_id: person("paul"), ending })
}

pub(super) fn accepted(needs_approval: bool) -> Fact {
    Fact::Roster(RosterFact::SwapAccepted { swap_id: swap(), with_user_id: person("paul"), needs_approval })
}

pub(super) fn swap_made() -> Fact {
    let (my_date, their_date) = (date("2026-11-04"), Some(date("2026-11-05")));
    Fact::Roster(RosterFact::SwapMade { swap_id: swap(), with_user_id: person("paul"), my_date, their_date })
}

/// The pay period of October 2026.
pub(super) fn period() -> PayPeriod {
    "2026-10-01..2026-10-31".parse().unwrap()
}

pub(super) fn leave_decided(decision: Decision) -> Fact {
    let (start_date, end_date) = (date("2026-11-09"), date("2026-11-10"));
    Fact::Leave(LeaveFact::LeaveDecided { request_id: request(), start_date, end_date, decision })
}
