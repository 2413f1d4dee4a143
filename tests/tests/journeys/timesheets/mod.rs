//! Timesheets and pay periods: docs/rules.md, "Timesheets".

mod archive;
mod closing;
mod interrupted;
mod signatures;
mod weekly;

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

/// The week in which everything happens.
const WEEK: &str = "/pay/periods/2026-11-02..2026-11-08";
/// The week after it.
const NEXT_WEEK: &str = "/pay/periods/2026-11-09..2026-11-15";
const HOUR: i64 = 3_600;

/// A company with pay periods of a week, and a person who works from Monday to Friday. It is Monday 9 November 2026, 08:00.
struct Payroll {
    company: Company,
    admin: Person,
    maria: Person,
}

impl Payroll {
    /// Maria has worked eight hours from Monday to Thursday. On Friday she was absent, which is excused.
    async fn start() -> Self {
        let payroll = Self::without_work().await;
        for day in 2..=5 {
            payroll.worked(&format!("2026-11-0{day}"), 9, 18, json!({})).await.expect(200);
        }
        let path = format!("/attendance/{}/2026-11-06/excuse", payroll.maria.id);
        let excuse = payroll.company.post(&path).by(&payroll.admin).json(json!({"reason": "Her child was ill"}));
        excuse.send().await.expect(200);
        payroll
    }

    async fn without_work() -> Self {
        Self::opened_until(8, "2026-11-09T08:00:00+03:00").await
    }

    /// The days of the week until this one are created, and nobody has worked.
    async fn opened_until(last: u8, now: &str) -> Self {
        Self::with_colleagues(&[], last, now).await
    }

    /// The same, with more people.
    async fn with_colleagues(usernames: &[String], last: u8, now: &str) -> Self {
        let company = Company::start_at("2026-11-02T08:00:00+03:00", "Europe/Istanbul").await;
        let pay_period = json!({"kind": "week", "anchor": "2026-11-02"});
        company.settings(json!({"pay_period": pay_period, "breaks": {"paid": false}})).await;
        company.person("maria", json!({})).await;
        for username in usernames {
            company.person(username, json!({})).await;
        }
        for day in 2..=last {
            company.set_clock(&format!("2026-11-0{day}T08:00:00+03:00")).await;
            company.post("/_local/schedules/open-day").send().await.expect(200);
        }
        company.set_clock(now).await;
        company.settle().await;
        let (admin, maria) = (company.sign_in("ada").await, company.sign_in("maria").await);
        Self { company, admin, maria }
    }

    async fn sign_in(&mut self) {
        self.admin = self.company.sign_in("ada").await;
        self.maria = self.company.sign_in("maria").await;
    }

    /// Enters a session with an hour of break.
    async fn worked(&self, date: &str, from: u8, until: u8, more: Value) -> Reply {
        let at = |hour: u8| format!("{date}T{hour:02}:00:00+03:00");
        let pause = json!({"started_at": at(12), "ended_at": at(13)});
        let sessions = json!([{"clock_in": at(from), "clock_out": at(until), "breaks": [pause]}]);
        let mut body = json!({"sessions": sessions, "reason": "Entered"});
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        let path = format!("/attendance/{}/{date}", self.maria.id);
        self.company.put(&path).by(&self.admin).json(body).send().await
    }

    async fn timesheet(&self, period: &str) -> Value {
        let path = format!("{period}/timesheets/me");
        self.company.get(&path).by(&self.maria).send().await.expect(200).body
    }

    async fn submit(&self) -> Reply {
        let path = format!("{WEEK}/timesheets/me/submit");
        self.company.post(&path).by(&self.maria).json(json!({})).send().await
    }

    async fn decide(&self, action: &str, body: Value) -> Reply {
        self.decide_of(&self.maria.id, action, body).await
    }

    async fn decide_of(&self, person: &str, action: &str, body: Value) -> Reply {
        let path = format!("{WEEK}/timesheets/{person}/{action}");
        self.company.post(&path).by(&self.admin).json(body).send().await
    }

    async fn approve(&self) -> Reply {
        self.decide("approve", json!({})).await
    }

    /// Closes the week without Ada, who didn't work.
    async fn close(&self) -> Reply {
        let body = json!({"leave_out": [self.admin.id]});
        let reply = self.company.post(&format!("{WEEK}/close")).by(&self.admin).json(body).send().await;
        self.company.settle().await;
        reply
    }

    async fn period(&self) -> Value {
        let list = self.company.get("/pay/periods?year=2026").by(&self.maria).send().await.expect(200);
        let is_week = |period: &&Value| period["id"] == "2026-11-02..2026-11-08";
        list.items().iter().find(is_week).unwrap().clone()
    }

    async fn kinds(&self, person: &Person) -> Vec<String> {
        self.company.settle().await;
        let inbox = self.company.get("/notifications").by(person).send().await.expect(200);
        let kind = |item: &Value| item["kind"].as_str().unwrap().to_owned();
        inbox.items().iter().map(kind).filter(|kind| kind.starts_with("timesheet")).collect()
    }
}

/// The seconds of a pay code.
fn seconds(codes: &Value, code: &str) -> i64 {
    let codes = codes.as_array().unwrap();
    codes.iter().find(|it| it["code"] == code).map_or(0, |it| it["seconds"].as_i64().unwrap())
}
