//! The first screen of an employee, a manager and an admin: one call each, and its cost.

use std::{collections::BTreeMap, sync::Arc};

use aws_sdk_dynamodb::Client;
use rollcall_tests::{Company, Person};
use serde_json::{Value, json};
use store::{Commit, Store};

use crate::bulk_fixtures::{self, Counter};

async fn first_screen(company: &Company, person: &Person) -> Value {
    company.get("/bootstrap").by(person).send().await.expect(200).body
}

/// Returns the action of a time clock button in the first screen.
fn button<'a>(screen: &'a Value, action: &str) -> &'a Value {
    let actions = screen["clock"]["actions"].as_array().unwrap();
    actions.iter().find(|button| button["action"] == action).unwrap()
}

#[tokio::test]
async fn an_employee_sees_their_first_screen_in_one_call() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let site = json!({"name": "Pier 3", "time_zone": "Europe/Istanbul"});
    let site = company.post("/sites").by(&company.admin).json(site).send().await.expect(201).str("id").to_owned();
    let maria = company.person("maria", json!({"department_id": harbour, "site_id": site})).await;
    company.set_clock("2026-11-02T08:58:00+03:00").await;
    let maria = company.sign_in(&maria.username).await;
    let screen = first_screen(&company, &maria).await;

    assert_eq!(
        (&screen["now"], &screen["time_zone"]),
        (&json!("2026-11-02T08:58:00+03:00"), &json!("Europe/Istanbul"))
    );
    assert_eq!(screen["user"]["id"], maria.id.as_str());
    assert_eq!(screen["permissions"], json!([]));
    assert_eq!(screen["settings"]["photo"], "optional");
    assert_eq!(screen["clock"]["presence"], "out");
    assert_eq!(button(&screen, "in"), &json!({"action": "in", "allowed": true, "reason": null}));
    assert_eq!(button(&screen, "out"), &json!({"action": "out", "allowed": false, "reason": "not_clocked_in"}));
    assert_eq!(screen["clock"]["next_shift"]["start_at"], "2026-11-02T09:00:00+03:00");
    assert_eq!(screen["clock"]["session"], Value::Null);
    assert_eq!(screen["badges"]["unread_notifications"], 0);
    assert_eq!(screen["badges"]["approvals"]["total"], 0);
    assert_eq!(screen["leave_balances"][0]["type"], "annual");
    assert_eq!(screen["leave_balances"][0]["available_days"], 15.0);
    let shifts = screen["next_shifts"].as_array().unwrap();
    assert_eq!(shifts.len(), 10);
    assert_eq!((&shifts[0]["date"], &shifts[5]["date"]), (&json!("2026-11-02"), &json!("2026-11-09")));
    assert_eq!(screen["departments"], json!([{"id": harbour, "name": "Harbour"}]));
    assert_eq!(screen["sites"], json!([{"id": site, "name": "Pier 3", "time_zone": "Europe/Istanbul"}]));

    // The screen contains the same clock as `GET /clock`, and the running session follows.
    company.post("/clock/in").by(&maria).json(json!({})).send().await.expect(201);
    let screen = first_screen(&company, &maria).await;
    let clock = company.get("/clock").by(&maria).send().await.expect(200).body;
    assert_eq!(screen["clock"], clock);
    assert_eq!(clock["session"]["id"], clock["day"]["sessions"][0]["id"]);
    assert_eq!(clock["current_shift"]["start_at"], "2026-11-02T09:00:00+03:00");
    assert_eq!(button(&screen, "in")["reason"], "already_clocked_in");
    assert_eq!(button(&screen, "break_start")["allowed"], true);
    assert_eq!(button(&screen, "break_end")["reason"], "not_on_break");
}

#[tokio::test]
async fn a_managers_first_screen_counts_what_waits_for_them() {
    let company = Company::start().await;
    let (harbour, workshop) = (company.department("Harbour").await, company.department("Workshop").await);
    let maria = company.person("maria", json!({"department_id": harbour})).await;
    let walter = company.person("walter", json!({"department_id": workshop})).await;
    let hana = company.person("hana", json!({"role": "manager", "manages": [harbour], "department_id": harbour})).await;
    let leave = json!({"start_date": "2026-11-09", "end_date": "2026-11-10"});
    for person in [&maria, &walter, &hana] {
        company.post("/leave/requests").by(person).json(leave.clone()).send().await.expect(201);
    }
    let session = json!({"clock_in": "2026-11-02T07:00:00+03:00", "clock_out": "2026-11-02T07:30:00+03:00"});
    let correction = json!({"sessions": [session], "reason": "I forgot"});
    company.post("/attendance/me/2026-11-02/corrections").by(&maria).json(correction).send().await.expect(201);
    let registration = json!({"username": "nora", "full_name": "Nora", "password": rollcall_tests::company::PASSWORD});
    company.post("/auth/register").json(registration).send().await.expect(201);

    // Neither their own nor those of another department.
    let approvals = first_screen(&company, &hana).await["badges"]["approvals"].clone();
    let expected = json!({"leave_request": 1, "correction": 1, "swap": 0, "day_to_review": 0, "flagged_clock_in": 0,
        "pay_approval": 0, "registration": 0, "total": 2, "has_more": false});
    assert_eq!(approvals, expected);
    let admins = first_screen(&company, &company.admin).await;
    let approvals = &admins["badges"]["approvals"];
    assert_eq!((&approvals["leave_request"], &approvals["registration"]), (&json!(3), &json!(1)));
    assert!(admins["permissions"].as_array().unwrap().contains(&json!("manage_company")));
    // The person asked to swap shifts has that decision waiting.
    let plan = json!({"shifts": [{"start": "10:00", "end": "14:00"}], "reason": "r"});
    let path = format!("/roster/{}/days/2026-11-21", maria.id);
    company.put(&path).by(&company.admin).json(plan).send().await.expect(200);
    let ask = json!({"my_date": "2026-11-21", "with_user_id": walter.id});
    company.post("/roster/swaps").by(&maria).json(ask).send().await.expect(201);
    assert_eq!(first_screen(&company, &walter).await["badges"]["approvals"]["swap"], 1);
    assert_eq!(first_screen(&company, &maria).await["badges"]["approvals"]["swap"], 0);
}

/// Returns the calls to the table that a first screen makes, by operation, and the units that they read.
async fn cost(company: &Company, person: &Person) -> (BTreeMap<String, u64>, String) {
    company.delete("/_local/calls").send().await;
    first_screen(company, person).await;
    let report = company.get("/_local/calls").send().await.expect(200);
    let of_requests = |route: &&Value| route["route"].as_str().unwrap().contains('/');
    let routes = report.body["routes"].as_array().unwrap().iter().filter(of_requests);
    let operations: Vec<&Value> = routes.flat_map(|route| route["operations"].as_array().unwrap()).collect();
    let units: f64 = operations.iter().map(|of| of["read_units"].as_f64().unwrap()).sum();
    let calls =
        operations.iter().map(|of| (of["operation"].as_str().unwrap().to_owned(), of["count"].as_u64().unwrap()));
    (calls.collect(), units.to_string())
}

fn calls(expected: &[(&str, u64)]) -> BTreeMap<String, u64> {
    expected.iter().map(|(call, count)| ((*call).to_owned(), *count)).collect()
}

#[tokio::test]
async fn the_first_screen_costs_a_bounded_number_of_reads() {
    let company = Company::start().await;
    let now = "2026-11-02T05:00:00Z".parse().unwrap();
    let mut departments = Vec::new();
    for number in 0..20 {
        departments.push(company.department(&format!("Department {number}")).await);
    }
    let client = Client::new(company.stack.sdk());
    let tables = client.list_tables().send().await.unwrap();
    let store = Store::new(client, &tables.table_names()[0], Arc::new(Counter::default()));
    for number in 0..997 {
        // Together with maria, the first department has twenty people.
        let department = if number < 19 { 0 } else { 1 + number % 19 };
        let department = departments[department].parse().unwrap();
        let user = bulk_fixtures::person(number, department, now);
        let mut commit = Commit::without_event(bulk_fixtures::stamp(number, now));
        commit.create_user(&user).unwrap();
        commit.send(&store).await.unwrap();
    }
    let maria = company.person("maria", json!({"department_id": departments[0]})).await;
    let hana = company.person("hana", json!({"role": "manager", "manages": [departments[0]]})).await;
    let admin = company.sign_in("ada").await;

    let (employees, of_employee) = cost(&company, &maria).await;
    assert_eq!(employees, calls(&[("BatchGetItem", 2), ("Query", 3)]), "an employee's");
    let (managers, of_manager) = cost(&company, &hana).await;
    assert_eq!(managers, calls(&[("BatchGetItem", 2), ("Query", 3 + 5)]), "a manager's");
    let (admins, of_admin) = cost(&company, &admin).await;
    // The twenty departments and the people without one, the departments themselves, and registrations.
    assert_eq!(admins, calls(&[("BatchGetItem", 2), ("Query", 3 + 5 * 21 + 1 + 1)]), "an admin's");
    // docs/data-model.md documents these units.
    assert_eq!([of_employee, of_manager, of_admin], ["18", "20.5", "72"]);
    // Waiting items are read too: one BatchGetItem for each hundred items and people.
    let leave = json!({"start_date": "2026-11-09", "end_date": "2026-11-10"});
    company.post("/leave/requests").by(&maria).json(leave).send().await.expect(201);
    let (managers, _) = cost(&company, &hana).await;
    assert_eq!(managers, calls(&[("BatchGetItem", 3), ("Query", 3 + 5)]), "a manager's with something that waits");
}
