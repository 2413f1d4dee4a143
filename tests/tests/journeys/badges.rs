//! Badges: one for each person, assigned by managers, and used at a kiosk's reader instead of a username and a PIN.

use std::sync::Arc;

use domain::{
    audit::Actor,
    id::{EventId, UserId},
};
use futures_util::future::join_all;
use jiff::Timestamp;
use rollcall_tests::{Call, Company, Person, Reply};
use runtime::system::SystemEntropy;
use serde_json::{Value, json};
use store::{
    Commit, CommitError, Condition, Stamp, Store,
    badges::{BadgeHashes, BadgeRecord, NumberState},
};

use crate::{
    kiosk::{Kiosk, PIN, calls, kiosk},
    table::Table,
};

const NUMBER: &str = "04A219F37C";

fn assign(company: &Company, by: &Person, person: &str, number: &str) -> Call {
    company.put(&format!("/users/{person}/badge")).by(by).json(json!({"number": number}))
}

fn scan(company: &Company, kiosk: &Kiosk, number: &str) -> Call {
    company.post("/kiosk/punch").token(&kiosk.token).json(json!({"badge": number}))
}

/// Creates a person with a badge of the given number.
async fn holder(company: &Company, username: &str, number: &str) -> Person {
    let person = company.person(username, json!({})).await;
    let admin = company.sign_in("ada").await;
    assign(company, &admin, &person.id, number).send().await.expect(200);
    person
}

#[tokio::test]
async fn a_badge_punches_for_its_person_without_a_pin() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = holder(&company, "maria", NUMBER).await;
    for (time, spelling, action, next) in
        [("09:00", "04A219F37C", "in", "out"), ("12:00", "04:a2:19:f3:7c", "out", "in")]
    {
        company.set_clock(&format!("2026-11-02T{time}:00+03:00")).await;
        let reply = scan(&company, &kiosk, spelling).send().await.expect(200);
        assert_eq!((&reply.body["full_name"], &reply.body["action"]), (&json!("maria of the test"), &json!(action)));
        assert_eq!(reply.body["next_action"], next);
        assert_eq!(reply.body["at"], format!("2026-11-02T{time}:00+03:00"));
    }
    let body = json!({"badge": NUMBER, "action": "in", "remark": "back"});
    company.post("/kiosk/punch").token(&kiosk.token).json(body).send().await.expect(200);
    let maria = company.sign_in(&maria.username).await;
    let day = company.get("/attendance/me/2026-11-02").by(&maria).send().await.expect(200).body;
    assert_eq!(day["sessions"][0]["clock_in"]["source"], "kiosk");
    assert_eq!(Table::of(&company).sessions(&maria.id, "2026-11-02").await, 2);
}

#[tokio::test]
async fn a_punch_names_its_person_by_a_badge_or_by_name_and_pin() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    holder(&company, "maria", NUMBER).await;
    let punch = |body: Value| company.post("/kiosk/punch").token(&kiosk.token).json(body).send();
    for (body, path) in [
        (json!({}), "username"),
        (json!({"username": "maria"}), "pin"),
        (json!({"pin": PIN}), "username"),
        (json!({"badge": NUMBER, "username": "maria"}), "username"),
        (json!({"badge": NUMBER, "pin": PIN}), "pin"),
        (json!({"badge": "123"}), "badge"),
        (json!({"badge": 4711}), "badge"),
    ] {
        punch(body).await.expect_invalid(path);
    }
    let unknown = scan(&company, &kiosk, "99999999").send().await.expect_problem(401, "invalid_credentials");
    assert_eq!(unknown.str("detail"), "Nobody has this badge. Ask a manager to assign it.");
    company.post("/kiosk/punch").json(json!({"badge": NUMBER})).send().await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_badge_belongs_to_one_person_and_a_person_has_one_badge() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = holder(&company, "maria", NUMBER).await;
    let john = company.person("john", json!({})).await;
    let admin = company.sign_in("ada").await;
    assign(&company, &admin, &john.id, "04-A2-19-F3-7C").send().await.expect_problem(409, "badge_taken");

    // The same badge again is no new assignment.
    assign(&company, &admin, &maria.id, NUMBER).send().await.expect(200);
    // Another badge revokes the previous one, which can then be assigned again.
    assign(&company, &admin, &maria.id, "5555").send().await.expect(200);
    scan(&company, &kiosk, NUMBER).send().await.expect_problem(401, "invalid_credentials");
    assert_eq!(scan(&company, &kiosk, "5555").send().await.expect(200).body["full_name"], "maria of the test");
    assign(&company, &admin, &john.id, NUMBER).send().await.expect(200);
    assert_eq!(scan(&company, &kiosk, NUMBER).send().await.expect(200).body["full_name"], "john of the test");

    let path = format!("/users/{}/badge", maria.id);
    company.delete(&path).by(&admin).send().await.expect(204);
    company.delete(&path).by(&admin).send().await.expect_problem(404, "not_found");
    company.get(&path).by(&admin).send().await.expect_problem(404, "not_found");
    scan(&company, &kiosk, "5555").send().await.expect_problem(401, "invalid_credentials");
}

#[tokio::test]
async fn a_leaver_loses_the_badge_and_the_next_one_gets_it() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = holder(&company, "maria", NUMBER).await;
    let john = company.person("john", json!({})).await;
    let admin = company.sign_in("ada").await;
    company.delete(&format!("/users/{}", maria.id)).by(&admin).send().await.expect(204);
    scan(&company, &kiosk, NUMBER).send().await.expect_problem(403, "account_disabled");
    assign(&company, &admin, &maria.id, "5555").send().await.expect_problem(409, "already_decided");
    assign(&company, &admin, &john.id, NUMBER).send().await.expect(200);
    assert_eq!(scan(&company, &kiosk, NUMBER).send().await.expect(200).body["full_name"], "john of the test");
    // A person who comes back gets a new badge, not the old one.
    let back = json!({"status": "active"});
    company.patch(&format!("/users/{}", maria.id)).by(&admin).json(back).send().await.expect(200);
    company.get(&format!("/users/{}/badge", maria.id)).by(&admin).send().await.expect_problem(404, "not_found");
    assign(&company, &admin, &maria.id, "5555").send().await.expect(200);
}

#[tokio::test]
async fn managers_give_badges_to_their_people_and_see_them_listed() {
    let company = Company::start().await;
    let (harbour, office) = (company.department("Harbour").await, company.department("Office").await);
    let manager = company.person("hana", json!({"role": "manager", "manages": [harbour]})).await;
    let maria = company.person("maria", json!({"department_id": harbour})).await;
    let john = company.person("john", json!({"department_id": office})).await;
    company.person("zoe", json!({"department_id": harbour})).await;
    assign(&company, &manager, &maria.id, NUMBER).send().await.expect(200);
    assign(&company, &manager, &john.id, "5555").send().await.expect_problem(404, "not_found");
    assign(&company, &manager, &manager.id, "5555").send().await.expect_problem(403, "own_record");
    assign(&company, &maria, "me", "5555").send().await.expect_problem(403, "forbidden");
    // A company may have nobody else who could assign the admin a badge.
    assign(&company, &company.admin, "me", "7777").send().await.expect(200);
    assign(&company, &company.admin, &john.id, "5555").send().await.expect(200);

    let badge = json!({"user_id": maria.id, "user_name": "maria of the test", "assigned_at": "2026-11-02T08:00:00+03:00",
        "assigned_by": manager.id, "assigned_by_name": "hana of the test"});
    assert_eq!(company.get("/users/me/badge").by(&maria).send().await.expect(200).body, badge);
    assert_eq!(company.get("/badges").by(&manager).send().await.expect(200).items(), &[badge]);
    assert_eq!(company.get("/badges").by(&company.admin).send().await.expect(200).items().len(), 3);
    let of_office = company.get(&format!("/badges?department_id={office}")).by(&company.admin);
    assert_eq!(of_office.send().await.expect(200).items().len(), 1);
    company.get("/badges").by(&maria).send().await.expect_problem(403, "forbidden");
    // One person per page: a person without a badge makes an empty page, and no badge is left out.
    let (mut badges, mut cursor) = (Vec::new(), None);
    loop {
        let after = cursor.map_or_else(String::new, |cursor: String| format!("&cursor={cursor}"));
        let page = company.get(&format!("/badges?limit=1{after}")).by(&company.admin).send().await.expect(200);
        badges.extend(page.items().iter().map(|badge| badge["user_id"].clone()));
        cursor = page.body["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(badges.len(), 3);
}

#[tokio::test]
async fn a_badge_needs_a_recent_sign_in() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    company.set_clock("2026-11-02T08:10:01+03:00").await;
    let late = assign(&company, &company.admin, &maria.id, NUMBER).send().await;
    late.expect_problem(403, "confirmation_required");
    let admin = company.sign_in("ada").await;
    assign(&company, &admin, &maria.id, NUMBER).send().await.expect(200);
}

#[tokio::test]
async fn the_number_of_a_badge_is_kept_nowhere() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = holder(&company, "maria", NUMBER).await;
    let punch = || scan(&company, &kiosk, NUMBER).header("Idempotency-Key", "k").send();
    let first = punch().await.expect(200);
    let again = punch().await.expect(200);
    assert_eq!((again.header("idempotent-replayed"), &again.body), (Some("true"), &first.body));
    let admin = company.sign_in("ada").await;
    company.delete(&format!("/users/{}/badge", maria.id)).by(&admin).send().await.expect(204);
    let subject = format!("user:{}", maria.id);
    let audit = company.get(&format!("/audit?subject={subject}")).by(&admin).send().await.expect(200);
    let actions: Vec<&str> = audit.items().iter().filter_map(|entry| entry["action"].as_str()).collect();
    assert!(actions.contains(&"badge_assigned") && actions.contains(&"badge_revoked"), "{actions:?}");
    let table = Table::of(&company);
    for partition in [format!("USER#{}", maria.id), format!("OUTBOX#{subject}"), format!("AUDIT#{subject}")] {
        let stored = format!("{:?}", table.partition(&partition).await);
        assert!(!stored.contains(NUMBER) && !stored.contains("04a219f37c"), "{partition}: {stored}");
    }
}

#[tokio::test]
async fn a_badges_punch_costs_three_reads_and_one_transaction() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    holder(&company, "maria", NUMBER).await;
    // The keys are read once per execution environment.
    scan(&company, &kiosk, NUMBER).send().await.expect(200);
    company.reset_calls().await;
    scan(&company, &kiosk, NUMBER).header("Idempotency-Key", "k").send().await.expect(200);
    let punch = [("BatchGetItem".to_owned(), 3), ("TransactWriteItems".to_owned(), 1)];
    assert_eq!(calls(&company, "POST /kiosk/punch").await, punch);
}

#[tokio::test]
async fn of_many_who_are_given_one_badge_one_gets_it() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let mut people = Vec::new();
    for number in 0..10 {
        people.push(company.person(&format!("user{number}"), json!({})).await);
    }
    let replies =
        join_all(people.iter().map(|person| assign(&company, &company.admin, &person.id, NUMBER).send())).await;
    let (given, refused): (Vec<_>, Vec<_>) = people.iter().zip(replies).partition(|(_, reply)| reply.status == 200);
    assert_eq!(given.len(), 1);
    for (_, reply) in refused {
        reply.expect_problem(409, "badge_taken");
    }
    let name = format!("{} of the test", given[0].0.username);
    assert_eq!(scan(&company, &kiosk, NUMBER).send().await.expect(200).body["full_name"], name);
    assert_eq!(company.get("/badges").by(&company.admin).send().await.expect(200).items().len(), 1);
}

#[tokio::test]
async fn a_badge_reassigned_during_punches_punches_for_one_person_at_a_time() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = holder(&company, "maria", NUMBER).await;
    let john = company.person("john", json!({})).await;
    let admin = company.sign_in("ada").await;
    for round in 0..5 {
        let (from, to) = if round % 2 == 0 { (&maria, &john) } else { (&john, &maria) };
        let moved = async {
            company.delete(&format!("/users/{}/badge", from.id)).by(&admin).send().await.expect(204);
            assign(&company, &admin, &to.id, NUMBER).send().await.expect(200);
            scan(&company, &kiosk, NUMBER).send().await
        };
        let punches = async { join_all((0..6).map(|_| scan(&company, &kiosk, NUMBER).send())).await };
        let (after, replies): (Reply, Vec<Reply>) = tokio::join!(moved, punches);
        for reply in replies {
            match reply.status.as_u16() {
                200 => assert!(
                    [&maria, &john]
                        .iter()
                        .any(|who| { reply.body["full_name"] == format!("{} of the test", who.username) })
                ),
                // Between two owners, the badge belongs to nobody; concurrent punches of one person are busy.
                401 => drop(reply.expect_problem(401, "invalid_credentials")),
                409 | 503 => {}
                other => panic!("{other}: {}", reply.text),
            }
        }
        // After the badge belongs to the other person, nothing is punched for the previous one.
        if after.status == 200 {
            assert_eq!(after.body["full_name"], format!("{} of the test", to.username));
        }
        let before = Table::of(&company).punch_events(&from.id).await.len();
        let last = scan(&company, &kiosk, NUMBER).send().await.expect(200);
        assert_eq!(last.body["full_name"], format!("{} of the test", to.username));
        assert_eq!(Table::of(&company).punch_events(&from.id).await.len(), before);
    }
}

#[tokio::test]
async fn an_offline_punch_from_before_the_badge_was_theirs_waits() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = holder(&company, "maria", NUMBER).await;
    let john = company.person("john", json!({})).await;
    company.set_clock("2026-11-02T09:00:00+03:00").await;
    let admin = company.sign_in("ada").await;
    company.delete(&format!("/users/{}/badge", maria.id)).by(&admin).send().await.expect(204);
    assign(&company, &admin, &john.id, NUMBER).send().await.expect(200);
    company.set_clock("2026-11-02T10:00:00+03:00").await;
    let row = |id: &str, time: &str| json!({"client_id": id, "badge": NUMBER, "action": "in", "occurred_at": format!("2026-11-02T{time}:00+03:00")});
    let batch = json!({"punches": [row("before", "08:30"), row("after", "09:30")]});
    let sent = company.post("/kiosk/batch").token(&kiosk.token).json(batch).send().await.expect(200);
    let results = sent.body["results"].as_array().unwrap();
    assert_eq!(
        (&results[0]["status"], &results[0]["code"]),
        (&json!("pending_review"), &json!("invalid_credentials")),
        "{}",
        sent.text
    );
    assert_eq!(results[1]["status"], "taken", "{}", sent.text);
    assert_eq!(Table::of(&company).punch_events(&maria.id).await.len(), 0);
    assert_eq!(Table::of(&company).sessions(&john.id, "2026-11-02").await, 1);
}

/// Writes badges directly to the store, without a function.
struct Clerk {
    store: Store,
    now: Timestamp,
}

impl Clerk {
    async fn of(company: &Company) -> Self {
        let store = Table::of(company).store(Arc::new(SystemEntropy)).await;
        Self { store, now: "2026-11-02T05:00:00Z".parse().unwrap() }
    }

    fn commit(&self) -> Commit {
        let event_id = EventId::generate(self.now, &SystemEntropy);
        Commit::without_event(Stamp { event_id, at: self.now, actor: Actor::System, request_id: None })
    }

    async fn assign(&self, person: UserId, number: &BadgeHashes) -> Result<(), CommitError> {
        let snapshot = self.store.badge_snapshot(person, person, Some(number)).await.unwrap();
        let record = BadgeRecord {
            badge_hash: number.current.clone(),
            assigned_at: self.now,
            assigned_by: person,
            sealed_number: None,
        };
        let mut commit = self.commit();
        commit.assign_badge(&snapshot.person.unwrap(), snapshot.badge.as_ref(), &snapshot.number, &record)?;
        commit.send(&self.store).await
    }

    async fn number(&self, person: UserId, number: &BadgeHashes) -> NumberState {
        self.store.badge_snapshot(person, person, Some(number)).await.unwrap().number
    }
}

#[tokio::test]
async fn a_badge_is_rehashed_under_the_next_key_when_it_is_used() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let clerk = Clerk::of(&company).await;
    let maria: UserId = company.person("maria", json!({})).await.id.parse().unwrap();
    let john: UserId = company.person("john", json!({})).await.id.parse().unwrap();
    let old = BadgeHashes { current: "old".to_owned(), earlier: Vec::new() };
    let both = BadgeHashes { current: "new".to_owned(), earlier: vec!["old".to_owned()] };
    let new = BadgeHashes { current: "new".to_owned(), earlier: Vec::new() };
    clerk.assign(maria, &old).await.unwrap();
    assert_eq!(clerk.number(john, &both).await, NumberState::Taken);

    let held = async |number: &BadgeHashes| {
        clerk.store.at_kiosk_with_badge(kiosk.id.parse().unwrap(), number).await.unwrap().badge
    };
    let found = held(&both).await.unwrap();
    assert_eq!(found.holder, maria);
    let use_badge = async |found| {
        let mut commit = clerk.commit();
        commit.confirm_badge(found)?;
        commit.send(&clerk.store).await
    };
    use_badge(&found).await.unwrap();
    // Of two concurrent uses, the second is decided again, with the next hash.
    assert!(matches!(use_badge(&found).await, Err(CommitError::ConditionFailed(Condition::Badge))));
    assert_eq!(held(&old).await, None);
    assert_eq!(held(&new).await.map(|found| found.holder), Some(maria));
    use_badge(&held(&both).await.unwrap()).await.unwrap();
    assert_eq!(clerk.number(john, &new).await, NumberState::Taken);
}

#[tokio::test]
async fn a_number_that_is_left_over_is_taken_over_once() {
    let company = Company::start().await;
    let clerk = Clerk::of(&company).await;
    let maria: UserId = holder(&company, "maria", "5555").await.id.parse().unwrap();
    let (john, zoe) = (company.person("john", json!({})).await.id, company.person("zoe", json!({})).await.id);
    let (john, zoe): (UserId, UserId) = (john.parse().unwrap(), zoe.parse().unwrap());
    let number = BadgeHashes { current: "hash".to_owned(), earlier: Vec::new() };
    clerk.assign(maria, &number).await.unwrap();
    // As when an account is disabled: the number of the badge isn't known.
    Table::of(&company).delete(&format!("USER#{maria}"), "BADGE").await;
    let read = clerk.store.badge_snapshot(zoe, zoe, Some(&number)).await.unwrap();
    assert!(matches!(read.number, NumberState::LeftOver(_)));
    clerk.assign(john, &number).await.unwrap();
    let late =
        BadgeRecord { badge_hash: "hash".to_owned(), assigned_at: clerk.now, assigned_by: zoe, sealed_number: None };
    let mut commit = clerk.commit();
    commit.assign_badge(&read.person.unwrap(), None, &read.number, &late).unwrap();
    assert!(matches!(commit.send(&clerk.store).await, Err(CommitError::ConditionFailed(Condition::BadgeNumber))));
    assert_eq!(clerk.number(zoe, &number).await, NumberState::Taken);
}
