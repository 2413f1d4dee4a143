//! Leave: requested, decided, cancelled, recounted.
#![expect(clippy::float_cmp, reason = "days are compared with the exact numbers of a response")]

mod book;
mod calendar;
mod cancelling;
mod costs;
mod counting;
mod deciding;
mod late;
mod leavers;
mod lists;
mod races;
mod recounts;
mod requests;
mod sickness;
mod working;
mod years;

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

/// A department with Maria and her manager, in Istanbul. It is Monday 2 November 2026, 08:00. Maria has 15 days.
struct Team {
    company: Company,
    department: String,
    maria: Person,
    manager: Person,
}

impl Team {
    async fn start() -> Self {
        Self::with(json!({})).await
    }

    /// Starts a team with settings that apply before any leave is granted.
    async fn with(settings: Value) -> Self {
        Self::of(settings, json!({})).await
    }

    /// Starts a team with settings and with more fields of Maria.
    async fn of(settings: Value, maria: Value) -> Self {
        let company = Company::start().await;
        company.settings(settings).await;
        let department = company.department("Assembly").await;
        let more = json!({"role": "manager", "manages": [department], "department_id": department});
        let manager = company.person("manager", more).await;
        let mut more = json!({"department_id": department});
        more.as_object_mut().unwrap().extend(maria.as_object().unwrap().clone());
        let maria = company.person("maria", more).await;
        Self { company, department, maria, manager }
    }

    /// Moves the clock to a time in Istanbul, such as `2026-11-03T09:00`.
    async fn at(&self, now: &str) {
        self.company.set_clock(&format!("{now}:00+03:00")).await;
    }

    async fn maria(&self) -> Person {
        self.company.sign_in("maria").await
    }

    async fn manager(&self) -> Person {
        self.company.sign_in("manager").await
    }

    /// Requests leave as Maria.
    async fn ask(&self, body: Value) -> Reply {
        self.company.post("/leave/requests").by(&self.maria().await).json(body).send().await
    }

    async fn ask_for(&self, start: &str, end: &str) -> Reply {
        self.ask(json!({"start_date": start, "end_date": end})).await
    }

    /// Enters leave for Maria as the manager.
    async fn enter(&self, mut body: Value) -> Reply {
        body["user_id"] = json!(self.maria.id);
        self.company.post("/leave/requests").by(&self.manager().await).json(body).send().await
    }

    async fn decide(&self, id: &str, status: &str) -> Reply {
        let body = json!({"status": status, "note": "Seen"});
        self.company.post(&format!("/leave/requests/{id}/decision")).by(&self.manager().await).json(body).send().await
    }

    /// Requests and approves leave, and returns its id.
    async fn approved(&self, start: &str, end: &str) -> String {
        let id = self.ask_for(start, end).await.expect(201).str("id").to_owned();
        self.decide(&id, "approved").await.expect(200);
        id
    }

    async fn cancel(&self, id: &str) -> Reply {
        self.company.delete(&format!("/leave/requests/{id}")).by(&self.maria().await).send().await
    }

    /// Cancels Maria's leave as the manager.
    async fn cancel_for_her(&self, id: &str) -> Reply {
        self.company.delete(&format!("/leave/requests/{id}")).by(&self.manager().await).send().await
    }

    async fn request(&self, id: &str) -> Value {
        self.company.get(&format!("/leave/requests/{id}")).by(&self.maria().await).send().await.expect(200).body
    }

    /// Returns Maria's balance of annual leave in a leave year.
    async fn balance(&self, year: i16) -> Value {
        let path = format!("/leave/balances/me?year={year}");
        let reply = self.company.get(&path).by(&self.maria().await).send().await.expect(200);
        reply.items().iter().find(|balance| balance["type"] == "annual").expect("a balance").clone()
    }

    /// Returns Maria's available, pending and used days.
    async fn days(&self, year: i16) -> [f64; 3] {
        let balance = self.balance(year).await;
        ["available_days", "pending_days", "used_days"].map(|figure| balance[figure].as_f64().unwrap())
    }

    /// Returns the ledger of annual leave, oldest first: kind and days.
    async fn ledger(&self, year: i16) -> Vec<(String, f64)> {
        let path = format!("/leave/balances/me/ledger?year={year}&type=annual&limit=200");
        let reply = self.company.get(&path).by(&self.maria().await).send().await.expect(200);
        let entry = |item: &Value| (item["kind"].as_str().unwrap().to_owned(), item["days"].as_f64().unwrap());
        reply.items().iter().rev().map(entry).collect()
    }

    /// Returns the entries of the ledger without the grant, as text: `use -2`.
    async fn booked(&self, year: i16) -> Vec<String> {
        let entries = self.ledger(year).await.into_iter().filter(|(kind, _)| kind != "grant");
        entries.map(|(kind, days)| format!("{kind} {days}")).collect()
    }

    async fn day(&self, date: &str) -> Value {
        let path = format!("/attendance/me/{date}");
        self.company.get(&path).by(&self.maria().await).send().await.expect(200).body
    }

    async fn holiday(&self, date: &str, half_day: Option<&str>) -> String {
        let admin = self.company.sign_in("ada").await;
        let body = json!({"date": date, "name": "Republic Day", "half_day": half_day});
        self.company.post("/holidays").by(&admin).json(body).send().await.expect(201).str("id").to_owned()
    }

    async fn punch(&self, path: &str, now: &str) -> Reply {
        self.at(now).await;
        self.company.post(path).by(&self.maria().await).json(json!({})).send().await
    }
}
