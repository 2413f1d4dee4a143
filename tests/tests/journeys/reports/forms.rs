//! The formats of a report, read by other libraries than those that wrote them.

use std::{io::Cursor, path::Path};

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use rollcall_tests::{Download, Person};
use serde_json::Value;

use super::{Firm, rows};

const REPORTS: [&str; 7] = [
    "monthly-work?year=2026&month=11",
    "worked-hours?from=2026-11-01&to=2026-11-08&group_by=week",
    "worked-hours?from=2026-11-01&to=2026-11-30&group_by=user",
    "lateness?from=2026-11-01&to=2026-11-30",
    "leave?year=2026",
    "attendance?from=2026-11-01&to=2026-11-08",
    "trends?from=2026-11-01&to=2026-11-08",
];

async fn download(firm: &Firm, person: &Person, path: &str) -> Download {
    firm.company.get(&format!("/reports/{path}")).by(person).download().await
}

/// Stores a file for `scripts/check-reports.sh` and for a visual check.
fn keep(path: &str, ending: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("ROLLCALL_KEEP_FILES") {
        let name = path.replace(['?', '&', '='], "-");
        std::fs::write(Path::new(&folder).join(format!("{name}.{ending}")), bytes).unwrap();
    }
}

fn header<'a>(file: &'a Download, name: &str) -> &'a str {
    file.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// Returns a JSON value in the form of CSV.
fn as_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with('=') => format!("'{text}"),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

#[tokio::test]
async fn csv_says_what_json_says() {
    let firm = Firm::start().await;
    for path in REPORTS {
        let expected = firm.rows(path).await;
        let file = download(&firm, &firm.company.admin, &format!("{path}&format=csv")).await;
        assert_eq!(header(&file, "content-type"), "text/csv; charset=utf-8");
        assert!(header(&file, "content-disposition").starts_with("attachment; filename=\""));
        assert!(file.bytes.ends_with(b"\r\n"), "RFC 4180 ends lines so");
        let mut reader = csv::ReaderBuilder::new().from_reader(file.bytes.as_slice());
        let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let lines: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
        assert_eq!(lines.len(), expected.len(), "{path}");
        assert_eq!(names.len(), expected[0].as_object().unwrap().len(), "{path}");
        for (line, row) in lines.iter().zip(&expected) {
            for (name, cell) in names.iter().zip(line) {
                assert_eq!(cell, as_text(&row[name]), "{name} of {path}");
            }
        }
    }
}

/// Compares a value of a workbook with the JSON value. In workbooks, durations are fractions of a day, and dates and instants
/// are formatted numbers.
fn agree(cell: &Data, value: &Value, name: &str) {
    let number = cell.to_string().parse::<f64>().unwrap_or(f64::NAN);
    let same = |other: f64| (number - other).abs() < 1e-9;
    match value {
        Value::Null => assert_eq!(*cell, Data::Empty, "{name}"),
        Value::Bool(flag) => assert_eq!(*cell, Data::Bool(*flag), "{name}"),
        Value::Number(seconds) if name.ends_with("_seconds") => {
            assert!(matches!(cell, Data::DateTime(at) if at.is_duration()), "{name} is a duration: {cell:?}");
            assert!(same(seconds.as_f64().unwrap() / 86_400.0), "{name}: {cell:?} {value}");
        }
        Value::Number(other) => assert!(same(other.as_f64().unwrap()), "{name}: {cell:?} {value}"),
        Value::String(text) if ["date", "from", "to", "clock_in", "clock_out"].contains(&name) => {
            let Data::DateTime(at) = cell else { panic!("{name} is a date: {cell:?}") };
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            let shown = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
            assert!(shown.starts_with(text.get(..19).unwrap_or(text)), "{name}: {shown} {text}");
        }
        Value::String(text) => assert_eq!(cell.to_string(), *text, "{name}"),
        Value::Array(_) | Value::Object(_) => panic!("{name} is no cell"),
    }
}

#[tokio::test]
async fn a_workbook_says_what_json_says_and_has_its_totals_and_a_chart() {
    let firm = Firm::start().await;
    for path in REPORTS {
        let reply = firm.report(&firm.company.admin, path).await.expect(200);
        let expected = rows(&reply);
        let file = download(&firm, &firm.company.admin, &format!("{path}&format=xlsx")).await;
        assert!(header(&file, "content-disposition").ends_with(".xlsx\""));
        keep(path, "xlsx", &file.bytes);
        keep(path, "json", reply.text.as_bytes());
        keep(path, "csv", &download(&firm, &firm.company.admin, &format!("{path}&format=csv")).await.bytes);
        let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(file.bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["Report", "Chart data", "Chart"], "{path}");
        let sheet = book.worksheet_range("Report").unwrap();
        let lines: Vec<&[Data]> = sheet.rows().collect();
        let names: Vec<String> = expected[0].as_object().unwrap().keys().cloned().collect();
        assert_eq!(lines.len(), expected.len() + 2, "a head and totals: {path}");
        for (line, row) in lines[1..].iter().zip(&expected) {
            names.iter().zip(*line).for_each(|(name, cell)| agree(cell, &row[name], name));
        }
        let totals = lines.last().unwrap();
        assert_eq!(totals[0].to_string(), "Total");
        for (name, cell) in names.iter().zip(*totals) {
            if let Some(total) = reply.body["totals"].get(name) {
                agree(cell, total, name);
            }
        }
        assert!(book.worksheet_range("Chart data").unwrap().height() > 1, "{path}");
    }
}

#[tokio::test]
async fn the_form_is_what_the_client_accepts_where_none_is_asked_for() {
    let firm = Firm::start().await;
    let path = format!("/reports/{}", REPORTS[0]);
    for (accept, expected) in [
        ("text/csv", "text/csv; charset=utf-8"),
        ("image/svg+xml", "image/svg+xml"),
        ("*/*", "application/json"),
        ("text/csv;q=0", "application/json"),
        ("application/json;q=0.5, text/csv", "text/csv; charset=utf-8"),
    ] {
        let call = firm.company.get(&path).by(&firm.company.admin).header("accept", accept);
        assert_eq!(header(&call.download().await, "content-type"), expected);
    }
}

#[tokio::test]
async fn a_picture_shows_everybody_and_runs_nothing() {
    let firm = Firm::start().await;
    let rename = firm.company.patch(&format!("/users/{}", firm.bert.id)).by(&firm.company.admin);
    rename.json(serde_json::json!({"full_name": "Bert <script>alert(1)</script>"})).send().await.expect(200);
    super::punch(&firm.company, &firm.bert, "/clock/in", "05T09:00", serde_json::json!({})).await;
    super::punch(&firm.company, &firm.bert, "/clock/out", "05T18:00", serde_json::json!({})).await;
    let admin = super::at(&firm.company, &firm.company.admin, "05T18:01").await;
    for path in [REPORTS[0], REPORTS[6]] {
        let file = download(&firm, &admin, &format!("{path}&format=svg")).await;
        assert_eq!(header(&file, "content-type"), "image/svg+xml");
        assert_eq!(header(&file, "content-security-policy"), "default-src 'none'; style-src 'unsafe-inline'");
        let picture = String::from_utf8(file.bytes).unwrap();
        assert!(picture.starts_with("<svg") && picture.trim_end().ends_with("</svg>"), "{picture}");
        assert!(!picture.contains("<script"), "{picture}");
        keep(path, "svg", picture.as_bytes());
        if path == REPORTS[0] {
            assert!(picture.contains("anna of the test") && picture.contains("wim of the test"), "{picture}");
        }
    }
}
