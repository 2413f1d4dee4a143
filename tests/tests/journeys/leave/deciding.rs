//! Decisions on leave: each is made once, by a person in charge, with all consequences.

use serde_json::json;

use super::Team;

#[tokio::test]
async fn approved_leave_is_in_the_schedule_and_used_in_the_ledger() {
    let team = Team::start().await;
    let id = team.ask_for("2026-11-03", "2026-11-04").await.expect(201).str("id").to_owned();
    assert_eq!(team.day("2026-11-03").await["kind"], "workday");
    let decided = team.decide(&id, "approved").await.expect(200);
    assert_eq!((&decided.body["status"], &decided.body["note"]), (&json!("approved"), &json!("Seen")));
    assert_eq!((&decided.body["decided_by"], &decided.body["version"]), (&json!(team.manager.id), &json!(2)));
    assert_eq!(decided.body["history"][1]["note"], "Seen");
    assert_eq!(team.booked(2026).await, ["request -2", "release 2", "use -2"]);
    let day = team.day("2026-11-03").await;
    assert_eq!((&day["kind"], &day["status"]), (&json!("leave"), &json!("on_leave")));
    assert_eq!(day["leave"], json!({"request_id": id, "type": "annual", "half": null}));
    team.punch("/clock/in", "2026-11-03T08:58").await.expect_problem(409, "on_leave");
    assert_eq!(team.day("2026-11-05").await["kind"], "workday");
}

#[tokio::test]
async fn a_rejected_request_gives_back_what_it_reserved() {
    let team = Team::start().await;
    let id = team.ask_for("2026-11-03", "2026-11-04").await.expect(201).str("id").to_owned();
    let decided = team.decide(&id, "rejected").await.expect(200);
    assert_eq!((&decided.body["status"], &decided.body["days"]), (&json!("rejected"), &json!(2.0)));
    assert_eq!(team.booked(2026).await, ["request -2", "release 2"]);
    assert_eq!(team.day("2026-11-03").await["kind"], "workday");
    team.ask_for("2026-11-03", "2026-11-04").await.expect(201);
}

#[tokio::test]
async fn nobody_decides_their_own_and_nobody_twice() {
    let team = Team::start().await;
    let id = team.ask_for("2026-11-03", "2026-11-04").await.expect(201).str("id").to_owned();
    let path = format!("/leave/requests/{id}/decision");
    let approve = json!({"status": "approved"});
    let maria = team.maria().await;
    team.company.post(&path).by(&maria).json(approve.clone()).send().await.expect_problem(403, "own_request");
    team.decide(&id, "approved").await.expect(200);
    for status in ["approved", "rejected"] {
        team.decide(&id, status).await.expect_problem(409, "already_decided");
    }
    assert_eq!(team.booked(2026).await, ["request -2", "release 2", "use -2"]);

    let manager = team.manager().await;
    let own = json!({"start_date": "2026-11-03", "end_date": "2026-11-03"});
    let own = team.company.post("/leave/requests").by(&manager).json(own).send().await.expect(201);
    let path = format!("/leave/requests/{}/decision", own.str("id"));
    team.company.post(&path).by(&manager).json(approve.clone()).send().await.expect_problem(403, "own_request");
    let admin = team.company.sign_in("ada").await;
    team.company.post(&path).by(&admin).json(approve).send().await.expect(200);
}

#[tokio::test]
async fn a_decision_checks_the_balance_again() {
    let team = Team::start().await;
    let id = team.ask_for("2026-11-03", "2026-11-04").await.expect(201).str("id").to_owned();
    let admin = team.company.sign_in("ada").await;
    let path = format!("/leave/balances/{}/adjustments", team.maria.id);
    let less = json!({"type": "annual", "days": -14, "reason": "Booked twice last year"});
    team.company.post(&path).by(&admin).json(less).send().await.expect(201);
    team.decide(&id, "approved").await.expect_problem(409, "insufficient_balance");
    assert_eq!(team.request(&id).await["status"], "pending");
    team.decide(&id, "rejected").await.expect(200);
    assert_eq!(team.days(2026).await, [1.0, 0.0, 0.0]);
}

#[tokio::test]
async fn leave_approved_after_its_start_replaces_absences() {
    let team = Team::start().await;
    let asked = json!({"start_date": "2026-11-03", "end_date": "2026-11-06"});
    let id = team.ask(asked).await.expect(201).str("id").to_owned();
    // Nobody clocks in on Tuesday. On Wednesday the manager views the day, and so it is stored.
    team.at("2026-11-04T08:00").await;
    let manager = team.manager().await;
    let path = format!("/attendance/{}/2026-11-03/excuse", team.maria.id);
    team.company.post(&path).by(&manager).json(json!({"reason": "Ill, probably"})).send().await.expect(200);
    assert_eq!(team.day("2026-11-03").await["status"], "absent");

    let decided = team.decide(&id, "approved").await.expect(200);
    assert_eq!(decided.body["days"], 4.0);
    let day = team.day("2026-11-03").await;
    assert_eq!((&day["status"], &day["kind"]), (&json!("on_leave"), &json!("leave")));
    let totals = crate::table::Table::of(&team.company).month_totals(&team.maria.id, "2026-11-03").await;
    assert_eq!((totals["days_absent"], totals["half_days_on_leave"], totals["scheduled_seconds"]), (0, 2, 0));
}
