//! Renders a report as an HTTP response.

use std::io::{Read, Seek, SeekFrom};

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use reporting::{Bounds, Document, Finished, Order, Table, svg};
use web::{App, Code, Detail, Problem};

use crate::wanted::Wanted;

/// The limits of a report in a response. A year of three departments by day takes about 1,500 queries, eight at a
/// time, which is a few seconds.
const BOUNDS: Bounds = Bounds { lines: 1000, parts: 1500, figures: 50_000 };
/// The maximum size of a response, in bytes: the limit of API Gateway and Lambda, less the third that base64 adds.
const LARGEST: usize = 4_000_000;

/// The content security policy of a picture. The picture can't load or run anything.
const PICTURE_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'");

/// Builds a report and returns it in the wanted form.
pub(crate) async fn answer(app: &App, order: &Order, wanted: Wanted) -> Result<Response, Problem> {
    let table = Table::gather(&app.store, order, app.now(), &BOUNDS).await?;
    let report = &order.report;
    let (bytes, content_type, file) = match wanted {
        Wanted::Picture => (svg(&table.chart)?.into_bytes(), "image/svg+xml", None),
        Wanted::Document(format) => {
            let mut document = Document::begin(format, &report.title(), table.columns)?;
            document.add(&table.lines)?;
            let mut bytes = document.written()?;
            match document.finish(&table.totals, &table.chart)? {
                Finished::Bytes(rest) => bytes.extend(rest),
                Finished::File(mut file) => {
                    file.seek(SeekFrom::Start(0)).map_err(Problem::internal)?;
                    file.read_to_end(&mut bytes).map_err(Problem::internal)?;
                }
            }
            let is_file = match format {
                reporting::Format::Json => false,
                reporting::Format::Csv | reporting::Format::Xlsx => true,
            };
            (bytes, format.content_type(), is_file.then(|| format!("{}.{}", report.file_name(), format.ending())))
        }
    };
    if bytes.len() > LARGEST {
        let detail = Detail::AnswerBytes { max: LARGEST as u64 };
        return Err(Problem::new(Code::ReportTooLarge).detail(detail));
    }
    let mut response = ([(header::CONTENT_TYPE, content_type)], bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(file) = file {
        let disposition =
            HeaderValue::from_str(&format!("attachment; filename=\"{file}\"")).map_err(Problem::internal)?;
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    if wanted == Wanted::Picture {
        headers.insert(header::CONTENT_SECURITY_POLICY, PICTURE_POLICY);
    }
    Ok(response)
}
