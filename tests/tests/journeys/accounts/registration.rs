//! Registration: disabled, with approval, limited, grouped and expiring.

use reqwest::Method;
use rollcall_tests::{Company, Reply, company::PASSWORD};
use serde_json::{Value, json};

async fn register_from(company: &Company, address: &str, body: Value) -> Reply {
    company.call_from(address, Method::POST, "/auth/register").json(body).send().await
}

fn body(username: &str) -> Value {
    json!({"username": username, "full_name": "Eve", "password": PASSWORD})
}

async fn pending_notes(company: &Company) -> Vec<Value> {
    company.settle().await;
    let admin = company.sign_in("ada").await;
    let inbox = company.get("/notifications").by(&admin).send().await.expect(200);
    inbox.items().iter().filter(|note| note["kind"] == "registration_pending").cloned().collect()
}

async fn check(company: &Company, schedule: &str) {
    company.post(&format!("/_local/schedules/{schedule}")).send().await.expect(200);
}

#[tokio::test]
async fn registration_that_is_off_is_not_found() {
    let company = Company::start().await;
    company.settings(json!({"registration": "off"})).await;
    register_from(&company, "127.0.0.1", body("maria")).await.expect_problem(404, "not_found");
    register_from(&company, "127.0.0.1", json!({})).await.expect_problem(404, "not_found");
    // The flag of 0.1.0 still selects a mode, but no response contains it.
    let settings = company.settings(json!({"open_registration": true})).await;
    assert_eq!(settings.body["registration"], "open");
    assert!(settings.body.get("open_registration").is_none());
    let maria = register_from(&company, "127.0.0.1", body("maria")).await.expect(201);
    assert_eq!(maria.body["status"], "pending", "no e-mail confirms the address yet");
    assert_eq!(company.settings(json!({"open_registration": false})).await.body["registration"], "approval");
}

#[tokio::test]
async fn five_register_from_one_network_in_a_day() {
    let company = Company::start().await;
    for number in 0..5 {
        register_from(&company, "127.0.0.2", body(&format!("eve{number}"))).await.expect(201);
    }
    let refused = register_from(&company, "127.0.0.2", body("eve5")).await;
    // 08:00 in Istanbul is 05:00 UTC, so the day has 19 hours left.
    assert_eq!(refused.expect_problem(429, "too_many_registrations").header("retry-after"), Some("68400"));
    register_from(&company, "127.0.0.3", body("eve5")).await.expect(201);
    company.set_clock("2026-11-03T03:00:00+03:00").await;
    register_from(&company, "127.0.0.2", body("eve6")).await.expect(201);
}

#[tokio::test]
async fn a_hundred_registrations_wait_at_once() {
    let company = Company::start().await;
    for network in 0..20 {
        for number in 0..5 {
            let username = format!("eve{network}-{number}");
            register_from(&company, &format!("127.0.1.{}", network + 1), body(&username)).await.expect(201);
        }
    }
    let full = register_from(&company, "127.0.2.1", body("late")).await.expect_problem(429, "registrations_full");
    assert!(full.header("retry-after").is_some());
    let pending = company.get("/users?status=pending&limit=1").by(&company.admin).send().await.expect(200);
    let path = format!("/users/{}", pending.items()[0]["id"].as_str().unwrap());
    company.patch(&path).by(&company.admin).json(json!({"status": "active"})).send().await.expect(200);
    register_from(&company, "127.0.2.1", body("late")).await.expect(201);
    register_from(&company, "127.0.2.1", body("later")).await.expect_problem(429, "registrations_full");
}

#[tokio::test]
async fn an_address_that_somebody_has_is_answered_like_a_free_one() {
    let company = Company::start().await;
    let with = |username: &str, email: &str| json!({"username": username, "full_name": "Eve", "email": email, "password": PASSWORD});
    let free = register_from(&company, "127.0.0.2", with("eve1", "eve@example.com")).await.expect(201);
    let taken = register_from(&company, "127.0.0.2", with("eve2", "Eve@Example.com")).await.expect(201);
    let shape = |reply: &Reply| {
        let mut body = reply.body.clone();
        for field in ["id", "username", "email"] {
            body[field] = Value::Null;
        }
        (body, reply.header("etag").map(str::to_owned), reply.header("location").is_some())
    };
    assert_eq!(shape(&taken), shape(&free));
    company.get(taken.header("location").unwrap()).by(&company.admin).send().await.expect(404);
    // The response reveals that a username is in use, so that the person can choose another one.
    register_from(&company, "127.0.0.3", with("eve1", "other@example.com")).await.expect_problem(409, "username_taken");
    register_from(&company, "127.0.0.3", with("eve2", "other@example.com")).await.expect(201);
}

#[tokio::test]
async fn the_first_registration_is_announced_at_once_later_ones_together() {
    let company = Company::start().await;
    register_from(&company, "127.0.0.2", body("eve0")).await.expect(201);
    assert_eq!(pending_notes(&company).await.len(), 1);
    for number in 1..4 {
        register_from(&company, "127.0.0.2", body(&format!("eve{number}"))).await.expect(201);
    }
    company.set_clock("2026-11-02T08:59:00+03:00").await;
    check(&company, "lateness").await;
    assert_eq!(pending_notes(&company).await.len(), 1);
    company.set_clock("2026-11-02T09:00:00+03:00").await;
    check(&company, "lateness").await;
    check(&company, "lateness").await;
    let notes = pending_notes(&company).await;
    assert_eq!(notes.len(), 2);
    assert_eq!(notes[0]["title"], "3 people registered");
    assert_eq!(notes[0]["data"]["people"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_registration_expires_after_fourteen_days() {
    let company = Company::start().await;
    let eve = register_from(&company, "127.0.0.2", body("eve")).await.expect(201);
    let path = format!("/users/{}", eve.str("id"));
    company.set_clock("2026-11-16T07:59:59+03:00").await;
    check(&company, "housekeeping").await;
    let admin = company.sign_in("ada").await;
    company.get(&path).by(&admin).send().await.expect(200);
    company.set_clock("2026-11-16T08:00:00+03:00").await;
    check(&company, "housekeeping").await;
    company.get(&path).by(&admin).send().await.expect(404);
    let login = json!({"username": "eve", "password": PASSWORD});
    company.post("/auth/login").json(login).send().await.expect_problem(401, "invalid_credentials");
    // The username is available again.
    register_from(&company, "127.0.0.2", body("eve")).await.expect(201);
}
