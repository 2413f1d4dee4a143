//! The number of calls to the table for rosters.

use std::collections::BTreeMap;

use rollcall_tests::{Call, Company, Reply};
use serde_json::json;

use super::{Team, weekly};

/// Returns the response to one request, and the calls that it makes, by operation.
async fn costing(company: &Company, call: Call) -> (Reply, String) {
    company.reset_calls().await;
    let reply = call.send().await;
    assert!(reply.status.is_success(), "{}", reply.text);
    let report = company.get("/_local/calls").send().await.expect(200);
    // The calls of the stream's consumers don't belong to the request.
    let of_requests = |route: &&serde_json::Value| route["route"].as_str().unwrap().contains('/');
    let routes = report.body["routes"].as_array().unwrap().iter().filter(of_requests);
    let operations = routes.flat_map(|route| route["operations"].as_array().unwrap());
    let counted: BTreeMap<&str, u64> =
        operations.map(|of| (of["operation"].as_str().unwrap(), of["count"].as_u64().unwrap())).collect();
    (reply, counted.iter().map(|(operation, count)| format!("{count} {operation}")).collect::<Vec<_>>().join(", "))
}

async fn cost(company: &Company, call: Call) -> String {
    costing(company, call).await.1
}

#[tokio::test]
async fn a_change_of_a_roster_costs_one_read_and_one_transaction() {
    let team = Team::start().await;
    let company = &team.company;
    let path = format!("/roster/{}", team.maria.id);
    let day = format!("{path}/days/2026-11-07");
    let saturday = json!({"shifts": [{"start": "10:00", "end": "14:00"}], "reason": "Fair"});
    let pattern = weekly(json!({"monday": [{"start": "09:00", "end": "17:00"}]}));
    let swap = json!({"my_date": "2026-11-14", "with_user_id": team.john.id});
    team.plan(&team.maria, "2026-11-14", saturday.clone()).await.expect(200);
    let once = "1 BatchGetItem, 1 TransactWriteItems";
    assert_eq!(cost(company, company.put(&path).by(&team.manager).json(pattern)).await, once);
    assert_eq!(cost(company, company.put(&day).by(&team.manager).json(saturday)).await, once);
    assert_eq!(cost(company, company.delete(&day).by(&team.manager)).await, once);
    assert_eq!(cost(company, company.post("/roster/me/calendar").by(&team.maria).json(json!({}))).await, once);
    assert_eq!(cost(company, company.delete("/roster/me/calendar").by(&team.maria)).await, once);
    let (asked, of_asking) = costing(company, company.post("/roster/swaps").by(&team.maria).json(swap)).await;
    assert_eq!(of_asking, once);
    let decision = company.post(&format!("/roster/swaps/{}/decision", asked.str("id"))).by(&team.john);
    let of_deciding = cost(company, decision.json(json!({"status": "accepted"}))).await;
    assert_eq!(of_deciding, "2 BatchGetItem, 1 TransactWriteItems", "the swap, and both rosters");
}

#[tokio::test]
async fn a_roster_costs_one_read_and_one_of_names() {
    let team = Team::start().await;
    let company = &team.company;
    let made = company.post("/roster/me/calendar").by(&team.maria).json(json!({})).send().await.expect(201);
    let feed = made.str("url").strip_prefix(&company.stack.url()).unwrap().to_owned();
    for path in [format!("/roster/{}", team.maria.id), format!("/roster/{}/shifts", team.maria.id), feed] {
        let cost = cost(company, company.get(&path).by(&team.manager)).await;
        assert!(["1 BatchGetItem", "2 BatchGetItem"].contains(&cost.as_str()), "{path}: {cost}");
    }
    let of_list = cost(company, company.get("/roster/swaps").by(&team.maria)).await;
    assert_eq!(of_list, "1 BatchGetItem, 1 Query");
}

/// The calls depend only on the number of pages, not on the dates or the plans for them.
#[tokio::test]
async fn a_grid_of_two_hundred_people_costs_a_query_and_a_few_reads_a_page() {
    let team = Team::start().await;
    let company = &team.company;
    let admin = company.sign_in("ada").await;
    for number in 0..197 {
        let body = json!({"username": format!("worker{number:03}"), "full_name": format!("Worker {number:03}"),
            "department_id": team.department, "hired_on": "2020-01-01", "password": rollcall_tests::company::PASSWORD});
        company.post("/users").by(&admin).json(body).send().await.expect(201);
    }
    let one_page = "6 BatchGetItem, 1 Query";
    for dates in ["from=2026-11-01&to=2026-11-01", "from=2026-11-01&to=2026-12-01"] {
        let path = format!("/roster?{dates}&limit=200");
        let (grid, calls) = costing(company, company.get(&path).by(&team.manager)).await;
        assert_eq!((grid.items().len(), calls.as_str()), (200, one_page), "two items a person, a hundred a call");
    }
    let days = company.get("/roster?from=2026-11-01&to=2026-12-01&limit=200").by(&team.manager).send().await;
    assert_eq!(days.items()[199]["days"].as_array().unwrap().len(), 31);
    let of_fifty = cost(company, company.get("/roster?limit=50").by(&team.manager)).await;
    assert_eq!(of_fifty, "3 BatchGetItem, 1 Query");
    let sheet = cost(company, company.get("/roster?format=csv").by(&team.manager)).await;
    assert_eq!(sheet, one_page);
}
