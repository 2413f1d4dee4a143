//! The demo company, which gives the first start data to look at.
//!
//! The stack creates the company by requests to the gateway, as a client would. Meanwhile it sets its clock to the
//! times of the past two weeks, one after another, and runs the checks of the scheduled jobs in between. So the
//! company contains only data that the API accepts and that a real company would have.

mod client;
pub(crate) mod company;
mod history;
mod leave;
mod pay;
mod rosters;
mod scheduled_jobs;

use std::collections::BTreeMap;

use domain::ports::Clock;
use jiff::{Timestamp, ToSpan, Zoned, civil::Date};
use serde_json::json;

use self::{
    client::{Client, Session},
    company::{COMPANY, PASSWORD, PEOPLE, REHIRED, Role, SITES},
    history::{Action, Punch},
    rosters::Ids,
    scheduled_jobs::Tick,
};
use crate::{clock::StackClock, flow::Functions, gateway::Gateway};

/// The number of days before today that have a history.
const DAYS: i32 = 14;

/// Creates the company and its history up to the present, and restores the clock. Returns the punches that were
/// refused. A rule of the company may forbid a punch on an unforeseen date, and that must not prevent the start.
pub(crate) async fn make(
    gateway: &Gateway,
    functions: &Functions,
    clock: &StackClock,
    setup_token: &str,
) -> Result<Vec<String>, String> {
    let found = clock.frozen();
    let made = Maker { client: Client::new(gateway), functions, clock }.make(clock.now(), setup_token).await;
    clock.set(found);
    made
}

/// The context for creating the company.
struct Maker<'a> {
    client: Client<'a>,
    functions: &'a Functions,
    clock: &'a StackClock,
}

impl Maker<'_> {
    async fn make(&self, now: Timestamp, setup_token: &str) -> Result<Vec<String>, String> {
        let today = now.in_tz(COMPANY.time_zone).map_err(|error| error.to_string())?;
        let first = today.date().saturating_sub(DAYS.days());
        self.clock.set(Some(opening(&today, first)?));
        let client = &self.client;
        let people = found(client, setup_token, today.date()).await?;
        rosters::plan(client, &people, first, today.date()).await?;
        leave::of_last_week(client, today.date()).await?;
        pay::set_up(client, &people, first).await?;

        let punches = history::punches(first, today.date(), now)?;
        let forgotten = history::forgotten_day(&punches, FORGETFUL, today.time_zone(), today.date());
        let ticks = scheduled_jobs::ticks(first, today.date(), now, today.time_zone())?;
        let refused = self.relive(punches, ticks).await?;

        self.clock.set(Some(now));
        if let Some(date) = forgotten {
            ask_for_correction(client, date, now).await?;
        }
        rosters::ask_for_swap(client, &people, today.date(), now).await?;
        leave::ask_and_decide(client, today.date(), now).await?;
        leave::adjust(client, &people, now).await?;
        leave::sick_last_week(client, &people, today.date(), now).await?;
        Ok(refused)
    }

    /// Replays the punches and checks in order of time. Returns the punches that were refused.
    async fn relive(&self, punches: Vec<Punch>, ticks: Vec<Tick>) -> Result<Vec<String>, String> {
        let mut refused = Vec::new();
        let mut sessions: BTreeMap<&str, Session> = BTreeMap::new();
        let mut ticks = ticks.into_iter().peekable();
        for Punch { at, username, action, remark } in punches {
            while let Some(tick) = ticks.next_if(|tick| tick.at <= at) {
                scheduled_jobs::run(tick, self.functions, self.clock).await?;
            }
            self.clock.set(Some(at));
            let session = match sessions.remove(username) {
                Some(session) => self.client.renew(session, at).await?,
                None => self.client.log_in(username, PASSWORD, at).await?,
            };
            let path = match action {
                Action::In => "/clock/in",
                Action::BreakStart => "/breaks/start",
                Action::BreakEnd => "/breaks/end",
                Action::Out => "/clock/out",
            };
            let body = remark.map_or_else(|| json!({}), |remark| json!({"remark": remark}));
            if let Some(problem) = self.client.punch(&session, path, &body).await? {
                refused.push(format!("{username} at {at}: {problem}"));
            }
            sessions.insert(username, session);
        }
        for tick in ticks {
            scheduled_jobs::run(tick, self.functions, self.clock).await?;
        }
        Ok(refused)
    }
}

/// The person who forgot to clock in on one day, and whose correction request waits for a manager.
const FORGETFUL: &str = "nina";

async fn ask_for_correction(client: &Client<'_>, date: Date, now: Timestamp) -> Result<(), String> {
    let session = client.log_in(FORGETFUL, PASSWORD, now).await?;
    let at = |hour: i8| {
        let local = date.at(hour, 0, 0, 0).in_tz(COMPANY.time_zone).map_err(|error| error.to_string())?;
        Ok::<_, String>(local.timestamp().to_string())
    };
    let day =
        json!({"clock_in": at(9)?, "clock_out": at(18)?, "breaks": [{"started_at": at(12)?, "ended_at": at(13)?}]});
    let body = json!({"sessions": [day], "reason": "Forgot to clock in"});
    client.send("POST", &format!("/attendance/me/{date}/corrections"), Some(&session), &body).await.map(drop)
}

/// Returns the morning before the history begins.
fn opening(today: &Zoned, first: Date) -> Result<Timestamp, String> {
    let yesterday = first.saturating_sub(1.day());
    let opening = yesterday.at(9, 0, 0, 0).to_zoned(today.time_zone().clone());
    opening.map(|opening| opening.timestamp()).map_err(|error| error.to_string())
}

/// Creates the company with its sites, departments and people. Returns the ids of the people.
async fn found(client: &Client<'_>, setup_token: &str, today: Date) -> Result<Ids, String> {
    let admin = company::admin();
    let set_up = json!({
        "setup_token": setup_token,
        "username": admin.username,
        "full_name": admin.full_name,
        "email": admin.email(),
        "password": PASSWORD,
    });
    client.send("POST", "/auth/setup", None, &set_up).await?;
    let session = client.log_in(admin.username, PASSWORD, Timestamp::UNIX_EPOCH).await?;
    // The clock-in window opens at midnight, so that a reader who tries the API early in the morning can clock in. A
    // clock-in outside the window waits for a manager.
    let window = json!({"before_minutes": 540, "after_minutes": null, "outside": "flag"});
    // German law requires a break of 30 minutes after six hours of work, and of 45 minutes after nine.
    let breaks = json!({"auto_deduct": [{"after_minutes": 360, "minutes": 30}, {"after_minutes": 540, "minutes": 45}]});
    let settings = json!({
        "company_name": COMPANY.name,
        "time_zone": COMPANY.time_zone,
        "clock_in_window": window,
        "breaks": breaks,
        "carry_over_days": 5,
    });
    client.send("PATCH", "/settings", Some(&session), &settings).await?;

    let mut sites = BTreeMap::new();
    for site in &SITES {
        let body = json!({
            "name": site.name,
            "time_zone": site.time_zone,
            "latitude": site.latitude,
            "longitude": site.longitude,
            "radius_m": 200,
        });
        sites.insert(site.name, client.create("/sites", &session, &body).await?);
    }
    let mut departments = BTreeMap::new();
    for name in company::departments() {
        departments.insert(name, client.create("/departments", &session, &json!({"name": name})).await?);
    }
    let holiday = json!({"date": today.saturating_add(30.days()).to_string(), "name": "Founders' day"});
    client.send("POST", "/holidays", Some(&session), &holiday).await?;

    let mut people = Ids::new();
    for person in PEOPLE.iter().filter(|person| person.role != Role::Admin) {
        let department = departments.get(person.department);
        let mut user = json!({
            "username": person.username,
            "full_name": person.full_name,
            "email": person.email(),
            "password": PASSWORD,
            "department_id": department,
            "site_id": sites.get(person.site),
        });
        let (rehired, from, until) = REHIRED;
        if person.username == rehired {
            user["employments"] = json!([{"from": from, "until": until}, {"from": person.hired_on, "until": null}]);
        } else {
            user["hired_on"] = json!(person.hired_on);
        }
        if person.role == Role::Manager {
            user["role"] = json!("manager");
            user["manages"] = json!([department]);
        }
        people.insert(person.username, client.create("/users", &session, &user).await?);
    }
    let applicant = json!({
        "username": company::APPLICANT.0,
        "full_name": company::APPLICANT.1,
        "password": PASSWORD,
    });
    client.send("POST", "/auth/register", None, &applicant).await?;
    Ok(people)
}
