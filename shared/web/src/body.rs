//! JSON bodies: read whole, parsed once into values that keep the rules, with the path of what doesn't.

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use data_encoding::HEXLOWER;
use http::{Method, header};
use http_body_util::{BodyExt, Limited};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::{Code, Problem, problem::FieldError};

/// The most of a JSON body: 64 KiB is a hundred times what a request without a photo needs.
pub const LARGEST: usize = 64 * 1024;

/// A parsed body of at most `MOST` bytes. Unknown fields are refused where `T` denies them, so that a typo never passes silently.
#[derive(Debug)]
pub struct Body<T, const MOST: usize = LARGEST> {
    /// What was said.
    pub value: T,
    /// SHA-256 of the raw body, in hex: tells a repeated request from another one under the same key.
    pub hash: String,
}

impl<T: DeserializeOwned, S: Sync, const MOST: usize> FromRequest<S> for Body<T, MOST> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        Self::read(request, MOST).await
    }
}

impl<T: DeserializeOwned, const MOST: usize> Body<T, MOST> {
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
        // A body that isn't there needs no type: POST /clock/in without one is a punch without remarks. PUT and PATCH
        // without one are mistakes, and would be dear ones: PUT /settings sets back what isn't said.
        if bytes.is_empty() && !may_be_left_out {
            return Err(Problem::new(Code::MalformedRequest).detail("A body is due here: a JSON object."));
        }
        if !is_json && !bytes.is_empty() {
            return Err(Problem::new(Code::UnsupportedMediaType));
        }
        let value = if bytes.is_empty() { parse(b"{}")? } else { parse_object(&bytes)? };
        Ok(Self { value, hash: hash(&bytes) })
    }
}

/// A sheet (`text/csv`) of at most `MOST` bytes, as it came.
#[derive(Debug)]
pub struct SheetBody<const MOST: usize> {
    /// What was sent.
    pub bytes: Bytes,
    /// SHA-256 of it, in hex: tells a repeated request from another one under the same key.
    pub hash: String,
}

impl<S: Sync, const MOST: usize> FromRequest<S> for SheetBody<MOST> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = content_type.and_then(|value| value.split(';').next()).map(str::trim);
        if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case("text/csv")) {
            return Err(Problem::new(Code::UnsupportedMediaType).detail("Here the body must be text/csv."));
        }
        let bytes = collect(request, MOST).await?;
        Ok(Self { hash: hash(&bytes), bytes })
    }
}

/// SHA-256 in hex.
pub fn hash(bytes: &[u8]) -> String {
    HEXLOWER.encode(digest(&SHA256, bytes).as_ref())
}

async fn collect(request: Request, largest: usize) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(Code::BodyTooLarge).detail(format!("At most {largest} bytes are taken here."));
    match Limited::new(request.into_body(), largest).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
        Err(_) => Err(Problem::new(Code::MalformedRequest).detail("The body ended early.")),
    }
}

/// Parses a JSON object. serde would take a list for a struct as well, each member by its place, and no typo would be seen.
fn parse_object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let is_object = bytes.trim_ascii_start().first() == Some(&b'{');
    if !is_object && serde_json::from_slice::<IgnoredAny>(bytes).is_ok() {
        return Err(Problem::invalid("", "must be a JSON object"));
    }
    parse(bytes)
}

/// Parses JSON: what isn't JSON is 400, a value that breaks a rule 422 with its path.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        problem_of(error.into_inner(), &path)
    })?;
    reader.end().map_err(|error| problem_of(error, "."))?;
    Ok(value)
}

/// A value that a request gave, parsed as a body of `T` would be: for merge patches.
pub fn parse_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        problem_of(error.into_inner(), &path)
    })
}

fn problem_of(error: serde_json::Error, path: &str) -> Problem {
    match error.classify() {
        serde_json::error::Category::Syntax | serde_json::error::Category::Eof | serde_json::error::Category::Io => {
            Problem::new(Code::MalformedRequest).detail(format!(
                "The body isn't JSON from line {}, column {} on.",
                error.line(),
                error.column()
            ))
        }
        serde_json::error::Category::Data => {
            // serde_json ends its messages with a position, which a path says better.
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
            let path = if path == "." { String::new() } else { path.to_owned() };
            let told = short(&in_terms_of_json(message));
            Problem::invalid_values(vec![FieldError { path: with_field(path, message), message: told }])
        }
    }
}

/// What is expected as JSON calls it, where serde says how our code does.
fn in_terms_of_json(message: &str) -> String {
    let Some((found, expected)) = message.split_once(", expected ") else { return message.to_owned() };
    let kind = match expected.split([' ', ',']).next() {
        Some("struct" | "map" | "internally" | "adjacently" | "tuple") => "an object",
        Some("sequence") => "a list",
        Some("i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" | "integer") => "a whole number",
        Some("f32" | "f64") => "a number",
        Some(_) | None => expected,
    };
    format!("{found}, expected {kind}")
}

/// A missing field is reported at its parent; the path should name the field itself.
fn with_field(path: String, message: &str) -> String {
    let field = message
        .strip_prefix("missing field `")
        .or_else(|| message.strip_prefix("unknown field `"))
        .and_then(|rest| rest.split('`').next());
    match field {
        Some(field) if path.is_empty() => short(field),
        Some(field) if !path.ends_with(field) => format!("{path}.{}", short(field)),
        Some(_) | None => path,
    }
}

/// serde quotes wrong values in its messages; a megabyte of them helps nobody.
fn short(message: &str) -> String {
    if message.chars().count() > 300 { message.chars().take(300).chain(['…']).collect() } else { message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only parsing matters here")]
    struct Place {
        latitude: f64,
        label: Option<String>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only parsing matters here")]
    struct Punch {
        location: Option<Place>,
    }

    fn problem(text: &str) -> Problem {
        parse::<Punch>(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn what_is_not_json_is_400_and_what_breaks_a_rule_is_422() {
        assert_eq!(problem("{").code(), Code::MalformedRequest);
        assert_eq!(problem("{} x").code(), Code::MalformedRequest);
        assert_eq!(problem("\u{0}").code(), Code::MalformedRequest);
        assert_eq!(problem("[]").code(), Code::InvalidValues);
        assert_eq!(problem(r#"{"location": {"latitude": "north"}}"#).code(), Code::InvalidValues);
    }

    #[test]
    fn a_list_is_no_object_even_if_its_members_are_in_order() {
        for text in ["[null]", " [{\"latitude\": 1, \"label\": null}]", "\"x\"", "null"] {
            let refused = parse_object::<Punch>(text.as_bytes()).unwrap_err();
            assert_eq!(refused.code(), Code::InvalidValues, "{text}");
        }
        assert_eq!(parse_object::<Punch>(b"hello").unwrap_err().code(), Code::MalformedRequest);
        assert!(parse_object::<Punch>(b" {\"location\": null}").is_ok());
    }

    #[test]
    fn what_is_expected_is_told_in_terms_of_json() {
        for (text, told) in [
            (r#"{"location": 7}"#, "invalid type: integer `7`, expected an object"),
            (r#"{"location": {"latitude": "north"}}"#, "invalid type: string \\\"north\\\", expected a number"),
        ] {
            let found = format!("{:?}", problem(text));
            assert!(found.contains(told), "{found} doesn't say {told}");
        }
    }

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

    #[test]
    fn a_wrong_value_is_named_by_its_path() {
        for (text, path) in [
            (r#"{"location": {"latitude": "north"}}"#, "location.latitude"),
            (r#"{"location": {}}"#, "location.latitude"),
            (r#"{"location": {"latitude": 1, "longitud": 2}}"#, "location.longitud"),
            (r#"{"remrak": "x"}"#, "remrak"),
        ] {
            let expected = Problem::invalid_values(vec![FieldError { path: path.to_owned(), message: String::new() }]);
            let found = format!("{:?}", problem(text));
            assert!(found.contains(&format!("path: {path:?}")), "{found} is not at {path}; {expected:?}");
        }
    }
}
