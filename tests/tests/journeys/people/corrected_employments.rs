//! Employment dates that are corrected afterwards (docs/rules.md#corrected-employment).
#![expect(clippy::float_cmp, reason = "halves of days and whole seconds are exact")]

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use local::{AwsCall, Fault};
use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

use crate::{
    long_work::{PLENTY, bring, renamed},
    table::Table,
};

/// Maria and her manager in Istanbul. Maria has worked only on Friday 6 November, with lateness and overtime. She has approved
/// leave from Monday 9 to Wednesday 11, and requests leave from Wednesday 18 to Friday 20.
struct Scene {
    company: Company,
    maria: Person,
}

impl Scene {
    async fn start() -> Self {
        let company = Company::start().await;
        let department = company.department("Assembly").await;
        let manager = json!({"role": "manager", "manages": [department], "department_id": department});
        company.person("manager", manager).await;
        let maria = company.person("maria", json!({"department_id": department})).await;
        let scene = Self { company, maria };
        scene.run("open-day").await;
        let leave = scene.ask("2026-11-09", "2026-11-11").await;
        let decision = scene.company.post(&format!("/leave/requests/{leave}/decision"));
        let manager = scene.company.sign_in("manager").await;
        decision.by(&manager).json(json!({"status": "approved"})).send().await.expect(200);
        scene.ask("2026-11-18", "2026-11-20").await;
        for (path, at) in [("/clock/in", "2026-11-06T09:20"), ("/clock/out", "2026-11-06T18:10")] {
            scene.at(at).await;
            let maria = scene.company.sign_in("maria").await;
            let reply = scene.company.post(path).by(&maria).json(json!({})).send().await;
            assert!(reply.status.is_success(), "{}", reply.text);
        }
        scene
    }

    /// Starts the scene at the given time, after all scheduled jobs until then.
    async fn by(now: &str) -> Self {
        let scene = Self::start().await;
        scene.at(now).await;
        scene.run("open-day").await;
        scene.run("lateness").await;
        scene.company.settle().await;
        scene
    }

    async fn at(&self, now: &str) {
        self.company.set_clock(&format!("{now}:00+03:00")).await;
    }

    async fn run(&self, check: &str) {
        self.company.post(&format!("/_local/schedules/{check}")).send().await.expect(200);
    }

    async fn ask(&self, start: &str, end: &str) -> String {
        let maria = self.company.sign_in("maria").await;
        let body = json!({"start_date": start, "end_date": end});
        self.company.post("/leave/requests").by(&maria).json(body).send().await.expect(201).str("id").to_owned()
    }

    async fn correct(&self, body: Value) -> Reply {
        let admin = self.company.sign_in("ada").await;
        self.company.patch(&format!("/users/{}", self.maria.id)).by(&admin).json(body).send().await.expect(200)
    }

    async fn get(&self, path: &str) -> Value {
        let admin = self.company.sign_in("ada").await;
        self.company.get(path).by(&admin).send().await.expect(200).body
    }

    async fn day(&self, date: &str) -> Value {
        self.get(&format!("/attendance/{}/{date}", self.maria.id)).await
    }

    /// Returns the figures of November: worked, late, overtime, absent days, leave days.
    async fn november(&self) -> [f64; 5] {
        let path = format!("/attendance/{}/summary?period=year&date=2026-11-01", self.maria.id);
        let year = self.get(&path).await;
        let figures = ["worked_seconds", "late_seconds", "overtime_seconds", "days_absent", "days_on_leave"];
        figures.map(|figure| year["buckets"][10][figure].as_f64().unwrap_or_else(|| panic!("{figure}: {year}")))
    }

    /// Returns Maria's annual leave in tenths of a day (available, pending, used), and whether anything is deducted.
    async fn balance(&self) -> ([f64; 3], bool) {
        let balances = self.get(&format!("/leave/balances/{}?year=2026", self.maria.id)).await;
        let annual = balances["items"].as_array().unwrap().iter().find(|balance| balance["type"] == "annual").unwrap();
        let figure = |figure: &str| annual[figure].as_f64().unwrap();
        let tenths = ["available_days", "pending_days", "used_days"].map(|name| (10.0 * figure(name)).round() / 10.0);
        (tenths, 0.0 < figure("deducted_days"))
    }

    /// Returns the version of every stored day.
    async fn versions(&self) -> Vec<(String, String)> {
        let days = Table::of(&self.company).partition(&format!("USER#{}", self.maria.id)).await;
        let text = |item: &std::collections::HashMap<_, aws_sdk_dynamodb::types::AttributeValue>| {
            let sort = item["sk"].as_s().unwrap().clone();
            sort.starts_with("DAY#").then(|| (sort, item["version"].as_n().unwrap().clone()))
        };
        days.iter().filter_map(text).collect()
    }
}

/// 2 to 5, 12 and 13 November are absences, 9 to 11 leave.
const AS_RECORDED: [f64; 5] = [31_800.0, 1200.0, 3000.0, 6.0, 3.0];
const BALANCE_AS_RECORDED: ([f64; 3], bool) = ([9.0, 3.0, 3.0], true);

#[tokio::test]
async fn someone_who_left_on_the_5th_is_corrected_on_the_16th_at_once() {
    let scene = Scene::by("2026-11-16T08:00").await;
    assert_eq!(scene.november().await, AS_RECORDED);
    assert_eq!(scene.balance().await, BALANCE_AS_RECORDED);

    let left = scene.correct(json!({"left_on": "2026-11-05"})).await;
    assert_eq!(left.body["employments"], json!([{"from": "2020-01-01", "until": "2026-11-05"}]));
    assert_eq!(scene.november().await, [31_800.0, 0.0, 0.0, 4.0, 0.0]);
    assert_eq!(scene.balance().await, ([15.0, 0.0, 0.0], false));
    let friday = scene.day("2026-11-06").await;
    assert_eq!((&friday["status"], &friday["kind"]), (&json!("present"), &json!("unscheduled")));
    assert_eq!(friday["flags"], json!(["unscheduled", "outside_employment"]));
    assert_eq!((&friday["worked_seconds"], &friday["overtime_seconds"]), (&json!(31_800), &json!(0)));
    for date in ["2026-11-09", "2026-11-12", "2026-11-16"] {
        assert_eq!(scene.day(date).await["status"], "off", "{date}");
    }

    let versions = scene.versions().await;
    scene.company.settle().await;
    assert_eq!(scene.versions().await, versions, "the jobs after it find nothing left to do");

    scene.correct(json!({"left_on": null})).await;
    assert_eq!((scene.november().await, scene.balance().await), (AS_RECORDED, BALANCE_AS_RECORDED));
}

#[tokio::test]
async fn work_outside_employment_is_overtime_once_a_manager_has_edited_it() {
    let scene = Scene::by("2026-11-16T08:00").await;
    scene.correct(json!({"left_on": "2026-11-05"})).await;
    let session = json!({"clock_in": "2026-11-06T09:20:00+03:00", "clock_out": "2026-11-06T18:10:00+03:00"});
    let manager = scene.company.sign_in("manager").await;
    let edit = scene.company.put(&format!("/attendance/{}/2026-11-06", scene.maria.id)).by(&manager);
    let edited = edit.json(json!({"sessions": [session], "reason": "She helped out"})).send().await.expect(200);
    assert_eq!(edited.body["overtime_seconds"], 31_800);
    assert_eq!(scene.november().await, [31_800.0, 0.0, 31_800.0, 4.0, 0.0]);
}

#[tokio::test]
async fn someone_who_begins_only_on_the_16th_was_never_absent_before() {
    let company = Company::start().await;
    company.settings(json!({"prorate_first_year": true})).await;
    let maria = company.person("maria", json!({"hired_on": "2026-11-02"})).await;
    for check in ["open-day", "lateness"] {
        company.post(&format!("/_local/schedules/{check}")).send().await.expect(200);
        company.set_clock("2026-11-16T08:00:00+03:00").await;
        company.post(&format!("/_local/schedules/{check}")).send().await.expect(200);
    }
    let scene = Scene { company, maria };
    assert_eq!(scene.november().await, [0.0, 0.0, 0.0, 10.0, 0.0]);
    let granted = scene.balance().await;
    scene.correct(json!({"hired_on": "2026-11-16"})).await;
    assert_eq!(scene.november().await, [0.0; 5]);
    assert!(scene.balance().await.0[0] < granted.0[0], "the grant's difference is posted");
    assert_eq!(scene.day("2026-11-02").await["status"], "off");
    scene.correct(json!({"hired_on": "2026-11-02"})).await;
    assert_eq!(scene.november().await, [0.0, 0.0, 0.0, 10.0, 0.0]);
    assert_eq!(scene.balance().await, granted);
}

/// Returns the scene after a winter of absences.
async fn two_months_later() -> Scene {
    let scene = Scene::start().await;
    // The scheduled jobs create days for the past month at most.
    for now in ["2026-11-30T08:00", "2026-12-28T08:00", "2027-01-20T08:00"] {
        scene.at(now).await;
        scene.run("open-day").await;
        scene.run("lateness").await;
    }
    scene.company.settle().await;
    scene
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_killed_at_any_call_is_applied_completely() {
    let scene = two_months_later().await;
    // The available days of a past leave year depend on whether its rollover has run.
    let taken = async || {
        let ([_, pending, used], deducts) = scene.balance().await;
        (pending, used, deducts)
    };
    let recorded = (scene.november().await, taken().await);
    for call in [1, 4, 9, 14, 20, 27, 33] {
        let made = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&made);
        scene.company.stack.faults().plan(move |aws: AwsCall<'_>| {
            let is_it = aws.by == "jobs" && counted.fetch_add(1, Ordering::Relaxed) == call;
            is_it.then_some(if call % 2 == 0 { Fault::DiesAfter } else { Fault::DiesBefore })
        });
        scene.correct(json!({"left_on": "2026-11-05"})).await;
        scene.company.settle().await;
        assert!(made.load(Ordering::Relaxed) > call, "there is no call {call}");
        assert_eq!(scene.november().await, [31_800.0, 0.0, 0.0, 4.0, 0.0], "after a death at call {call}");
        scene.correct(json!({"left_on": null})).await;
        scene.company.settle().await;
        assert_eq!((scene.november().await, taken().await), recorded, "after a death at call {call}");
    }
    assert_eq!(scene.company.stack.dead_letters()["queues"][0]["messages"], json!([]));
}

#[tokio::test]
async fn jobs_applies_a_long_correction_and_a_repeat_changes_nothing() {
    let scene = two_months_later().await;
    let recorded = scene.november().await;
    assert_eq!(recorded[3], 17.0, "21 weekdays less one of work and three of leave");
    let mut bus = scene.company.stack.listen();
    let left = scene.correct(json!({"status": "disabled", "left_on": "2026-11-05"})).await;
    assert_eq!(left.body["left_on"], "2026-11-05");
    scene.company.settle().await;
    assert_eq!(scene.november().await, [31_800.0, 0.0, 0.0, 4.0, 0.0]);
    let ([_, pending, used], deducts) = scene.balance().await;
    assert_eq!((pending, used, deducts), (0.0, 0.0, false));
    assert_eq!(scene.day("2027-01-04").await["status"], "off");

    let versions = scene.versions().await;
    let corrects = |event: &Value| {
        let facts = event["detail"]["facts"].as_array().unwrap();
        facts.iter().any(|fact| fact["kind"] == "employment_corrected")
    };
    let event = std::iter::from_fn(|| bus.try_recv().ok()).find(corrects).unwrap();
    bring(&scene.company, renamed(event), PLENTY).await;
    assert_eq!(scene.versions().await, versions);
}
