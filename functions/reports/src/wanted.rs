//! The form of a report: from the request's parameter, else from the `Accept` header.

use axum::extract::FromRequestParts;
use http::{header, request::Parts};
use reporting::Format;
use serde::Deserialize;
use utoipa::ToSchema;
use web::Problem;

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

/// The form that the client accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Accepted(Option<Form>);

impl<S: Sync> FromRequestParts<S> for Accepted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let accept = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        Ok(Self(accept.split(',').find_map(accepted)))
    }
}

/// Returns the form of a media type; `None` for other media types and for wildcards.
fn accepted(media_type: &str) -> Option<Form> {
    match media_type.split(';').next().unwrap_or_default().trim() {
        "application/json" => Some(Form::Json),
        "text/csv" => Some(Form::Csv),
        "image/svg+xml" => Some(Form::Svg),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Some(Form::Xlsx),
        _ => None,
    }
}

impl Accepted {
    /// Returns the form of a report that has a picture.
    pub(crate) fn or_picture(self, format: Option<Form>) -> Wanted {
        match format.or(self.0) {
            None | Some(Form::Json) => Wanted::Document(Format::Json),
            Some(Form::Csv) => Wanted::Document(Format::Csv),
            Some(Form::Xlsx) => Wanted::Document(Format::Xlsx),
            Some(Form::Svg) => Wanted::Picture,
        }
    }

    /// Returns the form of a report that has no picture.
    pub(crate) fn or(self, format: Option<Format>) -> Wanted {
        format.map_or_else(
            || match self.or_picture(None) {
                Wanted::Picture => Wanted::Document(Format::Json),
                document @ Wanted::Document(_) => document,
            },
            Wanted::Document,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_goes_before_what_is_accepted() {
        let accepts = |text: &str| Accepted(text.split(',').find_map(accepted));
        assert_eq!(accepts("text/html, text/csv;q=0.9").or(None), Wanted::Document(Format::Csv));
        assert_eq!(accepts("text/csv").or(Some(Format::Json)), Wanted::Document(Format::Json));
        assert_eq!(accepts("*/*").or_picture(None), Wanted::Document(Format::Json));
        assert_eq!(accepts("image/svg+xml").or_picture(None), Wanted::Picture);
        assert_eq!(accepts("image/svg+xml").or(None), Wanted::Document(Format::Json));
    }
}
