//! The days that leave takes, according to the person's own schedule.

use serde_json::json;

use super::Team;
use crate::leave::recounts::schedule;

#[tokio::test]
async fn over_a_weekend_only_the_days_on_which_one_is_expected_count() {
    let team = Team::start().await;
    // Thursday to Tuesday.
    let request = team.ask_for("2026-11-05", "2026-11-10").await.expect(201);
    assert_eq!((&request.body["days"], &request.body["status"]), (&json!(4.0), &json!("pending")));
    assert_eq!(team.days(2026).await, [11.0, 4.0, 0.0]);
    team.ask_for("2026-11-14", "2026-11-15").await.expect_problem(422, "no_working_days");
    assert_eq!(team.days(2026).await, [11.0, 4.0, 0.0]);
}

#[tokio::test]
async fn over_a_holiday_it_costs_nothing_unless_the_type_says_so() {
    let team = Team::start().await;
    team.holiday("2026-11-10", None).await;
    team.holiday("2026-11-11", Some("afternoon")).await;
    // Monday to Wednesday, with Tuesday and half of Wednesday off.
    let request = team.ask_for("2026-11-09", "2026-11-11").await.expect(201);
    assert_eq!(request.body["days"], 1.5);

    let admin = team.company.sign_in("ada").await;
    let study = json!({"counted": false, "holidays_count": true});
    team.company.put("/leave/types/study").by(&admin).json(study).send().await.expect(200);
    let asked = json!({"type": "study", "start_date": "2026-11-10", "end_date": "2026-11-10"});
    team.ask(asked.clone()).await.expect_problem(409, "overlaps");
    team.cancel(request.str("id")).await.expect(200);
    assert_eq!(team.ask(asked).await.expect(201).body["days"], 1.0);
    assert_eq!(team.days(2026).await, [15.0, 0.0, 0.0], "a type that isn't counted costs nothing");
}

#[tokio::test]
async fn two_halves_of_a_date_may_belong_to_different_requests() {
    let team = Team::start().await;
    let halves =
        json!({"start_date": "2026-11-09", "end_date": "2026-11-11", "start_half": "afternoon", "end_half": "morning"});
    assert_eq!(team.ask(halves).await.expect(201).body["days"], 2.0);
    let rest = json!({"start_date": "2026-11-11", "end_date": "2026-11-11", "start_half": "afternoon"});
    assert_eq!(team.ask(rest.clone()).await.expect(201).body["days"], 0.5);
    team.ask(rest).await.expect_problem(409, "overlaps");
    let morning = json!({"start_date": "2026-11-09", "end_date": "2026-11-09", "end_half": "morning"});
    assert_eq!(team.ask(morning).await.expect(201).body["days"], 0.5);
    team.ask_for("2026-11-09", "2026-11-09").await.expect_problem(409, "overlaps");
    assert_eq!(team.days(2026).await, [12.0, 3.0, 0.0]);

    let both =
        json!({"start_date": "2026-11-16", "end_date": "2026-11-16", "start_half": "afternoon", "end_half": "morning"});
    team.ask(both).await.expect_invalid("end_half");
    let wrong = json!({"start_date": "2026-11-16", "end_date": "2026-11-16", "start_half": "morning"});
    team.ask(wrong).await.expect_invalid("start_half");
    let admin = team.company.sign_in("ada").await;
    let whole = json!({"counted": false, "half_days": false});
    team.company.put("/leave/types/study").by(&admin).json(whole).send().await.expect(200);
    let half = json!({"type": "study", "start_date": "2026-11-16", "end_date": "2026-11-17", "end_half": "morning"});
    team.ask(half).await.expect_invalid("end_half");
}

#[tokio::test]
async fn over_the_years_end_each_year_pays_its_part() {
    let team = Team::start().await;
    // Wednesday 30 December to Tuesday 5 January: two days of 2026, three of 2027.
    let request = team.ask_for("2026-12-30", "2027-01-05").await.expect(201);
    assert_eq!(request.body["days"], 5.0);
    assert_eq!((team.days(2026).await, team.days(2027).await), ([13.0, 2.0, 0.0], [12.0, 3.0, 0.0]));
    team.decide(request.str("id"), "approved").await.expect(200);
    assert_eq!((team.days(2026).await, team.days(2027).await), ([13.0, 0.0, 2.0], [12.0, 0.0, 3.0]));
    team.cancel(request.str("id")).await.expect(200);
    assert_eq!((team.days(2026).await, team.days(2027).await), ([15.0, 0.0, 0.0], [15.0, 0.0, 0.0]));
}

#[tokio::test]
async fn a_leave_year_from_april_takes_each_date_from_its_own() {
    let team = Team::with(json!({"leave_year_start": "04-01"})).await;
    // Tuesday 30 March to Friday 2 April 2027: two days of the year that began in 2026, two of the next.
    let request = team.ask_for("2027-03-30", "2027-04-02").await.expect(201);
    assert_eq!(request.body["days"], 4.0);
    assert_eq!((team.days(2026).await, team.days(2027).await), ([13.0, 2.0, 0.0], [13.0, 2.0, 0.0]));
    let balance = team.balance(2026).await;
    assert_eq!((&balance["from"], &balance["to"]), (&json!("2026-04-01"), &json!("2027-03-31")));
}

#[tokio::test]
async fn a_night_shift_is_one_day_at_its_start() {
    let night = json!({"default_shift": {"start": "22:00", "end": "06:00", "break_minutes": 30}});
    let team = Team::with(night).await;
    // The night from Friday to Saturday; Saturday is off.
    let request = team.ask_for("2026-11-06", "2026-11-07").await.expect(201);
    assert_eq!(request.body["days"], 1.0);
    team.decide(request.str("id"), "approved").await.expect(200);
    team.punch("/clock/in", "2026-11-06T21:55").await.expect_problem(409, "on_leave");
    assert_eq!(team.day("2026-11-06").await["status"], "on_leave");
}

#[tokio::test]
async fn a_rotation_counts_the_days_of_each_of_its_weeks() {
    let team = Team::start().await;
    // A week of six days and a week of two, the first from 2 November.
    schedule(&team, &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"], &["monday", "tuesday"])
        .await;
    let request = team.ask_for("2026-11-02", "2026-11-15").await.expect(201);
    assert_eq!(request.body["days"], 8.0);
    // Four days of the week of six, the week of two, and the Monday of the next.
    assert_eq!(team.ask_for("2026-11-18", "2026-11-30").await.expect(201).body["days"], 7.0);
}
