//! Kiosks: created and revoked by admins, used with PINs, and allowed to do nothing else.

use futures_util::future::join_all;
use rollcall_tests::{Call, Company, Person};
use serde_json::{Value, json};

use crate::{
    bucket::{Bucket, base64, camera_jpeg},
    table::Table,
};

/// A kiosk at its own site.
pub(crate) struct Kiosk {
    pub(crate) id: String,
    pub(crate) token: String,
}

pub(crate) const PIN: &str = "7391";

pub(crate) async fn kiosk(company: &Company) -> Kiosk {
    let admin = company.sign_in("ada").await;
    let site = json!({"name": "Harbour", "time_zone": "Europe/Istanbul"});
    let site = company.post("/sites").by(&admin).json(site).send().await.expect(201);
    let body = json!({"site_id": site.str("id"), "name": "Entrance"});
    let made = company.post("/kiosks").by(&admin).json(body).send().await.expect(201);
    Kiosk { id: made.str("id").to_owned(), token: made.str("device_token").to_owned() }
}

async fn person_with_pin(company: &Company, username: &str) -> Person {
    let person = company.person(username, json!({})).await;
    company.put("/users/me/pin").by(&person).json(json!({"pin": PIN})).send().await.expect(204);
    person
}

fn press(company: &Company, kiosk: &Kiosk, username: &str, pin: &str, action: &str) -> Call {
    let body = json!({"username": username, "pin": pin, "action": action});
    company.post("/kiosk/punch").token(&kiosk.token).json(body)
}

#[tokio::test]
async fn a_wrong_pin_is_told_as_a_wrong_pin() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    let refused =
        press(&company, &kiosk, "maria", "0000", "in").send().await.expect_problem(401, "invalid_credentials");
    assert_eq!(refused.str("detail"), "The username or the PIN is wrong.");
    assert!(!refused.text.contains("assword"), "{}", refused.text);
}

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
        let reply = press(&company, &kiosk, "Maria", PIN, action).send().await.expect(200);
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
async fn a_kiosk_is_seen_by_its_requests_at_most_once_in_ten_minutes() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    let last_seen = async || {
        let admin = company.sign_in("ada").await;
        company.get("/kiosks").by(&admin).send().await.expect(200).items()[0]["last_seen_at"].clone()
    };
    assert_eq!(last_seen().await, Value::Null);
    company.set_clock("2026-11-02T09:00:00+03:00").await;
    company.get("/kiosk").token(&kiosk.token).send().await.expect(200);
    assert_eq!(last_seen().await, "2026-11-02T09:00:00+03:00");
    company.set_clock("2026-11-02T09:09:59+03:00").await;
    company.delete("/_local/calls").send().await.expect(204);
    company.get("/kiosk").token(&kiosk.token).send().await.expect(200);
    let reads = [("BatchGetItem".to_owned(), 1), ("GetItem".to_owned(), 1)];
    assert_eq!(calls(&company, "GET /kiosk").await, reads);
    assert_eq!(last_seen().await, "2026-11-02T09:00:00+03:00");
    // A punch records it in its own transaction.
    company.set_clock("2026-11-02T09:10:00+03:00").await;
    company.delete("/_local/calls").send().await.expect(204);
    press(&company, &kiosk, "maria", PIN, "in").send().await.expect(200);
    let punch = [("BatchGetItem".to_owned(), 4), ("TransactWriteItems".to_owned(), 1)];
    assert_eq!(calls(&company, "POST /kiosk/punch").await, punch);
    assert_eq!(last_seen().await, "2026-11-02T09:10:00+03:00");
}

#[tokio::test]
async fn a_punch_without_an_action_does_what_comes_next() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    let press_only = || {
        let body = json!({"username": "maria", "pin": PIN});
        company.post("/kiosk/punch").token(&kiosk.token).json(body).send()
    };
    for (time, action, presence) in [("09:00", "in", "working"), ("18:00", "out", "out")] {
        company.set_clock(&format!("2026-11-02T{time}:00+03:00")).await;
        let reply = press_only().await.expect(200);
        assert_eq!((&reply.body["action"], &reply.body["presence"]), (&json!(action), &json!(presence)));
        assert_eq!(reply.body["at"], format!("2026-11-02T{time}:00+03:00"));
    }
    // A person who comes back from a break continues working.
    company.set_clock("2026-11-03T09:00:00+03:00").await;
    press(&company, &kiosk, "maria", PIN, "in").send().await.expect(200);
    press(&company, &kiosk, "maria", PIN, "break_start").send().await.expect(200);
    let reply = press_only().await.expect(200);
    assert_eq!((&reply.body["action"], &reply.body["presence"]), (&json!("break_end"), &json!("working")));
}

#[tokio::test]
async fn a_punch_that_does_not_fit_is_refused_as_elsewhere() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    let pressed = |action: &'static str| press(&company, &kiosk, "maria", PIN, action).send();
    pressed("out").await.expect_problem(409, "not_clocked_in");
    pressed("break_start").await.expect_problem(409, "not_clocked_in");
    pressed("break_end").await.expect_problem(409, "not_on_break");
    pressed("in").await.expect(200);
    pressed("in").await.expect_problem(409, "already_clocked_in");
    pressed("break_start").await.expect(200);
    pressed("break_start").await.expect_problem(409, "already_on_break");
    pressed("dance").await.expect_invalid("action");
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
    pressed("out").await.expect(200);
    company.set_clock("2026-11-03T05:00:00+03:00").await;
    pressed("in").await.expect_problem(409, "outside_window");
}

#[tokio::test]
async fn an_unknown_name_a_missing_pin_and_a_wrong_pin_are_one_and_the_same() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    company.person("john", json!({})).await;
    company.delete("/_local/calls").send().await.expect(204);
    let mut bodies = Vec::new();
    for (username, pin) in [("maria", "7392"), ("john", PIN), ("nobody", PIN), ("no name!", PIN), ("maria", "")] {
        let mut refused =
            press(&company, &kiosk, username, pin, "in").send().await.expect_problem(401, "invalid_credentials");
        refused.body["request_id"] = Value::Null;
        bodies.push(refused.body);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    assert_eq!(
        calls(&company, "POST /kiosk/punch").await,
        // Each failure is counted for the person, and for the kiosk.
        [("BatchGetItem".to_owned(), 15), ("TransactWriteItems".to_owned(), 10)]
    );
}

#[tokio::test]
async fn five_wrong_pins_lock_a_person_at_every_kiosk_for_fifteen_minutes() {
    let company = Company::start().await;
    let (kiosk, other) = (kiosk(&company).await, kiosk(&company).await);
    person_with_pin(&company, "maria").await;
    person_with_pin(&company, "john").await;
    for username in ["maria", "nobody"] {
        for _ in 0..5 {
            press(&company, &kiosk, username, "7392", "in").send().await.expect_problem(401, "invalid_credentials");
        }
        for device in [&kiosk, &other] {
            let locked =
                press(&company, device, username, PIN, "in").send().await.expect_problem(429, "account_locked");
            assert_eq!(locked.header("retry-after"), Some("900"));
        }
    }
    // Other people aren't locked out, and neither are her sign-ins elsewhere.
    press(&company, &kiosk, "john", PIN, "in").send().await.expect(200);
    let maria = company.sign_in("maria").await;
    company.post("/clock/in").by(&maria).json(json!({})).send().await.expect(201);
    company.set_clock("2026-11-02T08:14:59+03:00").await;
    press(&company, &kiosk, "maria", PIN, "out").send().await.expect_problem(429, "account_locked");
    company.set_clock("2026-11-02T08:15:00+03:00").await;
    press(&company, &kiosk, "maria", PIN, "out").send().await.expect(200);
}

#[tokio::test]
async fn a_new_pin_lifts_the_lock_and_tells_its_person() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = person_with_pin(&company, "maria").await;
    for _ in 0..5 {
        press(&company, &kiosk, "maria", "7392", "in").send().await.expect_problem(401, "invalid_credentials");
    }
    press(&company, &kiosk, "maria", PIN, "in").send().await.expect_problem(429, "account_locked");
    company.set_clock("2026-11-02T08:00:01+03:00").await;
    let path = format!("/users/{}/pin", maria.id);
    company.put(&path).by(&company.admin).json(json!({"pin": "4826"})).send().await.expect(204);
    press(&company, &kiosk, "maria", PIN, "in").send().await.expect_problem(401, "invalid_credentials");
    press(&company, &kiosk, "maria", "4826", "in").send().await.expect(200);
    company.settle().await;
    let inbox = company.get("/notifications").by(&maria).send().await.expect(200);
    assert_eq!(inbox.items()[0]["kind"], "pin_reset", "her own first PIN wasn't told");
    assert_eq!(inbox.items().len(), 1);
    assert!(inbox.items()[0]["body"].as_str().unwrap().starts_with("Ada Admin set a new PIN"), "{}", inbox.text);
}

#[tokio::test]
async fn a_kiosk_with_twenty_wrong_pins_takes_one_pin_in_thirty_seconds() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    for username in ["maria", "john"] {
        person_with_pin(&company, username).await;
    }
    for name in 0..4 {
        for _ in 0..5 {
            let guess = press(&company, &kiosk, &format!("nobody{name}"), "7392", "in");
            guess.send().await.expect_problem(401, "invalid_credentials");
        }
    }
    let throttled = press(&company, &kiosk, "maria", PIN, "in").send().await.expect_problem(429, "kiosk_throttled");
    assert_eq!(throttled.header("retry-after"), Some("30"));
    assert_eq!(throttled.str("detail"), "Enter the next PIN in 30 seconds. Badges work at once.");
    // Work is still recorded: one PIN in 30 seconds.
    company.set_clock("2026-11-02T08:00:30+03:00").await;
    press(&company, &kiosk, "maria", PIN, "in").send().await.expect(200);
    press(&company, &kiosk, "john", PIN, "in").send().await.expect_problem(429, "kiosk_throttled");
    company.set_clock("2026-11-02T08:01:00+03:00").await;
    press(&company, &kiosk, "john", PIN, "in").send().await.expect(200);
    company.set_clock("2026-11-02T08:15:00+03:00").await;
    press(&company, &kiosk, "john", PIN, "out").send().await.expect(200);
    press(&company, &kiosk, "maria", PIN, "out").send().await.expect(200);
    company.settle().await;
    let admin = company.sign_in("ada").await;
    let inbox = company.get("/notifications").by(&admin).send().await.expect(200);
    let told: Vec<&Value> = inbox.items().iter().filter(|note| note["kind"] == "kiosk_pins_failing").collect();
    assert_eq!(told.len(), 1, "{}", inbox.text);
    assert_eq!(told[0]["data"]["kiosk_id"], kiosk.id.as_str());
}

#[tokio::test]
async fn a_kiosk_renews_its_token_before_it_expires() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let screen = async |token: &str| company.get("/kiosk").token(token).send().await;
    let renew = async |token: &str| company.post("/kiosk/token").token(token).json(json!({})).send().await;
    assert_eq!(screen(&kiosk.token).await.expect(200).body["token_expires_at"], "2027-01-31T08:00:00+03:00");
    company.set_clock("2027-01-30T08:00:00+03:00").await;
    let renewed = renew(&kiosk.token).await.expect(200);
    assert_eq!(renewed.body["token_expires_at"], "2027-04-30T08:00:00+03:00");
    // The response may have been lost, so the previous token is accepted for another day.
    let again = renew(&kiosk.token).await.expect(200);
    screen(again.str("device_token")).await.expect(200);
    company.set_clock("2027-01-31T08:00:00+03:00").await;
    let expired = screen(&kiosk.token).await.expect_problem(401, "unauthenticated");
    assert_eq!(expired.str("detail"), "The kiosk's device token has expired. Set up the kiosk again.");
    screen(again.str("device_token")).await.expect(200);
    company.set_clock("2027-04-30T08:00:00+03:00").await;
    screen(again.str("device_token")).await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_right_pin_forgets_the_wrong_ones_before_it() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    for action in ["in", "out"] {
        for _ in 0..4 {
            press(&company, &kiosk, "maria", "7392", action).send().await.expect_problem(401, "invalid_credentials");
        }
        press(&company, &kiosk, "maria", PIN, action).send().await.expect(200);
    }
}

#[tokio::test]
async fn guessing_in_parallel_gets_no_more_than_five_guesses() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    let guesses: Vec<String> = (7300..7330).map(|pin| pin.to_string()).collect();
    let replies = join_all(guesses.iter().map(|pin| press(&company, &kiosk, "maria", pin, "in").send())).await;
    let looked_at = replies.iter().filter(|reply| reply.status == 401).count();
    assert!(looked_at <= 5, "{looked_at} guesses were told that they are wrong");
    press(&company, &kiosk, "maria", PIN, "in").send().await.expect_problem(429, "account_locked");
}

#[tokio::test]
async fn who_left_is_told_so_after_the_right_pin_only() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = person_with_pin(&company, "maria").await;
    let admin = company.sign_in("ada").await;
    company.delete(&format!("/users/{}", maria.id)).by(&admin).send().await.expect(204);
    press(&company, &kiosk, "maria", "7392", "in").send().await.expect_problem(401, "invalid_credentials");
    press(&company, &kiosk, "maria", PIN, "in").send().await.expect_problem(403, "account_disabled");
    let pending = json!({"username": "paul", "full_name": "Paul", "password": rollcall_tests::company::PASSWORD});
    let paul = company.post("/auth/register").json(pending).send().await.expect(201);
    let path = format!("/users/{}/pin", paul.str("id"));
    company.put(&path).by(&admin).json(json!({"pin": PIN})).send().await.expect(204);
    press(&company, &kiosk, "paul", PIN, "in").send().await.expect_problem(403, "account_pending");
}

#[tokio::test]
async fn a_device_token_opens_a_kiosks_calls_alone_and_no_person_is_a_kiosk() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = person_with_pin(&company, "maria").await;
    let document = serde_json::to_value(local::openapi::merged()).unwrap();
    let mut walked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let needs_nobody = operation["security"].as_array().is_some_and(|schemes| {
                schemes.iter().any(|scheme| scheme.as_object().is_some_and(serde_json::Map::is_empty))
            });
            let public = ["/docs", "/openapi.json", "/.well-known/jwks.json"].contains(&path.as_str());
            if needs_nobody
                || public
                || path.starts_with("/auth/logout")
                || path == "/kiosk"
                || path.starts_with("/kiosk/")
            {
                continue;
            }
            let path = path.replace("{date}", "2026-11-02").replace("{user_id}", &maria.id).replace("{id}", &maria.id);
            let call = company.call(method.to_uppercase().parse().unwrap(), &path).token(&kiosk.token);
            call.json(json!({})).send().await.expect_problem(401, "unauthenticated");
            walked += 1;
        }
    }
    assert!(walked > 30, "only {walked} routes");
    let body = json!({"username": "maria", "pin": PIN, "action": "in"});
    let admin = company.sign_in("ada").await;
    for token in [&maria.access_token, &admin.access_token, &maria.refresh_token, &format!("kt1.{}.AAAA", kiosk.id)] {
        company
            .post("/kiosk/punch")
            .token(token)
            .json(body.clone())
            .send()
            .await
            .expect_problem(401, "unauthenticated");
    }
    company.post("/kiosk/punch").json(body).send().await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_kiosk_shows_its_token_once_and_works_until_it_is_revoked() {
    let company = Company::start().await;
    let first = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    let admin = company.sign_in("ada").await;
    let site = company.get("/sites").by(&admin).send().await.expect(200).items()[0]["id"].clone();
    let create = || {
        let body = json!({"site_id": site, "name": "Back door"});
        company.post("/kiosks").by(&admin).header("Idempotency-Key", "k").json(body).send()
    };
    let made = create().await.expect(201);
    let again = create().await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!((&again.body["id"], &again.body["device_token"]), (&made.body["id"], &Value::Null));
    let second = Kiosk { id: made.str("id").to_owned(), token: made.str("device_token").to_owned() };

    let list = company.get("/kiosks").by(&admin).send().await.expect(200);
    let shown = json!({"id": second.id, "site_id": site, "site_name": "Harbour", "name": "Back door", "created_at": "2026-11-02T08:00:00+03:00",
        "last_seen_at": null});
    assert_eq!(list.items().len(), 2);
    assert!(list.items().contains(&shown), "{}", list.text);
    let page = company.get("/kiosks?limit=1").by(&admin).send().await.expect(200);
    let rest = format!("/kiosks?limit=1&cursor={}", page.str("next_cursor"));
    let rest = company.get(&rest).by(&admin).send().await.expect(200);
    assert_eq!((&page.items()[0], &rest.items()[0]), (&list.items()[0], &list.items()[1]));
    assert_eq!(rest.body.get("next_cursor"), None);

    press(&company, &second, "maria", PIN, "in").send().await.expect(200);
    let path = format!("/kiosks/{}", second.id);
    company.delete(&path).by(&admin).send().await.expect(204);
    company.delete(&path).by(&admin).send().await.expect_problem(404, "not_found");
    press(&company, &second, "maria", PIN, "out").send().await.expect_problem(401, "unauthenticated");
    press(&company, &first, "maria", PIN, "out").send().await.expect(200);

    let wrong = json!({"site_id": second.id, "name": "Nowhere"});
    company.post("/kiosks").by(&admin).json(wrong).send().await.expect_invalid("site_id");
    company.post("/kiosks").by(&admin).json(json!({"site_id": site, "name": " "})).send().await.expect_invalid("name");
}

#[tokio::test]
async fn a_pin_is_ones_own_or_ones_managers_to_set_and_hard_to_guess() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let department = company.department("Assembly").await;
    let maria = company.person("maria", json!({"department_id": department})).await;
    let more = json!({"role": "manager", "manages": [department], "department_id": department});
    let manager = company.person("manager", more).await;
    for weak in ["0000", "1234", "987654", "1212", "123", "123456789", "73a1", ""] {
        company.put("/users/me/pin").by(&maria).json(json!({"pin": weak})).send().await.expect_invalid("pin");
    }
    let path = format!("/users/{}/pin", maria.id);
    company.put(&path).by(&manager).json(json!({"pin": "4826"})).send().await.expect(204);
    press(&company, &kiosk, "maria", "4826", "in").send().await.expect(200);
    company.put(&path).by(&maria).json(json!({"pin": "48261590"})).send().await.expect(204);
    press(&company, &kiosk, "maria", "4826", "out").send().await.expect_problem(401, "invalid_credentials");
    press(&company, &kiosk, "maria", "48261590", "out").send().await.expect(200);
    let admin = format!("/users/{}/pin", company.admin.id);
    company.put(&admin).by(&manager).json(json!({"pin": "4826"})).send().await.expect(404);
}

#[tokio::test]
async fn what_admins_and_managers_do_is_audited_and_told_without_a_secret() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = person_with_pin(&company, "maria").await;
    let admin = company.sign_in("ada").await;
    company.delete(&format!("/kiosks/{}", kiosk.id)).by(&admin).send().await.expect(204);
    let secret = kiosk.token.rsplit_once('.').unwrap().1;
    for (subject, actions) in [
        (format!("kiosk:{}", kiosk.id), vec!["kiosk_created", "kiosk_revoked"]),
        (format!("user:{}", maria.id), vec!["pin_changed", "signed_in", "user_created"]),
    ] {
        let audit = company.get(&format!("/audit?subject={subject}")).by(&admin).send().await.expect(200);
        let mut found: Vec<&str> = audit.items().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
        found.sort_unstable();
        assert_eq!(found, actions);
        for hidden in [PIN, secret, "argon2", "token"] {
            assert!(!audit.text.contains(hidden), "{hidden} in {}", audit.text);
        }
        let events = Table::of(&company).partition(&format!("OUTBOX#{subject}")).await;
        assert_eq!(events.len(), 2);
        let events = format!("{events:?}");
        assert!(![secret, "argon2", "token"].iter().any(|hidden| events.contains(hidden)), "{events}");
    }
    let stored = format!("{:?}", Table::of(&company).partition(&format!("USER#{}", maria.id)).await);
    assert!(stored.contains("$argon2id$") && !stored.contains(&format!("\"{PIN}\"")));
}

#[tokio::test]
async fn a_repeated_press_is_one_punch_and_nobody_elses_answer() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = person_with_pin(&company, "maria").await;
    person_with_pin(&company, "john").await;
    let keyed =
        |username: &str, pin: &str| press(&company, &kiosk, username, pin, "in").header("Idempotency-Key", "k").send();
    let first = keyed("maria", PIN).await.expect(200);
    let again = keyed("maria", PIN).await.expect(200);
    assert_eq!((again.header("idempotent-replayed"), &again.body), (Some("true"), &first.body));
    keyed("maria", "7392").await.expect_problem(401, "invalid_credentials");
    keyed("john", PIN).await.expect_problem(422, "idempotency_key_reused");
    assert_eq!(Table::of(&company).sessions(&maria.id, "2026-11-02").await, 1);
}

#[tokio::test]
async fn of_twenty_presses_at_once_one_is_taken() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = person_with_pin(&company, "maria").await;
    let replies = join_all((0..20).map(|_| press(&company, &kiosk, "maria", PIN, "in").send())).await;
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
    company.delete("/_local/calls").send().await.expect(204);
    press(&company, &kiosk, "maria", PIN, "in").header("Idempotency-Key", "k").send().await.expect(200);
    let punch = [("BatchGetItem".to_owned(), 4), ("TransactWriteItems".to_owned(), 1)];
    assert_eq!(calls(&company, "POST /kiosk/punch").await, punch);
}

#[tokio::test]
async fn a_fence_keeps_nobody_from_the_kiosk_but_a_required_photo_does() {
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

    press(&company, &kiosk, "maria", PIN, "in").send().await.expect_problem(422, "photo_required");
    let with = |photo: Value| {
        let body = json!({"username": "maria", "pin": PIN, "action": "in", "photo": photo});
        company.post("/kiosk/punch").token(&kiosk.token).json(body).send()
    };
    with(json!({"base64": "AAAA"})).await.expect_problem(422, "photo_invalid");
    with(base64(&camera_jpeg())["photo"].clone()).await.expect(200);
    let day = company.get("/attendance/me/2026-11-02").by(&maria).send().await.expect(200).body;
    let punch = &day["sessions"][0]["clock_in"];
    assert_eq!((&punch["source"], &punch["has_photo"]), (&json!("kiosk"), &json!(true)));
    assert_eq!(Bucket::of(&company).keys().await.len(), 2, "the photo and its thumbnail");
    // A clock-out is always accepted.
    press(&company, &kiosk, "maria", PIN, "out").send().await.expect(200);
}

/// Returns the AWS calls of a route since the last reset.
pub(crate) async fn calls(company: &Company, route: &str) -> Vec<(String, u64)> {
    let calls = company.get("/_local/calls").send().await.expect(200);
    let routes = calls.body["routes"].as_array().unwrap();
    let found = routes.iter().find(|known| known["route"] == route).unwrap_or_else(|| panic!("{}", calls.text));
    let call = |call: &Value| (call["operation"].as_str().unwrap().to_owned(), call["count"].as_u64().unwrap());
    found["operations"].as_array().unwrap().iter().map(call).collect()
}
