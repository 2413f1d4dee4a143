//! Corrections: requested, decided once by a person in charge, withdrawn.

use futures_util::future::join_all;
use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

use crate::{edits::Worked, table::Table};

async fn ask(worked: &Worked, sessions: Value) -> Reply {
    let body = json!({"sessions": sessions, "reason": "I was there at nine"});
    worked.company.post("/attendance/me/2026-11-02/corrections").by(&worked.maria).json(body).send().await
}

async fn decide(company: &Company, id: &str, by: &Person, status: &str) -> Reply {
    let body = json!({"status": status, "note": "Seen"});
    company.post(&format!("/corrections/{id}/decision")).by(by).json(body).send().await
}

async fn list(company: &Company, by: &Person, query: &str) -> Vec<Value> {
    company.get(&format!("/corrections{query}")).by(by).send().await.expect(200).items().clone()
}

#[tokio::test]
async fn an_approved_correction_changes_day_and_month_and_keeps_the_punches() {
    let worked = Worked::start().await;
    let asked = ask(&worked, worked.from("09:00")).await.expect(201);
    let id = asked.str("id").to_owned();
    assert_eq!(asked.header("location"), Some(format!("/corrections/{id}").as_str()));
    assert_eq!(asked.header("etag"), Some("\"1\""));
    assert_eq!((&asked.body["status"], &asked.body["day_version"]), (&json!("pending"), &json!(2)));
    assert_eq!(asked.body["sessions"][0]["clock_in"], "2026-11-02T09:00:00+03:00");
    assert_eq!(worked.read().await, worked.day, "asking changes nothing");
    let (before, after) = (&asked.body["before"], &asked.body["after"]);
    assert_eq!(before["sessions"][0]["clock_in"], "2026-11-02T09:20:00+03:00");
    assert_eq!((&before["late_seconds"], &after["late_seconds"]), (&json!(1_200), &json!(0)));
    assert_eq!((&before["worked_seconds"], &after["worked_seconds"]), (&json!(31_800), &json!(33_000)));
    assert_eq!(after["sessions"][0]["clock_in"], "2026-11-02T09:00:00+03:00");

    let decided = decide(&worked.company, &id, &worked.manager, "approved").await.expect(200);
    assert_eq!((&decided.body["status"], &decided.body["note"]), (&json!("approved"), &json!("Seen")));
    assert_eq!((&decided.body["decided_by"], &decided.body["version"]), (&json!(worked.manager.id), &json!(2)));
    assert_eq!(decided.body["before"], asked.body["before"]);
    assert_eq!(decided.body["after"]["worked_seconds"], 33_000);
    let day = worked.read().await;
    assert_eq!((&day["late_seconds"], &day["version"]), (&json!(0), &json!(3)));
    assert_eq!(day["sessions"][0]["clock_in"]["source"], "correction");
    let totals = Table::of(&worked.company).month_totals(&worked.maria.id, "2026-11-02").await;
    assert_eq!((totals["days_late"], totals["worked_seconds"]), (0, 33_000));
    let history = worked.company.get(&format!("{}/history", worked.path())).by(&worked.maria).send().await.expect(200);
    let edit = history.items().last().unwrap();
    assert_eq!((&edit["cause"], &edit["reason"]), (&json!("correction"), &json!("I was there at nine")));
    assert_eq!(history.items()[0]["punch"]["at"], "2026-11-02T09:20:00+03:00");
    let read = worked.company.get(&format!("/corrections/{id}")).by(&worked.maria).send().await.expect(200);
    assert_eq!(read.body, decided.body);
}

#[tokio::test]
async fn a_rejected_correction_leaves_the_day_alone() {
    let worked = Worked::start().await;
    let id = ask(&worked, worked.from("09:00")).await.expect(201).str("id").to_owned();
    let decided = decide(&worked.company, &id, &worked.manager, "rejected").await.expect(200);
    assert_eq!(decided.body["status"], "rejected");
    assert_eq!(worked.read().await, worked.day);
}

#[tokio::test]
async fn nobody_decides_their_own_and_nobody_twice() {
    let worked = Worked::start().await;
    let id = ask(&worked, worked.from("09:00")).await.expect(201).str("id").to_owned();
    decide(&worked.company, &id, &worked.maria, "approved").await.expect_problem(403, "own_request");
    decide(&worked.company, &id, &worked.manager, "approved").await.expect(200);
    for status in ["approved", "rejected"] {
        decide(&worked.company, &id, &worked.manager, status).await.expect_problem(409, "already_decided");
    }
    let withdraw = worked.company.delete(&format!("/corrections/{id}")).by(&worked.maria);
    withdraw.send().await.expect_problem(409, "already_decided");
    let pending = json!({"status": "withdrawn"});
    let call = worked.company.post(&format!("/corrections/{id}/decision")).by(&worked.manager).json(pending);
    call.send().await.expect_invalid("status");
}

#[tokio::test]
async fn of_two_managers_at_once_one_decides_and_the_day_is_edited_once() {
    let worked = Worked::start().await;
    let more = json!({"role": "manager", "manages": [worked.department], "department_id": worked.department});
    let other = worked.company.person("other", more).await;
    let id = ask(&worked, worked.from("09:00")).await.expect(201).str("id").to_owned();
    let replies = join_all([&worked.manager, &other].map(|by| decide(&worked.company, &id, by, "approved"))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    for reply in replies.into_iter().filter(|reply| reply.status != 200) {
        reply.expect_problem(409, "already_decided");
    }
    let history = worked.company.get(&format!("{}/history", worked.path())).by(&worked.maria).send().await.expect(200);
    assert_eq!(history.items().iter().filter(|item| item["kind"] == "edited").count(), 1);
    assert_eq!(worked.read().await["version"], 3);
}

#[tokio::test]
async fn a_day_that_changed_since_cannot_be_corrected_so_any_more() {
    let worked = Worked::start().await;
    let id = ask(&worked, worked.from("09:00")).await.expect(201).str("id").to_owned();
    worked.edit(worked.from("08:45")).await.expect(200);
    decide(&worked.company, &id, &worked.manager, "approved").await.expect_problem(409, "day_changed");
    let read = worked.company.get(&format!("/corrections/{id}")).by(&worked.manager).send().await.expect(200);
    assert_eq!(read.body["status"], "pending");
    decide(&worked.company, &id, &worked.manager, "rejected").await.expect(200);
}

#[tokio::test]
async fn a_pending_correction_is_withdrawn_by_its_owner_alone() {
    let worked = Worked::start().await;
    let id = ask(&worked, worked.from("09:00")).await.expect(201).str("id").to_owned();
    let path = format!("/corrections/{id}");
    worked.company.delete(&path).by(&worked.manager).send().await.expect_problem(403, "forbidden");
    let stale = worked.company.delete(&path).by(&worked.maria).header("If-Match", "\"7\"");
    stale.send().await.expect_problem(412, "precondition_failed");
    worked.company.delete(&path).by(&worked.maria).send().await.expect(204);
    decide(&worked.company, &id, &worked.manager, "approved").await.expect_problem(409, "already_decided");
    assert_eq!(list(&worked.company, &worked.maria, "?status=withdrawn").await[0]["id"], id.as_str());
}

#[tokio::test]
async fn what_could_not_be_approved_is_not_taken() {
    let worked = Worked::start().await;
    let future =
        json!([{"clock_in": "2026-11-02T09:00:00+03:00", "clock_out": "2026-11-02T18:30:00+03:00", "breaks": []}]);
    ask(&worked, future).await.expect_invalid("sessions[0].clock_out");
    let anothers = worked.company.post(&format!("{}/corrections", worked.path())).by(&worked.manager);
    let body = json!({"sessions": worked.from("09:00"), "reason": "r"});
    anothers.json(body).send().await.expect_problem(403, "forbidden");
    assert!(list(&worked.company, &worked.maria, "").await.is_empty());
}

#[tokio::test]
async fn managers_list_those_in_their_charge_and_everyone_their_own() {
    let worked = Worked::start().await;
    let company = &worked.company;
    let elsewhere = company.department("Packing").await;
    let other = company.person("other", json!({"role": "manager", "manages": [elsewhere]})).await;
    let mut ids = Vec::new();
    for clock_in in ["09:00", "09:05", "09:10"] {
        ids.push(ask(&worked, worked.from(clock_in)).await.expect(201).str("id").to_owned());
    }
    decide(company, &ids[2], &worked.manager, "rejected").await.expect(200);
    let of = |items: &[Value]| items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(of(&list(company, &worked.manager, "?status=pending").await).len(), 2);
    let all = of(&list(company, &worked.manager, "").await);
    assert_eq!((all.len(), &all[2]), (3, &ids[2]), "those that wait come first");
    assert_eq!(list(company, &worked.manager, &format!("?user_id={}", worked.maria.id)).await.len(), 3);
    assert_eq!(list(company, &worked.maria, "").await.len(), 3);
    assert!(list(company, &worked.manager, "?user_id=me").await.is_empty());
    assert!(list(company, &other, "").await.is_empty());
    let admin = company.sign_in("ada").await;
    let mut walked = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = company.get(&format!("/corrections?limit=1{cursor}")).by(&admin).send().await.expect(200);
        walked.extend(of(page.items()));
        let Some(next) = page.body["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(walked, all);
    company.get(&format!("/corrections/{}", ids[0])).by(&other).send().await.expect_problem(404, "not_found");
    company
        .get(&format!("/corrections?user_id={}", worked.maria.id))
        .by(&other)
        .send()
        .await
        .expect_problem(404, "not_found");
    company.get("/corrections?user_id=maria").by(&admin).send().await.expect_invalid("user_id");
}

#[tokio::test]
async fn the_sole_admin_decides_their_own_only_while_there_is_nobody_else() {
    let company = Company::start().await;
    company.set_clock("2026-11-02T18:20:00+03:00").await;
    let admin = company.sign_in("ada").await;
    let session =
        json!({"clock_in": "2026-11-02T09:00:00+03:00", "clock_out": "2026-11-02T18:00:00+03:00", "breaks": []});
    let ask = async |date: &str| {
        let body = json!({"sessions": [session], "reason": "At the customer's"});
        let path = format!("/attendance/me/{date}/corrections");
        company.post(&path).by(&admin).json(body).send().await.expect(201).str("id").to_owned()
    };
    let first = ask("2026-11-02").await;
    let decided = decide(&company, &first, &admin, "approved").await.expect(200);
    assert_eq!(decided.body["self_decided"], true);
    let audit = company.get(&format!("/audit?subject=user:{}", admin.id)).by(&admin).send().await.expect(200);
    // The clock stands still, so the request isn't older than the decision.
    let entry = audit.items().iter().find(|entry| entry["action"] == "correction_approved").unwrap();
    assert_eq!(entry["after"]["correction"]["self_decided"], true);
    assert_eq!(entry["after"]["day"]["worked_seconds"], 9 * 3600);

    let second = ask("2026-11-02").await;
    let general = company.person("general", json!({"role": "manager", "manages_all": true})).await;
    decide(&company, &second, &admin, "approved").await.expect_problem(403, "own_request");
    let bob = company.person("bob", json!({"role": "admin"})).await;
    decide(&company, &second, &general, "approved").await.expect_problem(403, "forbidden");
    company.delete(&format!("/users/{}", bob.id)).by(&admin).send().await.expect(204);
    decide(&company, &second, &general, "rejected").await.expect(200);
    let third = ask("2026-11-02").await;
    company.delete(&format!("/users/{}", general.id)).by(&admin).send().await.expect(204);
    decide(&company, &third, &admin, "rejected").await.expect(200);
}

#[tokio::test]
async fn what_a_leaver_asked_for_is_withdrawn() {
    let worked = Worked::start().await;
    let id = ask(&worked, worked.from("09:00")).await.expect(201).str("id").to_owned();
    let admin = worked.company.sign_in("ada").await;
    worked.company.delete(&format!("/users/{}", worked.maria.id)).by(&admin).send().await.expect(204);
    let read = worked.company.get(&format!("/corrections/{id}")).by(&worked.manager).send().await.expect(200);
    assert_eq!(read.body["status"], "withdrawn");
    decide(&worked.company, &id, &worked.manager, "approved").await.expect_problem(409, "already_decided");
}

#[tokio::test]
async fn the_same_request_again_asks_for_nothing_more() {
    let worked = Worked::start().await;
    let ask = || {
        let body = json!({"sessions": worked.from("09:00"), "reason": "I was there at nine"});
        let call = worked.company.post("/attendance/me/2026-11-02/corrections").by(&worked.maria);
        call.header("Idempotency-Key", "nine").json(body).send()
    };
    let first = ask().await.expect(201);
    let again = ask().await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.body, first.body);
    assert_eq!(list(&worked.company, &worked.maria, "").await.len(), 1);
}

#[tokio::test]
async fn pending_corrections_of_a_moved_person_move_to_the_new_department() {
    let worked = Worked::start().await;
    let packing = worked.company.department("Packing").await;
    let paula = json!({"role": "manager", "manages": [packing], "department_id": packing});
    let paula = worked.company.person("paula", paula).await;
    let id = ask(&worked, worked.from("09:00")).await.expect(201).str("id").to_owned();
    let admin = worked.company.sign_in("ada").await;
    let moved = json!({"department_id": packing});
    worked.company.patch(&format!("/users/{}", worked.maria.id)).by(&admin).json(moved).send().await.expect(200);
    worked.company.settle().await;
    let ids = |items: Vec<Value>| items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(list(&worked.company, &paula, "?status=pending").await), std::slice::from_ref(&id));
    assert_eq!(ids(list(&worked.company, &worked.manager, "?status=pending").await), Vec::<String>::new());
    decide(&worked.company, &id, &paula, "approved").await.expect(200);
}
