//! Withdrawing, cancelling, and ending leave early.

use serde_json::{Value, json};

use super::{
    Team,
    late::{live, months},
};

#[tokio::test]
async fn withdrawn_requests_and_leave_cancelled_before_its_start_cost_nothing() {
    let team = Team::start().await;
    let pending = team.ask_for("2026-11-09", "2026-11-10").await.expect(201).str("id").to_owned();
    let gone = team.cancel(&pending).await.expect(200);
    assert_eq!((&gone.body["status"], &gone.body["history"][1]["kind"]), (&json!("cancelled"), &json!("withdrawn")));
    let approved = team.approved("2026-11-03", "2026-11-04").await;
    // The first day of the leave has begun, but its shift hasn't.
    team.at("2026-11-03T08:59").await;
    let gone = team.cancel(&approved).await.expect(200);
    assert_eq!((&gone.body["status"], &gone.body["history"][2]["kind"]), (&json!("cancelled"), &json!("cancelled")));
    assert_eq!(team.days(2026).await, [15.0, 0.0, 0.0]);
    assert_eq!(team.day("2026-11-03").await["kind"], "workday");
    team.punch("/clock/in", "2026-11-03T09:00").await.expect(201);
    for id in [&pending, &approved] {
        team.cancel(id).await.expect_problem(409, "already_decided");
    }
}

#[tokio::test]
async fn leave_cancelled_on_its_second_day_ends_there_and_gives_back_the_rest() {
    let team = Team::start().await;
    let id = team.approved("2026-11-03", "2026-11-06").await;
    team.at("2026-11-04T10:00").await;
    let ended = team.cancel(&id).await.expect(200);
    assert_eq!((&ended.body["status"], &ended.body["end_date"]), (&json!("approved"), &json!("2026-11-04")));
    assert_eq!((&ended.body["days"], &ended.body["history"][2]["kind"]), (&json!(2.0), &json!("ended_early")));
    assert_eq!(team.days(2026).await, [13.0, 0.0, 2.0]);
    assert_eq!(team.booked(2026).await, ["request -4", "release 4", "use -4", "cancel 2"]);
    assert_eq!(team.day("2026-11-04").await["kind"], "leave");
    assert_eq!(team.day("2026-11-05").await["kind"], "workday");
    team.cancel(&id).await.expect_problem(409, "leave_over");
}

#[tokio::test]
async fn leave_cancelled_before_todays_shift_ends_the_day_before() {
    let team = Team::start().await;
    let id = team.approved("2026-11-03", "2026-11-06").await;
    team.at("2026-11-04T08:30").await;
    let ended = team.cancel(&id).await.expect(200);
    assert_eq!((&ended.body["end_date"], &ended.body["days"]), (&json!("2026-11-03"), &json!(1.0)));
    team.punch("/clock/in", "2026-11-04T08:55").await.expect(201);
}

#[tokio::test]
async fn a_negative_balance_is_no_reason_to_keep_leave() {
    let team = Team::start().await;
    let id = team.approved("2026-11-09", "2026-11-13").await;
    let admin = team.company.sign_in("ada").await;
    let path = format!("/leave/balances/{}/adjustments", team.maria.id);
    let less = json!({"type": "annual", "days": -12, "reason": "Booked twice last year"});
    team.company.post(&path).by(&admin).json(less).send().await.expect(201);
    assert_eq!(team.days(2026).await, [-2.0, 0.0, 5.0]);
    team.ask_for("2026-11-16", "2026-11-16").await.expect_problem(409, "insufficient_balance");
    team.cancel(&id).await.expect(200);
    assert_eq!(team.days(2026).await, [3.0, 0.0, 0.0]);
}

#[tokio::test]
async fn a_manager_cancels_the_leave_of_their_people() {
    let team = Team::start().await;
    let id = team.approved("2026-11-09", "2026-11-13").await;
    let path = format!("/leave/requests/{id}");
    let manager = team.manager().await;
    let stale = team.company.delete(&path).by(&manager).header("if-match", "\"1\"").send().await;
    stale.expect_problem(412, "precondition_failed");
    let gone = team.company.delete(&path).by(&manager).send().await.expect(200);
    assert_eq!(gone.body["status"], "cancelled");
    assert_eq!(
        gone.body["history"][2]["by"],
        json!({"kind": "user", "id": team.manager.id, "name": "manager of the test"})
    );
    assert_eq!(gone.body["decided_by"], json!(team.manager.id));
    assert_eq!(gone.body["note"], Value::from("Seen"));
}

#[tokio::test]
async fn a_manager_cancels_leave_entered_by_mistake_that_is_over() {
    let team = Team::start().await;
    // The first run creates the days of its own date; the next run creates those of the later dates.
    live(&team.company, "2026-11-02", "2026-11-03").await;
    live(&team.company, "2026-11-03", "2026-11-16").await;
    let figures = async || months(&team.company, &team.maria, &["2026-11"]).await;
    let before = figures().await;
    let entered = team.enter(json!({"start_date": "2026-11-09", "end_date": "2026-11-11"})).await.expect(201);
    let id = entered.str("id").to_owned();
    assert_eq!(figures().await, [(before[0].0 - 3, 6)]);
    assert_eq!(team.days(2026).await, [12.0, 0.0, 3.0]);

    team.cancel(&id).await.expect_problem(409, "leave_over");
    let cancelled = team.cancel_for_her(&id).await.expect(200);
    assert_eq!((&cancelled.body["status"], &cancelled.body["applying"]), (&json!("cancelled"), &json!(false)));
    let last = cancelled.body["history"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["kind"], &last["by"]["id"]), (&json!("cancelled"), &json!(team.manager.id)));
    assert_eq!(team.days(2026).await, [15.0, 0.0, 0.0]);
    assert_eq!(team.booked(2026).await, ["use -3", "cancel 3"]);
    assert_eq!(figures().await, before);
    let day = team.day("2026-11-10").await;
    assert_eq!((&day["status"], &day["leave"]), (&json!("absent"), &Value::Null));
    team.cancel_for_her(&id).await.expect_problem(409, "already_decided");
    team.enter(json!({"start_date": "2026-11-10", "end_date": "2026-11-10"})).await.expect(201);
}

#[tokio::test]
async fn leave_that_began_more_than_400_days_ago_stays() {
    let team = Team::start().await;
    let id = team.approved("2026-11-03", "2026-11-04").await;
    // 400 days before 8 December 2027 is 3 November 2026.
    team.at("2027-12-09T08:00").await;
    team.cancel_for_her(&id).await.expect_problem(409, "leave_over");
    team.at("2027-12-08T08:00").await;
    team.cancel_for_her(&id).await.expect(200);
}
