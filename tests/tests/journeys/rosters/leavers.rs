//! The swaps and the calendar feed of a person who leaves.

use std::collections::BTreeMap;

use rollcall_tests::{Person, Reply};
use serde_json::{Value, json};

use super::{Team, weekly};
use crate::table::{Item, Table};

async fn feed(team: &Team, url: &str) -> Reply {
    let path = &url[url.find("/roster/").unwrap()..];
    team.company.get(path).send().await
}

/// Returns a team in which Maria works on Monday and Tuesday mornings, and John in the afternoons.
async fn mornings_and_afternoons() -> Team {
    let team = Team::start().await;
    for (person, start, end) in [(&team.maria, "06:00", "14:00"), (&team.john, "14:00", "22:00")] {
        let shift = json!([{"start": start, "end": end}]);
        team.pattern(person, weekly(json!({"monday": shift, "tuesday": shift}))).await.expect(200);
    }
    team
}

/// Asks a colleague to take over a date, and returns the id of the swap.
async fn ask(team: &Team, by: &Person, with: &Person, date: &str) -> String {
    let body = json!({"my_date": date, "with_user_id": with.id});
    let swap = team.company.post("/roster/swaps").by(by).json(body).send().await.expect(201);
    swap.str("id").to_owned()
}

#[tokio::test]
async fn a_leaver_loses_requested_and_received_swaps_and_the_calendar_feed() {
    let team = mornings_and_afternoons().await;
    let company = &team.company;
    let asked = [
        ask(&team, &team.maria, &team.john, "2026-11-09").await,
        ask(&team, &team.john, &team.maria, "2026-11-10").await,
    ];
    let url = company.post("/roster/me/calendar").by(&team.maria).json(json!({})).send().await.expect(201);
    let url = url.str("url").to_owned();
    feed(&team, &url).await.expect(200);

    let maria = format!("/users/{}", team.maria.id);
    company.delete(&maria).by(&company.admin).send().await.expect(204);

    let list = company.get("/roster/swaps?user_id=me").by(&team.john).send().await.expect(200);
    let told: BTreeMap<&str, &Value> =
        list.items().iter().map(|swap| (swap["id"].as_str().unwrap(), &swap["status"])).collect();
    let withdrawn = json!("withdrawn");
    assert_eq!(told, asked.iter().map(|id| (id.as_str(), &withdrawn)).collect());
    let accept = company.post(&format!("/roster/swaps/{}/decision", asked[0])).by(&team.john);
    accept.json(json!({"status": "accepted"})).send().await.expect_problem(409, "already_decided");
    let told = |event: &Item| {
        let facts = event["facts"].as_l().unwrap().iter().map(|fact| fact.as_m().unwrap());
        facts.map(|fact| fact["kind"].as_s().unwrap().clone()).collect::<Vec<String>>()
    };
    let events = Table::of(company).partition(&format!("OUTBOX#user:{}", team.maria.id)).await;
    let kinds: Vec<String> = events.iter().flat_map(told).collect();
    let count = |kind: &str| kinds.iter().filter(|told| *told == kind).count();
    assert_eq!((count("user_disabled"), count("swap_ended")), (1, asked.len()), "each is told once");

    feed(&team, &url).await.expect_problem(404, "not_found");
    company.patch(&maria).by(&company.admin).json(json!({"status": "active"})).send().await.expect(200);
    feed(&team, &url).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_colleague_who_asked_a_leaver_for_a_swap_is_notified() {
    let team = mornings_and_afternoons().await;
    let company = &team.company;
    let swap = ask(&team, &team.john, &team.maria, "2026-11-10").await;
    company.delete(&format!("/users/{}", team.maria.id)).by(&company.admin).send().await.expect(204);
    company.settle().await;

    let inbox = company.get("/notifications?limit=200").by(&team.john).send().await.expect(200);
    let decided: Vec<&Value> = inbox.items().iter().filter(|item| item["kind"] == "swap_decided").collect();
    let [decided] = decided[..] else { panic!("one notification, not {decided:?}") };
    assert_eq!((&decided["data"]["swap_id"], &decided["data"]["ending"]), (&json!(swap), &json!("withdrawn")));
    assert_eq!(decided["title"], "Your swap was withdrawn");
}
