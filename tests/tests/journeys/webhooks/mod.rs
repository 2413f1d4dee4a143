//! Webhooks, with receivers that run in the test.

mod administration;
mod claims;
mod deliveries;
mod pauses;
mod receiver;

use rollcall_tests::{Company, Reply};
use serde_json::{Value, json};

/// Creates a webhook for kinds of facts, and returns its id and its secret.
async fn create(company: &Company, url: &str, kinds: &[&str]) -> (String, String) {
    let admin = company.sign_in("ada").await;
    let body = json!({"url": url, "kinds": kinds, "description": "Payroll"});
    let made = company.post("/webhooks").by(&admin).json(body).send().await.expect(201);
    (made.str("id").to_owned(), made.str("secret").to_owned())
}

/// Creates a webhook for changes of departments, and returns its id.
async fn of_departments(company: &Company, url: &str) -> String {
    create(company, url, &["department_created", "department_changed"]).await.0
}

/// Moves the clock and runs the schedule.
async fn retry_at(company: &Company, now: &str) {
    company.set_clock(now).await;
    company.post("/_local/schedules/webhooks").send().await.expect(200);
    company.settle().await;
}

async fn rename(company: &Company, department: &str, name: &str) {
    let admin = company.sign_in("ada").await;
    let call = company.patch(&format!("/departments/{department}")).by(&admin).json(json!({"name": name}));
    call.send().await.expect(200);
    company.settle().await;
}

async fn webhook(company: &Company, id: &str) -> Reply {
    let admin = company.sign_in("ada").await;
    company.get(&format!("/webhooks/{id}")).by(&admin).send().await.expect(200)
}

async fn deliveries(company: &Company, id: &str) -> Vec<Value> {
    let admin = company.sign_in("ada").await;
    company.get(&format!("/webhooks/{id}/deliveries")).by(&admin).send().await.expect(200).items().clone()
}
