//! Request bodies, read in full and parsed into valid values. A refusal names every value that breaks a rule ([`json`]).

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use data_encoding::HEXLOWER;
use http::{Method, header};
use http_body_util::{BodyExt, Limited};

use crate::{
    Code, Detail, Problem,
    json::{self, FromDocument},
};

/// The maximum size of a JSON body: 64 KiB is a hundred times the size of a request without a photo.
pub const LARGEST: usize = 64 * 1024;

/// A parsed body of at most `MAX_COUNT` bytes. Unknown fields are refused if `T` denies them, so that no typo goes unnoticed.
#[derive(Debug)]
pub struct Body<T, const MAX_COUNT: usize = LARGEST> {
    /// The parsed value.
    pub value: T,
    /// The SHA-256 hash of the raw body, in hex. It distinguishes a repeated request from another request with the same key.
    pub hash: String,
}

/// A body without fields, for operations that also accept an empty body.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct NoFields {}

impl<T: FromDocument, S: Sync, const MAX_COUNT: usize> FromRequest<S> for Body<T, MAX_COUNT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        Self::read(request, MAX_COUNT).await
    }
}

impl<T: FromDocument, const MAX_COUNT: usize> Body<T, MAX_COUNT> {
    /// Reads a body of at most `largest` bytes.
    async fn read(request: Request, largest: usize) -> Result<Self, Problem> {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|essence| {
                let essence = essence.trim().to_ascii_lowercase();
                essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
            });
        let may_be_left_out = request.method() == Method::POST;
        let bytes = collect(request, largest).await?;
        // An absent body needs no content type: POST /clock/in without one is a punch without remarks. PUT and PATCH without a
        // body are mistakes with serious effects: PUT /settings resets every field that the body leaves out.
        if bytes.is_empty() && !may_be_left_out {
            return Err(Problem::new(Code::MalformedRequest).detail(Detail::SendObject));
        }
        if !is_json && !bytes.is_empty() {
            return Err(Problem::new(Code::UnsupportedMediaType).detail(Detail::SendJson));
        }
        let value = json::parse(if bytes.is_empty() { b"{}" } else { &bytes })?;
        Ok(Self { value, hash: hash(&bytes) })
    }
}

/// The media types of sheets. Browsers on Windows send CSV files as `application/vnd.ms-excel`. API Gateway passes texts as UTF-8, so
/// a CSV file in another encoding must be sent as one of the types that aren't texts.
const SHEET_TYPES: [&str; 4] = [
    "text/csv",
    "application/octet-stream",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
];

/// A raw sheet, a CSV file or a workbook, of at most `MAX_COUNT` bytes.
#[derive(Debug)]
pub struct SheetBody<const MAX_COUNT: usize> {
    /// The raw bytes.
    pub bytes: Bytes,
    /// The SHA-256 hash of the bytes, in hex. It distinguishes a repeated request from another request with the same key.
    pub hash: String,
}

impl<S: Sync, const MAX_COUNT: usize> FromRequest<S> for SheetBody<MAX_COUNT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        must_have_type(&request, &SHEET_TYPES, Detail::SendSheet)?;
        let bytes = collect(request, MAX_COUNT).await?;
        Ok(Self { hash: hash(&bytes), bytes })
    }
}

/// A raw calendar (iCalendar) of at most `MAX_COUNT` bytes.
#[derive(Debug)]
pub struct CalendarBody<const MAX_COUNT: usize>(pub Bytes);

impl<S: Sync, const MAX_COUNT: usize> FromRequest<S> for CalendarBody<MAX_COUNT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        must_have_type(&request, &["text/calendar", "application/octet-stream"], Detail::SendCalendar)?;
        collect(request, MAX_COUNT).await.map(Self)
    }
}

/// Refuses a body whose media type is none of these.
fn must_have_type(request: &Request, types: &[&str], detail: Detail) -> Result<(), Problem> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next()).map(str::trim);
    if essence.is_some_and(|essence| types.iter().any(|known| essence.eq_ignore_ascii_case(known))) {
        Ok(())
    } else {
        Err(Problem::new(Code::UnsupportedMediaType).detail(detail))
    }
}

/// Returns the SHA-256 hash of bytes, in hex.
pub fn hash(bytes: &[u8]) -> String {
    HEXLOWER.encode(digest(&SHA256, bytes).as_ref())
}

async fn collect(request: Request, largest: usize) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(Code::BodyTooLarge).detail(Detail::BodyAtMost { bytes: largest as u64 });
    match Limited::new(request.into_body(), largest).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
        Err(_) => Err(Problem::new(Code::MalformedRequest).detail(Detail::BodyEndedEarly)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
    struct Punch {}

    #[tokio::test]
    async fn only_a_post_may_leave_its_body_out() {
        let sent = async |method: Method| {
            let request = Request::builder().method(method).body(axum::body::Body::empty()).unwrap();
            Body::<Punch>::from_request(request, &()).await.map_err(|problem| problem.code())
        };
        assert!(sent(Method::POST).await.is_ok());
        assert_eq!(sent(Method::PUT).await.unwrap_err(), Code::MalformedRequest);
        assert_eq!(sent(Method::PATCH).await.unwrap_err(), Code::MalformedRequest);
    }
}
