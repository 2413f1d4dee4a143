//! Signing in, from the company's set-up to the last refresh token.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

mod access_tokens;
mod sessions;
mod set_up;
mod sign_in;

use std::collections::BTreeMap;

use rollcall_tests::{
    Company, Person, Reply,
    company::{MONDAY_MORNING, PASSWORD},
};
use serde_json::json;

/// Starts a company whose admin is signed in. Only `auth` has been called.
pub(super) async fn set_up() -> Company {
    let mut company = Company::not_set_up(MONDAY_MORNING).await;
    set_up_by(&company, "ada").await.expect(201);
    company.admin = company.sign_in("ada").await;
    company
}

pub(super) async fn set_up_by(company: &Company, username: &str) -> Reply {
    let token = company.stack.setup_token();
    let body = json!({"setup_token": token, "username": username, "email": "ada@example.com",
        "full_name": "Ada Admin", "password": PASSWORD});
    company.post("/auth/setup").json(body).send().await
}

pub(super) async fn login(company: &Company, username: &str, password: &str) -> Reply {
    company.post("/auth/login").json(json!({"username": username, "password": password})).send().await
}

pub(super) async fn register(company: &Company, username: &str) -> Reply {
    let body = json!({"username": username, "full_name": "Maria Weber", "password": PASSWORD});
    company.post("/auth/register").json(body).send().await
}

pub(super) async fn refresh(company: &Company, token: &str) -> Reply {
    company.post("/auth/refresh").json(json!({"refresh_token": token})).send().await
}

pub(super) async fn me(company: &Company, token: &str) -> Reply {
    company.get("/auth/me").token(token).send().await
}

pub(super) async fn change_password(company: &Company, person: &Person, current: &str, new: &str) -> Reply {
    let body = json!({"current_password": current, "new_password": new});
    company.put("/auth/password").by(person).json(body).send().await
}

/// Returns the number of calls of each operation for a route since the last reset.
pub(super) async fn calls(company: &Company, route: &str) -> BTreeMap<String, u64> {
    let report = company.get("/_local/calls").send().await.expect(200);
    let routes = report.body["routes"].as_array().unwrap();
    let route = routes.iter().find(|of| of["route"] == route).unwrap_or_else(|| panic!("{}", report.text));
    let operations = route["operations"].as_array().unwrap().iter();
    operations.map(|of| (of["operation"].as_str().unwrap().to_owned(), of["count"].as_u64().unwrap())).collect()
}
