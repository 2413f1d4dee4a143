//! The number of calls to the table for leave requests.

use std::collections::BTreeMap;

use rollcall_tests::{Call, Company};
use serde_json::json;

use super::Team;

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

fn calls(expected: &[(&str, u64)]) -> BTreeMap<String, u64> {
    expected.iter().map(|(call, count)| ((*call).to_owned(), *count)).collect()
}

#[tokio::test]
async fn a_change_reads_at_most_twice_and_writes_once() {
    let team = Team::start().await;
    let (maria, manager) = (team.maria().await, team.manager().await);
    let asked = json!({"start_date": "2026-11-09", "end_date": "2026-11-13"});
    let other = team.ask_for("2026-11-23", "2026-11-24").await.expect(201).str("id").to_owned();
    let ask = team.company.post("/leave/requests").by(&maria).header("idempotency-key", "once").json(asked.clone());
    let expected = calls(&[("BatchGetItem", 1), ("TransactWriteItems", 1)]);
    assert_eq!(cost(&team.company, ask).await, expected, "ask");
    let list = team.company.get("/leave/requests?user_id=me").by(&maria);
    assert_eq!(
        cost(&team.company, list).await,
        calls(&[("BatchGetItem", 1), ("Query", 1)]),
        "list one's own, with one's name"
    );
    let own = team.company.get("/leave/requests").by(&maria).send().await.expect(200);
    let id =
        own.items().iter().find(|item| item["start_date"] == "2026-11-09").unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("/leave/requests/{id}");
    assert_eq!(
        cost(&team.company, team.company.get(&path).by(&maria)).await,
        calls(&[("BatchGetItem", 1)]),
        "read one's own, with one's name"
    );
    assert_eq!(
        cost(&team.company, team.company.get(&path).by(&manager)).await,
        calls(&[("BatchGetItem", 1), ("GetItem", 2)]),
        "read another's"
    );
    let expected = calls(&[("BatchGetItem", 2), ("TransactWriteItems", 1)]);
    let change = team.company.put(&path).by(&maria).json(asked);
    assert_eq!(cost(&team.company, change).await, expected, "change");
    let decide = team.company.post(&format!("{path}/decision")).by(&manager).json(json!({"status": "approved"}));
    assert_eq!(cost(&team.company, decide).await, expected, "decide");
    let cancel = team.company.delete(&path).by(&maria);
    let and_who_decided = calls(&[("BatchGetItem", 3), ("TransactWriteItems", 1)]);
    assert_eq!(cost(&team.company, cancel).await, and_who_decided, "cancel, with the name of who decided");
    let list = team.company.get("/leave/requests").by(&manager);
    assert_eq!(
        cost(&team.company, list).await,
        calls(&[("BatchGetItem", 2), ("Query", 1)]),
        "list a department's, with its people's names"
    );
    team.decide(&other, "approved").await.expect(200);
    for by in [&manager, &maria] {
        let calendar = team.company.get("/leave/calendar").by(by);
        assert_eq!(
            cost(&team.company, calendar).await,
            calls(&[("BatchGetItem", 1), ("Query", 1)]),
            "a department's calendar"
        );
    }
}
