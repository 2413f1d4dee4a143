//! Leave that managers enter later, up to 400 days back. `jobs` applies it if it exceeds one transaction.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use local::{AwsCall, Fault};
use rollcall_tests::{Company, Person};
use serde_json::{Value, json};

use super::Team;
use crate::{
    long_work::{PLENTY, bring, renamed},
    table::Table,
};

/// Creates days in steps of three weeks, so that working days are stored and absences counted.
pub(super) async fn live(company: &Company, first: &str, last: &str) {
    let last: domain::calendar::WorkDate = last.parse().unwrap();
    let mut date: domain::calendar::WorkDate = first.parse().unwrap();
    while date < last {
        date = date.plus_days(20).min(last);
        company.set_clock(&format!("{date}T08:00:00+03:00")).await;
        // A day that was created on its own morning becomes a no-show only when `lateness` runs after its shift.
        for schedule in ["open-day", "lateness"] {
            let run = company.post(&format!("/_local/schedules/{schedule}")).send().await.expect(200);
            assert_eq!(run.body["done"], true);
        }
    }
    company.settle().await;
}

/// Returns the days absent and the half days of leave of each month.
pub(super) async fn months(company: &Company, person: &Person, months: &[&str]) -> Vec<(i64, i64)> {
    let mut figures = Vec::new();
    for month in months {
        let totals = Table::of(company).month_totals(&person.id, &format!("{month}-01")).await;
        figures.push((totals["days_absent"], totals["half_days_on_leave"]));
    }
    figures
}

const WINTER: [&str; 5] = ["2026-12", "2027-01", "2027-02", "2027-03", "2027-04"];
/// The working days of those months, all as absences.
const ABSENT: [(i64, i64); 5] = [(23, 0), (21, 0), (20, 0), (23, 0), (22, 0)];
/// The same days, all on leave.
const ON_LEAVE: [(i64, i64); 5] = [(0, 46), (0, 42), (0, 40), (0, 46), (0, 44)];

fn unpaid(start: &str, end: &str) -> Value {
    json!({"type": "unpaid", "start_date": start, "end_date": end})
}

/// The kind of the fact that requests the remaining work of leave.
const KIND: &str = "leave_to_apply";

fn asks_for_it(event: &Value) -> bool {
    event["detail"]["facts"].as_array().unwrap().iter().any(|fact| fact["kind"] == KIND)
}

#[tokio::test]
async fn a_manager_enters_leave_up_to_400_days_back() {
    let team = Team::start().await;
    team.at("2027-12-07T08:00").await;
    // 400 days before 7 December 2027 is 2 November 2026, Maria's first day.
    let entered = team.enter(unpaid("2026-11-02", "2026-11-03")).await.expect(201);
    assert_eq!((&entered.body["days"], &entered.body["status"]), (&json!(2.0), &json!("approved")));
    team.at("2027-12-08T08:00").await;
    let refused = team.enter(unpaid("2026-11-02", "2026-11-02")).await.expect_problem(422, "in_the_past");
    assert!(refused.str("detail").contains("2026-11-03"), "{}", refused.text);
    // The person themselves may only go back as far as the leave type allows.
    team.ask(unpaid("2027-12-07", "2027-12-07")).await.expect_problem(422, "in_the_past");
}

#[tokio::test]
async fn a_request_that_began_long_ago_is_still_decided() {
    let team = Team::start().await;
    let id = team.ask_for("2026-11-03", "2026-11-06").await.expect(201).str("id").to_owned();
    team.at("2026-12-19T08:00").await;
    team.decide(&id, "approved").await.expect(200);
    assert_eq!(team.days(2026).await, [11.0, 0.0, 4.0]);
}

#[tokio::test]
async fn fifty_days_of_absence_become_leave_in_the_transaction_that_enters_it() {
    let team = Team::start().await;
    live(&team.company, "2026-11-02", "2027-02-01").await;
    let entered = team.enter(unpaid("2026-12-01", "2027-01-15")).await.expect(201);
    assert_eq!((&entered.body["days"], &entered.body["applying"]), (&json!(34.0), &json!(false)));
    assert_eq!(months(&team.company, &team.maria, &WINTER[..2]).await, [(0, 46), (10, 22)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn until_jobs_have_applied_late_leave_it_says_so() {
    let team = Team::start().await;
    live(&team.company, "2026-11-02", "2027-05-03").await;
    let mut bus = team.company.stack.listen();
    team.company.stack.faults().plan(|call: AwsCall<'_>| (call.by == "jobs").then_some(Fault::DiesBefore));
    let entered = team.enter(unpaid("2026-12-01", "2027-04-30")).await.expect(201);
    let id = entered.str("id").to_owned();
    assert_eq!((&entered.body["days"], &entered.body["applying"]), (&json!(109.0), &json!(true)));
    assert_eq!(team.request(&id).await["applying"], true);
    // The schedule contains the leave, whatever remains to be applied: no other leave fits.
    team.enter(unpaid("2026-12-01", "2026-12-01")).await.expect_problem(409, "overlaps");
    assert_eq!(months(&team.company, &team.maria, &WINTER).await, ABSENT);
    team.company.settle().await;
    team.company.stack.faults().clear();
    let event = std::iter::from_fn(|| bus.try_recv().ok()).find(asks_for_it).unwrap();

    // With hardly any time, one step is taken, and an event requests the rest.
    bring(&team.company, event.clone(), Duration::ZERO).await;
    team.company.settle().await;
    assert_eq!(team.request(&id).await["applying"], false);
    assert_eq!(months(&team.company, &team.maria, &WINTER).await, ON_LEAVE);
    assert_eq!(team.day("2026-12-01").await["status"], "on_leave");

    let version = team.request(&id).await["version"].clone();
    bring(&team.company, renamed(event), PLENTY).await;
    assert_eq!(team.request(&id).await["version"], version, "brought once more, it changes nothing");
    assert_eq!(months(&team.company, &team.maria, &WINTER).await, ON_LEAVE);

    // The leave was entered by mistake: its cancellation is applied in the same way.
    let cancelled = team.cancel_for_her(&id).await.expect(200);
    assert_eq!((&cancelled.body["status"], &cancelled.body["applying"]), (&json!("cancelled"), &json!(true)));
    team.company.settle().await;
    assert_eq!(team.request(&id).await["applying"], false);
    assert_eq!(months(&team.company, &team.maria, &WINTER).await, ABSENT);
    assert_eq!(team.day("2026-12-01").await["status"], "absent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn late_leave_is_applied_once_if_jobs_is_killed_at_any_call() {
    let team = Team::start().await;
    let mut people = Vec::new();
    for number in 0..12 {
        people
            .push(team.company.person(&format!("worker{number:02}"), json!({"department_id": team.department})).await);
    }
    live(&team.company, "2026-11-02", "2027-05-03").await;
    let manager = team.manager().await;
    for (call, person) in people.iter().enumerate() {
        let made = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&made);
        team.company.stack.faults().plan(move |aws: AwsCall<'_>| {
            let is_it = aws.by == "jobs" && counted.fetch_add(1, Ordering::Relaxed) == call;
            is_it.then_some(if call % 2 == 0 { Fault::DiesAfter } else { Fault::DiesBefore })
        });
        let mut leave = unpaid("2026-12-01", "2027-04-30");
        leave["user_id"] = json!(person.id);
        let entered = team.company.post("/leave/requests").by(&manager).json(leave).send().await.expect(201);
        team.company.settle().await;
        team.company.stack.faults().clear();
        assert!(made.load(Ordering::Relaxed) > call, "there is no call {call}");
        let path = format!("/leave/requests/{}", entered.str("id"));
        let seen = team.company.get(&path).by(&manager).send().await.expect(200);
        assert_eq!(seen.body["applying"], false, "killed at call {call}");
        assert_eq!(months(&team.company, person, &WINTER).await, ON_LEAVE, "killed at call {call}");
    }
    assert_eq!(team.company.stack.dead_letters()["queues"][0]["messages"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn late_leave_takes_back_what_lateness_cost() {
    let team = Team::start().await;
    live(&team.company, "2026-11-02", "2027-04-30").await;
    // She clocks in at noon, so the morning counts as leave.
    team.punch("/clock/in", "2027-04-30T12:00").await.expect(201);
    team.punch("/clock/out", "2027-04-30T18:00").await.expect(200);
    assert_eq!(team.balance(2027).await["deducted_days"], 0.38);
    live(&team.company, "2027-04-30", "2027-05-03").await;
    let mut leave = unpaid("2026-12-01", "2027-04-30");
    leave["end_half"] = json!("morning");
    let entered = team.enter(leave).await.expect(201);
    assert_eq!((&entered.body["days"], &entered.body["applying"]), (&json!(108.5), &json!(true)));
    team.company.settle().await;
    assert_eq!(team.request(entered.str("id")).await["applying"], false);
    assert_eq!(team.balance(2027).await["deducted_days"], 0.0);
    let day = team.day("2027-04-30").await;
    assert_eq!((&day["status"], &day["late_seconds"]), (&json!("present"), &json!(0)));
    team.cancel_for_her(entered.str("id")).await.expect(200);
    team.company.settle().await;
    assert_eq!(team.balance(2027).await["deducted_days"], 0.38, "cancelled afterwards, it covers no lateness");
    assert_eq!(team.day("2027-04-30").await["late_seconds"], 3 * 3600);
}
