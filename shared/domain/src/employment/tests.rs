use serde::{Deserialize, Serialize};

use super::*;
use crate::FieldRule;

fn date(text: &str) -> WorkDate {
    text.parse().unwrap()
}

/// Employments from a text such as `"2026-01-05..2026-11-03 2026-11-17.."`.
fn employments(text: &str) -> Employments {
    Employments::new(spans(text)).unwrap()
}

fn spans(text: &str) -> Vec<Employment> {
    let end = |text: &str| (!text.is_empty()).then(|| date(text));
    let span = |text: &str| {
        let (from, until) = text.split_once("..").unwrap();
        Employment::new(end(from), end(until)).unwrap()
    };
    text.split_whitespace().map(span).collect()
}

#[test]
fn employments_hold_the_dates_of_their_spans_alone() {
    let returned = employments("2026-01-05..2026-11-03 2026-11-17..");
    for (on, holds) in [
        ("2026-01-04", false),
        ("2026-01-05", true),
        ("2026-11-03", true),
        ("2026-11-04", false),
        ("2026-11-16", false),
        ("2026-11-17", true),
        ("2199-12-31", true),
    ] {
        assert_eq!(returned.hold(date(on)), holds, "{on}");
    }
    assert_eq!((returned.hired_on(), returned.left_on()), (Some(date("2026-11-17")), None));
    assert!(Employments::always().hold(WorkDate::MIN));
    assert!(!Employments::NONE.hold(date("2026-11-03")));
}

#[test]
fn employments_come_in_order_and_never_overlap() {
    assert_eq!(employments("2026-11-17.. 2026-01-05..2026-11-03"), employments("2026-01-05..2026-11-03 2026-11-17.."));
    for wrong in [
        "..2026-11-03 2026-11-03..",
        ".. ..",
        "2026-01-05.. 2026-11-17..",
        "2026-01-05..2026-11-30 2026-02-01..2026-02-02",
    ] {
        let refused = Employments::new(spans(wrong)).unwrap_err();
        assert!(refused.to_string().starts_with("must not overlap"), "{wrong}: {refused}");
    }
    assert!(Employment::new(Some(date("2026-11-03")), Some(date("2026-11-02"))).is_err());
    let seasons = (0..41).map(|year| {
        let on = |month: i8| WorkDate::from(jiff::civil::date(2000 + year, month, 1));
        Employment::new(Some(on(5)), Some(on(10))).unwrap()
    });
    assert_eq!(Employments::new(seasons.collect()).unwrap_err().to_string(), "must have at most 40 items");
}

#[test]
fn employments_without_a_day_between_are_one() {
    assert_eq!(employments("2026-01-05..2026-11-03 2026-11-04.."), employments("2026-01-05.."));
}

#[test]
fn leaving_ends_the_latest_and_cancels_what_was_to_come() {
    assert_eq!(employments("2026-01-05..").ended(date("2026-11-03")), employments("2026-01-05..2026-11-03"));
    assert_eq!(employments("2026-01-05..2026-10-31").ended(date("2026-11-03")), employments("2026-01-05..2026-10-31"));
    assert_eq!(employments("2026-12-01..").ended(date("2026-11-03")), Employments::NONE);
    assert_eq!(
        employments("2026-01-05..2026-06-30 2026-12-01..").ended(date("2026-11-03")),
        employments("2026-01-05..2026-06-30")
    );
}

#[test]
fn coming_back_leaves_the_gap_as_it_was() {
    let left = employments("2026-01-05..2026-11-03");
    let back = left.resumed(date("2026-11-17"), None).unwrap();
    assert_eq!(back, employments("2026-01-05..2026-11-03 2026-11-17.."));
    assert_eq!(left.resumed(date("2026-11-04"), None).unwrap(), employments("2026-01-05.."), "no day lies between");
    assert_eq!(left.resumed(date("2026-11-03"), None).unwrap(), employments("2026-01-05.."), "back on the same day");
    assert!(left.resumed(date("2026-11-17"), Some(date("2026-11-16"))).is_err());
    assert_eq!(Employments::NONE.resumed(date("2026-11-17"), None).unwrap(), employments("2026-11-17.."));
}

#[test]
fn only_the_latest_employment_has_its_dates_corrected() {
    let returned = employments("2026-01-05..2026-11-03 2026-11-17..");
    let corrected = returned.with_latest(Some(date("2026-11-10")), Some(date("2026-12-31"))).unwrap();
    assert_eq!(corrected, employments("2026-01-05..2026-11-03 2026-11-10..2026-12-31"));
    assert!(returned.with_latest(Some(date("2026-11-03")), None).is_err());
    assert!(returned.with_latest(None, None).is_err());
    let before_the_first = returned.with_latest(Some(date("2025-01-01")), Some(date("2025-12-31")));
    assert_eq!(*before_the_first.unwrap_err().rule(), FieldRule::AfterEarlierEmployment);
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Profile {
    name: String,
    #[serde(flatten, with = "stored")]
    employments: Employments,
}

#[test]
fn profiles_of_0_1_0_are_read_and_one_employment_is_kept_as_they_had_it() {
    let read = |text: &str| serde_json::from_str::<Profile>(text).unwrap().employments;
    assert_eq!(read(r#"{"name": "Maria"}"#), Employments::always());
    assert_eq!(read(r#"{"name": "Maria", "hired_on": null, "left_on": null}"#), Employments::always());
    assert_eq!(read(r#"{"name": "Maria", "hired_on": "2026-01-05", "left_on": null}"#), employments("2026-01-05.."));
    let disabled_before_they_began = r#"{"name": "Maria", "hired_on": "2026-12-01", "left_on": "2026-11-03"}"#;
    assert_eq!(read(disabled_before_they_began), Employments::NONE);

    let written = |employments: &Employments| {
        let profile = Profile { name: "Maria".to_owned(), employments: employments.clone() };
        let text = serde_json::to_string(&profile).unwrap();
        assert_eq!(serde_json::from_str::<Profile>(&text).unwrap(), profile);
        text
    };
    assert_eq!(
        written(&employments("2026-01-05..2026-11-03")),
        r#"{"name":"Maria","hired_on":"2026-01-05","left_on":"2026-11-03"}"#
    );
    let returned = written(&employments("2026-01-05..2026-11-03 2026-11-17.."));
    assert!(returned.contains(r#""hired_on":"2026-11-17","left_on":null,"employments":[{"#), "{returned}");
    assert!(written(&Employments::NONE).ends_with(r#""employments":[]}"#));
}

#[test]
fn corrected_dates_are_those_of_one_employment_and_not_the_other() {
    let differing = |before: &str, after: &str| {
        let corrected = employments(before).differing(&employments(after), date("2026-11-15"));
        let shown = |span: &Employment| format!("{}..{}", span.first(), span.last());
        corrected.iter().map(shown).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(differing("2026-01-05..", "2026-01-05..2026-11-05"), "2026-11-06..2026-11-15");
    assert_eq!(differing("2026-01-05..2026-11-05", "2026-01-05.."), "2026-11-06..2026-11-15");
    assert_eq!(differing("2026-11-02..", "2026-11-16.."), "2026-11-02..2026-11-15");
    assert_eq!(differing("2026-01-05..", "2026-01-05..2026-11-15"), "", "what is ahead is no correction");
    assert_eq!(
        differing("2026-01-05..2026-11-03 2026-11-10..", "2026-02-01..2026-11-05"),
        "2026-01-05..2026-01-31 2026-11-04..2026-11-05 2026-11-10..2026-11-15"
    );
    assert_eq!(differing("..", "2026-11-10.."), "2000-01-01..2026-11-09");
    assert_eq!(differing("2026-01-05..", "2026-01-05.."), "");
}
