//! People with a history of work, for measurements and for tests that need thousands of people.
//!
//! They are written directly to the table, in the form in which the functions write them, but without events. By the API, each
//! person would need the hash of a password, and each day several requests.

use std::collections::BTreeMap;

use domain::{
    audit::Actor,
    calendar::{Weekday, WorkDate, Zone},
    day::{Day, DayChange},
    employment::Employments,
    id::{DepartmentId, UserId},
    schedule::{Planner, Schedule, SiteBook},
    text::Name,
    user::{Authority, User, UserStatus},
    username::Username,
};
use jiff::{Timestamp, civil};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{
    Commit, Stamp, Store,
    credentials::NewCredential,
    opening::{ToOpen, ZoneSource},
};

/// The maximum number of days that one transaction writes: with the totals of their months, they stay below 100 items.
const DAYS_AT_ONCE: usize = 60;

/// The people of a department, who all worked on the same days.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workforce {
    /// The department.
    pub department_id: DepartmentId,
    /// The number of the first person. The id, username and name of a person contain their number.
    pub first: usize,
    /// The number of people.
    pub people: usize,
    /// The first date of the history.
    pub from: WorkDate,
    /// The number of days in the history, from Mondays to Fridays.
    pub days: usize,
    /// The number of sessions of a day, at most 60. One of them is from nine to six, and late for every fourth person.
    #[serde(default = "one_session")]
    pub sessions: usize,
    /// The remark of each punch.
    #[serde(default)]
    pub remark: Option<String>,
    /// The person whose password all people get. Without it, they can't sign in.
    #[serde(default)]
    pub password_of: Option<UserId>,
}

const fn one_session() -> usize {
    1
}

impl Workforce {
    /// Writes the people and their days. Fails if there are people with their numbers.
    pub async fn write(&self, store: &Store, now: Timestamp) -> Result<(), String> {
        let settings = store.settings().await.map_err(in_words)?.settings;
        let password_hash = match self.password_of {
            Some(user) => {
                let credential = store.credential(user).await.map_err(in_words)?;
                Some(credential.ok_or("the person of `password_of` has no password")?.password_hash)
            }
            None => None,
        };
        let (sites, schedule, years) = (SiteBook::default(), Schedule::default(), BTreeMap::new());
        let dates = self.dates();
        for number in self.first..self.first + self.people {
            let person = person(number, self.department_id, now)?;
            let mut commit = Commit::without_event(stamp(number, now)?);
            commit.create_user(&person).map_err(in_words)?;
            if let Some(hash) = &password_hash {
                let credential = NewCredential::lasting(hash.clone(), now);
                commit.create_credential(person.id, credential).map_err(in_words)?;
            }
            commit.send(store).await.map_err(in_words)?;

            let planner = Planner {
                person: &person,
                settings: &settings,
                sites: &sites,
                schedule: &schedule,
                years: &years,
                holidays: &[],
            };
            let source = ZoneSource::of(&person).ok_or("nobody opens the days of such a person")?;
            let mut through = None;
            for dates in dates.chunks(DAYS_AT_ONCE) {
                let changes: Vec<DayChange> = dates
                    .iter()
                    .map(|date| {
                        let day = self.worked(Day::open(&planner, *date), number, planner.zone())?;
                        Ok(DayChange::new(None, day, now))
                    })
                    .collect::<Result<_, String>>()?;
                let Some(last) = dates.last() else { continue };
                let mut commit = Commit::without_event(stamp(number, now)?);
                let opened = ToOpen { user_id: person.id, through };
                commit.open_days(&person, &source, &opened, *last, &changes).map_err(in_words)?;
                commit.send(store).await.map_err(in_words)?;
                through = Some(*last);
            }
        }
        Ok(())
    }

    fn dates(&self) -> Vec<WorkDate> {
        let all = std::iter::successors(Some(self.from), |date| Some(date.next()));
        all.filter(|date| !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)).take(self.days).collect()
    }

    /// Returns a day with its sessions, as it is stored.
    fn worked(&self, day: Day, number: usize, zone: &Zone) -> Result<Day, String> {
        let (date, id) = (day.date(), id(number));
        let punch = |hour: i8, minute: i8, second: i8| {
            let local = date.date().at(hour, minute, second, 0);
            let at = local.to_zoned(zone.time_zone().clone()).map_err(in_words)?.timestamp();
            let mut punch = json!({"id": id, "at": at, "source": "self"});
            if let (Some(fields), Some(remark)) = (punch.as_object_mut(), &self.remark) {
                fields.insert("remark".to_owned(), json!(remark));
            }
            Ok::<_, String>(punch)
        };
        let session = |from: Value, to: Value| json!({"id": id, "clock_in": from, "clock_out": to});
        let comes = if number.is_multiple_of(4) { punch(9, 20, 0) } else { punch(8, 58, 0) }?;
        let mut sessions = vec![session(comes, punch(18, 2, 0)?)];
        for evening in 1..self.sessions {
            let minute = i8::try_from(evening).ok().filter(|minute| civil::Time::new(19, *minute, 0, 0).is_ok());
            let minute = minute.ok_or("a day has at most 60 sessions")?;
            sessions.push(session(punch(19, minute, 0)?, punch(19, minute, 30)?));
        }
        let mut day = serde_json::to_value(day).map_err(in_words)?;
        if let Some(fields) = day.as_object_mut() {
            fields.insert("sessions".to_owned(), sessions.into());
        }
        serde_json::from_value(day).map_err(in_words)
    }
}

fn in_words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Returns the id of the person with a number, and of the event of their creation. Decimal digits are valid digits of an id.
fn id(number: usize) -> String {
    format!("01JBN2V7Q4W0M3T9K5{number:08}")
}

/// Returns an active employee of a department without further data: `person7`, "Person 00007 of the Crowd".
pub fn person(number: usize, department: DepartmentId, now: Timestamp) -> Result<User, String> {
    Ok(User {
        id: id(number).parse().map_err(in_words)?,
        username: Username::parse(&format!("person{number}")).map_err(in_words)?,
        email: None,
        email_verified_at: None,
        full_name: Name::parse(&format!("Person {number:05} of the Crowd")).map_err(in_words)?,
        authority: Authority::Employee,
        status: UserStatus::Active,
        department_id: Some(department),
        site_id: None,
        earlier_sites: domain::earlier::Earlier::default(),
        time_zone: None,
        language: None,
        employments: Employments::always(),
        tracks_attendance: true,
        annual_leave_days: None,
        session_epoch: 0,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

/// Returns the stamp of the creation of the person with a number.
pub fn stamp(number: usize, now: Timestamp) -> Result<Stamp, String> {
    let event_id = id(number).parse().map_err(in_words)?;
    Ok(Stamp { event_id, at: now, actor: Actor::System, request_id: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_has_mondays_to_fridays() {
        let workforce = json!({"department_id": id(1), "first": 0, "people": 1, "from": "2026-10-01", "days": 4});
        let workforce: Workforce = serde_json::from_value(workforce).unwrap();
        let dates: Vec<String> = workforce.dates().iter().map(ToString::to_string).collect();
        assert_eq!(dates, ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06"]);
    }
}
