//! The checks in a company of ten thousand people. The test measures without assertions, so it only runs on request:
//! `cargo test -p rollcall-tests --release --test journeys scheduled_jobs::load -- --ignored --nocapture`

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use domain::{calendar::Zone, id::DepartmentId, ports::Clock, user::User};
use rollcall_tests::Company;
use serde_json::json;
use store::Commit;

use crate::{
    bulk_fixtures::{self, Counter},
    process_memory::megabytes,
    table::Table,
};

const PEOPLE: usize = 10_000;
/// The people whose shift starts in Istanbul's zone. The others' shifts start in New York's zone, long after the no-shows of
/// the first are recorded.
const DUE: usize = 300;
const DEPARTMENTS: usize = 50;

/// Creates people directly in the table.
async fn make_everyone(company: &Company, departments: &[DepartmentId]) {
    let store = Table::of(company).store(Arc::new(Counter::default())).await;
    let now = company.stack.clock().now();
    for number in 0..PEOPLE {
        let time_zone = (number >= DUE).then(|| Zone::parse("America/New_York").unwrap());
        let department = departments[number % departments.len()];
        let person = User { time_zone, ..bulk_fixtures::person(number, department, now) };
        let mut commit = Commit::without_event(bulk_fixtures::stamp(number, now));
        commit.create_user(&person).unwrap();
        commit.send(&store).await.unwrap();
    }
}

/// Runs a check until it is done, including continued invocations, and prints its cost.
#[expect(clippy::disallowed_methods, reason = "it measures real time")]
async fn measure(company: &Company, check: &str, what: &str) {
    company.stack.reset_calls();
    let (before, peak, over) = (megabytes(), Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let watch = {
        let (peak, over) = (Arc::clone(&peak), Arc::clone(&over));
        std::thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                peak.fetch_max(megabytes(), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(20));
            }
        })
    };
    let started = Instant::now();
    let reply = company.post(&format!("/_local/schedules/{check}")).send().await.expect(200);
    let took = started.elapsed();
    over.store(true, Ordering::Relaxed);
    watch.join().unwrap();
    println!("{check}, {what}: {took:.1?}, {}", reply.text);
    println!("  memory: {before} MB before, {} MB at most", peak.load(Ordering::Relaxed));
    for route in company.stack.calls().routes.into_iter().filter(|route| route.route.contains(check)) {
        for call in route.operations {
            let (read, write) = (call.read_units, call.write_units);
            println!("  {}: {} × {} ({read} read units, {write} write units)", route.route, call.count, call.operation);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes, and tells figures instead of passing or failing by them"]
#[expect(clippy::disallowed_methods, reason = "it measures real time")]
async fn the_checks_of_ten_thousand_people_are_measured() {
    let folder = tempfile::tempdir().unwrap();
    let company = Company::start_in(folder.path(), "2026-11-01T12:00:00+03:00", "Europe/Istanbul").await;
    let mut departments = Vec::new();
    for number in 0..DEPARTMENTS {
        departments.push(company.department(&format!("Department {number}")).await.parse().unwrap());
    }
    let started = Instant::now();
    make_everyone(&company, &departments).await;
    println!("{PEOPLE} people made in {:.1?}, {} MB", started.elapsed(), megabytes());

    measure(&company, "leave-year", "everyone's first grant").await;
    measure(&company, "balances", "nothing changed").await;
    company.settings(json!({"low_balance_days": 20})).await;
    measure(&company, "balances", "a mark below which everybody is").await;
    company.set_clock("2026-11-02T05:00:00+03:00").await;
    measure(&company, "open-day", "everyone's day").await;
    measure(&company, "open-day", "again").await;
    company.set_clock("2026-11-02T09:06:00+03:00").await;
    measure(&company, "lateness", "300 due").await;
    measure(&company, "lateness", "nobody due").await;
}
