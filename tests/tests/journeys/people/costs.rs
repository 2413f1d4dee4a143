use std::collections::BTreeMap;

use rollcall_tests::{Call, Company};
use serde_json::json;

/// Returns the calls to the table that one request makes, by operation.
async fn cost(company: &Company, call: Call) -> BTreeMap<String, u64> {
    company.reset_calls().await;
    let reply = call.send().await;
    assert!(reply.status.is_success(), "{}", reply.text);
    let report = company.get("/_local/calls").send().await.expect(200);
    // The calls of the stream's consumers don't belong to the request.
    let of_requests = |route: &&serde_json::Value| route["route"].as_str().unwrap().contains('/');
    let routes = report.body["routes"].as_array().unwrap().iter().filter(of_requests);
    let operations = routes.flat_map(|route| route["operations"].as_array().unwrap());
    operations.map(|of| (of["operation"].as_str().unwrap().to_owned(), of["count"].as_u64().unwrap())).collect()
}

#[tokio::test]
async fn a_change_costs_one_read_and_one_transaction() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let workshop = company.department("Workshop").await;
    let site = json!({"name": "Pier", "time_zone": "UTC"});
    let site = company.post("/sites").by(&company.admin).json(site.clone()).send().await.expect(201);
    let holiday = json!({"date": "2026-12-31", "name": "Eve"});
    let holiday = company.post("/holidays").by(&company.admin).json(holiday).send().await.expect(201);
    let maria = company.person("maria", json!({"department_id": harbour})).await;
    let maria = format!("/users/{}", maria.id);
    let admin = |call: Call| call.by(&company.admin).header("idempotency-key", "once");
    let (site, holiday) = (format!("/sites/{}", site.str("id")), format!("/holidays/{}", holiday.str("id")));
    let anna = json!({"username": "anna", "full_name": "Anna", "department_id": harbour, "email": "a@example.com"});
    for (what, call) in [
        ("make a person", company.post("/users").json(anna)),
        ("change a person", company.patch(&maria).json(json!({"department_id": workshop, "username": "maria.w"}))),
        ("reset a password", company.post(&format!("{maria}/password-reset")).json(json!({}))),
        ("change settings", company.patch("/settings").json(json!({"photo": "off"}))),
        ("make a department", company.post("/departments").json(json!({"name": "Canteen"}))),
        ("change a department", company.patch(&format!("/departments/{harbour}")).json(json!({"name": "Docks"}))),
        ("make a site", company.post("/sites").json(json!({"name": "Shop", "time_zone": "UTC"}))),
        ("change a site", company.patch(&site).json(json!({"name": "Quay"}))),
        ("delete a site", company.delete(&site)),
        ("add a holiday", company.post("/holidays").json(json!({"date": "2026-12-24", "name": "Eve"}))),
        ("remove a holiday", company.delete(&holiday)),
    ] {
        let expected = BTreeMap::from([("BatchGetItem".to_owned(), 1), ("TransactWriteItems".to_owned(), 1)]);
        assert_eq!(cost(&company, admin(call)).await, expected, "{what}");
    }
    // The open items of a leaver need a second read, because the first one determines whose days must be read. The settlement
    // of their allowance takes two reads, and their corrections and swaps take one each.
    let expected =
        [("BatchGetItem", 4), ("Query", 2), ("TransactWriteItems", 1)].map(|(call, count)| (call.to_owned(), count));
    let expected = BTreeMap::from(expected);
    assert_eq!(cost(&company, admin(company.delete(&maria))).await, expected);
}

#[tokio::test]
async fn a_read_costs_one_read_and_a_list_one_more_query() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let one = || BTreeMap::from([("BatchGetItem".to_owned(), 1)]);
    // The session is read at the same time.
    let query = || BTreeMap::from([("BatchGetItem".to_owned(), 1), ("Query".to_owned(), 1)]);
    for (path, expected) in [
        ("/users/me".to_owned(), one()),
        (format!("/users?department_id={harbour}"), query()),
        ("/settings".to_owned(), one()),
        ("/departments".to_owned(), query()),
        (format!("/departments/{harbour}"), one()),
        ("/sites".to_owned(), query()),
        ("/holidays?year=2026".to_owned(), one()),
        // And the names of the people who changed them.
        ("/audit?subject=settings".to_owned(), query()),
    ] {
        assert_eq!(cost(&company, company.get(&path).by(&company.admin)).await, expected, "{path}");
    }
}
