//! The leave of people who leave.

use serde_json::json;

use super::Team;
use crate::table::Table;

#[tokio::test]
async fn disabling_cancels_what_is_pending_or_ahead_and_ends_what_is_under_way() {
    let team = Team::start().await;
    let under_way = team.approved("2026-11-03", "2026-11-06").await;
    let ahead = team.approved("2026-11-16", "2026-11-17").await;
    let pending = team.ask_for("2026-12-01", "2026-12-02").await.expect(201).str("id").to_owned();
    team.at("2026-11-04T12:00").await;
    let admin = team.company.sign_in("ada").await;
    team.company.delete(&format!("/users/{}", team.maria.id)).by(&admin).send().await.expect(204);
    let mut states = Vec::new();
    for id in [under_way, ahead, pending] {
        let path = format!("/leave/requests/{id}");
        let request = team.company.get(&path).by(&admin).send().await.expect(200).body;
        states.push((request["status"].clone(), request["end_date"].clone()));
    }
    assert_eq!(
        states,
        [("approved", "2026-11-04"), ("cancelled", "2026-11-17"), ("cancelled", "2026-12-02")]
            .map(|(status, end)| (json!(status), json!(end)))
    );
    let path = format!("/leave/balances/{}?year=2026", team.maria.id);
    let balances = team.company.get(&path).by(&admin).send().await.expect(200);
    let annual = balances.items().iter().find(|balance| balance["type"] == "annual").unwrap();
    assert_eq!((&annual["used_days"], &annual["pending_days"]), (&json!(2.0), &json!(0.0)));
    let events = Table::of(&team.company).partition(&format!("OUTBOX#user:{}", team.maria.id)).await;
    let facts = events.iter().flat_map(|event| event["facts"].as_l().unwrap());
    let kinds: Vec<&String> = facts.map(|fact| fact.as_m().unwrap()["kind"].as_s().unwrap()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "leave_cancelled").count(), 3, "{kinds:?}");
    assert!(kinds.iter().any(|kind| *kind == "user_disabled"));
}

#[tokio::test]
async fn a_leavers_requests_are_cancelled_even_beyond_one_transaction() {
    let team = Team::start().await;
    // The 23 weekdays of March 2027, which begins on a Monday.
    let workdays = (1..=31).filter(|day| day % 7 != 6 && day % 7 != 0);
    for date in workdays.map(|day| format!("2027-03-{day:02}")) {
        let unpaid = json!({"type": "unpaid", "start_date": date, "end_date": date});
        team.ask(unpaid).await.expect(201);
    }
    let admin = team.company.sign_in("ada").await;
    team.company.delete(&format!("/users/{}", team.maria.id)).by(&admin).send().await.expect(204);
    let open = format!("/leave/requests?user_id={}&status=pending", team.maria.id);
    assert_eq!(team.company.get(&open).by(&admin).send().await.expect(200).items().len(), 0);
}

#[tokio::test]
async fn what_a_leaver_took_until_their_last_day_is_entered_late() {
    let team = Team::start().await;
    team.at("2026-11-13T18:00").await;
    let admin = team.company.sign_in("ada").await;
    team.company.delete(&format!("/users/{}", team.maria.id)).by(&admin).send().await.expect(204);
    team.at("2026-11-23T08:00").await;
    let enter = async |kind: &str, start: &str, end: &str| {
        let leave = json!({"user_id": team.maria.id, "type": kind, "start_date": start, "end_date": end});
        team.company.post("/leave/requests").by(&team.manager().await).json(leave).send().await
    };
    let entered = enter("annual", "2026-11-12", "2026-11-13").await.expect(201);
    assert_eq!((&entered.body["days"], &entered.body["status"]), (&json!(2.0), &json!("approved")));
    enter("unpaid", "2026-11-11", "2026-11-16").await.expect_problem(403, "account_disabled");
    let path = format!("/leave/balances/{}?year=2026", team.maria.id);
    let balances = team.company.get(&path).by(&team.manager().await).send().await.expect(200);
    let annual = balances.items().iter().find(|balance| balance["type"] == "annual").unwrap();
    assert_eq!(annual["used_days"], 2.0);
}
