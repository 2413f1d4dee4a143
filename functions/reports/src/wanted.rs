//! The form of a report: from the request's parameter, else the best of the `Accept` header.

use axum::extract::FromRequestParts;
use http::{header, request::Parts};
use reporting::Format;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Problem, accept::preferred};

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReportForm)]
pub(crate) enum Form {
    /// Rows and totals.
    Json,
    /// A sheet.
    Csv,
    /// A workbook, with totals and a chart.
    Xlsx,
    /// A picture.
    Svg,
}

/// The form in which a report is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A document.
    Document(Format),
    /// A picture.
    Picture,
}

/// The forms that the client accepts: the `Accept` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Accepted(String);

/// The media types of documents.
const DOCUMENTS: [(Format, &str); 3] = [
    (Format::Json, "application/json"),
    (Format::Csv, "text/csv"),
    (Format::Xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
];

impl<S: Sync> FromRequestParts<S> for Accepted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let lines = parts.headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
        Ok(Self(lines.collect::<Vec<_>>().join(",")))
    }
}

impl Accepted {
    /// Returns the form of a report that has a picture.
    pub(crate) fn or_picture(self, format: Option<Form>) -> Wanted {
        let documents = DOCUMENTS.map(|(format, media_type)| (Wanted::Document(format), media_type));
        let offers: Vec<_> = documents.into_iter().chain([(Wanted::Picture, "image/svg+xml")]).collect();
        match format {
            None => preferred(&self.0, &offers).unwrap_or(Wanted::Document(Format::Json)),
            Some(Form::Json) => Wanted::Document(Format::Json),
            Some(Form::Csv) => Wanted::Document(Format::Csv),
            Some(Form::Xlsx) => Wanted::Document(Format::Xlsx),
            Some(Form::Svg) => Wanted::Picture,
        }
    }

    /// Returns the form of a report that has no picture.
    pub(crate) fn or(self, format: Option<Format>) -> Wanted {
        Wanted::Document(format.or_else(|| preferred(&self.0, &DOCUMENTS)).unwrap_or(Format::Json))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_parameter_takes_precedence_over_the_accept_header() {
        let accepts = |text: &str| Accepted(text.to_owned());
        assert_eq!(accepts("text/html, text/csv;q=0.9").or(None), Wanted::Document(Format::Csv));
        assert_eq!(accepts("text/csv").or(Some(Format::Json)), Wanted::Document(Format::Json));
        assert_eq!(accepts("*/*").or_picture(None), Wanted::Document(Format::Json));
        assert_eq!(accepts("image/svg+xml").or_picture(None), Wanted::Picture);
        assert_eq!(accepts("image/svg+xml").or(None), Wanted::Document(Format::Json));
        assert_eq!(accepts("image/svg+xml, text/csv").or(None), Wanted::Document(Format::Csv));
        assert_eq!(accepts("text/csv;q=0").or_picture(None), Wanted::Document(Format::Json));
    }
}
