//! Rosters: patterns, planned days, the grid, swaps, feeds, imports, and their effect on attendance.

mod calendar;
mod costs;
mod days;
mod grid;
mod imports;
mod leavers;
mod patterns;
mod swaps;

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

/// A department with its manager and two people, on Monday 2 November 2026 at 08:00.
pub(crate) struct Team {
    pub(crate) company: Company,
    pub(crate) department: String,
    pub(crate) manager: Person,
    pub(crate) maria: Person,
    pub(crate) john: Person,
}

impl Team {
    pub(crate) async fn start() -> Self {
        Self::of(Company::start().await).await
    }

    pub(crate) async fn of(company: Company) -> Self {
        let department = company.department("Assembly").await;
        let more = json!({"role": "manager", "manages": [department], "department_id": department});
        let manager = company.person("manager", more).await;
        let maria = company.person("maria", json!({"department_id": department})).await;
        let john = company.person("john", json!({"department_id": department})).await;
        Self { company, department, manager, maria, john }
    }

    /// Moves the clock, and signs everyone in again.
    pub(crate) async fn at(&mut self, now: &str) {
        self.company.set_clock(now).await;
        for person in [&mut self.manager, &mut self.maria, &mut self.john] {
            *person = self.company.sign_in(&person.username).await;
        }
    }

    /// Sets a person's pattern as their manager.
    pub(crate) async fn pattern(&self, person: &Person, pattern: Value) -> Reply {
        self.company.put(&format!("/roster/{}", person.id)).by(&self.manager).json(pattern).send().await
    }

    /// Plans a date of a person as their manager.
    pub(crate) async fn plan(&self, person: &Person, date: &str, plan: Value) -> Reply {
        let path = format!("/roster/{}/days/{date}", person.id);
        self.company.put(&path).by(&self.manager).json(plan).send().await
    }

    /// Returns a person's shifts as they see them, in the form `start end`.
    pub(crate) async fn shifts(&self, person: &Person, from: &str, to: &str) -> Vec<String> {
        let path = format!("/roster/me/shifts?from={from}&to={to}");
        let reply = self.company.get(&path).by(person).send().await.expect(200);
        let text =
            |shift: &Value| format!("{} {}", shift["start_at"].as_str().unwrap(), shift["end_at"].as_str().unwrap());
        reply.items().iter().map(text).collect()
    }

    /// Returns a person's day as they see it.
    pub(crate) async fn day(&self, person: &Person, date: &str) -> Value {
        self.company.get(&format!("/attendance/me/{date}")).by(person).send().await.expect(200).body
    }
}

/// Returns a weekly pattern from 2 November on, with the given shifts by weekday, and Saturday and Sunday off.
pub(crate) fn weekly(shifts: Value) -> Value {
    json!({"effective_from": "2026-11-02", "weekly_offs": ["saturday", "sunday"], "shifts": shifts})
}
