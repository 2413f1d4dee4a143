//! Runs each check twice, and kills and repeats it at each of its calls. The table is the same as after one clean run.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use aws_sdk_dynamodb::types::AttributeValue;
use local::Fault;
use rollcall_tests::{Company, Person};
use serde_json::json;

use crate::table::Table;

/// A step of the test: a punch, a run of a check, or an admin's change of the threshold.
enum Step {
    Punch(&'static str, &'static str),
    Mark(u32),
    Check(&'static str),
}

/// Ten of twelve people clock in on Monday, one of them late. One leaves early, and one forgets to clock out. The leave year
/// ends on Tuesday.
fn steps() -> Vec<(&'static str, Step)> {
    vec![
        ("2026-11-01T22:30:00+03:00", Step::Check("open-day")),
        ("2026-11-02T08:55:00+03:00", Step::Punch("worker00", "/clock/in")),
        ("2026-11-02T08:56:00+03:00", Step::Punch("worker01", "/clock/in")),
        ("2026-11-02T09:20:00+03:00", Step::Punch("worker02", "/clock/in")),
        ("2026-11-02T09:30:00+03:00", Step::Check("lateness")),
        ("2026-11-02T16:00:00+03:00", Step::Punch("worker00", "/clock/out")),
        ("2026-11-02T18:05:00+03:00", Step::Punch("worker02", "/clock/out")),
        ("2026-11-02T18:10:00+03:00", Step::Check("lateness")),
        ("2026-11-02T22:30:00+03:00", Step::Check("open-day")),
        ("2026-11-03T01:00:00+03:00", Step::Check("close-day")),
        ("2026-11-03T03:10:00+03:00", Step::Check("leave-year")),
        ("2026-11-03T03:30:00+03:00", Step::Mark(20)),
        ("2026-11-03T03:40:00+03:00", Step::Check("balances")),
        ("2026-11-03T05:10:00+03:00", Step::Check("housekeeping")),
        ("2026-11-03T05:15:00+03:00", Step::Check("audit-digest")),
    ]
}

async fn company() -> (Company, Vec<Person>) {
    let company = Company::start_at("2026-10-30T09:00:00+03:00", "Europe/Istanbul").await;
    company.settings(json!({"leave_year_start": "11-03", "carry_over_days": 5})).await;
    let departments = [company.department("Harbour").await, company.department("Workshop").await];
    let mut people = Vec::new();
    for number in 0..12 {
        let more = json!({"department_id": departments[number % 2]});
        people.push(company.person(&format!("worker{number:02}"), more).await);
    }
    (company, people)
}

/// Executes the steps; `run` runs a check.
async fn take(company: &Company, run: impl AsyncFn(&Company, &str)) {
    for (at, step) in steps() {
        company.set_clock(at).await;
        match step {
            Step::Punch(who, path) => {
                let person = company.sign_in(who).await;
                let reply = company.post(path).by(&person).json(json!({})).send().await;
                assert!(reply.status.is_success(), "{who} {path}: {}", reply.text);
            }
            Step::Mark(days) => {
                company.settings(json!({"low_balance_days": days})).await;
            }
            Step::Check(check) => run(company, check).await,
        }
        // `jobs` follows a change before the next check, not beside it.
        company.settle().await;
    }
}

async fn run(company: &Company, check: &str) {
    let reply = company.post(&format!("/_local/schedules/{check}")).send().await.expect(200);
    assert_eq!(reply.body["done"], true, "{check}: {}", reply.text);
}

/// Returns a value as text, with its fields sorted by name.
fn canonical(value: &AttributeValue) -> String {
    let AttributeValue::M(fields) = value else { return format!("{value:?}") };
    let fields: BTreeMap<&String, String> = fields.iter().map(|(name, it)| (name, canonical(it))).collect();
    format!("{fields:?}")
}

/// Returns all data that checks write, without random ids.
async fn written(company: &Company, people: &[Person]) -> BTreeMap<String, Vec<String>> {
    let table = Table::of(company);
    let mut seen = BTreeMap::new();
    for person in people.iter().chain([&company.admin]) {
        let mut lines = Vec::new();
        for item in table.partition(&format!("USER#{}", person.id)).await {
            let sk = item["sk"].as_s().unwrap();
            let text = |name: &str| item.get(name).map(canonical).unwrap_or_default();
            let (kind, _) = sk.split_once('#').unwrap_or((sk, ""));
            match kind {
                "DAY" => lines.push(format!("{sk} {} {} {}", text("told"), text("version"), text("counted"))),
                "MONTH" => lines.push(format!("MONTH {} {}", text("days_absent"), text("scheduled_seconds"))),
                "PRESENCE" => lines.push(format!("{sk} {}", text("version"))),
                "OPENED" => {
                    let (date, _) = item["gsi2sk"].as_s().unwrap().split_once('#').unwrap();
                    lines.push(format!("{sk} {date}"));
                }
                "BALANCE" => lines.push(format!("{sk} {} {}", text("figures"), text("is_low"))),
                "LEDGER" | "BOOKED" => lines.push(format!("{sk} {} {}", text("kind"), text("minutes"))),
                "NOTE" => lines.push(format!("NOTE {} {}", text("kind"), text("title"))),
                _ => {}
            }
        }
        for event in table.partition(&format!("OUTBOX#user:{}", person.id)).await {
            let kinds: Vec<&AttributeValue> =
                event["facts"].as_l().unwrap().iter().map(|fact| &fact.as_m().unwrap()["kind"]).collect();
            lines.push(format!("event {kinds:?}"));
        }
        lines.sort_unstable();
        seen.insert(person.username.clone(), lines);
    }
    let digests = table.partition("DIGESTS").await;
    seen.insert("digests".to_owned(), digests.iter().map(|item| canonical(&AttributeValue::M(item.clone()))).collect());
    seen
}

/// Asserts that two tables are equal, and shows only the differences.
fn assert_same(clean: &BTreeMap<String, Vec<String>>, other: &BTreeMap<String, Vec<String>>, case: &str) {
    assert!(clean.keys().eq(other.keys()), "{case}");
    for (who, lines) in clean {
        let less: Vec<&String> = lines.iter().filter(|line| !other[who].contains(line)).collect();
        let more: Vec<&String> = other[who].iter().filter(|line| !lines.contains(line)).collect();
        assert!(less.is_empty() && more.is_empty(), "{case}, {who}: without {less:#?}, with {more:#?}");
        assert_eq!(lines.len(), other[who].len(), "{case}, {who}");
    }
}

#[tokio::test]
async fn a_check_that_runs_twice_changes_nothing_the_second_time() {
    let (once, people_once) = company().await;
    take(&once, run).await;
    let (twice, people_twice) = company().await;
    take(&twice, async |company: &Company, check: &str| {
        run(company, check).await;
        let again = company.post(&format!("/_local/schedules/{check}")).send().await.expect(200);
        assert_eq!(again.body["changed"], 0, "{check}: {}", again.text);
    })
    .await;
    let clean = written(&once, &people_once).await;
    assert!(clean["worker03"].iter().any(|line| line.contains("absent")), "{:?}", clean["worker03"]);
    assert_same(&clean, &written(&twice, &people_twice).await, "run twice");
}

/// The kills cover each of a check's calls, before and after the call, over several runs.
#[tokio::test]
async fn a_check_killed_at_any_call_and_repeated_has_the_same_result() {
    let (clean, people) = company().await;
    take(&clean, run).await;
    let expected = written(&clean, &people).await;
    for (nth, fault) in [
        (1, Fault::DiesAfter),
        (2, Fault::DiesBefore),
        (4, Fault::DiesAfter),
        (7, Fault::DiesAfter),
        (11, Fault::DiesBefore),
    ] {
        let (killed, people) = company().await;
        take(&killed, async |company: &Company, check: &str| {
            let calls = Arc::new(AtomicUsize::new(0));
            let by = check.to_owned();
            company
                .stack
                .faults()
                .plan(move |call| (call.by == by && calls.fetch_add(1, Ordering::Relaxed) + 1 == nth).then_some(fault));
            run(company, check).await;
            company.stack.faults().clear();
        })
        .await;
        assert_same(&expected, &written(&killed, &people).await, &format!("killed at call {nth}: {fault:?}"));
    }
}
