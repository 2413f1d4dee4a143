//! PDF timesheets.

use domain::{
    calendar::Zone,
    language::Language,
    pay::{PayCode, PayPeriod},
};
use jiff::Timestamp;

use super::{date, keep, november};
use crate::{
    AccountFigures, CodeFigures, Hundredths, Signature, SignedStep, TimesheetDay, TimesheetDocument, timesheet_pdf,
};

fn berlin() -> Zone {
    Zone::parse("Europe/Berlin").unwrap()
}

/// A session from and until times of day in Berlin in November.
fn session(day: &str, from: &str, until: &str) -> (Timestamp, Option<Timestamp>) {
    let at = |time: &str| format!("{day}T{time}:00+01:00").parse().unwrap();
    (at(from), Some(at(until)))
}

/// Returns a day of November: work on workdays, leave on the 9th to 11th, and a day with three sessions.
fn day(number: i32) -> TimesheetDay {
    let date = november().first().plus_days(number);
    let text = date.to_string();
    let is_workday = !matches!(number % 7, 0 | 6);
    let on_leave = (8..=10).contains(&number);
    let sessions = match (is_workday && !on_leave, number) {
        (false, _) => vec![],
        (true, 4) => {
            vec![session(&text, "07:02", "10:31"), session(&text, "11:05", "14:00"), session(&text, "16:00", "18:36")]
        }
        (true, _) => vec![session(&text, "08:57", "12:30"), session(&text, "13:00", "17:36")],
    };
    let absence = on_leave.then(|| "Annual leave".to_owned());
    TimesheetDay {
        date,
        zone: berlin(),
        break_seconds: if sessions.is_empty() { 0 } else { 1_800 },
        worked_seconds: if sessions.is_empty() { 0 } else { 29_340 },
        scheduled_seconds: if is_workday { 28_800 } else { 0 },
        account_seconds: Some(if sessions.is_empty() { 0 } else { 540 }),
        absence: if number == 0 { Some("All Saints' Day, a holiday of this site".to_owned()) } else { absence },
        sessions,
    }
}

pub(super) fn sample(language: Language) -> TimesheetDocument {
    let code = |code: &str, name: &str, seconds, days| CodeFigures {
        code: PayCode::parse(code).unwrap(),
        name: name.to_owned(),
        seconds,
        days: Hundredths::new(days),
    };
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let signed = |step, by: &str, at: &str| Signature {
        step,
        by: by.to_owned(),
        at: at.parse().unwrap(),
        hash: hash.to_owned(),
    };
    TimesheetDocument {
        language,
        full_name: "Maria Müller-Παπαδοπούλου Иванова".to_owned(),
        personnel_number: Some("1001".to_owned()),
        department: Some("Kitchen".to_owned()),
        cost_center: Some("4711".to_owned()),
        period: november(),
        days: (0..30).map(day).collect(),
        codes: vec![
            code("regular", "Regular", 545_400, 0),
            code("overtime", "Overtime", 26_100, 0),
            code("night", "Night premium", 7_200, 0),
            code("absence_paid", "Annual leave", 86_400, 300),
        ],
        account: Some(AccountFigures { opening_seconds: -4_500, closing_seconds: 5_220 }),
        signatures: vec![
            signed(SignedStep::Submitted, "Maria Müller", "2026-12-01T08:12:00Z"),
            signed(SignedStep::Approved, "Hana Kovářová", "2026-12-02T09:30:00Z"),
        ],
        changed_at: "2026-12-02T09:30:00Z".parse().unwrap(),
        zone: berlin(),
    }
}

#[test]
fn the_same_timesheet_is_the_same_pdf_in_every_language() {
    for language in Language::ALL {
        let bytes = timesheet_pdf(&sample(language)).unwrap();
        assert_eq!(timesheet_pdf(&sample(language)).unwrap(), bytes, "{language:?}");
        assert!(bytes.starts_with(b"%PDF-1.7") && bytes.trim_ascii_end().ends_with(b"%%EOF"));
        // Only the glyphs in use are embedded: the fonts have 600 kB.
        assert!(bytes.len() < 60_000, "{} bytes", bytes.len());
        keep(&format!("timesheet-{}.pdf", language.code()), &bytes);
    }
}

#[test]
fn a_timesheet_without_days_or_signatures_is_a_page() {
    let empty = TimesheetDocument {
        days: vec![],
        codes: vec![],
        account: None,
        signatures: vec![],
        personnel_number: None,
        department: None,
        cost_center: None,
        ..sample(Language::En)
    };
    assert!(timesheet_pdf(&empty).is_ok());
}

#[test]
fn characters_without_a_glyph_become_question_marks() {
    let strange = TimesheetDocument { full_name: "李小龍 \u{1F600}".to_owned(), ..sample(Language::En) };
    assert!(timesheet_pdf(&strange).is_ok());
}

#[test]
fn long_timesheets_are_rendered_on_several_pages() {
    let period: PayPeriod = november();
    let days: Vec<TimesheetDay> =
        (0..120).map(|number| TimesheetDay { date: date("2026-11-02"), ..day(number % 30) }).collect();
    let long = TimesheetDocument { period, days, ..sample(Language::De) };
    let bytes = timesheet_pdf(&long).unwrap();
    assert!(bytes.len() > timesheet_pdf(&sample(Language::De)).unwrap().len());
}
