use rollcall_tests::Company;
use serde_json::json;

use super::{at_once, walk};

#[tokio::test]
async fn of_two_admins_who_demote_each_other_one_stays() {
    let company = Company::start().await;
    let bob = company.person("bob", json!({"role": "admin"})).await;
    let demote = |number: usize| {
        let (caller, other) = if number.is_multiple_of(2) { (&company.admin, &bob) } else { (&bob, &company.admin) };
        let path = format!("/users/{}", other.id);
        if number % 4 < 2 {
            company.patch(&path).by(caller).json(json!({"role": "employee"}))
        } else {
            company.delete(&path).by(caller)
        }
    };
    at_once((0..20).map(demote).collect()).await;
    // The token of the one who is demoted or disabled is refused.
    let profile = async |who| company.get("/users/me").by(who).send().await;
    let profiles = [profile(&company.admin).await, profile(&bob).await];
    let told: Vec<&str> = profiles.iter().map(|reply| reply.text.as_str()).collect();
    let stayed: Vec<_> = profiles.iter().filter(|reply| reply.status == 200).collect();
    assert_eq!(stayed.len(), 1, "{told:?}");
    assert_eq!((&stayed[0].body["role"], &stayed[0].body["status"]), (&json!("admin"), &json!("active")), "{told:?}");
}

#[tokio::test]
async fn of_many_who_take_a_username_one_gets_it() {
    let company = Company::start().await;
    let take = |number| {
        let body =
            json!({"username": "maria", "full_name": format!("Maria {number}"), "password": "a fine long password"});
        company.post("/users").by(&company.admin).json(body)
    };
    let statuses = at_once((0..20).map(take).collect()).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 201 | 409)), "{statuses:?}");
    let named = walk(&company, &company.admin, "/users?q=maria").await;
    assert_eq!(named.len(), 1);
}

#[tokio::test]
async fn concurrent_requests_with_one_idempotency_key_create_one_item() {
    let company = Company::start().await;
    let make = |_| {
        let call = company.post("/departments").by(&company.admin).header("idempotency-key", "harbour");
        call.json(json!({"name": "Harbour"}))
    };
    let statuses = at_once((0..20).map(make).collect()).await;
    assert!(statuses.iter().all(|status| matches!(status, 201 | 409)), "{statuses:?}");
    assert_eq!(walk(&company, &company.admin, "/departments").await.len(), 1);
}

#[tokio::test]
async fn nobody_is_put_into_a_department_that_is_being_deleted() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let path = format!("/departments/{harbour}");
    let put = |number: usize| {
        let body = json!({"username": format!("user{number}"), "full_name": "User", "department_id": harbour,
            "password": "a fine long password"});
        company.post("/users").by(&company.admin).json(body)
    };
    let mut calls: Vec<_> = (0..8).map(put).collect();
    calls.insert(4, company.delete(&path).by(&company.admin));
    at_once(calls).await;
    let people = walk(&company, &company.admin, &format!("/users?department_id={harbour}")).await;
    let department = company.get(&path).by(&company.admin).send().await;
    match department.status.as_u16() {
        200 => assert_eq!(department.body["members"], people.len()),
        status => assert_eq!((status, people.len()), (404, 0)),
    }
}

#[tokio::test]
async fn changes_at_once_are_all_made() {
    let company = Company::start().await;
    let add = |number: usize| {
        let body = json!({"date": format!("2026-12-{:02}", number + 1), "name": "Off"});
        company.post("/holidays").by(&company.admin).json(body)
    };
    let statuses = at_once((0..10).map(add).collect()).await;
    assert_eq!(statuses, [201; 10]);
    assert_eq!(walk(&company, &company.admin, "/holidays?year=2026").await.len(), 10);
}

#[tokio::test]
async fn twenty_changes_of_settings_at_once_are_all_made() {
    let company = Company::start().await;
    let before = company.get("/settings").by(&company.admin).send().await.body["version"].as_u64().unwrap();
    let change = |number: usize| {
        let body = json!({"late_grace_minutes": number + 1});
        company.patch("/settings").by(&company.admin).json(body)
    };
    assert_eq!(at_once((0..20).map(change).collect()).await, [200; 20]);
    let after = company.get("/settings").by(&company.admin).send().await.body["version"].as_u64().unwrap();
    assert!((before + 19..=before + 20).contains(&after), "{before} to {after}: one may have changed nothing");
    let stale = company.patch("/settings").by(&company.admin).header("if-match", &format!("\"{before}\""));
    stale.json(json!({"late_grace_minutes": 30})).send().await.expect_problem(412, "precondition_failed");
}
