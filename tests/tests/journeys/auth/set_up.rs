//! Set-up of the company, and registration.

use rollcall_tests::{
    Company,
    company::{MONDAY_MORNING, PASSWORD},
};
use serde_json::{Value, json};

use super::{login, register, set_up, set_up_by};

#[tokio::test]
async fn the_company_is_set_up_once_with_the_setup_token() {
    let company = Company::not_set_up(MONDAY_MORNING).await;
    let body = json!({"setup_token": "wrong", "username": "eve", "full_name": "Eve", "password": PASSWORD});
    company.post("/auth/setup").json(body.clone()).send().await.expect_problem(403, "wrong_setup_token");
    login(&company, "eve", PASSWORD).await.expect_problem(401, "invalid_credentials");

    let admin = set_up_by(&company, "Ada").await.expect(201);
    assert_eq!(admin.body["username"], "ada");
    assert_eq!(admin.body["role"], "admin");
    assert_eq!(admin.body["status"], "active");
    assert_eq!(admin.body["tracks_attendance"], false);
    assert_eq!(admin.header("location"), Some(format!("/users/{}", admin.str("id")).as_str()));

    set_up_by(&company, "eve").await.expect_problem(409, "already_set_up");
    company.post("/auth/setup").json(body).send().await.expect_problem(403, "wrong_setup_token");
}

#[tokio::test]
async fn a_company_is_set_up_after_scheduled_jobs_have_run() {
    let company = Company::not_set_up(MONDAY_MORNING).await;
    for check in ["open-day", "lateness", "housekeeping"] {
        company.post(&format!("/_local/schedules/{check}")).send().await.expect(200);
    }
    set_up_by(&company, "ada").await.expect(201);
    login(&company, "ada", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn of_many_set_ups_at_once_one_wins() {
    let company = Company::not_set_up(MONDAY_MORNING).await;
    let tries = (0..8).map(|number| {
        let token = company.stack.setup_token();
        let body =
            json!({"setup_token": token, "username": format!("ada{number}"), "full_name": "Ada", "password": PASSWORD});
        tokio::spawn(company.post("/auth/setup").json(body).send())
    });
    let mut statuses = Vec::new();
    for attempt in tries.collect::<Vec<_>>() {
        statuses.push(attempt.await.unwrap().status.as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
}

#[tokio::test]
async fn someone_who_registers_waits_until_they_are_activated() {
    let company = set_up().await;
    let maria = register(&company, "Maria").await.expect(201);
    assert_eq!(maria.body["role"], "employee");
    assert_eq!(maria.body["status"], "pending");
    assert_eq!(maria.body["hired_on"], Value::Null);

    login(&company, "maria", "not her password").await.expect_problem(401, "invalid_credentials");
    login(&company, "maria", PASSWORD).await.expect_problem(403, "account_pending");

    let path = format!("/users/{}", maria.str("id"));
    company.patch(&path).by(&company.admin).json(json!({"status": "active"})).send().await.expect(200);
    login(&company, "maria", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_name_and_an_address_are_one_persons() {
    let company = set_up().await;
    let body = |username: &str, email: &str| json!({"username": username, "email": email, "full_name": "Maria", "password": PASSWORD});
    let register =
        async |username: &str, email: &str| company.post("/auth/register").json(body(username, email)).send().await;
    register("maria", "maria@example.com").await.expect(201);
    register("MARIA", "other@example.com").await.expect_problem(409, "username_taken");
    // A used address gets the same response as a free one, and nothing is stored.
    register("other", "Maria@Example.COM").await.expect(201);
    login(&company, "other", PASSWORD).await.expect_problem(401, "invalid_credentials");
    register("other", "other@example.com").await.expect(201);
}

#[tokio::test]
async fn what_breaks_a_rule_is_named_and_nothing_is_written() {
    let company = set_up().await;
    let good = json!({"username": "maria", "email": "maria@example.com", "full_name": "Maria", "password": PASSWORD});
    for (field, value) in [
        ("role", json!("admin")),
        ("status", json!("active")),
        ("username", json!("m")),
        ("username", json!("maria@example.com")),
        ("username", json!(7)),
        ("email", json!("maria")),
        ("full_name", json!("")),
        ("full_name", json!("a\u{0}b")),
        ("password", json!("short")),
        ("password", json!("1234567890")),
        ("password", json!("x".repeat(1025))),
        ("password", json!(["a fine long password"])),
        ("password", Value::Null),
    ] {
        let mut body = good.clone();
        body[field] = value;
        company.post("/auth/register").json(body).send().await.expect_invalid(field);
    }
    let mut body = good.clone();
    body["username"] = json!("fine-long-name");
    body["password"] = json!("Fine-Long-Name");
    company.post("/auth/register").json(body).send().await.expect_invalid("password");
    company.post("/auth/register").raw("application/json", "{").send().await.expect_problem(400, "malformed_request");
    company.post("/auth/register").raw("text/plain", "{}").send().await.expect_problem(415, "unsupported_media_type");
    company.post("/auth/register").json(good).send().await.expect(201);
}
