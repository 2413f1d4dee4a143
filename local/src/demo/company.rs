//! The people and sites of the demo company, and the people's habits.

/// The password of everyone in the demo company.
pub(crate) const PASSWORD: &str = "rollcall-demo-2026";

/// The demo company.
pub(crate) struct Company {
    pub(crate) name: &'static str,
    pub(crate) time_zone: &'static str,
}

/// A work site. The people who belong to it work in its time zone.
pub(crate) struct Site {
    pub(crate) name: &'static str,
    pub(crate) time_zone: &'static str,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

/// A person who works at the demo company.
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

/// The role of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Has all rights. Doesn't clock in.
    Admin,
    /// Manages their own department.
    Manager,
    /// Has no management rights.
    Employee,
}

impl Role {
    /// Returns the name of the role in the API.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Employee => "employee",
        }
    }
}

/// How a person keeps the company's shift, which is from 9 to 18.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Habit {
    /// Arrives and leaves on time.
    Punctual,
    /// Arrives late two days of five.
    OftenLate,
    /// Arrives early, works long, and also works one Saturday.
    Industrious,
    /// Leaves before the shift ends, about every third day.
    LeavesEarly,
    /// Doesn't clock in on some days.
    Forgetful,
    /// Works at night, as the roster says.
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

/// The username and full name of a person who has registered and waits for a manager's approval.
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

/// The person who was rehired, and the first and last day of the earlier employment.
pub(crate) const REHIRED: (&str, &str, &str) = ("beatriz", "2021-10-01", "2023-12-31");
/// The person who was on leave last week, and sick on its Tuesday and Wednesday.
pub(crate) const SICK_ON_LEAVE: &str = "rui";
/// The person who works seven days and is off for seven, from next week on.
pub(crate) const SEVEN_DAYS_ON: &str = "beatriz";
/// The manager of the studio.
pub(crate) const STUDIO_MANAGER: &str = "ines";
/// The person who guards the workshop at night.
pub(crate) const NIGHT_WATCHMAN: &str = "piotr";
/// The person who works early and late shifts in alternating weeks, beginning next week.
pub(crate) const SHIFT_WORKER: &str = "sven";
/// The person who is planned to work on a Saturday.
pub(crate) const EXTRA_HAND: &str = "nina";
/// The person who is asked to take a night shift.
pub(crate) const STAND_IN: &str = "omar";
/// The manager who plans the rosters of all of them.
pub(crate) const WORKSHOP_MANAGER: &str = "jonas";

/// The person who hasn't clocked in yet on the last day of the history. The start-up text shows how to clock her in.
pub(crate) const AWAITED: &str = "lena";

/// Returns the only administrator.
pub(crate) fn admin() -> &'static Person {
    &PEOPLE[0]
}

/// Returns the departments.
pub(crate) fn departments() -> impl Iterator<Item = &'static str> {
    [OFFICE, WORKSHOP, STUDIO].into_iter()
}
