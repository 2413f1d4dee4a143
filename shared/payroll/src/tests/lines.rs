//! The lines of a person from the figures of a timesheet.

use domain::pay::{AccountCause, AccountEntry, PayCode, PayCodes, PayProfiles, TimesheetFigures};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{date, november, user};
use crate::{Hundredths, PayrollLine, PersonFigures};

/// A date of a timesheet: hours of work by code, and leave in hours.
fn day(on: &str, seconds: Value, absences: Value, cost_centers: Value) -> Value {
    let scheduled = if absences.as_array().unwrap().is_empty() { 28_800 } else { 0 };
    json!({"date": on, "worked_seconds": 0, "scheduled_seconds": scheduled, "adjustment_seconds": 0, "seconds": seconds,
        "absences": absences, "cost_centers": cost_centers})
}

fn told(figures: &Value, entries: &[AccountEntry]) -> Vec<(String, Option<String>, String, i64, Hundredths)> {
    let figures: TimesheetFigures = serde_json::from_value(figures.clone()).unwrap();
    let (profiles, codes) = (PayProfiles::default(), PayCodes::default());
    let person = PersonFigures {
        user_id: user('1'),
        full_name: "Maria Müller",
        profiles: &profiles,
        figures: &figures,
        entries,
        codes: &codes,
    };
    let line = |line: PayrollLine| {
        let what = line.leave_type.map_or_else(|| line.code.to_string(), |leave_type| leave_type.as_str().to_owned());
        (what, line.cost_center, format!("{}..{}", line.from, line.until), line.seconds, line.days)
    };
    person.lines().into_iter().map(line).collect()
}

#[test]
fn work_is_divided_by_code_and_cost_center_and_absences_by_type_and_dates() {
    let work = |on: &str, hours: i64, centers: Value| day(on, json!({"regular": hours * 3_600}), json!([]), centers);
    let leave = |on: &str| {
        let absences = json!([{"leave_type": "annual", "paid": true, "seconds": 28_800}]);
        day(on, json!({"absence_paid": 28_800}), absences, json!([]))
    };
    let center = json!([{"cost_center": "4711", "code": "regular", "seconds": 7_200}]);
    // Leave on Friday and Monday is one absence of two days.
    let days = [
        work("2026-11-05", 8, center),
        leave("2026-11-06"),
        leave("2026-11-09"),
        work("2026-11-10", 6, json!([])),
        leave("2026-11-11"),
    ];
    let figures = json!({"period": november(), "days": days});
    let period = "2026-11-01..2026-11-30";
    assert_eq!(
        told(&figures, &[]),
        [
            ("regular".into(), None, period.into(), 43_200, Hundredths::new(0)),
            ("regular".into(), Some("4711".into()), period.into(), 7_200, Hundredths::new(0)),
            ("annual".into(), None, "2026-11-06..2026-11-09".into(), 57_600, Hundredths::new(200)),
            ("annual".into(), None, "2026-11-11..2026-11-11".into(), 28_800, Hundredths::new(100)),
        ]
    );
}

#[test]
fn paid_out_time_and_differences_of_earlier_dates_are_lines() {
    let changed = json!([{"date": "2026-10-30", "before": {"regular": 28_800}, "after": {"regular": 27_000}}]);
    let figures = json!({"period": november(), "days": [], "changed": changed});
    let entry = |seconds, cause| AccountEntry { date: date("2026-11-20"), seconds, cause, at: Timestamp::UNIX_EPOCH };
    let code = PayCode::overtime();
    let entries = [
        entry(-3_600, AccountCause::Payout { by: user('2'), code: code.clone() }),
        entry(-7_200, AccountCause::Cap { code: Some(code) }),
        entry(-1_800, AccountCause::Cap { code: None }),
        entry(5_400, AccountCause::Day { revision: 0 }),
    ];
    let lines = told(&figures, &entries);
    let overtime: i64 = lines.iter().filter(|line| line.0 == "overtime").map(|line| line.3).sum();
    assert_eq!(overtime, 10_800);
    let difference = ("regular".into(), None, "2026-10-30..2026-10-30".into(), -1_800, Hundredths::new(0));
    assert!(lines.contains(&difference), "{lines:?}");
}

#[test]
fn half_a_day_of_leave_is_half_a_day() {
    let half = json!({"date": "2026-11-05", "worked_seconds": 14_400, "scheduled_seconds": 14_400,
        "adjustment_seconds": 0, "seconds": {"regular": 14_400, "absence_paid": 14_400},
        "absences": [{"leave_type": "annual", "paid": true, "seconds": 14_400}]});
    let figures = json!({"period": november(), "days": [half]});
    assert_eq!(told(&figures, &[])[1].4, Hundredths::new(50));
}
