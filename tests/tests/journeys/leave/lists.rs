//! Lists of requests: the caller's own, and those of the people whom the caller manages.

use rollcall_tests::Person;
use serde_json::{Value, json};

use super::Team;

async fn list(team: &Team, by: &Person, query: &str) -> Vec<Value> {
    team.company.get(&format!("/leave/requests{query}")).by(by).send().await.expect(200).items().clone()
}

fn starts(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["start_date"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn ones_own_are_listed_newest_first_and_filtered() {
    let team = Team::start().await;
    for date in ["2026-11-09", "2026-11-10", "2026-12-01"] {
        team.ask_for(date, date).await.expect(201);
        let later = if date == "2026-11-09" { "2026-11-02T08:01" } else { "2026-11-02T08:02" };
        team.at(later).await;
    }
    let maria = team.maria().await;
    let all = list(&team, &maria, "").await;
    assert_eq!(starts(&all), ["2026-12-01", "2026-11-10", "2026-11-09"]);
    team.decide(all[2]["id"].as_str().unwrap(), "approved").await.expect(200);
    assert_eq!(starts(&list(&team, &maria, "?status=approved").await), ["2026-11-09"]);
    assert_eq!(starts(&list(&team, &maria, "?from=2026-11-10&to=2026-11-30").await), ["2026-11-10"]);
    assert_eq!(starts(&list(&team, &maria, "?user_id=me&to=2026-11-10").await), ["2026-11-10", "2026-11-09"]);
    let page = team.company.get("/leave/requests?limit=2").by(&maria).send().await.expect(200);
    let cursor = page.str("next_cursor").to_owned();
    assert_eq!(starts(page.items()), ["2026-12-01", "2026-11-10"]);
    assert_eq!(starts(&list(&team, &maria, &format!("?limit=2&cursor={cursor}")).await), ["2026-11-09"]);
    let foreign = format!("/leave/requests?limit=2&status=pending&cursor={cursor}");
    team.company.get(&foreign).by(&maria).send().await.expect_problem(400, "invalid_cursor");
    team.company.get("/leave/requests?status=withdrawn").by(&maria).send().await.expect_invalid("status");
    let backwards = "/leave/requests?from=2026-11-30&to=2026-11-01";
    team.company.get(backwards).by(&maria).send().await.expect_invalid("to");
}

#[tokio::test]
async fn a_manager_lists_those_in_charge_those_that_wait_first() {
    let team = Team::start().await;
    let decided = team.approved("2026-11-09", "2026-11-09").await;
    team.ask_for("2026-11-10", "2026-11-10").await.expect(201);
    let elsewhere = team.company.department("Packing").await;
    let john = team.company.person("john", json!({"department_id": elsewhere})).await;
    let body = json!({"start_date": "2026-11-12", "end_date": "2026-11-12"});
    team.company.post("/leave/requests").by(&john).json(body).send().await.expect(201);

    let manager = team.manager().await;
    assert_eq!(starts(&list(&team, &manager, "").await), ["2026-11-10", "2026-11-09"]);
    assert_eq!(starts(&list(&team, &manager, "?status=pending").await), ["2026-11-10"]);
    assert_eq!(starts(&list(&team, &manager, "?to=2026-11-09").await), ["2026-11-09"]);
    assert_eq!(list(&team, &manager, &format!("?user_id={}", team.maria.id)).await.len(), 2);
    let hidden = format!("/leave/requests?user_id={}", john.id);
    team.company.get(&hidden).by(&manager).send().await.expect_problem(404, "not_found");
    let admin = team.company.sign_in("ada").await;
    assert_eq!(list(&team, &admin, "?status=pending").await.len(), 2);
    assert_eq!(list(&team, &john, "").await.len(), 1, "employees see their own");
    let path = format!("/leave/requests/{decided}");
    team.company.get(&path).by(&john).send().await.expect_problem(404, "not_found");
    let page = team.company.get("/leave/requests?limit=1").by(&admin).send().await.expect(200);
    let next = format!("?limit=1&cursor={}", page.str("next_cursor"));
    assert_ne!(list(&team, &admin, &next).await[0]["id"], page.items()[0]["id"]);
}

#[tokio::test]
async fn requests_of_a_moved_person_are_listed_in_the_new_department() {
    let team = Team::start().await;
    team.approved("2026-11-09", "2026-11-09").await;
    team.ask_for("2026-11-10", "2026-11-10").await.expect(201);
    let packing = team.company.department("Packing").await;
    let more = json!({"role": "manager", "manages": [packing], "department_id": packing});
    let other = team.company.person("other", more).await;
    assert_eq!(list(&team, &other, "").await.len(), 0);
    let admin = team.company.sign_in("ada").await;
    let path = format!("/users/{}", team.maria.id);
    let moved = json!({"department_id": packing, "full_name": "Maria Moved"});
    team.company.patch(&path).by(&admin).json(moved).send().await.expect(200);
    assert_eq!(list(&team, &other, "?status=pending").await.len(), 1);
    assert_eq!(list(&team, &team.manager().await, "").await.len(), 0);
    let calendar = team.company.get("/leave/calendar").by(&other).send().await.expect(200);
    assert_eq!((calendar.items().len(), &calendar.items()[0]["full_name"]), (2, &json!("Maria Moved")));
}
