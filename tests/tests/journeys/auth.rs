//! Signing in, from the company's set-up to the last refresh token.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use std::{collections::BTreeMap, sync::Arc};

use aws_sdk_dynamodb::types::AttributeValue;
use data_encoding::BASE64URL_NOPAD;
use domain::event::Subject;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rollcall_tests::{
    Company, Person, Reply,
    company::{MONDAY_MORNING, PASSWORD},
};
use serde_json::{Value, json};
use store::keys;

use crate::{bulk_fixtures::Counter, table::Table};

/// Starts a company whose admin is signed in. Only `auth` has been called.
async fn set_up() -> Company {
    let mut company = Company::not_set_up(MONDAY_MORNING).await;
    set_up_by(&company, "ada").await.expect(201);
    company.admin = company.sign_in("ada").await;
    company
}

async fn set_up_by(company: &Company, username: &str) -> Reply {
    let token = company.stack.setup_token();
    let body = json!({"setup_token": token, "username": username, "email": "ada@example.com",
        "full_name": "Ada Admin", "password": PASSWORD});
    company.post("/auth/setup").json(body).send().await
}

async fn login(company: &Company, username: &str, password: &str) -> Reply {
    company.post("/auth/login").json(json!({"username": username, "password": password})).send().await
}

async fn register(company: &Company, username: &str) -> Reply {
    let body = json!({"username": username, "full_name": "Maria Weber", "password": PASSWORD});
    company.post("/auth/register").json(body).send().await
}

async fn refresh(company: &Company, token: &str) -> Reply {
    company.post("/auth/refresh").json(json!({"refresh_token": token})).send().await
}

async fn me(company: &Company, token: &str) -> Reply {
    company.get("/auth/me").token(token).send().await
}

async fn change_password(company: &Company, person: &Person, current: &str, new: &str) -> Reply {
    let body = json!({"current_password": current, "new_password": new});
    company.put("/auth/password").by(person).json(body).send().await
}

/// Returns the number of calls of each operation for a route since the last reset.
async fn calls(company: &Company, route: &str) -> BTreeMap<String, u64> {
    let report = company.get("/_local/calls").send().await.expect(200);
    let routes = report.body["routes"].as_array().unwrap();
    let route = routes.iter().find(|of| of["route"] == route).unwrap_or_else(|| panic!("{}", report.text));
    let operations = route["operations"].as_array().unwrap().iter();
    operations.map(|of| (of["operation"].as_str().unwrap().to_owned(), of["count"].as_u64().unwrap())).collect()
}

// Set-up

#[tokio::test]
async fn the_company_is_set_up_once_by_whoever_has_the_token() {
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

// Registration

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

// Login

#[tokio::test]
async fn people_sign_in_by_username_or_address() {
    let company = set_up().await;
    let body = json!({"setup_token": "-", "username": "x"});
    company.post("/auth/login").json(body).send().await.expect_invalid("setup_token");
    for name in ["ada", "ADA", " ada ", "ada@example.com", "Ada@Example.COM"] {
        let reply = login(&company, name, PASSWORD).await.expect(200);
        assert_eq!(reply.body["token_type"], "Bearer");
        assert_eq!(reply.body["expires_in"], 900);
        assert_eq!(reply.body["user"]["username"], "ada");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        me(&company, reply.str("access_token")).await.expect(200);
    }
}

#[tokio::test]
async fn nobody_learns_which_names_exist() {
    let company = set_up().await;
    let strip = |reply: Reply| {
        let mut body = reply.body;
        body["request_id"] = Value::Null;
        (reply.status, body, reply.headers.get("retry-after").cloned())
    };
    for _ in 0..6 {
        let known = strip(login(&company, "ada", "wrong").await);
        assert_eq!(strip(login(&company, "nobody", "wrong").await), known);
        assert_eq!(strip(login(&company, "nobody@example.com", "wrong").await), known);
        assert_eq!(strip(login(&company, "not a name\u{0}", "wrong").await), known);
    }
}

#[tokio::test]
async fn a_name_that_nobody_has_costs_what_a_known_one_costs() {
    let company = set_up().await;
    let mut counted = Vec::new();
    for name in ["ada", "nobody"] {
        company.delete("/_local/calls").send().await.expect(204);
        login(&company, name, "wrong").await.expect(401);
        counted.push(calls(&company, "POST /auth/login").await);
    }
    assert_eq!(counted[0], counted[1]);
}

#[tokio::test]
async fn a_sign_in_costs_two_reads_and_one_write() {
    let company = set_up().await;
    company.delete("/_local/calls").send().await.expect(204);
    login(&company, "ada", PASSWORD).await.expect(200);
    let expected = [("BatchGetItem", 1), ("GetItem", 1), ("TransactWriteItems", 1)];
    assert_eq!(
        calls(&company, "POST /auth/login").await,
        expected.map(|(name, count)| (name.to_owned(), count)).into()
    );
}

#[tokio::test]
async fn five_wrong_passwords_lock_for_a_quarter_of_an_hour() {
    let company = set_up().await;
    for _ in 0..5 {
        login(&company, "ada", "wrong").await.expect_problem(401, "invalid_credentials");
    }
    let locked = login(&company, "ada", PASSWORD).await.expect_problem(429, "account_locked");
    assert_eq!(locked.header("retry-after"), Some("900"));
    company.set_clock("2026-11-02T08:14:59+03:00").await;
    let locked = login(&company, "ada", PASSWORD).await.expect_problem(429, "account_locked");
    assert_eq!(locked.header("retry-after"), Some("1"));
    company.set_clock("2026-11-02T08:15:00+03:00").await;
    login(&company, "ada", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_right_password_forgets_the_wrong_ones() {
    let company = set_up().await;
    for _ in 0..3 {
        for _ in 0..4 {
            login(&company, "ada", "wrong").await.expect_problem(401, "invalid_credentials");
        }
        login(&company, "ada", PASSWORD).await.expect(200);
    }
}

#[tokio::test]
async fn guesses_at_the_same_time_are_all_counted() {
    let company = set_up().await;
    let guesses = (0..20).map(|_| {
        let body = json!({"username": "ada", "password": "wrong"});
        tokio::spawn(company.post("/auth/login").json(body).send())
    });
    let mut wrong = 0;
    for guess in guesses.collect::<Vec<_>>() {
        let reply = guess.await.unwrap();
        match reply.status.as_u16() {
            401 => wrong += 1,
            429 => {}
            _ => panic!("{}", reply.text),
        }
    }
    assert_eq!(wrong, 5, "more guesses were looked at than an account has");
    login(&company, "ada", PASSWORD).await.expect_problem(429, "account_locked");
}

// Refresh

#[tokio::test]
async fn a_refresh_token_is_good_once_and_its_reuse_ends_the_family() {
    let company = set_up().await;
    let first = company.admin.refresh_token.clone();
    company.set_clock("2026-11-02T09:00:00+03:00").await;
    me(&company, &company.admin.access_token).await.expect_problem(401, "token_expired");
    let second = refresh(&company, &first).await.expect(200);
    me(&company, second.str("access_token")).await.expect(200);
    let third = refresh(&company, second.str("refresh_token")).await.expect(200);
    let other = login(&company, "ada", PASSWORD).await.expect(200);

    // Two generations old: the successor of the token was used.
    refresh(&company, &first).await.expect_problem(401, "refresh_token_reused");
    // The last token is no longer valid either; another session is.
    refresh(&company, third.str("refresh_token")).await.expect_problem(401, "invalid_refresh_token");
    refresh(&company, other.str("refresh_token")).await.expect(200);
}

#[tokio::test]
async fn refreshes_at_once_get_the_same_successor() {
    let company = set_up().await;
    let refreshes = (0..8).map(|_| {
        let body = json!({"refresh_token": company.admin.refresh_token});
        tokio::spawn(company.post("/auth/refresh").json(body).send())
    });
    let mut successors = std::collections::BTreeSet::new();
    for reply in refreshes.collect::<Vec<_>>() {
        let reply = reply.await.unwrap().expect(200);
        me(&company, reply.str("access_token")).await.expect(200);
        successors.insert(reply.str("refresh_token").to_owned());
    }
    assert_eq!(successors.len(), 1);
    refresh(&company, successors.first().unwrap()).await.expect(200);
}

#[tokio::test]
async fn a_lost_answer_may_be_asked_for_again_for_thirty_seconds() {
    let company = set_up().await;
    let first = company.admin.refresh_token.clone();
    let lost = refresh(&company, &first).await.expect(200);
    company.set_clock("2026-11-02T08:00:30+03:00").await;
    let again = refresh(&company, &first).await.expect(200);
    assert_eq!(again.str("refresh_token"), lost.str("refresh_token"));
    company.set_clock("2026-11-02T08:00:31+03:00").await;
    refresh(&company, &first).await.expect_problem(401, "refresh_token_reused");
    refresh(&company, lost.str("refresh_token")).await.expect_problem(401, "invalid_refresh_token");
}

#[tokio::test]
async fn a_forged_token_is_refused_and_ends_no_session() {
    let company = set_up().await;
    let (claim, mac) = company.admin.refresh_token.rsplit_once('.').unwrap();
    let flipped = if mac.starts_with('A') { "B" } else { "A" };
    let forged = format!("{claim}.{flipped}{}", &mac[1..]);
    let older_form = format!("rt1.{}.{mac}", claim.split('.').skip(1).take(2).collect::<Vec<_>>().join("."));
    for wrong in [forged, older_form] {
        refresh(&company, &wrong).await.expect_problem(401, "invalid_refresh_token");
        company.post("/auth/logout").json(json!({"refresh_token": wrong})).send().await.expect(204);
    }
    refresh(&company, &company.admin.refresh_token).await.expect(200);
}

#[tokio::test]
async fn a_session_ends_ninety_days_after_the_sign_in_however_often_it_is_refreshed() {
    let company = set_up().await;
    let mut token = company.admin.refresh_token.clone();
    for at in ["2026-12-01T08:00:00+03:00", "2026-12-30T08:00:00+03:00", "2027-01-28T08:00:00+03:00"] {
        company.set_clock(at).await;
        token = refresh(&company, &token).await.expect(200).str("refresh_token").to_owned();
    }
    company.set_clock("2027-01-31T07:59:59+03:00").await;
    token = refresh(&company, &token).await.expect(200).str("refresh_token").to_owned();
    company.set_clock("2027-01-31T08:00:00+03:00").await;
    refresh(&company, &token).await.expect_problem(401, "invalid_refresh_token");
}

#[tokio::test]
async fn a_sign_in_ends_thirty_days_after_its_last_refresh() {
    let company = set_up().await;
    company.set_clock("2026-12-02T07:59:59+03:00").await;
    let renewed = refresh(&company, &company.admin.refresh_token).await.expect(200);
    company.set_clock("2027-01-01T07:59:59+03:00").await;
    refresh(&company, renewed.str("refresh_token")).await.expect_problem(401, "invalid_refresh_token");
}

#[tokio::test]
async fn what_is_no_refresh_token_is_401() {
    let company = set_up().await;
    let token = &company.admin.refresh_token;
    let nobodys =
        "rt1.01JBN2V7Q4W0M3T9K5ZXH8R6CD.01JBN2V7Q4W0M3T9K5ZXH8R6CE.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for wrong in ["", "garbage", "\u{0}", &token[..token.len() - 1], &company.admin.access_token, nobodys] {
        refresh(&company, wrong).await.expect_problem(401, "invalid_refresh_token");
    }
    let long = json!({"refresh_token": "x".repeat(2000)});
    company.post("/auth/refresh").json(long).send().await.expect_invalid("refresh_token");
    company.post("/auth/refresh").json(json!({})).send().await.expect_invalid("refresh_token");
    refresh(&company, token).await.expect(200);
}

#[tokio::test]
async fn someone_disabled_neither_signs_in_nor_goes_on() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let path = format!("/users/{}", maria.id);
    let admin = company.sign_in("ada").await;
    let answer = company.delete(&path).by(&admin).send().await;
    assert!(answer.status.is_success(), "{}", answer.text);
    login(&company, "maria", "wrong").await.expect_problem(401, "invalid_credentials");
    login(&company, "maria", PASSWORD).await.expect_problem(403, "account_disabled");
    refresh(&company, &maria.refresh_token).await.expect_problem(403, "account_disabled");
    me(&company, &maria.access_token).await.expect_problem(403, "account_disabled");
    change_password(&company, &maria, PASSWORD, "another fine password").await.expect_problem(403, "account_disabled");
}

// Logout

#[tokio::test]
async fn signing_out_ends_one_sign_in_and_may_be_repeated() {
    let company = set_up().await;
    let other = company.sign_in("ada").await;
    let logout = async |token: &str| company.post("/auth/logout").json(json!({"refresh_token": token})).send().await;
    for _ in 0..2 {
        logout(&company.admin.refresh_token).await.expect(204);
    }
    refresh(&company, &company.admin.refresh_token).await.expect_problem(401, "invalid_refresh_token");
    logout("garbage").await.expect(204);
    let renewed = refresh(&company, &other.refresh_token).await.expect(200);
    // A client that lost the response of its refresh signs out with the token that it has.
    logout(&other.refresh_token).await.expect(204);
    refresh(&company, renewed.str("refresh_token")).await.expect_problem(401, "invalid_refresh_token");
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_sign_in() {
    let company = set_up().await;
    let other = company.sign_in("ada").await;
    company.post("/auth/logout-all").send().await.expect_problem(401, "unauthenticated");
    company.delete("/_local/calls").send().await.expect(204);
    company.post("/auth/logout-all").by(&other).send().await.expect(204);
    let expected = [("BatchGetItem".to_owned(), 1), ("TransactWriteItems".to_owned(), 1)];
    assert_eq!(calls(&company, "POST /auth/logout-all").await, BTreeMap::from(expected));
    for token in [&company.admin.refresh_token, &other.refresh_token] {
        refresh(&company, token).await.expect_problem(401, "invalid_refresh_token");
    }
    let again = company.sign_in("ada").await;
    refresh(&company, &again.refresh_token).await.expect(200);
}

// Sessions

#[tokio::test]
async fn people_see_their_sessions_and_end_one_of_them() {
    let company = set_up().await;
    company.set_clock("2026-11-02T08:10:00+03:00").await;
    let phone = json!({"username": "ada", "password": PASSWORD});
    let phone = company.post("/auth/login").header("user-agent", "A phone").json(phone).send().await.expect(200);
    let listed = company.get("/auth/sessions").by(&company.admin).send().await.expect(200);
    let items = listed.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{}", listed.text);
    assert_eq!(items[0]["device"], "A phone");
    assert_eq!(items[0]["ip_address"], "127.0.0.1");
    assert_eq!(items[0]["signed_in_at"], "2026-11-02T05:10:00+00:00");
    assert_eq!(items[0]["expires_at"], "2026-12-02T05:10:00+00:00");
    assert_eq!((&items[0]["is_current"], &items[1]["is_current"]), (&json!(false), &json!(true)));

    let path = format!("/auth/sessions/{}", items[0]["id"].as_str().unwrap());
    let maria = company.person("maria", json!({})).await;
    company.delete(&path).by(&maria).send().await.expect_problem(404, "not_found");
    company.delete(&path).by(&company.admin).send().await.expect(204);
    company.delete(&path).by(&company.admin).send().await.expect_problem(404, "not_found");
    refresh(&company, phone.str("refresh_token")).await.expect_problem(401, "invalid_refresh_token");
    let left = company.get("/auth/sessions").by(&company.admin).send().await.expect(200);
    assert!(left.body["items"].as_array().unwrap().iter().all(|left| left["id"] != items[0]["id"]), "{}", left.text);

    // A new password ends all other sessions, which are then no longer listed.
    company.sign_in("ada").await;
    change_password(&company, &company.admin, PASSWORD, "another fine password").await.expect(204);
    let left = company.get("/auth/sessions").by(&company.admin).send().await.expect(200);
    assert_eq!(left.body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_browser_keeps_its_refresh_token_in_a_cookie() {
    let company = set_up().await;
    let origin = company.stack.url();
    let sign_in = json!({"username": "ada", "password": PASSWORD, "session": "cookie"});
    let foreign = company.post("/auth/login").header("origin", "https://evil.example").json(sign_in.clone());
    foreign.send().await.expect_problem(403, "origin_not_allowed");
    company.post("/auth/login").json(sign_in.clone()).send().await.expect_problem(403, "origin_not_allowed");

    let signed_in = company.post("/auth/login").header("origin", &origin).json(sign_in).send().await.expect(200);
    assert_eq!(signed_in.body.get("refresh_token"), None);
    let set_cookie = signed_in.header("set-cookie").unwrap().to_owned();
    assert!(set_cookie.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict"), "{set_cookie}");
    let cookie = set_cookie.split(';').next().unwrap().to_owned();

    let by_cookie = |path: &str, origin: &str, cookie: &str| {
        let body = json!({"session": "cookie"});
        company.post(path).header("origin", origin).header("cookie", cookie).json(body).send()
    };
    by_cookie("/auth/refresh", "https://evil.example", &cookie).await.expect_problem(403, "origin_not_allowed");
    by_cookie("/auth/refresh", &origin, "other=1").await.expect_problem(401, "invalid_refresh_token");
    let refreshed = by_cookie("/auth/refresh", &origin, &cookie).await.expect(200);
    assert_eq!(refreshed.body.get("refresh_token"), None);
    me(&company, refreshed.str("access_token")).await.expect(200);
    let next = refreshed.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    assert_ne!(next, cookie);

    let signed_out = by_cookie("/auth/logout", &origin, &next).await.expect(204);
    assert!(signed_out.header("set-cookie").unwrap().contains("=; Path=/; Max-Age=0;"));
    by_cookie("/auth/refresh", &origin, &next).await.expect_problem(401, "invalid_refresh_token");
}

// Password

#[tokio::test]
async fn a_new_password_ends_every_other_sign_in() {
    let company = set_up().await;
    let other = company.sign_in("ada").await;
    let new = "another fine password";
    change_password(&company, &company.admin, "wrong", new).await.expect_problem(403, "wrong_password");
    change_password(&company, &company.admin, PASSWORD, "short").await.expect_invalid("new_password");
    change_password(&company, &company.admin, PASSWORD, "1234567890").await.expect_invalid("new_password");
    change_password(&company, &company.admin, PASSWORD, new).await.expect(204);

    login(&company, "ada", PASSWORD).await.expect_problem(401, "invalid_credentials");
    login(&company, "ada", new).await.expect(200);
    refresh(&company, &other.refresh_token).await.expect_problem(401, "invalid_refresh_token");
    refresh(&company, &company.admin.refresh_token).await.expect(200);
}

#[tokio::test]
async fn a_session_that_has_ended_changes_no_password() {
    let company = set_up().await;
    company.post("/auth/logout-all").by(&company.admin).send().await.expect(204);
    let change = change_password(&company, &company.admin, PASSWORD, "another fine password").await;
    change.expect_problem(401, "unauthenticated");
    refresh(&company, &company.admin.refresh_token).await.expect_problem(401, "invalid_refresh_token");
}

#[tokio::test]
async fn wrong_current_passwords_lock_the_session_and_nothing_else() {
    let company = set_up().await;
    for _ in 0..5 {
        change_password(&company, &company.admin, "wrong", "another fine password")
            .await
            .expect_problem(403, "wrong_password");
    }
    let right = change_password(&company, &company.admin, PASSWORD, "another fine password").await;
    right.expect_problem(429, "account_locked");
    login(&company, "ada", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn each_change_is_one_event_and_one_audit_entry_without_secrets() {
    let company = set_up().await;
    let ada = company.admin.clone();
    company.set_clock("2026-11-02T08:00:00.500+03:00").await;
    change_password(&company, &ada, "wrong", "another fine password").await.expect(403);
    change_password(&company, &ada, PASSWORD, "another fine password").await.expect(204);
    // Ids within the same millisecond have no order, and the clock stands still.
    company.set_clock("2026-11-02T08:00:01+03:00").await;
    let renewed = refresh(&company, &ada.refresh_token).await.expect(200);
    company.set_clock("2026-11-02T08:00:32+03:00").await;
    refresh(&company, &ada.refresh_token).await.expect_problem(401, "refresh_token_reused");
    refresh(&company, renewed.str("refresh_token")).await.expect(401);
    company.set_clock("2026-11-02T08:00:33+03:00").await;
    let again = company.sign_in_with("ada", "another fine password").await;
    company.post("/auth/logout-all").by(&again).send().await.expect(204);

    let subject = Subject::User(ada.id.parse().unwrap());
    let client = aws_sdk_dynamodb::Client::new(company.stack.sdk());
    let query = async |partition: String| {
        let found = client
            .query()
            .table_name("rollcall")
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(partition))
            .send();
        found.await.unwrap().items.unwrap()
    };
    let outbox = query(format!("{}{subject}", keys::OUTBOX)).await;
    let facts: Vec<&str> = outbox
        .iter()
        .flat_map(|event| event["facts"].as_l().unwrap())
        .map(|fact| fact.as_m().unwrap()["kind"].as_s().unwrap().as_str())
        .collect();
    let expected =
        ["company_set_up", "user_activated", "password_changed", "refresh_token_reused", "signed_out_everywhere"];
    assert_eq!(facts, expected);
    assert_eq!(outbox.len(), 4);
    let audit = query(keys::audit_partition(subject)).await;
    let mut actions: Vec<&str> = audit.iter().map(|entry| entry["action"].as_s().unwrap().as_str()).collect();
    // Entries of the same millisecond have no order.
    actions.sort_unstable();
    let expected = [
        "company_set_up",
        "password_change_failed",
        "password_changed",
        "refresh_token_reused",
        "signed_in",
        "signed_in",
        "signed_out_everywhere",
    ];
    assert_eq!(actions, expected);

    let everything = format!("{outbox:?}{audit:?}");
    for secret in [PASSWORD, "another fine password", "argon2", &ada.refresh_token, &ada.access_token] {
        assert!(!everything.contains(secret), "{secret} is in {everything}");
    }
}

// Who am I, and the keys

#[tokio::test]
async fn me_shows_the_profile_as_it_is_now() {
    let company = set_up().await;
    let reply = me(&company, &company.admin.access_token).await.expect(200);
    assert_eq!(reply.body["id"], company.admin.id.as_str());
    assert_eq!(reply.header("etag"), Some("\"1\""));
    assert!(!reply.text.contains("password"));
    company.get("/auth/me").send().await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn anybody_can_check_a_token_with_the_published_keys() {
    let company = set_up().await;
    let jwks = company.get("/.well-known/jwks.json").send().await.expect(200);
    assert_eq!(jwks.header("cache-control"), Some("public, max-age=300"));
    let token = &company.admin.access_token;
    let kid = jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    let key = jwks.body["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid.as_str()).unwrap();
    assert_eq!((&key["kty"], &key["crv"], &key["alg"]), (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA")));

    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.validate_exp = false;
    validation.set_audience(&["rollcall"]);
    let key = DecodingKey::from_ed_components(key["x"].as_str().unwrap()).unwrap();
    let claims = jsonwebtoken::decode::<Value>(token, &key, &validation).unwrap().claims;
    assert_eq!(claims["sub"], company.admin.id.as_str());
    assert_eq!(claims["role"], "admin");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 900);
    for claim in ["iss", "department_id", "manages", "manages_all", "zone", "sid", "jti"] {
        assert!(claims.get(claim).is_some(), "{claim} is missing: {claims}");
    }
}

#[tokio::test]
async fn keys_that_0_1_0_published_are_read_until_they_have_their_partition() {
    let company = set_up().await;
    let store = Table::of(&company).store(Arc::new(Counter::default())).await;
    let published = store.published_keys().await.unwrap().unwrap();
    assert_eq!(published.version, 1);

    let client = aws_sdk_dynamodb::Client::new(company.stack.sdk());
    let key = keys::published_keys().attributes();
    let found = client.get_item().table_name("rollcall").set_key(Some(key.clone())).send().await.unwrap();
    let mut old = found.item.unwrap();
    old.insert(keys::PK.to_owned(), AttributeValue::S("ORG".to_owned()));
    old.insert(keys::SK.to_owned(), AttributeValue::S("KEYS".to_owned()));
    client.put_item().table_name("rollcall").set_item(Some(old)).send().await.unwrap();
    client.delete_item().table_name("rollcall").set_key(Some(key)).send().await.unwrap();

    let read = store.published_keys().await.unwrap().unwrap();
    assert_eq!((&read.signing, &read.cursor_key), (&published.signing, &published.cursor_key));
    assert_eq!(read.version, 0, "auth publishes them again");
}

#[tokio::test]
async fn a_token_that_is_not_ours_is_401() {
    let company = set_up().await;
    let good = &company.admin.access_token;
    let [header, claims, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("{good}") };
    let kid = jsonwebtoken::decode_header(good).unwrap().kid;
    let jwks = company.get("/.well-known/jwks.json").send().await.expect(200);
    let public = BASE64URL_NOPAD.decode(jwks.body["keys"][0]["x"].as_str().unwrap().as_bytes()).unwrap();
    let said: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap()).unwrap();
    let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());

    let none = format!("{}.{claims}.", encode(&json!({"alg": "none", "typ": "JWT", "kid": kid})));
    let none_signed = format!("{}.{claims}.{signature}", encode(&json!({"alg": "none", "kid": kid})));
    // An algorithm confusion attack: the public key as the secret of an HMAC.
    let mut confused = Header::new(Algorithm::HS256);
    confused.kid.clone_from(&kid);
    let confused = jsonwebtoken::encode(&confused, &said, &EncodingKey::from_secret(&public)).unwrap();
    // A foreign key with the id of the published key: PKCS #8 of RFC 8410, with a seed of sevens.
    let mut der = vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    der.extend([7; 32]);
    let foreign = |kid: Option<String>| {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = kid;
        jsonwebtoken::encode(&header, &said, &EncodingKey::from_ed_der(&der)).unwrap()
    };
    let mut promoted = said.clone();
    promoted["role"] = json!("admin");
    promoted["sub"] = json!("01JBN2V7Q4W0M3T9K5ZXH8R6CD");
    let promoted = format!("{header}.{}.{signature}", encode(&promoted));

    let foreign = [foreign(kid.clone()), foreign(Some("unknown".to_owned())), foreign(None)];
    let garbage = ["", "x", "a.b.c", "..", "....", &good[..good.len() - 2], &good[1..]].map(str::to_owned);
    let forged = [none, none_signed, confused, promoted].into_iter().chain(foreign).chain(garbage);
    for token in forged {
        let reply = me(&company, &token).await.expect_problem(401, "unauthenticated");
        assert!(reply.header("www-authenticate").is_some_and(|challenge| challenge.starts_with("Bearer")), "{token}");
    }
    company
        .get("/auth/me")
        .header("authorization", "Basic YWRhOmFkYQ==")
        .send()
        .await
        .expect_problem(401, "unauthenticated");
    company.set_clock("2026-11-02T08:15:00+03:00").await;
    me(&company, good).await.expect_problem(401, "token_expired");
}

#[tokio::test]
async fn a_password_is_right_in_either_normal_form() {
    let company = Company::start().await;
    let (composed, decomposed) = ("Çağlayan köprüsü", "C\u{327}ag\u{306}layan ko\u{308}pru\u{308}su\u{308}");
    let spaced = composed.replace(' ', "\u{a0}");
    for (username, set) in [("maria", composed), ("john", decomposed)] {
        let body = json!({"username": username, "full_name": "Someone", "password": set});
        company.post("/users").by(&company.admin).json(body).send().await.expect(201);
        for typed in [composed, decomposed, &spaced] {
            login(&company, username, typed).await.expect(200);
        }
        login(&company, username, "çağlayan köprüsü").await.expect(401);
    }
    let signed_in = login(&company, "maria", composed).await.expect(200);
    let maria = Person { access_token: signed_in.str("access_token").to_owned(), ..Person::default() };
    change_password(&company, &maria, decomposed, &format!("{decomposed} 2")).await.expect(204);
    login(&company, "maria", &format!("{composed} 2")).await.expect(200);

    let body = json!({"username": "paula", "full_name": "Paula", "password": format!("{decomposed}\n")});
    let refused = company.post("/auth/register").json(body.clone()).send().await;
    refused.expect_problem(422, "invalid_values");
    company.post("/users").by(&company.admin).json(body).send().await.expect_problem(422, "invalid_values");
}
