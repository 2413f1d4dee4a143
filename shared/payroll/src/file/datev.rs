//! Files for DATEV's payroll programs: LODAS, and Lohn und Gehalt. Both take Windows-1252 with CR and LF.
//!
//! Wage types (`Lohnarten`) belong to the tax consultant, so they are never guessed: they are the export codes of the pay codes.

use std::fmt::Write as _;

use super::{FileError, PayrollFile, date_text, encode::encode, settlement_month};
use crate::{
    PayrollLine, RunResult,
    template::{DateForm, Encoding},
};

/// The processing key (`Bearbeitungsschlüssel`) of hours in LODAS.
const HOURS_KEY: &str = "1";
/// The most characters of a cost center in both programs.
const MAX_COST_CENTER: usize = 13;

/// Movement data for LODAS: a self-describing file with three sections.
pub(super) fn lodas(result: &RunResult, consultant: u32, client: u32) -> Result<PayrollFile, FileError> {
    let mut file = format!(
        "[Allgemein]\r\nZiel=LODAS\r\nVersion_SST=1.0\r\nBeraterNr={consultant}\r\nMandantenNr={client}\r\n\
         Feldtrennzeichen=;\r\nZahlenkomma=,\r\nDatumsformat=TT.MM.JJJJ\r\n\r\n\
         [Satzbeschreibung]\r\n\
         1;u_lod_bwd_buchung_standard;abrechnung_zeitraum#bwd;pnr#bwd;la_eigene#bwd;bs_nr#bwd;bs_wert_butab#bwd;\
         kostenstelle#bwd;\r\n\r\n[Bewegungsdaten]\r\n"
    );
    let month = date_text(settlement_month(result.period()), DateForm::DayMonthYearDots);
    let hours = result.lines().iter().filter(|line| line.hours.get() != 0);
    let mut written = 0;
    for line in hours {
        let number = personnel_number(line, 5)?;
        let wage_type = wage_type(line)?;
        let cost_center = cost_center(line)?;
        let value = line.hours.text(',');
        write!(file, "1;{month};{number};{wage_type};{HOURS_KEY};{value};{cost_center};\r\n")
            .map_err(FileError::unwritable)?;
        written += 1;
    }
    Ok(text_file(&file, result.lines().len() - written))
}

/// Movement data for Lohn und Gehalt: eleven fields and no header, as its import assistant is usually set up. Values of a whole
/// period have no calendar day.
pub(super) fn lohn_und_gehalt(result: &RunResult) -> Result<PayrollFile, FileError> {
    let mut file = String::new();
    for line in result.lines() {
        let number = personnel_number(line, 5)?;
        let wage_type = wage_type(line)?;
        let cost_center = cost_center(line)?;
        let amount = |amount: crate::Hundredths| if amount.get() == 0 { String::new() } else { amount.text(',') };
        let (hours, days) = (amount(line.hours), amount(line.days));
        // Personnel number; calendar day; absence key; wage type; hours; days; value; other factor; other wage change; cost
        // center; cost unit.
        write!(file, "{number};;;{wage_type};{hours};{days};;;;{cost_center};\r\n").map_err(FileError::unwritable)?;
    }
    Ok(text_file(&file, 0))
}

fn text_file(text: &str, left_out: usize) -> PayrollFile {
    PayrollFile {
        bytes: encode(text, Encoding::Windows1252),
        content_type: "text/plain; charset=windows-1252",
        ending: "txt",
        left_out,
    }
}

/// Whether a text is a number of 1 to `digits` digits that isn't 0.
fn is_number(text: &str, digits: usize) -> bool {
    (1..=digits).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) && text.bytes().any(|b| b != b'0')
}

fn personnel_number(line: &PayrollLine, digits: usize) -> Result<&str, FileError> {
    line.personnel_number.as_deref().filter(|number| is_number(number, digits)).ok_or_else(|| {
        FileError::PersonnelNumber { full_name: line.full_name.clone(), expected: "a number of up to 5 digits" }
    })
}

fn wage_type(line: &PayrollLine) -> Result<&str, FileError> {
    let code = line.export_code.as_str();
    is_number(code, 4).then_some(code).ok_or_else(|| FileError::ExportCode {
        code: line.code.to_string(),
        expected: "the number of a wage type (Lohnart) with up to 4 digits",
    })
}

fn cost_center(line: &PayrollLine) -> Result<&str, FileError> {
    let cost_center = line.cost_center.as_deref().unwrap_or_default();
    let fits = cost_center.len() <= MAX_COST_CENTER
        && cost_center.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b';' | b'"'));
    fits.then_some(cost_center).ok_or_else(|| FileError::CostCenter {
        cost_center: cost_center.to_owned(),
        expected: "up to 13 letters, digits and signs other than semicolons and quotation marks",
    })
}
