//! The time of the rules that run most often: `cargo bench -p domain`.
#![expect(clippy::unwrap_used, reason = "a value that can't be made ends the measurement")]

use std::collections::BTreeMap;

use divan::{Bencher, black_box};
use domain::{
    calendar::WorkDate,
    day::Day,
    leave::{Balance, LeaveYear, LedgerEntry},
    schedule::{LeaveTypeCode, Planner, Schedule, SiteBook},
    settings::Settings,
    user::User,
};
use jiff::Timestamp;
use serde_json::json;

const ID: &str = "01JBN2X4S9E7Y1B6N8C0D2F3GH";

fn main() {
    divan::main();
}

fn date(text: &str) -> WorkDate {
    text.parse().unwrap()
}

fn person() -> User {
    let person = json!({
        "id": ID, "username": "maria", "email": null, "full_name": "Maria Person", "authority": {"role": "employee"},
        "status": "active", "department_id": null, "site_id": null, "time_zone": "Europe/Istanbul", "hired_on": "2020-01-01",
        "left_on": null, "tracks_attendance": true, "annual_leave_days": null, "version": 1,
        "created_at": "2020-01-01T00:00:00Z", "updated_at": "2020-01-01T00:00:00Z",
    });
    serde_json::from_value(person).unwrap()
}

/// Calls `work` with the planner of a person without patterns, who works from nine to six.
fn with_planner<R>(work: impl FnOnce(&Planner<'_>) -> R) -> R {
    let (person, settings, sites) = (person(), Settings::default(), SiteBook::default());
    let (schedule, years) = (Schedule::default(), BTreeMap::new());
    let (sites, schedule, years) = (&sites, &schedule, &years);
    work(&Planner { person: &person, settings: &settings, sites, schedule, years, holidays: &[] })
}

/// Returns a day on which the person came late and took two breaks, as it is stored.
fn worked_day() -> serde_json::Value {
    let at = |at: &str| format!("2026-11-02T{at}:00Z");
    let punch = |time: &str| json!({"id": ID, "at": at(time), "source": "self"});
    let pause = |from: &str, to: &str| json!({"id": ID, "started_at": at(from), "ended_at": at(to)});
    let session = json!({
        "id": ID, "clock_in": punch("06:20"), "clock_out": punch("15:02"),
        "breaks": [pause("09:00", "09:45"), pause("12:00", "12:15")],
    });
    let day = with_planner(|planner| Day::open(planner, date("2026-11-02")));
    let mut day = serde_json::to_value(day).unwrap();
    day.as_object_mut().unwrap().insert("sessions".to_owned(), json!([session]));
    day
}

#[divan::bench]
fn figures_of_a_day(bencher: Bencher) {
    let day: Day = serde_json::from_value(worked_day()).unwrap();
    let now: Timestamp = "2026-11-02T16:00:00Z".parse().unwrap();
    bencher.bench_local(|| black_box(&day).figures(now));
}

/// The part of a list that isn't the table's: each day is parsed to types.
#[divan::bench]
fn parsing_of_a_stored_day(bencher: Bencher) {
    let text = worked_day().to_string();
    bencher.bench_local(|| serde_json::from_str::<Day>(black_box(&text)).unwrap());
}

#[divan::bench]
fn schedule_of_a_year(bencher: Bencher) {
    let dates: Vec<WorkDate> = (0..365).map(|days| date("2026-01-01").plus_days(days)).collect();
    with_planner(|planner| {
        bencher.bench_local(|| dates.iter().map(|date| planner.assignment(*date).shifts.len()).sum::<usize>());
    });
}

#[divan::bench]
fn ledger_of_a_thousand_entries(bencher: Bencher) {
    let year = LeaveYear { year: 2026, from: date("2026-01-01"), to: date("2026-12-31") };
    let entry = |number: u32| {
        let months: Vec<i32> = (0..12).map(|month| if month == number % 12 { 480 } else { 0 }).collect();
        let entry = json!({
            "year": 2026, "type": "annual", "number": number, "at": "2026-10-07T05:30:00Z", "kind": "use", "minutes": -480,
            "balance_after": 5760, "date": "2026-10-19", "months": months, "by": {"kind": "user", "id": ID},
            "cause": {"kind": "request", "request_id": format!("01M4ADE2Y0HVW4NE5Q5FEYR487{ID}"), "version": number},
        });
        serde_json::from_value::<LedgerEntry>(entry).unwrap()
    };
    let entries: Vec<LedgerEntry> = (1..=1000).map(entry).collect();
    bencher.bench_local(|| {
        let mut balance = Balance::new(year, LeaveTypeCode::annual());
        for entry in &entries {
            balance.apply(black_box(entry));
        }
        balance.available()
    });
}
