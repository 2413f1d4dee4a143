//! Tests of results and files: each file is read by a parser that shares no code with its writer.

mod files;
mod lines;
mod results;
mod timesheet;

use domain::{
    calendar::WorkDate,
    id::UserId,
    pay::{PayCode, PayCodeKind, PayPeriod},
    schedule::LeaveTypeCode,
};

use crate::{Hundredths, PayrollLine};

fn date(text: &str) -> WorkDate {
    text.parse().unwrap()
}

/// Writes a file to the folder in `ROLLCALL_KEEP_FILES`, for scripts/check-reports.sh.
fn keep(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("ROLLCALL_KEEP_FILES") {
        std::fs::write(std::path::Path::new(&folder).join(name), bytes).unwrap();
    }
}

fn november() -> PayPeriod {
    "2026-11-01..2026-11-30".parse().unwrap()
}

fn user(number: char) -> UserId {
    format!("01ARZ3NDEKTSV4RRFFQ69G5FA{number}").parse().unwrap()
}

/// A line of a person's regular hours in November.
fn line(who: char, name: &str, number: &str, seconds: i64) -> PayrollLine {
    PayrollLine {
        user_id: user(who),
        personnel_number: Some(number.to_owned()),
        full_name: name.to_owned(),
        code: PayCode::regular(),
        kind: PayCodeKind::Regular,
        leave_type: None,
        export_code: "100".to_owned(),
        cost_center: None,
        from: november().first(),
        until: november().last(),
        seconds,
        hours: Hundredths::default(),
        days: Hundredths::default(),
    }
}

/// Maria: 151.5 hours, 7.25 hours of overtime with a cost center, a premium, and three days of annual leave. Paul: 160 hours.
fn sample() -> Vec<PayrollLine> {
    let maria = line('1', "Maria Müller", "1001", 545_400);
    let overtime = PayrollLine {
        code: PayCode::overtime(),
        kind: PayCodeKind::Overtime,
        export_code: "110".to_owned(),
        cost_center: Some("4711".to_owned()),
        seconds: 26_100,
        ..maria.clone()
    };
    let premium = PayrollLine {
        code: PayCode::parse("night").unwrap(),
        kind: PayCodeKind::Premium,
        export_code: "120".to_owned(),
        seconds: 7_200,
        ..maria.clone()
    };
    let leave = PayrollLine {
        code: PayCode::absence_paid(),
        kind: PayCodeKind::Absence,
        leave_type: Some(LeaveTypeCode::annual()),
        export_code: "300".to_owned(),
        from: date("2026-11-09"),
        until: date("2026-11-11"),
        seconds: 86_400,
        days: Hundredths::new(300),
        ..maria.clone()
    };
    vec![line('2', "Paul Öz", "1002", 576_000), maria, overtime, premium, leave]
}
