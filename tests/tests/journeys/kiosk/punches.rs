//! Punches at a kiosk.

use futures_util::future::join_all;
use rollcall_tests::Company;
use serde_json::{Value, json};

use super::{PIN, calls, kiosk, person_with_pin, punch};
use crate::{
    bucket::{Bucket, base64, camera_jpeg},
    company_context::reads,
    table::Table,
};

#[tokio::test]
async fn a_day_at_the_kiosk_is_the_day_of_the_person() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = person_with_pin(&company, "maria").await;
    for (time, action, presence, since, next_action) in [
        ("09:00", "in", "working", "09:00", "out"),
        ("12:00", "break_start", "on_break", "12:00", "break_end"),
        ("12:30", "break_end", "working", "09:00", "out"),
        ("18:00", "out", "out", "18:00", "in"),
    ] {
        company.set_clock(&format!("2026-11-02T{time}:00+03:00")).await;
        let reply = punch(&company, &kiosk, "Maria", PIN, action).send().await.expect(200);
        let worked = if action == "out" { 9 * 3600 - 1800 } else { 0 };
        let expected = json!({"full_name": "maria of the test", "action": action, "presence": presence,
            "since": format!("2026-11-02T{since}:00+03:00"), "date": "2026-11-02", "worked_seconds": worked,
            "at": format!("2026-11-02T{time}:00+03:00"), "next_action": next_action});
        assert_eq!(reply.body, expected);
    }
    let maria = company.sign_in(&maria.username).await;
    let day = company.get("/attendance/me/2026-11-02").by(&maria).send().await.expect(200).body;
    let session = &day["sessions"][0];
    for punch in [&session["clock_in"], &session["clock_out"]] {
        assert_eq!(punch["source"], "kiosk");
        assert_eq!(punch["kiosk"], json!({"id": kiosk.id, "name": "Entrance"}));
    }
    assert_eq!(day["unpaid_break_seconds"], 1800);
    let history = company.get("/attendance/me/2026-11-02/history").by(&maria).send().await.expect(200);
    assert_eq!(history.items()[0]["by"], json!({"kind": "user", "id": maria.id, "name": "maria of the test"}));
    assert_eq!(history.items()[0]["punch"]["kiosk"]["name"], "Entrance");
}

#[tokio::test]
async fn a_kiosk_knows_its_site_and_what_people_may_do() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    company.settings(json!({"photo": "required"})).await;
    company.set_clock("2026-11-02T08:58:00+03:00").await;
    let screen = company.get("/kiosk").token(&kiosk.token).send().await.expect(200).body;
    assert_eq!((&screen["id"], &screen["name"]), (&json!(kiosk.id), &json!("Entrance")));
    assert_eq!((&screen["site"]["name"], &screen["site"]["time_zone"]), (&json!("Harbour"), &json!("Europe/Istanbul")));
    assert_eq!((&screen["now"], &screen["photo"]), (&json!("2026-11-02T08:58:00+03:00"), &json!("required")));
    let clock_in = json!({"action": "in", "takes_remark": true, "takes_photo": true, "needs_photo": true});
    assert_eq!(screen["actions"][0], clock_in);
    assert_eq!((&screen["takes_badges"], &screen["shows_code"]), (&json!(true), &json!(true)));
    let text = screen.to_string();
    assert!(!text.contains("maria"), "a kiosk lists nobody: {text}");
    company.get("/kiosk").by(&company.admin).send().await.expect_problem(401, "unauthenticated");
    company.get("/kiosk").send().await.expect_problem(401, "unauthenticated");
    let admin = company.sign_in("ada").await;
    company.delete(&format!("/kiosks/{}", kiosk.id)).by(&admin).send().await.expect(204);
    company.get("/kiosk").token(&kiosk.token).send().await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_kiosk_lists_the_people_of_its_site_where_the_setting_allows_it() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = person_with_pin(&company, "maria").await;
    person_with_pin(&company, "john").await;
    let people = || company.get("/kiosk/people").token(&kiosk.token).send();
    let refused = people().await.expect_problem(403, "forbidden");
    assert_eq!(
        refused.str("detail"),
        "This kiosk doesn't list names. An administrator can turn on the setting kiosk.show_names."
    );
    company.settings(json!({"kiosk": {"show_names": true}})).await;
    assert_eq!(people().await.expect(200).items(), &[] as &[Value], "nobody has the kiosk's site");
    let admin = company.sign_in("ada").await;
    let site = company.get("/sites").by(&admin).send().await.expect(200).items()[0]["id"].clone();
    company.patch(&format!("/users/{}", maria.id)).by(&admin).json(json!({"site_id": site})).send().await.expect(200);
    let listed = |presence: &str| json!({"id": maria.id, "full_name": "maria of the test", "initials": "MT", "presence": presence});
    assert_eq!(people().await.expect(200).items(), &[listed("out")]);
    // A person who chooses their name from the list types the PIN alone.
    let chosen = |pin: &str| {
        let body = json!({"user_id": maria.id, "pin": pin});
        company.post("/kiosk/punch").token(&kiosk.token).json(body).send()
    };
    chosen("0000").await.expect_problem(401, "invalid_credentials");
    assert_eq!(chosen(PIN).await.expect(200).body["action"], "in");
    assert_eq!(people().await.expect(200).items(), &[listed("working")]);
    let both = json!({"user_id": maria.id, "username": "maria", "pin": PIN});
    company.post("/kiosk/punch").token(&kiosk.token).json(both).send().await.expect_invalid("user_id");
    let unknown = json!({"user_id": "01JBN2V7Q4W0M3T9K5ZXH8R6CD", "pin": PIN});
    company
        .post("/kiosk/punch")
        .token(&kiosk.token)
        .json(unknown)
        .send()
        .await
        .expect_problem(401, "invalid_credentials");
}

#[tokio::test]
async fn a_punch_without_an_action_does_what_comes_next() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    let punch_without_action = || {
        let body = json!({"username": "maria", "pin": PIN});
        company.post("/kiosk/punch").token(&kiosk.token).json(body).send()
    };
    for (time, action, presence) in [("09:00", "in", "working"), ("18:00", "out", "out")] {
        company.set_clock(&format!("2026-11-02T{time}:00+03:00")).await;
        let reply = punch_without_action().await.expect(200);
        assert_eq!((&reply.body["action"], &reply.body["presence"]), (&json!(action), &json!(presence)));
        assert_eq!(reply.body["at"], format!("2026-11-02T{time}:00+03:00"));
    }
    // A person who comes back from a break continues working.
    company.set_clock("2026-11-03T09:00:00+03:00").await;
    punch(&company, &kiosk, "maria", PIN, "in").send().await.expect(200);
    punch(&company, &kiosk, "maria", PIN, "break_start").send().await.expect(200);
    let reply = punch_without_action().await.expect(200);
    assert_eq!((&reply.body["action"], &reply.body["presence"]), (&json!("break_end"), &json!("working")));
}

#[tokio::test]
async fn a_punch_that_does_not_fit_is_refused_as_elsewhere() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    let punched = |action: &'static str| punch(&company, &kiosk, "maria", PIN, action).send();
    punched("out").await.expect_problem(409, "not_clocked_in");
    punched("break_start").await.expect_problem(409, "not_clocked_in");
    punched("break_end").await.expect_problem(409, "not_on_break");
    punched("in").await.expect(200);
    punched("in").await.expect_problem(409, "already_clocked_in");
    punched("break_start").await.expect(200);
    punched("break_start").await.expect_problem(409, "already_on_break");
    punched("dance").await.expect_invalid("action");
    let with = |field: &str, value: Value, action: &str| {
        let mut body = json!({"username": "maria", "pin": PIN, "action": action});
        body[field] = value;
        company.post("/kiosk/punch").token(&kiosk.token).json(body).send()
    };
    with("remark", json!("x"), "break_end").await.expect_invalid("remark");
    with("photo", json!({"base64": "AAAA"}), "break_start").await.expect_invalid("photo");
    with("user_id", json!("me"), "in").await.expect_invalid("user_id");
    with("pin", json!(7391), "in").await.expect_invalid("pin");
    company.set_clock("2026-11-02T18:00:00+03:00").await;
    punched("out").await.expect(200);
    company.set_clock("2026-11-03T05:00:00+03:00").await;
    punched("in").await.expect_problem(409, "outside_window");
}

#[tokio::test]
async fn a_repeated_request_is_one_punch_and_nobody_elses_answer() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = person_with_pin(&company, "maria").await;
    person_with_pin(&company, "john").await;
    let keyed =
        |username: &str, pin: &str| punch(&company, &kiosk, username, pin, "in").header("Idempotency-Key", "k").send();
    let first = keyed("maria", PIN).await.expect(200);
    let again = keyed("maria", PIN).await.expect(200);
    assert_eq!((again.header("idempotent-replayed"), &again.body), (Some("true"), &first.body));
    keyed("maria", "7392").await.expect_problem(401, "invalid_credentials");
    keyed("john", PIN).await.expect_problem(422, "idempotency_key_reused");
    assert_eq!(Table::of(&company).sessions(&maria.id, "2026-11-02").await, 1);
}

#[tokio::test]
async fn of_twenty_punches_at_once_one_is_taken() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = person_with_pin(&company, "maria").await;
    let replies = join_all((0..20).map(|_| punch(&company, &kiosk, "maria", PIN, "in").send())).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    for reply in replies.into_iter().filter(|reply| reply.status != 200) {
        reply.expect_problem(409, "already_clocked_in");
    }
    assert_eq!(Table::of(&company).sessions(&maria.id, "2026-11-02").await, 1);
    assert_eq!(Table::of(&company).punch_events(&maria.id).await.len(), 1);
}

#[tokio::test]
async fn a_kiosks_punch_costs_four_reads_and_one_transaction() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    company.reset_calls().await;
    punch(&company, &kiosk, "maria", PIN, "in").header("Idempotency-Key", "k").send().await.expect(200);
    let punch = [("BatchGetItem".to_owned(), 4), ("TransactWriteItems".to_owned(), 1)];
    assert_eq!(calls(&company, "POST /kiosk/punch").await, punch);
    // Kiosk and username, half a unit of the site, the PIN and both counts of wrong PINs, the punch with its key.
    let read: f64 = reads(&company, "POST /kiosk/punch").await.iter().map(|(_, _, units)| units).sum();
    assert!((read - (2.0 + 0.5 + 3.0 + 9.0)).abs() < 0.01, "{read}");
}

#[tokio::test]
async fn a_kiosk_punch_ignores_the_geofence_but_needs_a_required_photo() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = person_with_pin(&company, "maria").await;
    company.settings(json!({"geofence": "enforce", "photo": "required"})).await;
    let admin = company.sign_in("ada").await;
    let site = company.get("/sites").by(&admin).send().await.expect(200).items()[0]["id"].as_str().unwrap().to_owned();
    let place = json!({"latitude": 41.0082, "longitude": 28.9784, "radius_m": 100});
    company.patch(&format!("/sites/{site}")).by(&admin).json(place).send().await.expect(200);
    company.patch(&format!("/users/{}", maria.id)).by(&admin).json(json!({"site_id": site})).send().await.expect(200);
    company.post("/clock/in").by(&maria).json(json!({})).send().await.expect_problem(422, "location_required");

    punch(&company, &kiosk, "maria", PIN, "in").send().await.expect_problem(422, "photo_required");
    let with = |photo: Value| {
        let body = json!({"username": "maria", "pin": PIN, "action": "in", "photo": photo});
        company.post("/kiosk/punch").token(&kiosk.token).json(body).send()
    };
    with(json!({"base64": "AAAA"})).await.expect_problem(422, "photo_invalid");
    with(base64(&camera_jpeg())["photo"].clone()).await.expect(200);
    let day = company.get("/attendance/me/2026-11-02").by(&maria).send().await.expect(200).body;
    let clock_in = &day["sessions"][0]["clock_in"];
    assert_eq!((&clock_in["source"], &clock_in["has_photo"]), (&json!("kiosk"), &json!(true)));
    assert_eq!(Bucket::of(&company).keys().await.len(), 2, "the photo and its thumbnail");
    // A clock-out is always accepted.
    punch(&company, &kiosk, "maria", PIN, "out").send().await.expect(200);
}
