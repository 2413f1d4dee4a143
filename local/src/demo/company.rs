//! Who works at the demo company, where, and with what habits.

/// The password of everybody in the demo company.
pub(crate) const PASSWORD: &str = "rollcall-demo-2026";

/// The company itself.
pub(crate) struct Company {
    pub(crate) name: &'static str,
    pub(crate) time_zone: &'static str,
}

/// A place of work; the people who have it live by its zone.
pub(crate) struct Site {
    pub(crate) name: &'static str,
    pub(crate) time_zone: &'static str,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

/// Somebody who works there.
pub(crate) struct Person {
    pub(crate) username: &'static str,
    pub(crate) full_name: &'static str,
    pub(crate) role: Role,
    pub(crate) department: &'static str,
    pub(crate) site: &'static str,
    pub(crate) habit: Habit,
    pub(crate) hired_on: &'static str,
}

impl Person {
    pub(crate) fn email(&self) -> String {
        format!("{}@harbour.example", self.username)
    }
}

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Everything. Doesn't clock in.
    Admin,
    /// Looks after their own department.
    Manager,
    /// Works.
    Employee,
}

impl Role {
    /// As the API has it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Employee => "employee",
        }
    }
}

/// How somebody keeps the company's shift, which is from 9 to 18.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Habit {
    /// In time, and home in time.
    Punctual,
    /// Comes late two days of five.
    OftenLate,
    /// Comes early and stays long, one Saturday too.
    Industrious,
    /// Goes before the shift ends, about every third day.
    LeavesEarly,
    /// Doesn't clock in at all on some days.
    Forgetful,
    /// Works by night, as the roster says.
    Night,
}

pub(crate) const COMPANY: Company = Company { name: "Harbour & Sons", time_zone: "Europe/Berlin" };

pub(crate) const SITES: [Site; 2] = [
    Site { name: HAMBURG, time_zone: "Europe/Berlin", latitude: 53.5461, longitude: 9.9665 },
    Site { name: LISBON, time_zone: "Europe/Lisbon", latitude: 38.7036, longitude: -9.1790 },
];

const HAMBURG: &str = "Hamburg";
const LISBON: &str = "Lisbon";
const OFFICE: &str = "Office";
const WORKSHOP: &str = "Workshop";
const STUDIO: &str = "Studio";

/// Username and full name of somebody who has registered and waits for a manager.
pub(crate) const APPLICANT: (&str, &str) = ("kim", "Kim Petersen");

#[rustfmt::skip]
pub(crate) const PEOPLE: [Person; 13] = [
    person("ada",     "Ada Lindqvist",  Role::Admin,    OFFICE,   HAMBURG, Habit::Punctual,    "2019-02-01"),
    person("maria",   "Maria Oduya",    Role::Manager,  OFFICE,   HAMBURG, Habit::Punctual,    "2019-05-13"),
    person("tom",     "Tom Becker",     Role::Employee, OFFICE,   HAMBURG, Habit::OftenLate,   "2021-09-01"),
    person("lena",    "Lena Fischer",   Role::Employee, OFFICE,   HAMBURG, Habit::Punctual,    "2023-01-16"),
    person("jonas",   "Jonas Weber",    Role::Manager,  WORKSHOP, HAMBURG, Habit::Industrious, "2019-03-04"),
    person("omar",    "Omar Haddad",    Role::Employee, WORKSHOP, HAMBURG, Habit::Industrious, "2020-07-01"),
    person("nina",    "Nina Kowalska",  Role::Employee, WORKSHOP, HAMBURG, Habit::Forgetful,   "2022-04-01"),
    person("sven",    "Sven Thomsen",   Role::Employee, WORKSHOP, HAMBURG, Habit::Punctual,    "2024-10-07"),
    person("piotr",   "Piotr Zieliński",Role::Employee, WORKSHOP, HAMBURG, Habit::Night,       "2021-02-15"),
    person("ines",    "Inês Carvalho",  Role::Manager,  STUDIO,   LISBON,  Habit::Punctual,    "2020-01-07"),
    person("rui",     "Rui Tavares",    Role::Employee, STUDIO,   LISBON,  Habit::LeavesEarly, "2022-11-02"),
    person("clara",   "Clara Duarte",   Role::Employee, STUDIO,   LISBON,  Habit::OftenLate,   "2023-06-19"),
    person("beatriz", "Beatriz Nunes",  Role::Employee, STUDIO,   LISBON,  Habit::Punctual,    "2025-03-03"),
];

const fn person(
    username: &'static str,
    full_name: &'static str,
    role: Role,
    department: &'static str,
    site: &'static str,
    habit: Habit,
    hired_on: &'static str,
) -> Person {
    Person { username, full_name, role, department, site, habit, hired_on }
}

/// The person who came back, and the first and last day of the earlier employment.
pub(crate) const REHIRED: (&str, &str, &str) = ("beatriz", "2021-10-01", "2023-12-31");
/// The person who was on leave last week, and sick on its Tuesday and Wednesday.
pub(crate) const SICK_ON_LEAVE: &str = "rui";
/// The person who works seven days and is off for seven, from next week on.
pub(crate) const SEVEN_DAYS_ON: &str = "beatriz";
/// The manager of the studio.
pub(crate) const STUDIO_MANAGER: &str = "ines";
/// Who watches over the workshop at night.
pub(crate) const NIGHT_WATCHMAN: &str = "piotr";
/// Who works early and late in turn, beginning next week.
pub(crate) const SHIFT_WORKER: &str = "sven";
/// Who is to come in on a Saturday.
pub(crate) const EXTRA_HAND: &str = "nina";
/// Who is asked to take a night.
pub(crate) const STAND_IN: &str = "omar";
/// Who plans all of them.
pub(crate) const WORKSHOP_MANAGER: &str = "jonas";

/// Who hasn't come yet on the last day of the history: the start-up text lets its reader clock her in.
pub(crate) const AWAITED: &str = "lena";

/// The one administrator.
pub(crate) fn admin() -> &'static Person {
    &PEOPLE[0]
}

/// The departments, each once.
pub(crate) fn departments() -> impl Iterator<Item = &'static str> {
    [OFFICE, WORKSHOP, STUDIO].into_iter()
}
