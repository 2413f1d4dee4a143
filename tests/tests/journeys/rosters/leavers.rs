//! The swaps and the calendar feed of a person who leaves.

use std::collections::BTreeMap;

use rollcall_tests::Reply;
use serde_json::{Value, json};

use super::{Team, weekly};
use crate::table::{Item, Table};

async fn feed(team: &Team, url: &str) -> Reply {
    let path = &url[url.find("/roster/").unwrap()..];
    team.company.get(path).send().await
}

#[tokio::test]
async fn a_leavers_swaps_are_withdrawn_whoever_asked_and_their_feed_is_void_for_good() {
    let team = Team::start().await;
    let company = &team.company;
    for person in [&team.maria, &team.john] {
        let (start, end) = if person.id == team.maria.id { ("06:00", "14:00") } else { ("14:00", "22:00") };
        let shift = json!([{"start": start, "end": end}]);
        team.pattern(person, weekly(json!({"monday": shift, "tuesday": shift}))).await.expect(200);
    }
    let mut asked = Vec::new();
    for (by, with, date) in [(&team.maria, &team.john, "2026-11-09"), (&team.john, &team.maria, "2026-11-10")] {
        let body = json!({"my_date": date, "with_user_id": with.id});
        let swap = company.post("/roster/swaps").by(by).json(body).send().await.expect(201);
        asked.push(swap.str("id").to_owned());
    }
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
