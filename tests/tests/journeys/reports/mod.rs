//! Reports: their figures, scopes, formats and cost.

mod costs;
mod exports;
mod figures;
mod forms;
mod history;
mod large;
mod multipart;
mod rebuild;
mod scope;

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

/// A firm with two departments and a few recorded days, on Wednesday 4 November, 20:00.
///
/// Anna and Bert work in the harbour, which Mona manages. Wim works in the workshop, which Otto manages. On Monday Anna works
/// nine hours, Bert is half an hour late and leaves an hour early, and Wim works nine hours. On Tuesday Anna is twenty minutes
/// late. Then she moves to the workshop, and works eight hours there on Wednesday.
pub(crate) struct Firm {
    pub(crate) company: Company,
    pub(crate) harbour: String,
    pub(crate) workshop: String,
    pub(crate) anna: Person,
    pub(crate) bert: Person,
    pub(crate) wim: Person,
    pub(crate) mona: Person,
    pub(crate) otto: Person,
}

/// Signs a person in at a time of November 2026.
pub(crate) async fn at(company: &Company, person: &Person, now: &str) -> Person {
    company.set_clock(&format!("2026-11-{now}:00+03:00")).await;
    company.sign_in(&person.username).await
}

pub(crate) async fn punch(company: &Company, person: &Person, path: &str, now: &str, body: Value) {
    let person = at(company, person, now).await;
    let reply = company.post(path).by(&person).json(body).send().await;
    assert!(reply.status.is_success(), "{}", reply.text);
}

async fn work(company: &Company, person: &Person, date: &str, hours: [&str; 2]) {
    punch(company, person, "/clock/in", &format!("{date}T{}", hours[0]), json!({})).await;
    punch(company, person, "/clock/out", &format!("{date}T{}", hours[1]), json!({})).await;
}

impl Firm {
    pub(crate) async fn start() -> Self {
        let company = Company::start().await;
        let (harbour, workshop) = (company.department("Harbour").await, company.department("Workshop").await);
        let employee = |department: &str| json!({"department_id": department});
        let manager =
            |department: &str| json!({"role": "manager", "manages": [department], "tracks_attendance": false});
        let anna = company.person("anna", employee(&harbour)).await;
        let bert = company.person("bert", employee(&harbour)).await;
        let wim = company.person("wim", employee(&workshop)).await;
        let mona = company.person("mona", manager(&harbour)).await;
        let otto = company.person("otto", manager(&workshop)).await;
        punch(&company, &anna, "/clock/in", "02T09:00", json!({"remark": "=1+1"})).await;
        punch(&company, &wim, "/clock/in", "02T09:00", json!({})).await;
        punch(&company, &bert, "/clock/in", "02T09:30", json!({"location": {"label": "Gate 3"}})).await;
        punch(&company, &bert, "/breaks/start", "02T12:00", json!({})).await;
        punch(&company, &bert, "/breaks/end", "02T12:30", json!({})).await;
        punch(&company, &bert, "/clock/out", "02T17:00", json!({})).await;
        punch(&company, &anna, "/clock/out", "02T18:00", json!({})).await;
        punch(&company, &wim, "/clock/out", "02T18:00", json!({})).await;
        work(&company, &anna, "03", ["09:20", "18:10"]).await;
        let admin = at(&company, &company.admin, "03T20:00").await;
        let moves = company.patch(&format!("/users/{}", anna.id)).by(&admin).json(employee(&workshop));
        moves.send().await.expect(200);
        work(&company, &anna, "04", ["09:00", "17:00"]).await;
        let mut firm = Self { company, harbour, workshop, anna, bert, wim, mona, otto };
        firm.go_to("04T20:00").await;
        firm
    }

    /// Moves the clock, and signs everyone in.
    pub(crate) async fn go_to(&mut self, now: &str) {
        let company = &self.company;
        for person in [&mut self.anna, &mut self.bert, &mut self.wim, &mut self.mona, &mut self.otto] {
            *person = at(company, person, now).await;
        }
        self.company.admin = at(&self.company, &self.company.admin, now).await;
    }

    pub(crate) async fn report(&self, person: &Person, path: &str) -> Reply {
        self.company.get(&format!("/reports/{path}")).by(person).send().await
    }

    /// Returns the rows of a report, as the admin sees it.
    pub(crate) async fn rows(&self, path: &str) -> Vec<Value> {
        rows(&self.report(&self.company.admin, path).await.expect(200))
    }
}

pub(crate) fn rows(reply: &Reply) -> Vec<Value> {
    reply.body["rows"].as_array().unwrap_or_else(|| panic!("no rows in {}", reply.text)).clone()
}

/// Returns some fields of each row, as text.
pub(crate) fn shown(rows: &[Value], fields: &[&str]) -> Vec<String> {
    let field = |row: &Value, name: &&str| match &row[*name] {
        Value::String(text) => text.trim_end_matches(" of the test").to_owned(),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            other.to_string()
        }
    };
    rows.iter().map(|row| fields.iter().map(|name| field(row, name)).collect::<Vec<_>>().join(" ")).collect()
}
