use std::collections::BTreeMap;

use domain::{bounded::Bounded, calendar::WorkDate, text::Reason};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::*;
use crate::{Code, query::Limit};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only parsing matters here")]
struct Place {
    latitude: f64,
    label: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Off,
    Flag,
    Enforce,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only parsing matters here")]
struct Punch {
    #[schema(value_type = String)]
    reason: Reason,
    date: WorkDate,
    minutes: Bounded<0, 60>,
    mode: Mode,
    paid: bool,
    location: Option<Place>,
    #[serde(default)]
    places: Vec<Place>,
    #[serde(default)]
    modes: BTreeMap<String, Mode>,
    #[schema(value_type = Option<String>, format = "date-time")]
    device_time: Option<Timestamp>,
}

fn whole() -> Value {
    json!({"reason": "x", "date": "2026-11-02", "minutes": 5, "mode": "off", "paid": true})
}

/// Returns each error of a document as `path: message`.
fn faults(document: &Value) -> Vec<String> {
    let faults = Punch::from_document(document).unwrap_err();
    faults.into_iter().map(|fault| format!("{}: {}", fault.path, fault.rule)).collect()
}

/// Returns the errors of a document that is valid except for one field.
fn faults_with(field: &str, value: Value) -> Vec<String> {
    let mut document = whole();
    document[field] = value;
    faults(&document)
}

#[test]
fn every_field_that_is_missing_is_named() {
    let expected = ["reason", "date", "minutes", "mode", "paid"].map(|field| format!("{field}: is required"));
    assert_eq!(faults(&json!({})), expected);
}

#[test]
fn every_value_that_is_wrong_is_named_whatever_is_wrong_with_it() {
    let document = json!({
        "reason": "", "date": "2026-02-30", "minutes": 61, "mode": "maybe", "paid": "yes", "remrak": 1,
        "location": {"latitude": "north", "altitude": 5},
        "places": [{"latitude": 1}, {"label": "x"}, [1, "x"]],
        "modes": {"a": "off", "b": "on"}, "device_time": "yesterday",
    });
    let mut expected = vec![
        "date: must be a date such as 2026-11-02, from 2000 to 2199",
        "device_time: must be a date and time with an offset, such as 2026-11-02T08:57:03+03:00",
        "location.altitude: is not a known field",
        "location.latitude: must be a number",
        "minutes: must be a whole number from 0 to 60",
        "mode: must be one of off, flag, enforce",
        "modes.b: must be one of off, flag, enforce",
        "paid: must be true or false",
        "places[1].latitude: is required",
        "places[2]: must be an object",
        "reason: must be 1 to 500 characters",
        "remrak: is not a known field",
    ];
    expected.sort_unstable();
    let mut found = faults(&document);
    found.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn a_value_of_the_wrong_type_is_refused_with_the_expected_type() {
    for (field, value, told) in [
        ("reason", json!(5), "reason: must be a string"),
        ("reason", json!(null), "reason: must not be null"),
        ("minutes", json!("5"), "minutes: must be a whole number from 0 to 60"),
        ("minutes", json!(5.5), "minutes: must be a whole number from 0 to 60"),
        ("mode", json!(5), "mode: must be one of off, flag, enforce"),
        ("mode", json!(null), "mode: must not be null"),
        ("places", json!({}), "places: must be a list"),
        ("places", json!(null), "places: must not be null"),
        ("location", json!([]), "location: must be an object"),
        ("location", json!([1, "x"]), "location: must be an object"),
    ] {
        assert_eq!(faults_with(field, value), [told]);
    }
}

#[test]
fn an_instant_is_written_as_in_rfc_3339() {
    let mut document = whole();
    document["device_time"] = json!("2027-01-11T10:00:00.250+01:00");
    assert!(Punch::from_document(&document).is_ok());
    let told = "device_time: must be a date and time with an offset, such as 2026-11-02T08:57:03+03:00";
    for form in ["T10:00:00+25:00", "T10:00:00+0100", "T10:00:00+01", "T10:00Z", "T10:00:00+01:00[Europe/Berlin]"] {
        assert_eq!(faults_with("device_time", json!(format!("2027-01-11{form}"))), [told], "{form}");
    }
}

#[test]
fn null_is_taken_where_the_schema_allows_it() {
    let mut document = whole();
    document["location"] = Value::Null;
    document["device_time"] = Value::Null;
    assert!(Punch::from_document(&document).is_ok());
}

#[test]
fn a_body_is_an_object() {
    for document in [json!([]), json!("x"), json!(null), json!([{"latitude": 1}])] {
        assert_eq!(faults(&document), [": must be an object"]);
    }
}

#[test]
fn a_number_without_fraction_is_a_whole_number() {
    let read = |minutes: &str| {
        let document = whole().to_string().replace(":5", &format!(":{minutes}"));
        parse::<Punch>(document.as_bytes()).map(|punch| punch.minutes.get())
    };
    assert_eq!(read("54.0").ok(), Some(54));
    assert_eq!(read("5.4e1").ok(), Some(54));
    assert_eq!(read("-0.0").ok(), Some(0));
    assert!(read("54.5").is_err());
    assert!(read("1e30").is_err());
}

#[test]
fn what_is_not_json_is_400_and_a_field_given_twice_422() {
    let code = |text: &str| parse::<Punch>(text.as_bytes()).unwrap_err().code();
    for text in ["{", "{} x", "\u{0}", "hello", ""] {
        assert_eq!(code(text), Code::MalformedRequest, "{text}");
    }
    let twice = whole().to_string().replacen('{', "{\"minutes\": 7, ", 1);
    let problem = format!("{:?}", parse::<Punch>(twice.as_bytes()).unwrap_err());
    assert!(problem.contains("path: \"minutes\", rule: GivenTwice"), "{problem}");
}

#[test]
fn the_number_and_length_of_errors_are_limited() {
    let places: Vec<Value> = (0..5_000).map(|_| json!({"latitude": "x"})).collect();
    assert_eq!(faults_with("places", places.into()).len(), MAX_ERRORS);
    let long = faults_with(&"k".repeat(10_000), json!(1));
    assert!(long[0].len() < 200, "{long:?}");
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only parsing matters here")]
struct List {
    date: WorkDate,
    #[param(value_type = Option<u32>)]
    limit: Option<Limit>,
    unread: Option<bool>,
    year: Option<u16>,
    mode: Option<Mode>,
    cursor: Option<String>,
}

#[test]
fn every_wrong_parameter_of_a_query_is_named() {
    let faults = |query: &str| {
        let faults = from_query::<List>(query).unwrap_err();
        let mut faults: Vec<String> =
            faults.into_iter().map(|fault| format!("{}: {}", fault.path, fault.rule)).collect();
        faults.sort_unstable();
        faults
    };
    assert!(from_query::<List>("date=2026-11-02&limit=5&unread=true&year=2026&mode=off&cursor=").is_ok());
    assert_eq!(faults(""), ["date: is required"]);
    assert_eq!(
        faults("date=x&limit=0&unread=yes&year=later&mode=on&form=x"),
        [
            "date: must be a date such as 2026-11-02, from 2000 to 2199",
            "form: is not a known parameter",
            "limit: must be a whole number from 1 to 200",
            "mode: must be one of off, flag, enforce",
            "unread: must be true or false",
            "year: must be a whole number from 0 to 65535",
        ]
    );
    assert_eq!(faults("date=2026-11-02&limit=5&limit=6"), ["limit: is given more than once"]);
}
