//! Sessions that have ended, or whose person has lost permissions, can't do anything more. Sensitive changes need the password
//! again.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{
    io,
    sync::{Arc, Mutex},
};

use rollcall_tests::{Company, Person, Reply, company::PASSWORD};
use serde_json::{Value, json};

/// Sends calls of each kind: reads by key, by query and by several keys, and writes with and without a read before.
async fn every_kind_of_call(company: &Company, person: &Person) -> Vec<Reply> {
    let mut replies = Vec::new();
    for path in
        ["/auth/me", "/auth/sessions", "/notifications", "/clock", "/attendance/board", "/settings", "/bootstrap"]
    {
        replies.push(company.get(path).by(person).send().await);
    }
    for path in ["/clock/in", "/live/tickets", "/notifications/read-all", "/auth/logout-all"] {
        replies.push(company.post(path).by(person).json(json!({})).send().await);
    }
    replies.push(company.put("/users/me/pin").by(person).json(json!({"pin": "7391"})).send().await);
    replies.push(company.delete("/auth/sessions/01JBN2V7Q4W0M3T9K5ZXH8R6CD").by(person).send().await);
    replies
}

/// Asserts that every call of the person is refused with the given problem.
async fn is_refused(company: &Company, person: &Person, status: u16, code: &str) {
    for reply in every_kind_of_call(company, person).await {
        reply.expect_problem(status, code);
    }
}

async fn refreshed(company: &Company, person: &Person) -> Person {
    let body = json!({"refresh_token": person.refresh_token});
    let reply = company.post("/auth/refresh").json(body).send().await.expect(200);
    Person {
        access_token: reply.str("access_token").to_owned(),
        refresh_token: reply.str("refresh_token").to_owned(),
        ..person.clone()
    }
}

#[tokio::test]
async fn an_ended_session_has_no_effect_from_the_next_request_on() {
    let company = Company::start().await;
    company.person("maria", json!({})).await;
    let ended = |maria: Person| {
        let company = &company;
        async move { is_refused(company, &maria, 401, "unauthenticated").await }
    };

    let maria = company.sign_in("maria").await;
    company.post("/auth/logout").json(json!({"refresh_token": maria.refresh_token})).send().await.expect(204);
    ended(maria).await;

    let (maria, other) = (company.sign_in("maria").await, company.sign_in("maria").await);
    let sessions = company.get("/auth/sessions").by(&other).send().await.expect(200);
    let items = sessions.body["items"].as_array().unwrap();
    for session in items.iter().filter(|session| session["is_current"] == false) {
        let path = format!("/auth/sessions/{}", session["id"].as_str().unwrap());
        company.delete(&path).by(&other).send().await.expect(204);
    }
    ended(maria).await;

    let maria = company.sign_in("maria").await;
    company.post("/auth/logout-all").by(&other).send().await.expect(204);
    ended(maria).await;
    ended(other).await;

    let (maria, other) = (company.sign_in("maria").await, company.sign_in("maria").await);
    let change = json!({"current_password": PASSWORD, "new_password": "another fine password"});
    company.put("/auth/password").by(&other).json(change).send().await.expect(204);
    ended(maria).await;
    // The session that changed the password continues.
    company.get("/auth/me").by(&other).send().await.expect(200);

    let admin = company.sign_in("ada").await;
    let reset = company.post(&format!("/users/{}/password-reset", other.id)).by(&admin).json(json!({})).send().await;
    reset.expect(200);
    ended(other).await;
}

#[tokio::test]
async fn a_reused_refresh_token_ends_the_access_token_of_its_session() {
    let company = Company::start().await;
    let stolen = company.person("maria", json!({})).await;
    let first = refreshed(&company, &stolen).await;
    let second = refreshed(&company, &first).await;
    let reuse = company.post("/auth/refresh").json(json!({"refresh_token": stolen.refresh_token}));
    reuse.send().await.expect_problem(401, "refresh_token_reused");
    is_refused(&company, &second, 401, "unauthenticated").await;
}

#[tokio::test]
async fn someone_disabled_reads_and_writes_nothing_even_after_coming_back() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let admin = company.sign_in("ada").await;
    let path = format!("/users/{}", maria.id);
    company.delete(&path).by(&admin).send().await.expect(204);
    is_refused(&company, &maria, 403, "account_disabled").await;
    company.patch(&path).by(&admin).json(json!({"status": "active"})).send().await.expect(200);
    is_refused(&company, &maria, 401, "unauthenticated").await;
    let maria = company.sign_in("maria").await;
    company.get("/auth/me").by(&maria).send().await.expect(200);
}

#[tokio::test]
async fn a_demoted_manager_reads_nothing_in_the_old_scope() {
    let company = Company::start().await;
    let department = company.department("Harbour").await;
    let more = json!({"role": "manager", "manages": [department], "department_id": department});
    let hana = company.person("hana", more).await;
    company.get("/users").by(&hana).send().await.expect(200);
    let admin = company.sign_in("ada").await;
    let demoted = company.patch(&format!("/users/{}", hana.id)).by(&admin).json(json!({"role": "employee"}));
    demoted.send().await.expect(200);
    for path in ["/users", "/attendance/board", "/approvals", "/bootstrap"] {
        company.get(path).by(&hana).send().await.expect_problem(401, "token_expired");
    }
    company.post("/live/tickets").by(&hana).send().await.expect_problem(401, "token_expired");
    let hana = refreshed(&company, &hana).await;
    company.get("/users").by(&hana).send().await.expect_problem(403, "forbidden");
    company.get("/bootstrap").by(&hana).send().await.expect(200);
}

#[tokio::test]
async fn somebody_who_moves_reads_nothing_of_the_department_before() {
    let company = Company::start().await;
    let (harbour, workshop) = (company.department("Harbour").await, company.department("Workshop").await);
    let maria = company.person("maria", json!({"department_id": harbour})).await;
    let admin = company.sign_in("ada").await;
    let moves = company.patch(&format!("/users/{}", maria.id)).by(&admin).json(json!({"department_id": workshop}));
    moves.send().await.expect(200);
    company.get("/attendance/board").by(&maria).send().await.expect_problem(401, "token_expired");
    company.get("/attendance/board").by(&refreshed(&company, &maria).await).send().await.expect(200);
}

#[tokio::test]
async fn a_change_of_the_profile_brings_no_ended_session_back() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    company.post("/auth/logout-all").by(&maria).send().await.expect(204);
    let admin = company.sign_in("ada").await;
    let rename = company.patch(&format!("/users/{}", maria.id)).by(&admin).json(json!({"full_name": "Maria W."}));
    rename.send().await.expect(200);
    company.get("/auth/me").by(&maria).send().await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_check_costs_reads_by_key_and_writes_no_round_trip() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    company.delete("/_local/calls").send().await.expect(204);
    company.get("/auth/me").by(&maria).send().await.expect(200);
    company.get("/notifications").by(&maria).send().await.expect(200);
    company.post("/notifications/read-all").by(&maria).json(json!({})).send().await.expect(204);
    let report = company.get("/_local/calls").send().await.expect(200);
    let calls = |route: &str| -> Vec<(Value, Value)> {
        let of = report.body["routes"].as_array().unwrap().iter().find(|of| of["route"] == route).unwrap();
        let operations = of["operations"].as_array().unwrap().iter();
        operations.map(|of| (of["operation"].clone(), of["count"].clone())).collect()
    };
    assert_eq!(calls("GET /auth/me"), [(json!("BatchGetItem"), json!(1))]);
    let read_all = calls("POST /notifications/read-all");
    assert!(read_all.contains(&(json!("BatchGetItem"), json!(1))), "{read_all:?}");
}

// A recent sign-in

/// Sends the sensitive changes that an admin can make, to a person and to themselves.
async fn sensitive_changes(company: &Company, admin: &Person, maria: &Person, former: &Person) -> Vec<Reply> {
    let of = |person: &Person, rest: &str| format!("/users/{}{rest}", person.id);
    let pin = json!({"pin": "7391"});
    vec![
        company.put("/users/me/pin").by(admin).json(pin.clone()).send().await,
        company.put(&of(maria, "/pin")).by(admin).json(pin).send().await,
        company.post("/roster/me/calendar").by(admin).json(json!({})).send().await,
        company.post(&of(maria, "/password-reset")).by(admin).json(json!({})).send().await,
        company.patch(&of(maria, "")).by(admin).json(json!({"role": "manager", "manages_all": true})).send().await,
        company.patch(&of(former, "")).by(admin).json(json!({"status": "active"})).send().await,
        company
            .post("/users")
            .by(admin)
            .json(json!({"username": "second", "full_name": "A Second Admin", "role": "admin"}))
            .send()
            .await,
    ]
}

async fn confirm(company: &Company, person: &Person, password: &str) -> Reply {
    company.post("/auth/confirm").by(person).json(json!({"password": password})).send().await
}

#[tokio::test]
async fn sensitive_changes_want_a_sign_in_within_ten_minutes() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let former = company.person("former", json!({"role": "manager", "manages_all": true})).await;
    let admin = company.sign_in("ada").await;
    company.delete(&format!("/users/{}", former.id)).by(&admin).send().await.expect(204);

    company.set_clock("2026-11-02T08:10:01+03:00").await;
    for reply in sensitive_changes(&company, &admin, &maria, &former).await {
        reply.expect_problem(403, "confirmation_required");
    }
    // A refresh only proves possession of the token.
    let admin = refreshed(&company, &admin).await;
    for reply in sensitive_changes(&company, &admin, &maria, &former).await {
        reply.expect_problem(403, "confirmation_required");
    }
    // Other changes need no recent sign-in.
    let rename = company.patch(&format!("/users/{}", maria.id)).by(&admin).json(json!({"full_name": "Maria W."}));
    rename.send().await.expect(200);

    confirm(&company, &admin, "not the one it is").await.expect_problem(403, "wrong_password");
    let confirmed = confirm(&company, &admin, PASSWORD).await.expect(200);
    assert_eq!(confirmed.body["expires_in"], 900);
    assert_eq!(confirmed.body.get("refresh_token"), None);
    let confirmed = Person { access_token: confirmed.str("access_token").to_owned(), ..admin.clone() };
    for reply in sensitive_changes(&company, &confirmed, &maria, &former).await {
        assert!(reply.status.is_success(), "{}", reply.text);
    }
    // Neither the previous token nor the next one is as recent.
    company.put("/users/me/pin").by(&admin).json(json!({"pin": "2846"})).send().await.expect(403);
    let next = refreshed(&company, &admin).await;
    company.put("/users/me/pin").by(&next).json(json!({"pin": "2846"})).send().await.expect(403);
    company.set_clock("2026-11-02T08:20:02+03:00").await;
    let stale = company.put("/users/me/pin").by(&confirmed).json(json!({"pin": "2846"}));
    stale.send().await.expect_problem(403, "confirmation_required");
}

#[tokio::test]
async fn wrong_confirmations_count_towards_the_lock_out() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    for _ in 0..5 {
        confirm(&company, &maria, "not the one it is").await.expect_problem(403, "wrong_password");
    }
    confirm(&company, &maria, PASSWORD).await.expect_problem(429, "account_locked");
}

#[tokio::test]
async fn a_session_in_a_cookie_confirms_from_the_own_origin_alone() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let origin = company.stack.url();
    let from = |origin: &str| {
        let body = json!({"password": PASSWORD, "session": "cookie"});
        company.post("/auth/confirm").by(&maria).header("origin", origin).json(body).send()
    };
    from("https://evil.example").await.expect_problem(403, "origin_not_allowed");
    let confirmed = from(&origin).await.expect(200);
    assert_eq!(confirmed.header("set-cookie"), None);
    company
        .put("/users/me/pin")
        .token(confirmed.str("access_token"))
        .json(json!({"pin": "7391"}))
        .send()
        .await
        .expect(204);
}

#[tokio::test]
async fn nobody_confirms_in_a_session_that_has_ended() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    company.post("/auth/logout-all").by(&maria).send().await.expect(204);
    confirm(&company, &maria, PASSWORD).await.expect_problem(401, "unauthenticated");
}

// Sign-ins in the audit

/// Returns the audit of a person: the actions and the data of the attempts, oldest first.
async fn attempts(company: &Company, person: &Person) -> Vec<(String, Value)> {
    let admin = company.sign_in("ada").await;
    let path = format!("/audit?subject=user:{}", person.id);
    let audit = company.get(&path).by(&admin).send().await.expect(200);
    let entries = audit.items().iter().rev();
    entries.map(|entry| (entry["action"].as_str().unwrap().to_owned(), entry["after"].clone())).collect()
}

#[tokio::test]
async fn the_audit_says_who_signed_in_from_where_and_what_failed() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    // Entries of the same millisecond have no order.
    company.set_clock("2026-11-02T08:01:00+03:00").await;
    let sign_in = |password: &str| {
        let body = json!({"username": "maria", "password": password});
        company.post("/auth/login").header("user-agent", "A phone").json(body).send()
    };
    sign_in("not the one it is").await.expect_problem(401, "invalid_credentials");
    company.set_clock("2026-11-02T08:02:00+03:00").await;
    sign_in(PASSWORD).await.expect(200);
    company.set_clock("2026-11-02T08:03:00+03:00").await;
    confirm(&company, &maria, "not the one it is").await.expect(403);
    company.set_clock("2026-11-02T08:04:00+03:00").await;
    confirm(&company, &maria, PASSWORD).await.expect(200);
    let phone = json!({"device": "A phone", "ip_address": "127.0.0.1"});
    let entries = attempts(&company, &maria).await;
    let [.., failed, signed_in, unconfirmed, confirmed] = &entries[..] else { panic!("{entries:?}") };
    let refused = json!({"device": "A phone", "ip_address": "127.0.0.1", "problem": "invalid_credentials"});
    assert_eq!((failed.0.as_str(), &failed.1), ("sign_in_failed", &refused));
    assert_eq!((signed_in.0.as_str(), &signed_in.1), ("signed_in", &phone));
    assert_eq!(
        (unconfirmed.0.as_str(), &unconfirmed.1["problem"]),
        ("password_confirmation_failed", &json!("wrong_password"))
    );
    assert_eq!((confirmed.0.as_str(), &confirmed.1["ip_address"]), ("password_confirmed", &json!("127.0.0.1")));
}

#[tokio::test]
async fn attempts_that_the_lock_out_refuses_leave_nothing_in_the_audit() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    for _ in 0..8 {
        let body = json!({"username": "maria", "password": "not the one it is"});
        company.post("/auth/login").json(body).send().await;
    }
    let entries = attempts(&company, &maria).await;
    assert_eq!(entries.iter().filter(|(action, _)| action == "sign_in_failed").count(), 5);
}

#[tokio::test]
async fn sessions_end_after_the_days_that_the_company_sets() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    company.settings(json!({"sessions": {"absolute_days": 3, "idle_days": 2}})).await;
    // A session that began before the change is restricted at its next refresh.
    company.set_clock("2026-11-03T08:00:00+03:00").await;
    let maria = refreshed(&company, &maria).await;
    company.set_clock("2026-11-05T08:00:00+03:00").await;
    let late = company.post("/auth/refresh").json(json!({"refresh_token": maria.refresh_token}));
    late.send().await.expect_problem(401, "invalid_refresh_token");

    let maria = company.sign_in("maria").await;
    company.set_clock("2026-11-06T20:00:00+03:00").await;
    let maria = refreshed(&company, &maria).await;
    company.set_clock("2026-11-08T07:55:00+03:00").await;
    let maria = refreshed(&company, &maria).await;
    company.get("/auth/me").by(&maria).send().await.expect(200);
    // The access token would last for seven more minutes.
    company.set_clock("2026-11-08T08:03:00+03:00").await;
    company.get("/auth/me").by(&maria).send().await.expect_problem(401, "unauthenticated");
    let over = company.post("/auth/refresh").json(json!({"refresh_token": maria.refresh_token}));
    over.send().await.expect_problem(401, "invalid_refresh_token");
}

#[tokio::test]
async fn a_session_that_a_shorter_limit_ends_is_no_longer_listed() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    company.set_clock("2026-11-05T08:00:00+03:00").await;
    let later = company.sign_in("maria").await;
    let listed = async |by: &Person| {
        let listed = company.get("/auth/sessions").by(by).send().await.expect(200);
        listed.items().iter().map(|session| session["expires_at"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(listed(&later).await.len(), 2);
    company.settings(json!({"sessions": {"absolute_days": 90, "idle_days": 2}})).await;
    // The session of 2 November can't be refreshed any more.
    assert_eq!(listed(&later).await, ["2026-11-07T08:00:00+03:00"]);
    let ended = company.post("/auth/refresh").json(json!({"refresh_token": maria.refresh_token}));
    ended.send().await.expect_problem(401, "invalid_refresh_token");
    company.post("/auth/refresh").json(json!({"refresh_token": later.refresh_token})).send().await.expect(200);
}

/// The log of this test's thread, in which the stack runs.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    /// Returns the last line with the given message.
    fn last(&self, message: &str) -> Value {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let mut lines = text.lines().rev().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.find(|line| line["message"] == message).unwrap()
    }
}

#[tokio::test]
async fn log_lines_name_who_signs_in_from_where_and_what_failed() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .without_time()
        .with_writer(move || writer.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let sign_in = |password: &str| {
        let body = json!({"username": "maria", "password": password});
        company.post("/auth/login").header("user-agent", "A phone").json(body).send()
    };

    // Another test's thread may be the first to log at a callsite, which then counts as disabled.
    sign_in("not the one it is").await.expect(401);
    tracing::callsite::rebuild_interest_cache();
    sign_in("not the one it is").await.expect(401);
    let (sign_in_line, request) = (lines.last("sign-in"), lines.last("request"));
    assert_eq!((&sign_in_line["caller"], &request["caller"]), (&json!(maria.id), &json!(maria.id)));
    assert_eq!((&sign_in_line["ip_address"], &sign_in_line["device"]), (&json!("127.0.0.1"), &json!("A phone")));
    assert_eq!((&sign_in_line["problem"], &request["invalid_credentials"]), (&json!("invalid_credentials"), &json!(1)));

    let signed_in = sign_in(PASSWORD).await.expect(200);
    assert!(lines.last("sign-in").get("problem").is_none());
    assert_eq!(lines.last("request")["invalid_credentials"], 0);
    let token = json!({"refresh_token": signed_in.str("refresh_token")});
    company.post("/auth/refresh").json(token.clone()).send().await.expect(200);
    assert_eq!(lines.last("request")["caller"], json!(maria.id));
    company.set_clock("2026-11-02T08:00:31+03:00").await;
    company.post("/auth/refresh").json(token).send().await.expect_problem(401, "refresh_token_reused");
    assert_eq!(lines.last("request")["refresh_token_reused"], 1);
}
