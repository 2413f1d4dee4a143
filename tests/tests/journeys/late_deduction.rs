//! The deduction for lateness: booked in the transaction of the clock-in, and given back once by any change that removes the
//! lateness.

use futures_util::future::join_all;
use local::{AwsCall, Fault};
use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

use crate::{
    long_work::{PLENTY, bring, renamed},
    table::Table,
};

/// A company with Maria and her manager. It is Monday, 08:00.
struct Lateness {
    company: Company,
    maria: Person,
}

impl Lateness {
    async fn start(settings: Value, maria: Value) -> Self {
        let company = Company::start().await;
        company.settings(settings).await;
        let department = company.department("Assembly").await;
        let more = json!({"role": "manager", "manages": [department], "department_id": department});
        company.person("manager", more).await;
        let mut more = json!({"department_id": department});
        more.as_object_mut().unwrap().extend(maria.as_object().unwrap().clone());
        let maria = company.person("maria", more).await;
        Self { company, maria }
    }

    async fn at(&self, now: &str) {
        self.company.set_clock(&format!("{now}:00+03:00")).await;
    }

    async fn punch(&self, path: &str, now: &str) -> Reply {
        self.at(now).await;
        let maria = self.company.sign_in("maria").await;
        self.company.post(path).by(&maria).json(json!({})).send().await
    }

    /// Works a day from the given time until the shift's end. Returns the session's id.
    async fn works(&self, date: &str, from: &str) -> String {
        let day = self.punch("/clock/in", &format!("{date}T{from}")).await.expect(201).body;
        self.punch("/clock/out", &format!("{date}T18:00")).await.expect(200);
        day["sessions"][0]["id"].as_str().unwrap().to_owned()
    }

    async fn excuse(&self, date: &str) -> Reply {
        let manager = self.company.sign_in("manager").await;
        let path = format!("/attendance/{}/{date}/excuse", self.maria.id);
        self.company.post(&path).by(&manager).json(json!({"reason": "The bridge was closed"})).send().await.expect(200)
    }

    /// Edits the day's session as the manager. Without a time, the day has no session.
    async fn edit(&self, date: &str, from: Option<&str>) -> Reply {
        let manager = self.company.sign_in("manager").await;
        let session = |from: &str| json!({"clock_in": format!("{date}T{from}:00+03:00"), "clock_out": format!("{date}T18:00:00+03:00")});
        let body =
            json!({"sessions": from.map(session).into_iter().collect::<Vec<_>>(), "reason": "The terminal was off"});
        self.company
            .put(&format!("/attendance/{}/{date}", self.maria.id))
            .by(&manager)
            .json(body)
            .send()
            .await
            .expect(200)
    }

    /// Returns Maria's annual leave of the year.
    async fn balance(&self) -> Value {
        let maria = self.company.sign_in("maria").await;
        let reply = self.company.get("/leave/balances/me?year=2026").by(&maria).send().await.expect(200);
        reply.items().iter().find(|balance| balance["type"] == "annual").unwrap().clone()
    }

    /// Returns the ledger entries about lateness, newest first.
    async fn ledger(&self) -> Vec<Value> {
        let maria = self.company.sign_in("maria").await;
        let reply =
            self.company.get("/leave/balances/me/ledger?year=2026&type=annual").by(&maria).send().await.expect(200);
        let about = |line: &&Value| ["late_deduction", "reversal"].contains(&line["kind"].as_str().unwrap());
        reply.items().iter().filter(about).cloned().collect()
    }

    /// Returns the kind, days and reference of each of those entries.
    async fn lines(&self) -> Vec<(String, Value, String)> {
        let text = |line: &Value, field: &str| line[field].as_str().unwrap().to_owned();
        self.ledger().await.iter().map(|l| (text(l, "kind"), l["days"].clone(), text(l, "reference"))).collect()
    }

    /// Returns the kinds of facts of each event about a punch of Maria, oldest first.
    async fn punch_facts(&self) -> Vec<Vec<String>> {
        let events = Table::of(&self.company).punch_events(&self.maria.id).await;
        let kinds = |event: &std::collections::HashMap<_, aws_sdk_dynamodb::types::AttributeValue>| {
            let facts = event["facts"].as_l().unwrap();
            facts.iter().map(|fact| fact.as_m().unwrap()["kind"].as_s().unwrap().clone()).collect()
        };
        events.iter().map(kinds).collect()
    }
}

fn line(kind: &str, days: f64, reference: &str) -> (String, Value, String) {
    (kind.to_owned(), json!(days), reference.to_owned())
}

#[tokio::test]
async fn lateness_is_deducted_by_the_minute_once_and_an_excuse_reverses_it() {
    let lateness = Lateness::start(json!({}), json!({})).await;
    let day = lateness.punch("/clock/in", "2026-11-02T09:37").await.expect(201).body;
    let session = day["sessions"][0]["id"].as_str().unwrap();
    assert_eq!(lateness.lines().await, [line("late_deduction", -0.08, session)]);
    let minutes = Table::of(&lateness.company).ledger_minutes(&lateness.maria.id).await;
    assert_eq!(minutes, [15 * 480, -37], "exactly, whatever is shown");
    assert_eq!(lateness.punch_facts().await, [["clocked_in", "late", "late_deducted"]], "all in one event");
    let balance = lateness.balance().await;
    assert_eq!((&balance["deducted_days"], &balance["available_days"]), (&json!(0.08), &json!(14.92)));

    lateness.punch("/clock/out", "2026-11-02T18:00").await.expect(200);
    assert_eq!(lateness.ledger().await.len(), 1, "clocking out changes nothing");
    let excused = lateness.excuse("2026-11-02").await;
    assert_eq!((&excused.body["late_seconds"], &excused.body["flags"]), (&json!(2220), &json!(["late", "excused"])));
    let expected = [line("reversal", 0.08, session), line("late_deduction", -0.08, session)];
    assert_eq!(lateness.lines().await, expected);
    let balance = lateness.balance().await;
    assert_eq!((&balance["deducted_days"], &balance["available_days"]), (&json!(0.0), &json!(15.0)));
}

#[tokio::test]
async fn excusing_a_late_day_moves_the_deduction_to_the_next_third_one() {
    let policy = json!({"late_deduction": {"mode": "per_occurrence", "every": 3, "days": 0.5}});
    let lateness = Lateness::start(policy, json!({})).await;
    lateness.works("2026-11-02", "09:10").await;
    lateness.works("2026-11-03", "09:50").await;
    assert_eq!(lateness.lines().await, []);
    let third = lateness.works("2026-11-04", "09:06").await;
    assert_eq!(lateness.lines().await, [line("late_deduction", -0.5, &third)]);
    lateness.excuse("2026-11-02").await;
    assert_eq!(lateness.lines().await, [line("reversal", 0.5, &third), line("late_deduction", -0.5, &third)]);
    // The fourth late day is the third one that isn't excused.
    let fourth = lateness.works("2026-11-05", "09:20").await;
    assert_eq!(lateness.lines().await[0], line("late_deduction", -0.5, &fourth));
    assert_eq!(lateness.balance().await["available_days"], 14.5);
}

#[tokio::test]
async fn minutes_that_are_free_cost_nothing_and_an_earlier_lateness_takes_them() {
    let policy = json!({"late_deduction": {"mode": "per_minute", "free_minutes_per_month": 30}});
    let lateness = Lateness::start(policy, json!({})).await;
    lateness.works("2026-11-02", "08:55").await;
    lateness.works("2026-11-03", "09:24").await;
    assert_eq!(lateness.lines().await, []);
    let third = lateness.works("2026-11-04", "09:30").await;
    assert_eq!(lateness.lines().await, [line("late_deduction", -0.05, &third)]);
    lateness.edit("2026-11-02", Some("09:30")).await;
    let minutes = Table::of(&lateness.company).ledger_minutes(&lateness.maria.id).await;
    assert_eq!(minutes[1..].iter().sum::<i64>(), -(84 - 30));
    lateness.edit("2026-11-02", None).await;
    let minutes = Table::of(&lateness.company).ledger_minutes(&lateness.maria.id).await;
    assert_eq!(minutes[1..].iter().sum::<i64>(), -(54 - 30), "absence costs nothing");
}

#[tokio::test]
async fn of_fifty_late_clock_ins_at_once_one_is_deducted() {
    let lateness = Lateness::start(json!({}), json!({})).await;
    lateness.at("2026-11-02T09:37").await;
    let maria = lateness.company.sign_in("maria").await;
    let punches = (0..50).map(|_| lateness.company.post("/clock/in").by(&maria).json(json!({})).send());
    let answers = join_all(punches).await;
    assert_eq!(answers.iter().filter(|reply| reply.status == 201).count(), 1);
    assert_eq!(Table::of(&lateness.company).ledger_minutes(&lateness.maria.id).await, [15 * 480, -37]);
}

#[tokio::test]
async fn an_edit_that_removes_lateness_gives_back_and_one_that_adds_it_deducts() {
    let lateness = Lateness::start(json!({}), json!({})).await;
    let session = lateness.works("2026-11-02", "09:37").await;
    lateness.edit("2026-11-02", Some("09:00")).await;
    assert_eq!(lateness.lines().await[0], line("reversal", 0.08, &session));
    lateness.works("2026-11-03", "09:00").await;
    let edited = lateness.edit("2026-11-03", Some("10:00")).await.body;
    let session = edited["sessions"][0]["id"].as_str().unwrap();
    assert_eq!(lateness.lines().await[0], line("late_deduction", -0.13, session));
    let partly = lateness.edit("2026-11-03", Some("09:30")).await.body;
    assert!(partly["late_seconds"] == 1800);
    assert_eq!(lateness.lines().await[0].0, "reversal");
    assert_eq!(
        Table::of(&lateness.company).ledger_minutes(&lateness.maria.id).await.iter().sum::<i64>(),
        15 * 480 - 30
    );
}

#[tokio::test]
async fn an_approved_correction_gives_back_what_it_takes_away() {
    let lateness = Lateness::start(json!({}), json!({})).await;
    let session = lateness.works("2026-11-02", "09:37").await;
    let maria = lateness.company.sign_in("maria").await;
    let sessions =
        json!([{"id": session, "clock_in": "2026-11-02T08:58:00+03:00", "clock_out": "2026-11-02T18:00:00+03:00"}]);
    let ask = lateness.company.post("/attendance/me/2026-11-02/corrections").by(&maria);
    let asked = ask.json(json!({"sessions": sessions, "reason": "The terminal was off"})).send().await.expect(201);
    assert_eq!(lateness.lines().await, [line("late_deduction", -0.08, &session)]);
    let manager = lateness.company.sign_in("manager").await;
    let decision = format!("/corrections/{}/decision", asked.str("id"));
    lateness.company.post(&decision).by(&manager).json(json!({"status": "approved"})).send().await.expect(200);
    assert_eq!(lateness.lines().await[0], line("reversal", 0.08, &session));
}

#[tokio::test]
async fn a_change_of_policy_never_rewrites_the_past() {
    let lateness = Lateness::start(json!({}), json!({})).await;
    lateness.punch("/clock/in", "2026-11-02T09:30").await.expect(201);
    lateness.company.settings(json!({"late_deduction": {"mode": "off"}})).await;
    lateness.punch("/clock/out", "2026-11-02T18:00").await.expect(200);
    lateness.works("2026-11-03", "09:30").await;
    lateness.company.settings(json!({"late_deduction": {"mode": "per_minute"}, "late_grace_minutes": 60})).await;
    lateness.works("2026-11-04", "10:30").await;
    // Recalculated, each day under its own policy.
    lateness.edit("2026-11-03", Some("09:45")).await;
    lateness.edit("2026-11-02", Some("09:20")).await;
    let minutes = Table::of(&lateness.company).ledger_minutes(&lateness.maria.id).await;
    assert_eq!(minutes, [15 * 480, -30, -90, 10]);
}

#[tokio::test]
async fn a_shift_that_is_planned_later_gives_back_what_its_lateness_cost() {
    let lateness = Lateness::start(json!({}), json!({})).await;
    let day = lateness.punch("/clock/in", "2026-11-02T09:37").await.expect(201).body;
    let session = day["sessions"][0]["id"].as_str().unwrap();
    let manager = lateness.company.sign_in("manager").await;
    let path = format!("/roster/{}/days/2026-11-02", lateness.maria.id);
    let later = json!({"shifts": [{"start": "10:00", "end": "19:00"}], "reason": "The parts come late"});
    lateness.company.put(&path).by(&manager).json(later).send().await.expect(200);
    let (deduction, reversal) = (line("late_deduction", -0.08, session), line("reversal", 0.08, session));
    assert_eq!(lateness.lines().await, [reversal.clone(), deduction.clone()], "at once");
    assert_eq!(lateness.balance().await["available_days"], 15.0);

    lateness.company.delete(&path).by(&manager).send().await.expect(204);
    assert_eq!(
        lateness.lines().await,
        [deduction.clone(), reversal, deduction],
        "late for the pattern's shift after all"
    );
    let minutes = Table::of(&lateness.company).ledger_minutes(&lateness.maria.id).await;
    assert_eq!(minutes, [15 * 480, -37, 37, -37]);
}

#[tokio::test]
async fn a_holiday_added_for_today_gives_back_what_lateness_cost_once() {
    let lateness = Lateness::start(json!({}), json!({})).await;
    lateness.punch("/clock/in", "2026-11-02T09:37").await.expect(201);
    let mut bus = lateness.company.stack.listen();
    let admin = lateness.company.sign_in("ada").await;
    let holiday = json!({"date": "2026-11-02", "name": "Founders' day"});
    let holiday = lateness.company.post("/holidays").by(&admin).json(holiday).send().await.expect(201);
    lateness.company.settle().await;
    let minutes = async || Table::of(&lateness.company).ledger_minutes(&lateness.maria.id).await;
    assert_eq!(minutes().await, [15 * 480, -37, 37]);
    let event = std::iter::from_fn(|| bus.try_recv().ok()).find(|event| event["detail-type"] == "holiday_added");
    bring(&lateness.company, renamed(event.unwrap()), PLENTY).await;
    assert_eq!(minutes().await, [15 * 480, -37, 37], "once, however often it is told");
    lateness.company.delete(&format!("/holidays/{}", holiday.str("id"))).by(&admin).send().await.expect(204);
    lateness.company.settle().await;
    assert_eq!(minutes().await, [15 * 480, -37, 37, -37]);
}

/// If a scheduled job processes a day before `jobs` has updated it after a change, the scheduled job books the change.
#[tokio::test]
async fn a_check_that_finds_a_holiday_gives_back_what_lateness_cost() {
    for (check, left, found) in [("lateness", Some("16:00"), "18:01"), ("close-day", None, "20:01")] {
        let lateness = Lateness::start(json!({"auto_clock_out_after_minutes": 600}), json!({})).await;
        lateness.punch("/clock/in", "2026-11-02T09:37").await.expect(201);
        if let Some(left) = left {
            lateness.punch("/clock/out", &format!("2026-11-02T{left}")).await.expect(200);
        }
        lateness.company.settle().await;
        lateness.company.stack.faults().plan(|call: AwsCall<'_>| (call.by == "jobs").then_some(Fault::DiesBefore));
        let admin = lateness.company.sign_in("ada").await;
        let holiday = json!({"date": "2026-11-02", "name": "Founders' day"});
        lateness.company.post("/holidays").by(&admin).json(holiday).send().await.expect(201);
        lateness.company.settle().await;
        let minutes = async || Table::of(&lateness.company).ledger_minutes(&lateness.maria.id).await;
        assert_eq!(minutes().await, [15 * 480, -37]);
        for _ in 0..2 {
            lateness.at(&format!("2026-11-02T{found}")).await;
            lateness.company.post(&format!("/_local/schedules/{check}")).send().await.expect(200);
            assert_eq!(minutes().await, [15 * 480, -37, 37], "{check}");
        }
    }
}

/// docs/rules.md#late
#[tokio::test]
async fn a_shorter_grace_set_during_the_day_charges_nobody_who_was_in_time() {
    let lateness = Lateness::start(json!({"late_grace_minutes": 15}), json!({})).await;
    lateness.punch("/clock/in", "2026-11-02T09:10").await.expect(201);
    lateness.company.settings(json!({"late_grace_minutes": 5})).await;
    lateness.company.settle().await;
    let day = lateness.punch("/clock/out", "2026-11-02T18:00").await.expect(200).body;
    assert_eq!((&day["late_seconds"], &day["flags"]), (&json!(0), &json!([])));
    assert_eq!(Table::of(&lateness.company).ledger_minutes(&lateness.maria.id).await, [15 * 480]);
    lateness.punch("/clock/in", "2026-11-03T09:10").await.expect(201);
    assert_eq!(Table::of(&lateness.company).ledger_minutes(&lateness.maria.id).await, [15 * 480, -10]);
}

#[tokio::test]
async fn a_short_balance_blocks_no_punch_and_goes_below_zero() {
    let lateness = Lateness::start(json!({}), json!({"annual_leave_days": 0})).await;
    lateness.punch("/clock/in", "2026-11-02T13:00").await.expect(201);
    assert_eq!(lateness.balance().await["available_days"], -0.5);
}

#[tokio::test]
async fn a_low_balance_is_announced_once_until_it_was_above_the_threshold() {
    let settings = json!({"low_balance_days": 3});
    let lateness = Lateness::start(settings, json!({"annual_leave_days": 3.05})).await;
    // 24 minutes above the threshold.
    lateness.punch("/clock/in", "2026-11-02T09:20").await.expect(201);
    lateness.punch("/clock/out", "2026-11-02T18:00").await.expect(200);
    lateness.punch("/clock/in", "2026-11-03T09:10").await.expect(201);
    lateness.punch("/clock/out", "2026-11-03T18:00").await.expect(200);
    lateness.punch("/clock/in", "2026-11-04T09:10").await.expect(201);
    lateness.punch("/clock/out", "2026-11-04T18:00").await.expect(200);
    let came = |facts: &Vec<String>| facts[0] == "clocked_in";
    let facts: Vec<Vec<String>> = lateness.punch_facts().await.into_iter().filter(came).collect();
    assert_eq!(
        facts,
        [
            vec!["clocked_in", "late", "late_deducted"],
            vec!["clocked_in", "late", "late_deducted", "leave_balance_low"],
            vec!["clocked_in", "late", "late_deducted"],
        ]
    );
    lateness.excuse("2026-11-02").await;
    lateness.punch("/clock/in", "2026-11-05T09:30").await.expect(201);
    assert_eq!(lateness.punch_facts().await.last().unwrap().last().unwrap(), "leave_balance_low");
}

#[tokio::test]
async fn a_late_punch_at_a_kiosk_costs_the_same() {
    let lateness = Lateness::start(json!({}), json!({})).await;
    let company = &lateness.company;
    let admin = company.sign_in("ada").await;
    let site = company.post("/sites").by(&admin).json(json!({"name": "Plant", "time_zone": "Europe/Istanbul"}));
    let site = site.send().await.expect(201).str("id").to_owned();
    let kiosk = company.post("/kiosks").by(&admin).json(json!({"site_id": site, "name": "Entrance"}));
    let token = kiosk.send().await.expect(201).str("device_token").to_owned();
    let maria = company.sign_in("maria").await;
    company.put("/users/me/pin").by(&maria).json(json!({"pin": "7391"})).send().await.expect(204);
    lateness.at("2026-11-02T09:37").await;
    let press = json!({"username": "maria", "pin": "7391", "action": "in"});
    company.post("/kiosk/punch").token(&token).json(press).send().await.expect(200);
    assert_eq!(Table::of(company).ledger_minutes(&lateness.maria.id).await, [15 * 480, -37]);
}

#[tokio::test]
async fn a_late_clock_in_costs_two_reads_and_one_transaction() {
    let lateness = Lateness::start(json!({}), json!({})).await;
    lateness.at("2026-11-02T09:37").await;
    let maria = lateness.company.sign_in("maria").await;
    lateness.company.reset_calls().await;
    lateness.company.post("/clock/in").by(&maria).json(json!({})).send().await.expect(201);
    let calls = lateness.company.get("/_local/calls").send().await.expect(200);
    let route = calls.body["routes"].as_array().unwrap().iter().find(|it| it["route"] == "POST /clock/in").unwrap();
    let count = |operation: &Value| (operation["operation"].clone(), operation["count"].clone());
    let calls: Vec<(Value, Value)> = route["operations"].as_array().unwrap().iter().map(count).collect();
    assert_eq!(calls, [(json!("BatchGetItem"), json!(2)), (json!("TransactWriteItems"), json!(1))]);
}
