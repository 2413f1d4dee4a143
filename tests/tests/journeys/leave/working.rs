//! Leave and work on the same day.

use serde_json::{Value, json};

use super::Team;

#[tokio::test]
async fn full_day_leave_over_a_day_already_worked_is_refused() {
    let team = Team::start().await;
    team.punch("/clock/in", "2026-11-03T09:00").await.expect(201);
    team.punch("/clock/out", "2026-11-03T12:00").await.expect(200);
    let sick = |half: Option<&str>| json!({"type": "sick", "start_date": "2026-11-03", "end_date": "2026-11-04", "start_half": half});
    team.ask(sick(None)).await.expect_problem(409, "day_worked");
    let id = team.ask(sick(Some("afternoon"))).await.expect(201).str("id").to_owned();
    team.decide(&id, "approved").await.expect(200);
    let day = team.day("2026-11-03").await;
    assert_eq!((&day["status"], &day["leave"]["half"]), (&json!("present"), &json!("afternoon")));
    // The remaining part of nine to six with an hour's break ends at half past one.
    assert_eq!(day["early_leave_seconds"], 90 * 60);
}

#[tokio::test]
async fn a_day_worked_since_it_was_asked_for_is_found_at_the_decision() {
    let team = Team::start().await;
    let id = team.ask_for("2026-11-03", "2026-11-04").await.expect(201).str("id").to_owned();
    team.punch("/clock/in", "2026-11-03T09:00").await.expect(201);
    team.decide(&id, "approved").await.expect_problem(409, "day_worked");
    assert_eq!(team.request(&id).await["status"], "pending");
}

#[tokio::test]
async fn nobody_is_late_in_the_half_that_they_have_off() {
    let team = Team::start().await;
    let morning = json!({"start_date": "2026-11-03", "end_date": "2026-11-03", "end_half": "morning"});
    let id = team.ask(morning).await.expect(201).str("id").to_owned();
    team.decide(&id, "approved").await.expect(200);
    let day = team.punch("/clock/in", "2026-11-03T13:30").await.expect(201).body;
    assert_eq!((&day["late_seconds"], &day["flags"]), (&json!(0), &json!([])));
    assert_eq!(day["scheduled_seconds"], 4 * 3600);
}

#[tokio::test]
async fn leave_approved_afterwards_takes_back_what_lateness_cost() {
    let team = Team::start().await;
    // 10:37 for nine o'clock: 97 minutes.
    let day = team.punch("/clock/in", "2026-11-03T10:37").await.expect(201).body;
    assert_eq!(day["late_seconds"], 97 * 60);
    team.punch("/clock/out", "2026-11-03T18:00").await.expect(200);
    assert_eq!(team.balance(2026).await["deducted_days"], 0.21);
    team.at("2026-11-04T08:00").await;
    let sick = json!({"type": "sick", "start_date": "2026-11-03", "end_date": "2026-11-03", "end_half": "morning"});
    let id = team.ask(sick).await.expect(201).str("id").to_owned();
    team.decide(&id, "approved").await.expect(200);
    let day = team.day("2026-11-03").await;
    assert_eq!((&day["late_seconds"], &day["leave"]["type"]), (&json!(0), &json!("sick")));
    assert_eq!(team.booked(2026).await, ["late_deduction -0.21", "reversal 0.21"]);
}

#[tokio::test]
async fn settings_may_let_people_work_on_leave() {
    let team = Team::with(json!({"clock_in_on_leave": "flag"})).await;
    team.approved("2026-11-03", "2026-11-03").await;
    let day = team.punch("/clock/in", "2026-11-03T09:30").await.expect(201).body;
    assert_eq!((&day["late_seconds"], &day["flags"]), (&json!(0), &json!(["on_leave"])));
    assert_eq!(day["leave"]["half"], Value::Null);
}
