//! Sessions, from the first refresh to their end.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::event::Subject;
use rollcall_tests::{Company, company::PASSWORD};
use serde_json::json;
use store::keys;

use super::{calls, change_password, login, me, refresh, set_up};

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
async fn a_session_ends_90_days_after_the_sign_in_despite_refreshes() {
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
async fn a_disabled_person_can_neither_sign_in_nor_refresh() {
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
    company.reset_calls().await;
    company.post("/auth/logout-all").by(&other).send().await.expect(204);
    let expected = [("BatchGetItem".to_owned(), 1), ("TransactWriteItems".to_owned(), 1)];
    assert_eq!(calls(&company, "POST /auth/logout-all").await, BTreeMap::from(expected));
    for token in [&company.admin.refresh_token, &other.refresh_token] {
        refresh(&company, token).await.expect_problem(401, "invalid_refresh_token");
    }
    let again = company.sign_in("ada").await;
    refresh(&company, &again.refresh_token).await.expect(200);
}

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

#[tokio::test]
async fn signing_out_everywhere_removes_the_cookie_for_the_own_origin_alone() {
    let company = set_up().await;
    let origin = company.stack.url();
    let sign_in = json!({"username": "ada", "password": PASSWORD, "session": "cookie"});
    let signed_in = company.post("/auth/login").header("origin", &origin).json(sign_in).send().await.expect(200);
    let token = signed_in.str("access_token").to_owned();
    let everywhere = || company.post("/auth/logout-all").token(&token).json(json!({"session": "cookie"}));
    everywhere().send().await.expect_problem(403, "origin_not_allowed");
    everywhere().header("origin", "https://evil.example").send().await.expect_problem(403, "origin_not_allowed");
    me(&company, &token).await.expect(200);

    let signed_out = everywhere().header("origin", &origin).send().await.expect(204);
    assert!(signed_out.header("set-cookie").unwrap().contains("rollcall-session=; Path=/; Max-Age=0;"));
    me(&company, &token).await.expect_problem(401, "unauthenticated");
    let other = company.sign_in("ada").await;
    let without_cookie = company.post("/auth/logout-all").by(&other).send().await.expect(204);
    assert_eq!(without_cookie.header("set-cookie"), None);
}

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
