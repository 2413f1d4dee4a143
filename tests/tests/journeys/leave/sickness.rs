//! Sick leave during other leave: the days that both contain are given back.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use local::{AwsCall, Fault};
use rollcall_tests::Reply;
use serde_json::{Value, json};

use super::Team;
use crate::table::Table;

impl Team {
    /// Requests sick leave as Maria.
    async fn sick(&self, start: &str, end: &str) -> Reply {
        self.ask(json!({"type": "sick", "start_date": start, "end_date": end})).await
    }

    /// Requests sick leave as Maria, and approves it as the manager. Returns the id.
    async fn was_sick(&self, start: &str, end: &str) -> String {
        let id = self.sick(start, end).await.expect(201).str("id").to_owned();
        self.decide(&id, "approved").await.expect(200);
        id
    }

    /// Returns the leave type on each of the dates, as the days show it.
    async fn leave_on(&self, dates: &[&str]) -> Vec<Value> {
        let mut types = Vec::new();
        for date in dates {
            types.push(self.day(date).await["leave"]["type"].clone());
        }
        types
    }

    /// Returns Maria's calendar as the manager sees it: type, first and last date.
    async fn calendar(&self, from: &str) -> Vec<String> {
        let path = format!("/leave/calendar?from={from}");
        let reply = self.company.get(&path).by(&self.manager().await).send().await.expect(200);
        let text = |away: &Value, field: &str| away[field].as_str().unwrap_or("-").to_owned();
        let shown = |away: &Value| {
            ["type", "start_date", "start_half", "end_date", "end_half"].map(|field| text(away, field)).join(" ")
        };
        let mut shown: Vec<String> = reply.items().iter().map(shown).collect();
        shown.sort_by_key(|line| line.split_once(' ').map(|(_, dates)| dates.to_owned()));
        shown
    }

    /// Returns the history of a request: the kinds, and the days after each change.
    async fn history(&self, id: &str) -> Vec<String> {
        let request = self.request(id).await;
        let entries = request["history"].as_array().unwrap().iter();
        entries.map(|entry| format!("{} {}", entry["kind"].as_str().unwrap(), entry["days"])).collect()
    }
}

#[tokio::test]
async fn sickness_reported_the_monday_after_gives_two_days_of_leave_back() {
    let team = Team::start().await;
    let annual = team.approved("2026-11-09", "2026-11-13").await;
    assert_eq!(team.days(2026).await, [10.0, 0.0, 5.0]);

    team.at("2026-11-16T08:00").await;
    let sick = team.sick("2026-11-10", "2026-11-11").await.expect(201).str("id").to_owned();
    assert_eq!(team.days(2026).await, [10.0, 0.0, 5.0], "nothing moves before the decision");
    let decided = team.decide(&sick, "approved").await.expect(200);
    assert_eq!((&decided.body["days"], &decided.body["applying"]), (&json!(2.0), &json!(false)));

    assert_eq!(team.days(2026).await, [12.0, 0.0, 3.0]);
    assert_eq!(team.booked(2026).await, ["request -5", "release 5", "use -5", "cancel 2"]);
    let path = "/leave/balances/me/ledger?limit=1";
    let ledger = team.company.get(path).by(&team.maria().await).send().await.expect(200);
    let entry = &ledger.items()[0];
    assert_eq!((&entry["reference"], &entry["interrupted_by"]), (&json!(annual), &json!(sick)));

    let request = team.request(&annual).await;
    assert_eq!((&request["days"], &request["status"]), (&json!(3.0), &json!("approved")));
    assert_eq!((&request["start_date"], &request["end_date"]), (&json!("2026-11-09"), &json!("2026-11-13")));
    assert_eq!(
        request["interruptions"],
        json!([{"request_id": sick, "start_date": "2026-11-10", "end_date": "2026-11-11", "start_half": null,
            "end_half": null}])
    );
    assert_eq!(team.history(&annual).await, ["requested 5.0", "approved 5.0", "interrupted 3.0"]);
    assert_eq!(request["history"][2]["interrupted_by"], json!(sick));

    let week = ["2026-11-09", "2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13"];
    assert_eq!(team.leave_on(&week).await, ["annual", "sick", "sick", "annual", "annual"]);
    assert_eq!(
        team.calendar("2026-11-09").await,
        ["annual 2026-11-09 - 2026-11-09 -", "sick 2026-11-10 - 2026-11-11 -", "annual 2026-11-12 - 2026-11-13 -"]
    );
    let grid = team.company.get("/roster?from=2026-11-09&to=2026-11-13").by(&team.manager().await).send().await;
    let grid = grid.expect(200);
    let maria = grid.items().iter().find(|row| row["user_id"] == json!(team.maria.id)).unwrap();
    let leave: Vec<&Value> = maria["days"].as_array().unwrap().iter().map(|day| &day["leave"]["type"]).collect();
    assert_eq!(leave, ["annual", "sick", "sick", "annual", "annual"]);

    team.company.settle().await;
    let path = "/notifications?limit=1";
    let told = team.company.get(path).by(&team.maria().await).send().await.expect(200);
    assert_eq!(told.items()[0]["kind"], "leave_adjusted");
    assert_eq!(told.items()[0]["body"], "+2 days of annual leave of 2026. Other leave has taken its place.");
}

#[tokio::test]
async fn a_manager_enters_sickness_before_during_and_after_leave() {
    let team = Team::start().await;
    let annual = team.approved("2026-11-09", "2026-11-20").await;
    let enter = async |start: &str, end: &str| {
        let sick = json!({"type": "sick", "start_date": start, "end_date": end});
        team.enter(sick).await.expect(201).str("id").to_owned()
    };
    enter("2026-11-19", "2026-11-23").await;
    assert_eq!(team.days(2026).await, [7.0, 0.0, 8.0]);
    team.at("2026-11-11T08:00").await;
    enter("2026-11-11", "2026-11-11").await;
    assert_eq!(team.days(2026).await, [8.0, 0.0, 7.0]);
    // Seven months later, far more than Maria could enter herself.
    team.at("2027-06-14T08:00").await;
    team.sick("2026-11-12", "2026-11-12").await.expect_problem(422, "in_the_past");
    enter("2026-11-12", "2026-11-12").await;
    let request = team.request(&annual).await;
    assert_eq!((&request["days"], request["interruptions"].as_array().unwrap().len()), (&json!(6.0), 3));
    let dates = ["2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13", "2026-11-19", "2026-11-23"];
    assert_eq!(team.leave_on(&dates).await, ["annual", "sick", "sick", "annual", "sick", "sick"]);
}

#[tokio::test]
async fn half_a_day_of_sickness_gives_half_a_day_back() {
    let team = Team::start().await;
    team.approved("2026-11-09", "2026-11-10").await;
    let sick = json!({"type": "sick", "start_date": "2026-11-09", "end_date": "2026-11-09", "start_half": "afternoon"});
    assert_eq!(team.enter(sick).await.expect(201).body["days"], 0.5);
    assert_eq!(team.days(2026).await, [13.5, 0.0, 1.5]);
    assert_eq!(
        team.calendar("2026-11-09").await,
        [
            "annual 2026-11-09 - 2026-11-09 morning",
            "sick 2026-11-09 afternoon 2026-11-09 -",
            "annual 2026-11-10 - 2026-11-10 -"
        ]
    );
    let day = team.day("2026-11-09").await;
    assert_eq!((&day["kind"], &day["status"]), (&json!("leave"), &json!("on_leave")));
}

#[tokio::test]
async fn leave_that_waits_for_a_decision_is_interrupted_too() {
    let team = Team::start().await;
    let annual = team.ask_for("2026-11-09", "2026-11-13").await.expect(201).str("id").to_owned();
    team.was_sick("2026-11-10", "2026-11-11").await;
    assert_eq!(team.days(2026).await, [12.0, 3.0, 0.0]);
    assert_eq!(team.request(&annual).await["status"], "pending");
    let decided = team.decide(&annual, "approved").await.expect(200);
    assert_eq!(decided.body["days"], 3.0);
    assert_eq!(team.days(2026).await, [12.0, 0.0, 3.0]);
    assert_eq!(team.leave_on(&["2026-11-09", "2026-11-10", "2026-11-12"]).await, ["annual", "sick", "annual"]);
}

#[tokio::test]
async fn sickness_that_is_rejected_or_withdrawn_takes_nothing() {
    let team = Team::start().await;
    let annual = team.approved("2026-11-09", "2026-11-13").await;
    let sick = team.sick("2026-11-10", "2026-11-11").await.expect(201).str("id").to_owned();
    team.decide(&sick, "rejected").await.expect(200);
    let sick = team.sick("2026-11-10", "2026-11-11").await.expect(201).str("id").to_owned();
    team.cancel(&sick).await.expect(200);
    assert_eq!(team.days(2026).await, [10.0, 0.0, 5.0]);
    assert_eq!(team.history(&annual).await, ["requested 5.0", "approved 5.0"]);
}

#[tokio::test]
async fn leave_resumes_where_sick_leave_is_cancelled_or_ends_early() {
    let team = Team::start().await;
    let annual = team.approved("2026-11-09", "2026-11-13").await;
    let sick = team.was_sick("2026-11-10", "2026-11-11").await;
    team.cancel(&sick).await.expect(200);
    assert_eq!(team.days(2026).await, [10.0, 0.0, 5.0]);
    assert_eq!(team.history(&annual).await, ["requested 5.0", "approved 5.0", "interrupted 3.0", "resumed 5.0"]);
    assert_eq!(team.leave_on(&["2026-11-10", "2026-11-11"]).await, ["annual", "annual"]);

    // Maria recovers on Thursday, so Thursday and Friday are annual leave again.
    let sick = team.was_sick("2026-11-10", "2026-11-17").await;
    assert_eq!(team.days(2026).await, [14.0, 0.0, 1.0]);
    team.at("2026-11-12T08:00").await;
    assert_eq!(team.cancel(&sick).await.expect(200).body["end_date"], "2026-11-11");
    assert_eq!(team.days(2026).await, [12.0, 0.0, 3.0]);
    let dates = ["2026-11-09", "2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13", "2026-11-16"];
    let mut of_dates: Vec<Value> = ["annual", "sick", "sick", "annual", "annual"].map(Value::from).to_vec();
    of_dates.push(Value::Null);
    assert_eq!(team.leave_on(&dates).await, of_dates);
}

#[tokio::test]
async fn cancelled_leave_does_not_resume_after_sick_leave() {
    let team = Team::start().await;
    let annual = team.approved("2026-11-09", "2026-11-13").await;
    let sick = team.was_sick("2026-11-10", "2026-11-11").await;
    team.cancel(&annual).await.expect(200);
    assert_eq!(team.days(2026).await, [15.0, 0.0, 0.0], "what sickness gave back isn't given back twice");
    assert_eq!(team.leave_on(&["2026-11-09", "2026-11-10"]).await, [Value::Null, json!("sick")]);
    team.cancel(&sick).await.expect(200);
    assert_eq!(team.days(2026).await, [15.0, 0.0, 0.0]);
    assert_eq!(team.leave_on(&["2026-11-10"]).await, [Value::Null]);
}

#[tokio::test]
async fn two_sick_notes_lie_over_one_leave_and_not_over_each_other() {
    let team = Team::start().await;
    let annual = team.approved("2026-11-09", "2026-11-13").await;
    team.was_sick("2026-11-10", "2026-11-11").await;
    team.sick("2026-11-11", "2026-11-12").await.expect_problem(409, "overlaps");
    team.was_sick("2026-11-12", "2026-11-12").await;
    assert_eq!(team.days(2026).await, [13.0, 0.0, 2.0]);
    assert_eq!(team.request(&annual).await["interruptions"].as_array().unwrap().len(), 2);
    team.ask_for("2026-11-10", "2026-11-10").await.expect_problem(409, "overlaps");
}

#[tokio::test]
async fn a_holiday_or_a_roster_that_changes_counts_interrupted_leave_right() {
    let team = Team::start().await;
    let annual = team.approved("2026-11-09", "2026-11-13").await;
    let sick = team.was_sick("2026-11-10", "2026-11-11").await;
    team.holiday("2026-11-10", None).await;
    team.holiday("2026-11-12", Some("morning")).await;
    team.company.settle().await;
    assert_eq!(team.days(2026).await, [12.5, 0.0, 2.5]);
    assert_eq!(team.request(&annual).await["days"], 2.5);
    assert_eq!(team.request(&sick).await["days"], 1.0);
    // The holidays count for neither leave; the other sick days are annual leave again.
    team.cancel(&sick).await.expect(200);
    assert_eq!(team.days(2026).await, [11.5, 0.0, 3.5]);
}

#[tokio::test]
async fn a_type_may_interrupt_and_be_counted_itself() {
    let team = Team::start().await;
    let admin = team.company.sign_in("ada").await;
    let put = |body: Value| team.company.put("/leave/types/care").by(&admin).json(body).send();
    let shown = put(json!({"counted": true, "annual_days": 2, "interrupts": true})).await.expect(200);
    assert_eq!(shown.body["interrupts"], true);
    let types = team.company.get("/leave/types").by(&admin).send().await.expect(200);
    let interrupts: Vec<(&Value, &Value)> =
        types.items().iter().map(|shown| (&shown["code"], &shown["interrupts"])).collect();
    let expected = [("annual", false), ("care", true), ("sick", true), ("time_off", false), ("unpaid", false)];
    assert_eq!(
        interrupts.iter().map(|(code, it)| (code.as_str().unwrap(), it.as_bool().unwrap())).collect::<Vec<_>>(),
        expected
    );
    let annual = json!({"counted": true, "interrupts": true});
    team.company.put("/leave/types/annual").by(&admin).json(annual).send().await.expect_invalid("interrupts");

    team.approved("2026-11-09", "2026-11-13").await;
    let care = |start: &str, end: &str| json!({"type": "care", "start_date": start, "end_date": end});
    team.enter(care("2026-11-10", "2026-11-12")).await.expect_problem(409, "insufficient_balance");
    assert_eq!(team.days(2026).await, [10.0, 0.0, 5.0], "a refusal changes nothing");
    team.enter(care("2026-11-10", "2026-11-11")).await.expect(201);
    assert_eq!(team.days(2026).await, [12.0, 0.0, 3.0]);
    let balances = team.company.get("/leave/balances/me").by(&team.maria().await).send().await.expect(200);
    let care = balances.items().iter().find(|balance| balance["type"] == "care").unwrap();
    assert_eq!((&care["available_days"], &care["used_days"]), (&json!(0.0), &json!(2.0)));
}

#[tokio::test]
async fn sickness_over_leave_that_is_not_counted_books_nothing() {
    let team = Team::start().await;
    let unpaid = json!({"type": "unpaid", "start_date": "2026-11-09", "end_date": "2026-11-13"});
    let unpaid = team.enter(unpaid).await.expect(201).str("id").to_owned();
    team.was_sick("2026-11-10", "2026-11-11").await;
    assert_eq!(team.request(&unpaid).await["days"], 3.0);
    assert_eq!(team.booked(2026).await, Vec::<String>::new());
    assert_eq!(team.leave_on(&["2026-11-09", "2026-11-10"]).await, ["unpaid", "sick"]);
}

#[tokio::test]
async fn sickness_over_leave_worked_on_is_refused() {
    let team = Team::with(json!({"clock_in_on_leave": "flag"})).await;
    team.approved("2026-11-03", "2026-11-04").await;
    team.punch("/clock/in", "2026-11-03T08:58").await.expect(201);
    team.punch("/clock/out", "2026-11-03T18:00").await.expect(200);
    let sick = json!({"type": "sick", "start_date": "2026-11-03", "end_date": "2026-11-04"});
    team.enter(sick).await.expect_problem(409, "day_worked");
    assert_eq!(team.days(2026).await, [13.0, 0.0, 2.0]);
}

/// Annual leave on each of 36 Fridays, with sick leave over all of them: more than one transaction can contain.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sick_leave_over_many_requests_is_applied_once_if_jobs_is_killed() {
    for call in [0, 1, 3, 4, 6] {
        let team = Team::with(json!({"annual_leave_days": 40})).await;
        let monday: domain::calendar::WorkDate = "2026-11-09".parse().unwrap();
        let mut ids = Vec::new();
        for week in 0..36 {
            let friday = monday.plus_days(7 * week + 4).to_string();
            let asked = team.ask_for(&friday, &friday).await.expect(201).str("id").to_owned();
            // Half of them wait for a decision.
            if week % 2 == 0 {
                team.decide(&asked, "approved").await.expect(200);
            }
            ids.push(asked);
        }
        team.company.settle().await;
        let made = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&made);
        team.company.stack.faults().plan(move |aws: AwsCall<'_>| {
            let is_it = aws.by == "jobs" && counted.fetch_add(1, Ordering::Relaxed) == call;
            is_it.then_some(if call % 2 == 0 { Fault::DiesAfter } else { Fault::DiesBefore })
        });
        let last = monday.plus_days(7 * 36 - 1).to_string();
        let sick = json!({"type": "sick", "start_date": "2026-11-09", "end_date": last});
        let entered = team.enter(sick).await.expect(201);
        assert_eq!((&entered.body["days"], &entered.body["applying"]), (&json!(180.0), &json!(true)));
        team.company.settle().await;
        team.company.stack.faults().clear();
        assert!(made.load(Ordering::Relaxed) > call, "there is no call {call}");
        assert_eq!(team.company.stack.dead_letters()["queues"][0]["messages"], json!([]));

        assert_eq!(team.request(entered.str("id")).await["applying"], false, "killed at call {call}");
        let available: f64 = team.days(2026).await[0] + team.days(2027).await[0];
        assert_eq!(available, 80.0, "killed at call {call}");
        for id in &ids {
            assert_eq!(team.request(id).await["days"], 0.0, "killed at call {call}");
        }
        let minutes: i64 = Table::of(&team.company).ledger_minutes(&team.maria.id).await.iter().sum();
        assert_eq!(minutes, 2 * 40 * 480, "each is given back once, killed at call {call}");
    }
}

#[tokio::test]
async fn leave_resumes_where_sick_leave_of_the_past_was_a_mistake() {
    let team = Team::start().await;
    let annual = team.approved("2026-11-09", "2026-11-13").await;
    team.at("2026-11-16T08:00").await;
    let sick = team.was_sick("2026-11-10", "2026-11-11").await;
    assert_eq!(team.days(2026).await, [12.0, 0.0, 3.0]);
    team.cancel_for_her(&sick).await.expect(200);
    assert_eq!(team.days(2026).await, [10.0, 0.0, 5.0]);
    assert_eq!(team.history(&annual).await, ["requested 5.0", "approved 5.0", "interrupted 3.0", "resumed 5.0"]);
    let week = ["2026-11-09", "2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13"];
    assert_eq!(team.leave_on(&week).await, ["annual"; 5]);
}
