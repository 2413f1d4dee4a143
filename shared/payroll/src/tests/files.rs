//! Files of results, read strictly.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::{keep, line, november, sample};
use crate::{FileError, PayrollFile, RunResult, Template, TemplateName, write_file};

fn result() -> RunResult {
    RunResult::new(november(), sample(), [])
}

fn template(json: serde_json::Value) -> Template {
    let template: Template = serde_json::from_value(json).unwrap();
    template.check().unwrap();
    template
}

fn built_in(name: &str) -> Template {
    Template::built_in(&TemplateName::parse(name).unwrap()).unwrap()
}

fn file(template: &Template) -> PayrollFile {
    let file = write_file(&result(), template).unwrap();
    let format = serde_json::to_value(template).unwrap()["format"].as_str().unwrap().to_owned();
    keep(&format!("payroll-{format}.{}", file.ending), &file.bytes);
    file
}

/// Reads a sheet as RFC 4180 describes it: each line ends with CR and LF, and all have the same number of cells.
fn rows(text: &str, separator: u8) -> Vec<Vec<String>> {
    assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains('\n'), "{text:?}");
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(false).delimiter(separator).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn the_built_in_sheet_has_all_fields_of_a_line() {
    let file = file(&built_in("csv"));
    assert_eq!((file.content_type, file.ending, file.left_out), ("text/csv; charset=utf-8", "csv", 0));
    let rows = rows(std::str::from_utf8(&file.bytes).unwrap(), b',');
    assert_eq!(
        rows[0],
        [
            "personnel_number",
            "full_name",
            "code",
            "export_code",
            "leave_type",
            "hours",
            "days",
            "cost_center",
            "from",
            "until"
        ]
    );
    assert_eq!(
        rows[2],
        ["1001", "Maria Müller", "overtime", "110", "", "7.25", "0.00", "4711", "2026-11-01", "2026-11-30"]
    );
    assert_eq!(
        rows[4],
        ["1001", "Maria Müller", "absence_paid", "300", "annual", "24.00", "3.00", "", "2026-11-09", "2026-11-11"]
    );
}

#[test]
fn a_sheet_has_the_columns_and_forms_of_its_template() {
    let template = template(serde_json::json!({"format": "csv", "sheet": {
        "columns": [
            {"header": "Mandant", "value": "constant", "text": "62069"},
            {"header": "Name", "value": "full_name"},
            {"header": "Std.", "value": "hours"},
            {"header": "Von", "value": "from"},
            {"header": "Monat", "value": "period_until"}
        ],
        "separator": "semicolon", "decimal": "comma", "encoding": "windows1252", "dates": "day_month_year_dots"
    }}));
    let file = write_file(&result(), &template).unwrap();
    keep("payroll-windows1252.csv", &file.bytes);
    let text: String = file.bytes.iter().map(|byte| char::from(*byte)).collect();
    let rows = rows(&text, b';');
    assert_eq!(rows[0], ["Mandant", "Name", "Std.", "Von", "Monat"]);
    assert_eq!(rows[1], ["62069", "Maria M\u{fc}ller", "2,00", "01.11.2026", "30.11.2026"]);
    let clock = serde_json::json!({"format": "csv", "sheet": {
        "columns": [{"header": "", "value": "hours"}], "hours": "clock", "with_header": false, "separator": "tab"}});
    let clock = write_file(&result(), &serde_json::from_value(clock).unwrap()).unwrap();
    assert_eq!(clock.bytes, b"2:00\r\n7:15\r\n151:30\r\n24:00\r\n160:00\r\n");
}

#[test]
fn a_name_that_looks_like_a_formula_stays_a_text() {
    let result = RunResult::new(november(), [line('1', "=HYPERLINK(\"http://x\")", "+7", 3_600)], []);
    for template in [built_in("csv"), built_in("gusto")] {
        let file = write_file(&result, &template).unwrap();
        let rows = rows(std::str::from_utf8(&file.bytes).unwrap(), b',');
        assert!(rows[1].iter().all(|cell| !cell.starts_with(['=', '+'])), "{rows:?}");
    }
}

#[test]
fn a_constant_column_needs_a_text_and_only_it_has_one() {
    for column in [
        serde_json::json!({"header": "A", "value": "constant"}),
        serde_json::json!({"header": "A", "value": "hours", "text": "1"}),
    ] {
        let template: Template =
            serde_json::from_value(serde_json::json!({"format": "csv", "sheet": {"columns": [column]}})).unwrap();
        assert_eq!(template.check().unwrap_err().0, "sheet.columns");
    }
    let unknown = serde_json::json!({"format": "json", "separator": "tab"});
    assert!(serde_json::from_value::<Template>(unknown).is_err());
}

#[test]
fn a_lodas_file_describes_its_records_and_holds_hours() {
    let file = file(&template(serde_json::json!(
        {"format": "datev_lodas", "consultant_number": 1_103_899, "client_number": 62_069})));
    // Windows-1252 has the same first 128 characters, and the file has no others.
    let text = std::str::from_utf8(&file.bytes).unwrap();
    assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains('\n'));
    let sections: Vec<&str> = text.split("\r\n\r\n").collect();
    assert_eq!(
        sections[0].split("\r\n").collect::<Vec<_>>(),
        [
            "[Allgemein]",
            "Ziel=LODAS",
            "Version_SST=1.0",
            "BeraterNr=1103899",
            "MandantenNr=62069",
            "Feldtrennzeichen=;",
            "Zahlenkomma=,",
            "Datumsformat=TT.MM.JJJJ"
        ]
    );
    let (description, records) = (sections[1], sections[2]);
    let fields = description.split("\r\n").nth(1).unwrap().split(';').count();
    let records: Vec<&str> = records.trim_end().split("\r\n").skip(1).collect();
    // The description has the name of the record where a record has nothing.
    assert!(records.iter().all(|record| record.split(';').count() == fields - 1), "{records:?}");
    assert_eq!(
        records,
        [
            "1;01.11.2026;1001;120;1;2,00;;",
            "1;01.11.2026;1001;110;1;7,25;4711;",
            "1;01.11.2026;1001;100;1;151,50;;",
            "1;01.11.2026;1001;300;1;24,00;;",
            "1;01.11.2026;1002;100;1;160,00;;",
        ]
    );
    assert_eq!(file.left_out, 0);
}

#[test]
fn a_lohn_und_gehalt_file_has_eleven_fields() {
    let file = file(&built_in("datev_lohn_und_gehalt"));
    let rows: Vec<Vec<&str>> = std::str::from_utf8(&file.bytes)
        .unwrap()
        .trim_end()
        .split("\r\n")
        .map(|row| row.split(';').collect())
        .collect();
    assert!(rows.iter().all(|row| row.len() == 11), "{rows:?}");
    assert_eq!(rows[1], ["1001", "", "", "110", "7,25", "", "", "", "", "4711", ""]);
    assert_eq!(rows[3], ["1001", "", "", "300", "24,00", "3,00", "", "", "", "", ""]);
}

#[test]
fn datev_refuses_what_it_could_not_import() {
    let lug = built_in("datev_lohn_und_gehalt");
    let refused = |change: fn(&mut crate::PayrollLine)| {
        let mut line = line('1', "Maria Müller", "1001", 3_600);
        change(&mut line);
        write_file(&RunResult::new(november(), [line], []), &lug).unwrap_err()
    };
    assert!(matches!(refused(|line| line.personnel_number = None), FileError::PersonnelNumber { .. }));
    assert!(matches!(refused(|line| line.personnel_number = Some("A1".into())), FileError::PersonnelNumber { .. }));
    assert!(matches!(refused(|line| line.export_code = "regular".into()), FileError::ExportCode { .. }));
    assert!(matches!(refused(|line| line.cost_center = Some("a;b".into())), FileError::CostCenter { .. }));
    assert_eq!(
        refused(|line| line.export_code = "regular".into()).to_string(),
        "The export code of the pay code regular must be the number of a wage type (Lohnart) with up to 4 digits."
    );
}

#[test]
fn an_adp_file_has_regular_hours_and_overtime_in_columns() {
    let file = file(&template(serde_json::json!({"format": "adp", "company_code": "AB", "batch_id": "NOV26"})));
    let rows = rows(std::str::from_utf8(&file.bytes).unwrap(), b',');
    assert_eq!(&rows[0][..3], ["Co Code", "Batch ID", "File #"]);
    assert_eq!(rows[1], ["AB_", "NOV26", "001001", "Maria Müller", "", "", "", "120", "2.00"]);
    assert_eq!(rows[2], ["AB_", "NOV26", "001001", "Maria Müller", "4711", "", "7.25", "", ""]);
    assert_eq!(rows[3], ["AB_", "NOV26", "001001", "Maria Müller", "", "151.50", "", "", ""]);
    assert_eq!(rows[4], ["AB_", "NOV26", "001001", "Maria Müller", "", "", "", "300", "24.00"]);
    assert_eq!(rows.len(), 6);
}

#[test]
fn a_gusto_file_has_a_row_for_each_person() {
    let file = file(&built_in("gusto"));
    let rows = rows(std::str::from_utf8(&file.bytes).unwrap(), b',');
    assert_eq!(
        rows,
        [
            [
                "last_name",
                "first_name",
                "title",
                "gusto_employee_id",
                "regular_hours",
                "overtime_hours",
                "double_overtime_hours"
            ],
            ["Müller", "Maria", "", "", "151.50", "7.25", "0.00"],
            ["Öz", "Paul", "", "", "160.00", "0.00", "0.00"],
        ]
    );
    assert_eq!(file.left_out, 2);
}

#[test]
fn a_workbook_has_typed_hours_and_dates_and_the_same_bytes_each_time() {
    let file = file(&built_in("xlsx"));
    assert_eq!(file, write_file(&result(), &built_in("xlsx")).unwrap());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes)).unwrap();
    let range = book.worksheet_range("Payroll").unwrap();
    assert_eq!(range.get_value((3, 5)), Some(&Data::Float(151.5)));
    assert_eq!(range.get_value((4, 4)), Some(&Data::String("annual".into())));
    assert!(matches!(range.get_value((4, 8)), Some(Data::DateTime(_))));
    assert_eq!(range.get_value((6, 5)).and_then(calamine::DataType::as_f64), Some(344.75));
    assert_eq!(range.get_value((6, 6)).and_then(calamine::DataType::as_f64), Some(3.0));
}

#[test]
fn json_has_the_hash_of_its_lines() {
    let file = file(&built_in("json"));
    let document: serde_json::Value = serde_json::from_slice(&file.bytes).unwrap();
    assert_eq!(document["hash"], result().hash().unwrap());
    assert_eq!(document["period"], "2026-11-01..2026-11-30");
    assert_eq!(document["lines"][1]["hours"], 7.25);
    assert_eq!(document["lines"].as_array().unwrap().len(), 5);
}
