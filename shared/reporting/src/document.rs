//! A report as a file that is written line by line.

use std::fs::File;

use domain::export::FileFormat;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Chart, ReportError,
    column::{Column, Line},
    schema::{json, json_totals},
    workbook::Workbook,
};

/// The format of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReportFormat)]
pub enum Format {
    /// Rows and totals.
    #[default]
    Json,
    /// A line for each row after a header with the column names, according to RFC 4180. Without totals: every line is a row.
    Csv,
    /// A workbook: the rows with their totals, the data of the chart, and the chart.
    Xlsx,
}

impl From<Format> for FileFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Json => Self::Json,
            Format::Csv => Self::Csv,
            Format::Xlsx => Self::Xlsx,
        }
    }
}

impl Format {
    /// Returns the content type of the format.
    pub fn content_type(self) -> &'static str {
        FileFormat::from(self).content_type()
    }

    /// Returns the file name extension of the format.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// A file that is being written.
pub struct Document {
    columns: &'static [Column],
    form: Form,
}

enum Form {
    Json { bytes: Vec<u8>, is_first: bool },
    Csv(Box<csv::Writer<Vec<u8>>>),
    Xlsx(Box<Workbook>),
}

/// A finished file.
#[derive(Debug)]
pub enum Finished {
    /// The bytes that weren't returned before.
    Bytes(Vec<u8>),
    /// The whole file. It is deleted when it is closed.
    File(File),
}

impl std::fmt::Debug for Document {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Document").finish_non_exhaustive()
    }
}

impl Document {
    /// Starts a file without lines.
    pub fn begin(format: Format, title: &str, columns: &'static [Column]) -> Result<Self, ReportError> {
        let form = match format {
            Format::Json => Form::Json { bytes: b"{\"rows\":[".to_vec(), is_first: true },
            Format::Csv => {
                let mut writer = csv_writer();
                writer.write_record(columns.iter().map(|column| column.key)).map_err(ReportError::unwritable)?;
                Form::Csv(Box::new(writer))
            }
            Format::Xlsx => Form::Xlsx(Box::new(Workbook::begin(title, columns)?)),
        };
        Ok(Self { columns, form })
    }

    /// Continues a CSV file after its first lines.
    pub fn continued_csv(columns: &'static [Column]) -> Self {
        Self { columns, form: Form::Csv(Box::new(csv_writer())) }
    }

    /// Adds lines.
    pub fn add(&mut self, lines: &[Line]) -> Result<(), ReportError> {
        for line in lines {
            match &mut self.form {
                Form::Json { bytes, is_first } => {
                    if !std::mem::replace(is_first, false) {
                        bytes.push(b',');
                    }
                    serde_json::to_writer(bytes, &json(self.columns, line)).map_err(ReportError::unwritable)?;
                }
                Form::Csv(writer) => {
                    writer.write_record(line.iter().map(crate::Cell::csv)).map_err(ReportError::unwritable)?;
                }
                Form::Xlsx(workbook) => workbook.add(line)?,
            }
        }
        Ok(())
    }

    /// Returns and removes the bytes that are final so far. A workbook is only written at its end.
    pub fn written(&mut self) -> Result<Vec<u8>, ReportError> {
        match &mut self.form {
            Form::Json { bytes, .. } => Ok(std::mem::take(bytes)),
            Form::Csv(writer) => {
                // The header is already written, so the new writer must not require it again.
                std::mem::replace(&mut **writer, csv_writer()).into_inner().map_err(ReportError::unwritable)
            }
            Form::Xlsx(_) => Ok(Vec::new()),
        }
    }

    /// Writes the end of the file.
    pub fn finish(self, totals: &Line, chart: &Chart) -> Result<Finished, ReportError> {
        match self.form {
            Form::Json { mut bytes, .. } => {
                bytes.extend_from_slice(b"],\"totals\":");
                serde_json::to_writer(&mut bytes, &json_totals(self.columns, totals))
                    .map_err(ReportError::unwritable)?;
                bytes.push(b'}');
                Ok(Finished::Bytes(bytes))
            }
            Form::Csv(writer) => Ok(Finished::Bytes(writer.into_inner().map_err(ReportError::unwritable)?)),
            Form::Xlsx(workbook) => Ok(Finished::File(workbook.finish(totals, chart)?)),
        }
    }
}

fn csv_writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Cell, Report,
        fold::{columns, plot},
    };

    fn written(format: Format, lines: &[Line]) -> Vec<u8> {
        let report = Report::Lateness { dates: domain::calendar::DateRange::only("2026-11-02".parse().unwrap()) };
        let mut document = Document::begin(format, "Lateness", columns(&report)).unwrap();
        let mut bytes = Vec::new();
        for line in lines {
            document.add(std::slice::from_ref(line)).unwrap();
            bytes.extend(document.written().unwrap());
        }
        let totals = vec![Cell::Nothing; columns(&report).len()];
        let chart = Chart::new(report.title(), columns(&report), plot(&report));
        match document.finish(&totals, &chart).unwrap() {
            Finished::Bytes(rest) => bytes.extend(rest),
            Finished::File(_) => panic!("a sheet is no workbook"),
        }
        bytes
    }

    fn line(name: &str) -> Line {
        let text = |text: &str| Cell::Text(text.to_owned());
        let date = Cell::Date("2026-11-02".parse().unwrap());
        vec![date, text("id"), text(name), Cell::Nothing, Cell::Seconds(600), Cell::Flag(false), Cell::Count(1)]
    }

    #[test]
    fn the_parts_of_a_document_form_one_valid_file() {
        let sheet = String::from_utf8(written(Format::Csv, &[line("=1+1"), line("O'Hara, \"Mo\"")])).unwrap();
        assert_eq!(
            sheet,
            "date,user_id,full_name,department,late_seconds,excused,days_late\r\n\
             2026-11-02,id,'=1+1,,600,false,1\r\n\
             2026-11-02,id,\"O'Hara, \"\"Mo\"\"\",,600,false,1\r\n"
        );
        let json: serde_json::Value =
            serde_json::from_slice(&written(Format::Json, &[line("Mo"), line("Jo")])).unwrap();
        assert_eq!(json["rows"][1]["full_name"], "Jo");
        assert_eq!(json["rows"][0]["department"], serde_json::Value::Null);
        assert_eq!(json["totals"], serde_json::json!({"late_seconds": null, "days_late": null}));
    }

    #[test]
    fn a_report_without_rows_is_a_valid_file() {
        assert_eq!(written(Format::Json, &[]), br#"{"rows":[],"totals":{"late_seconds":null,"days_late":null}}"#);
        assert!(written(Format::Csv, &[]).ends_with(b"days_late\r\n"));
    }
}
