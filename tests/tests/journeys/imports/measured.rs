//! Imports of 5,000 people and of a year of history of 100 people. The test prints what docs/performance.md states, so it only runs on
//! request: `cargo test -p rollcall-tests --release --test journeys imports::measured -- --ignored --nocapture`

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use domain::calendar::{Weekday, WorkDate};
use rollcall_tests::Company;
use serde_json::Value;

use super::counts;

/// The number of people, unless the environment variable `ROLLCALL_PEOPLE` says otherwise.
const PEOPLE: usize = 5_000;
/// The number of people whose history is imported.
const WITH_HISTORY: usize = 100;
/// The first and the last date of the history.
const YEAR: [&str; 2] = ["2025-11-03", "2026-10-30"];

/// Imports a sheet, prints what it cost, and returns the import once it is over.
#[expect(clippy::disallowed_methods, reason = "it measures real time")]
async fn measure(company: &Company, path: &str, sheet: &str, what: &str) -> Value {
    company.stack.reset_calls();
    let started = Instant::now();
    let admin = company.sign_in("ada").await;
    let asked = company.post(path).by(&admin).raw("text/csv", sheet.to_owned()).send().await.expect(202);
    let answered = started.elapsed();
    let location = asked.header("location").unwrap().to_owned();
    let over = loop {
        // Tokens last for 15 minutes, and the import may take longer.
        let admin = company.sign_in("ada").await;
        let import = company.get(&location).by(&admin).send().await.expect(200).body;
        if !["queued", "running"].contains(&import["status"].as_str().unwrap()) {
            break import;
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    };
    println!("{what}: {} kB, answered in {answered:.1?}, over after {:.1?}", sheet.len() / 1000, started.elapsed());
    println!("  {}, {}", over["status"], over["counts"]);
    let routes = company.stack.calls().routes;
    for route in routes.into_iter().filter(|route| route.route == "jobs" || route.route == format!("POST {path}")) {
        for call in route.operations {
            let (read, write) = (call.read_units, call.write_units);
            println!("  {}: {} × {} ({read} read units, {write} write units)", route.route, call.count, call.operation);
        }
    }
    over
}

/// A sheet of people who began before their history does.
fn people(count: usize) -> String {
    let mut sheet = "username,full_name,email,hired_on\n".to_owned();
    for number in 0..count {
        writeln!(sheet, "person{number:05},Person {number:05},person{number:05}@harbour.example,2025-11-01").unwrap();
    }
    sheet
}

/// A sheet with a session and a break of each person on each weekday of the year.
fn history() -> String {
    let [first, last] = YEAR.map(|date| date.parse::<WorkDate>().unwrap());
    let mut sheet = "username,date,clock_in,clock_out,break_start,break_end\n".to_owned();
    for number in 0..WITH_HISTORY {
        let dates = (0..=last.days_since(first)).map(|days| first.plus_days(days));
        for date in dates.filter(|date| ![Weekday::Saturday, Weekday::Sunday].contains(&date.weekday())) {
            writeln!(sheet, "person{number:05},{date},09:00,17:30,12:00,12:30").unwrap();
        }
    }
    sheet
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes, and tells figures"]
#[expect(clippy::disallowed_methods, reason = "a variable chooses the number of people")]
async fn five_thousand_people_and_a_year_of_a_hundred_are_imported_once() {
    let count = std::env::var("ROLLCALL_PEOPLE").map_or(PEOPLE, |count| count.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let company = Company::start_in(folder.path(), "2026-11-02T08:00:00+03:00", "Europe/Istanbul").await;
    let people = people(count);
    let expected = u64::try_from(count).unwrap();
    let made = measure(&company, "/users/import", &people, &format!("{count} people")).await;
    assert_eq!(counts(&made), [expected, 0, 0, 0]);
    let again = measure(&company, "/users/import", &people, "the same people again").await;
    assert_eq!(counts(&again), [0, 0, expected, 0]);

    let history = history();
    let days = u64::try_from(history.lines().count() - 1).unwrap();
    let set = measure(&company, "/attendance/import", &history, &format!("{days} days of {WITH_HISTORY} people")).await;
    assert_eq!(counts(&set), [0, days, 0, 0]);
    let again = measure(&company, "/attendance/import", &history, "the same days again").await;
    assert_eq!(counts(&again), [0, 0, days, 0]);
}
