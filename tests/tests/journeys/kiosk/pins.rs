//! PINs, and the limits of wrong ones.

use futures_util::future::join_all;
use rollcall_tests::Company;
use serde_json::{Value, json};

use super::{PIN, calls, kiosk, person_with_pin, punch};
use crate::table::Table;

#[tokio::test]
async fn the_problem_of_a_wrong_pin_mentions_the_pin_and_no_password() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    let refused =
        punch(&company, &kiosk, "maria", "0000", "in").send().await.expect_problem(401, "invalid_credentials");
    assert_eq!(refused.str("detail"), "The username or the PIN is wrong.");
    assert!(!refused.text.contains("assword"), "{}", refused.text);
}

#[tokio::test]
async fn an_unknown_name_a_missing_pin_and_a_wrong_pin_get_the_same_problem() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    company.person("john", json!({})).await;
    company.reset_calls().await;
    let mut bodies = Vec::new();
    for (username, pin) in [("maria", "7392"), ("john", PIN), ("nobody", PIN), ("no name!", PIN), ("maria", "")] {
        let mut refused =
            punch(&company, &kiosk, username, pin, "in").send().await.expect_problem(401, "invalid_credentials");
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
            punch(&company, &kiosk, username, "7392", "in").send().await.expect_problem(401, "invalid_credentials");
        }
        for device in [&kiosk, &other] {
            let locked =
                punch(&company, device, username, PIN, "in").send().await.expect_problem(429, "account_locked");
            assert_eq!(locked.header("retry-after"), Some("900"));
        }
    }
    // Other people aren't locked out, and neither are her sign-ins elsewhere.
    punch(&company, &kiosk, "john", PIN, "in").send().await.expect(200);
    let maria = company.sign_in("maria").await;
    company.post("/clock/in").by(&maria).json(json!({})).send().await.expect(201);
    company.set_clock("2026-11-02T08:14:59+03:00").await;
    punch(&company, &kiosk, "maria", PIN, "out").send().await.expect_problem(429, "account_locked");
    company.set_clock("2026-11-02T08:15:00+03:00").await;
    punch(&company, &kiosk, "maria", PIN, "out").send().await.expect(200);
}

#[tokio::test]
async fn a_new_pin_lifts_the_lock_and_notifies_the_person() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = person_with_pin(&company, "maria").await;
    for _ in 0..5 {
        punch(&company, &kiosk, "maria", "7392", "in").send().await.expect_problem(401, "invalid_credentials");
    }
    punch(&company, &kiosk, "maria", PIN, "in").send().await.expect_problem(429, "account_locked");
    company.set_clock("2026-11-02T08:00:01+03:00").await;
    let path = format!("/users/{}/pin", maria.id);
    company.put(&path).by(&company.admin).json(json!({"pin": "4826"})).send().await.expect(204);
    punch(&company, &kiosk, "maria", PIN, "in").send().await.expect_problem(401, "invalid_credentials");
    punch(&company, &kiosk, "maria", "4826", "in").send().await.expect(200);
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
            let guess = punch(&company, &kiosk, &format!("nobody{name}"), "7392", "in");
            guess.send().await.expect_problem(401, "invalid_credentials");
        }
    }
    let throttled = punch(&company, &kiosk, "maria", PIN, "in").send().await.expect_problem(429, "kiosk_throttled");
    assert_eq!(throttled.header("retry-after"), Some("30"));
    assert_eq!(throttled.str("detail"), "Enter the next PIN in 30 seconds. Badges work at once.");
    // Work is still recorded: one PIN in 30 seconds.
    company.set_clock("2026-11-02T08:00:30+03:00").await;
    punch(&company, &kiosk, "maria", PIN, "in").send().await.expect(200);
    punch(&company, &kiosk, "john", PIN, "in").send().await.expect_problem(429, "kiosk_throttled");
    company.set_clock("2026-11-02T08:01:00+03:00").await;
    punch(&company, &kiosk, "john", PIN, "in").send().await.expect(200);
    company.set_clock("2026-11-02T08:15:00+03:00").await;
    punch(&company, &kiosk, "john", PIN, "out").send().await.expect(200);
    punch(&company, &kiosk, "maria", PIN, "out").send().await.expect(200);
    company.settle().await;
    let admin = company.sign_in("ada").await;
    let inbox = company.get("/notifications").by(&admin).send().await.expect(200);
    let told: Vec<&Value> = inbox.items().iter().filter(|note| note["kind"] == "kiosk_pins_failing").collect();
    assert_eq!(told.len(), 1, "{}", inbox.text);
    assert_eq!(told[0]["data"]["kiosk_id"], kiosk.id.as_str());
}

#[tokio::test]
async fn a_correct_pin_resets_the_failed_attempts() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    for action in ["in", "out"] {
        for _ in 0..4 {
            punch(&company, &kiosk, "maria", "7392", action).send().await.expect_problem(401, "invalid_credentials");
        }
        punch(&company, &kiosk, "maria", PIN, action).send().await.expect(200);
    }
}

#[tokio::test]
async fn guessing_in_parallel_gets_no_more_than_five_guesses() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    let guesses: Vec<String> = (7300..7330).map(|pin| pin.to_string()).collect();
    let replies = join_all(guesses.iter().map(|pin| punch(&company, &kiosk, "maria", pin, "in").send())).await;
    let looked_at = replies.iter().filter(|reply| reply.status == 401).count();
    assert!(looked_at <= 5, "{looked_at} guesses were told that they are wrong");
    punch(&company, &kiosk, "maria", PIN, "in").send().await.expect_problem(429, "account_locked");
}

#[tokio::test]
async fn a_disabled_account_is_reported_only_after_a_correct_pin() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = person_with_pin(&company, "maria").await;
    let admin = company.sign_in("ada").await;
    company.delete(&format!("/users/{}", maria.id)).by(&admin).send().await.expect(204);
    punch(&company, &kiosk, "maria", "7392", "in").send().await.expect_problem(401, "invalid_credentials");
    punch(&company, &kiosk, "maria", PIN, "in").send().await.expect_problem(403, "account_disabled");
    let pending = json!({"username": "paul", "full_name": "Paul", "password": rollcall_tests::company::PASSWORD});
    let paul = company.post("/auth/register").json(pending).send().await.expect(201);
    let path = format!("/users/{}/pin", paul.str("id"));
    company.put(&path).by(&admin).json(json!({"pin": PIN})).send().await.expect(204);
    punch(&company, &kiosk, "paul", PIN, "in").send().await.expect_problem(403, "account_pending");
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
    punch(&company, &kiosk, "maria", "4826", "in").send().await.expect(200);
    company.put(&path).by(&maria).json(json!({"pin": "48261590"})).send().await.expect(204);
    punch(&company, &kiosk, "maria", "4826", "out").send().await.expect_problem(401, "invalid_credentials");
    punch(&company, &kiosk, "maria", "48261590", "out").send().await.expect(200);
    let admin = format!("/users/{}/pin", company.admin.id);
    company.put(&admin).by(&manager).json(json!({"pin": "4826"})).send().await.expect(404);
}

#[tokio::test]
async fn kiosk_and_pin_changes_are_audited_and_notified_without_secrets() {
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
