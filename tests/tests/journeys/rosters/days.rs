//! Dates that deviate from the pattern, and their reset.

use serde_json::json;

use super::Team;

#[tokio::test]
async fn a_date_is_planned_otherwise_and_goes_back_to_the_pattern() {
    let team = Team::start().await;
    let off = json!({"off": true, "reason": "Compensation"});
    let reply = team.plan(&team.maria, "2026-11-03", off).await.expect(200);
    assert_eq!((&reply.body["kind"], &reply.body["overridden"]), (&json!("weekly_off"), &json!(true)));
    assert!(team.shifts(&team.maria, "2026-11-03", "2026-11-03").await.is_empty());
    let saturday = json!({"shifts": [{"start": "10:00", "end": "14:00"}], "reason": "Stocktaking"});
    team.plan(&team.maria, "2026-11-07", saturday).await.expect(200);
    assert_eq!(team.shifts(&team.maria, "2026-11-07", "2026-11-08").await.len(), 1);
    let read = team.company.get("/roster/me?from=2026-11-01&to=2026-11-30").by(&team.maria).send().await.expect(200);
    assert_eq!(read.body["days"].as_array().unwrap().len(), 2);
    assert_eq!((&read.body["days"][0]["off"], &read.body["days"][1]["reason"]), (&json!(true), &json!("Stocktaking")));

    let path = format!("/roster/{}/days/2026-11-03", team.maria.id);
    team.company.delete(&path).by(&team.manager).send().await.expect(204);
    assert_eq!(team.shifts(&team.maria, "2026-11-03", "2026-11-03").await.len(), 1);
    team.company.delete(&path).by(&team.manager).send().await.expect_problem(404, "not_found");
    let admin = team.company.sign_in("ada").await;
    let audit = team.company.get(&format!("/audit?subject=user:{}", team.maria.id)).by(&admin).send().await.expect(200);
    let actions: Vec<&str> = audit.items().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions.iter().filter(|action| **action == "day_planned").count(), 2, "{actions:?}");
    assert!(actions.contains(&"day_plan_removed"), "{actions:?}");
}

#[tokio::test]
async fn a_past_day_that_was_worked_is_not_planned_any_more() {
    let mut team = Team::start().await;
    team.company.post("/clock/in").by(&team.maria).json(json!({})).send().await.expect(201);
    team.at("2026-11-02T17:00:00+03:00").await;
    team.company.post("/clock/out").by(&team.maria).json(json!({})).send().await.expect(200);
    team.at("2026-11-03T08:00:00+03:00").await;
    let off = json!({"off": true, "reason": "r"});
    team.plan(&team.maria, "2026-11-02", off.clone()).await.expect_problem(409, "day_worked");
    team.plan(&team.john, "2026-11-02", off.clone()).await.expect_invalid("date");
    team.plan(&team.john, "2028-11-02", off).await.expect_invalid("date");
}

#[tokio::test]
async fn a_plan_that_cannot_be_is_named_by_its_path() {
    let team = Team::start().await;
    let nine = json!({"start": "09:00", "end": "17:00"});
    for (plan, path) in [
        (json!({"shifts": [nine, {"start": "16:00", "end": "18:00"}], "reason": "r"}), "shifts[1]"),
        (json!({"shifts": [{"start": "20:00", "end": "10:00"}], "reason": "r"}), "shifts[0]"),
        (json!({"shifts": [], "reason": "r"}), "shifts"),
        (json!({"shifts": [nine], "off": true, "reason": "r"}), "off"),
        (json!({"off": false, "reason": "r"}), "off"),
        (json!({"reason": "r"}), "shifts"),
        (json!({"off": true}), "reason"),
        (json!({"shifts": [{"start": "09:00"}], "reason": "r"}), "shifts[0].end"),
    ] {
        team.plan(&team.maria, "2026-11-04", plan).await.expect_invalid(path);
    }
    team.plan(&team.maria, "2026-11-31", json!({"off": true, "reason": "r"})).await.expect_invalid("date");
    team.plan(&team.manager, "2026-11-04", json!({"off": true, "reason": "r"})).await.expect_problem(403, "own_record");
}

#[tokio::test]
async fn of_two_plans_of_one_version_the_second_is_refused() {
    let team = Team::start().await;
    let path = format!("/roster/{}/days/2026-11-04", team.maria.id);
    let plan = |version: &str| {
        let call = team.company.put(&path).by(&team.manager).header("If-Match", version);
        call.json(json!({"off": true, "reason": "r"})).send()
    };
    let first = plan("\"0\"").await.expect(200);
    let version = first.header("etag").unwrap().to_owned();
    plan("\"0\"").await.expect_problem(412, "precondition_failed");
    plan(&version).await.expect(200);
    let stale = team.company.delete(&path).by(&team.manager).header("If-Match", &version);
    stale.send().await.expect_problem(412, "precondition_failed");
}
