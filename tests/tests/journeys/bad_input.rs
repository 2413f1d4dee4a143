//! Bad input at every endpoint: a 4xx that says what is wrong, never a 5xx, and nothing written.

use reqwest::Method;
use rollcall_tests::Company;
use serde_json::{Value, json};

use crate::table::Table;

/// `METHOD /path` of every operation of the document, with `me` and other fillings for its parameters.
fn operations() -> Vec<(Method, String)> {
    let document = serde_json::to_value(local::openapi::merged()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in rollcall_tests::http::METHODS {
            if item.get(method.as_str().to_lowercase()).is_some() {
                operations.push((method, path.clone()));
            }
        }
    }
    assert!(operations.len() > 20, "the document has hardly any operations");
    operations
}

fn filled(path: &str) -> String {
    path.replace("{user_id}", "me")
        .replace("{date}", "2026-11-02")
        .replace("{session_id}", "01JBN2V7Q4W0M3T9K5ZXH8R6CD")
        .replace("{file}", "x.ics")
        .replace("{code}", "study")
        .replace("{id}", "01JBN2V7Q4W0M3T9K5ZXH8R6CD")
}

/// What ends the caller's own sign-in is left out of walks that go on with it.
fn ends_sessions(path: &str) -> bool {
    path.starts_with("/auth/logout")
}

/// What asks for no body doesn't look at one.
fn takes_no_body(path: &str) -> bool {
    path == "/live/tickets"
}

#[tokio::test]
async fn no_body_whatsoever_makes_an_endpoint_fall_over() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("application/json", b"{".to_vec()),
        ("application/json", b"\0".to_vec()),
        ("application/json", b"\xff\xfe".to_vec()),
        ("application/json", b"[1, 2]".to_vec()),
        ("application/json", b"\"text\"".to_vec()),
        ("application/json", b"{\"no_such_field\": 1}".to_vec()),
        ("application/json", format!("{{\"remark\": \"{}\"}}", "x".repeat(1_000_000)).into_bytes()),
        ("application/json", format!("{}{}", "[".repeat(20_000), "]".repeat(20_000)).into_bytes()),
        ("text/plain", b"hello".to_vec()),
        ("application/x-www-form-urlencoded", b"username=ada".to_vec()),
    ];
    let before = Table::of(&company).partition("ORG").await.len();
    for (method, path) in operations() {
        if method == Method::GET || ends_sessions(&path) || takes_no_body(&path) || method == Method::DELETE {
            continue;
        }
        for (content_type, body) in &bodies {
            let reply =
                company.call(method.clone(), &filled(&path)).by(&admin).raw(content_type, body.clone()).send().await;
            let status = reply.status.as_u16();
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            assert!((400..500).contains(&status), "{method} {path} with {shown:?}: {status} {}", reply.text);
            assert_eq!(
                reply.header("content-type"),
                Some("application/problem+json"),
                "{method} {path}: {}",
                reply.text
            );
            assert!(reply.text.len() < 4000, "{method} {path} says {} bytes", reply.text.len());
        }
    }
    assert_eq!(Table::of(&company).partition("ORG").await.len(), before, "something was written");
}

#[tokio::test]
async fn wrong_values_are_named_by_their_path() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    for (body, path) in [
        (json!({"remark": 5}), "remark"),
        (json!({"remark": "a\u{0}b"}), "remark"),
        (json!({"remark": "x".repeat(501)}), "remark"),
        (json!({"location": {"latitude": 91, "longitude": 0}}), "location.latitude"),
        (json!({"location": {"latitude": 1}}), "location"),
        (json!({"location": {"latitude": 1, "longitude": 2, "altitude": 3}}), "location.altitude"),
        (json!({"device_time": "yesterday"}), "device_time"),
        (json!({"remrak": "typo"}), "remrak"),
    ] {
        company.post("/clock/in").by(&admin).json(body).send().await.expect_invalid(path);
    }
    for (body, path) in [
        (json!({"late_grace_minutes": -1}), "late_grace_minutes"),
        (json!({"default_shift": {"start": "25:00", "end": "18:00"}}), "default_shift.start"),
        (json!({"default_weekly_offs": ["sunday", "sunday"]}), "default_weekly_offs"),
        (json!({"overtime": {"min_minutes": "ten"}}), "overtime.min_minutes"),
        (json!({"time_zone": "Mars/Olympus"}), "time_zone"),
        (json!({"grace": 5}), "grace"),
    ] {
        company.patch("/settings").by(&admin).json(body).send().await.expect_invalid(path);
    }
    for (query, path) in [("from=2026-02-30", "from"), ("limit=0", "limit"), ("limit=201", "limit"), ("form=x", "form")]
    {
        company.get(&format!("/attendance/me?{query}")).by(&admin).send().await.expect_invalid(path);
    }
    company.get("/attendance/me/2026-13-01").by(&admin).send().await.expect_invalid("date");
    company.get("/attendance/nobody").by(&admin).send().await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn cursors_that_are_forged_or_foreign_are_400() {
    let company = Company::start().await;
    let mut maria = company.person("maria", json!({})).await;
    let john = company.person("john", json!({})).await;
    for day in 2..=4 {
        company.set_clock(&format!("2026-11-{day:02}T09:00:00+03:00")).await;
        maria = company.sign_in("maria").await;
        company.post("/clock/in").by(&maria).json(json!({})).send().await.expect(201);
        company.post("/clock/out").by(&maria).json(json!({})).send().await.expect(200);
    }
    let list = "/attendance/me?from=2026-11-01&to=2026-11-30&limit=1";
    let first = company.get(list).by(&maria).send().await.expect(200);
    let cursor = first.str("next_cursor").to_owned();
    let second = company.get(&format!("{list}&cursor={cursor}")).by(&maria).send().await.expect(200);
    assert_eq!(second.items()[0]["date"], "2026-11-03");
    let third =
        company.get(&format!("{list}&cursor={}", second.str("next_cursor"))).by(&maria).send().await.expect(200);
    assert_eq!((&third.items()[0]["date"], third.body.get("next_cursor")), (&json!("2026-11-02"), None::<&Value>));

    let john = company.sign_in(&john.username).await;
    for (path, by) in [
        (format!("{list}&cursor={cursor}x"), &maria),
        (format!("{list}&cursor=AAAA"), &maria),
        (format!("{list}&cursor="), &maria),
        (format!("{list}&cursor=%00%ff"), &maria),
        (format!("{list}&cursor={cursor}"), &john),
        (format!("/attendance/me?from=2026-11-02&to=2026-11-30&cursor={cursor}"), &maria),
        (format!("/users/directory?cursor={cursor}"), &maria),
    ] {
        company.get(&path).by(by).send().await.expect_problem(400, "invalid_cursor");
    }
}

#[tokio::test]
async fn what_is_not_there_is_404_and_what_is_not_done_there_405() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    for path in
        ["/", "/nothing", "/clock/sideways", "/users/01JBN2V7Q4W0M3T9K5ZXH8R6CD", "/attendance/me/2026-11-02/x/y"]
    {
        company.get(path).by(&admin).send().await.expect_problem(404, "not_found");
    }
    let reply = company.get("/clock/in").by(&admin).send().await.expect_problem(405, "method_not_allowed");
    assert_eq!(reply.header("allow"), Some("POST"));
}
