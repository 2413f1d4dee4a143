//! Rules and values that a newer release has stored: the punch is recorded, and waits for a review.

use crate::{
    day::{BoardRow, Day, Flag, ReviewReason, Source},
    schedule::{
        DayKind,
        tests::company::{Company, date, shift},
    },
};

fn office_with_unknown(setting: &str) -> Company {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 60)]);
    company.settings.unknown.insert(setting.to_owned());
    company
}

#[test]
fn a_punch_under_a_rule_that_isnt_known_is_recorded_for_review() {
    let mut company = office_with_unknown("overtime");
    company.clock_in("2026-11-02 09:00").unwrap();
    company.clock_out("2026-11-02 19:00").unwrap();
    let figures = company.figures("2026-11-02", "2026-11-02 20:00");
    assert_eq!((figures.worked_seconds, figures.overtime_seconds), (36_000, 0));
    assert_eq!(figures.withheld_overtime_seconds, 7200);
    assert!(figures.flags.contains(&Flag::NeedsReview));
    let waiting: Vec<_> = company.days[&date("2026-11-02")].sessions_to_review().map(|(_, why)| why).collect();
    assert_eq!(waiting, [[ReviewReason::NeedsReview].into()]);
}

#[test]
fn a_setting_that_no_figure_follows_from_needs_no_review() {
    let mut company = office_with_unknown("language");
    company.clock_in("2026-11-02 09:00").unwrap();
    assert!(!company.days[&date("2026-11-02")].waits_for_review());
}

#[test]
fn a_punch_on_a_date_with_an_unknown_plan_waits_for_review() {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 60)]);
    company.years.entry(2026).or_default().unknown.insert(date("2026-11-02"));
    company.clock_in("2026-11-02 09:00").unwrap();
    company.clock_out("2026-11-02 18:00").unwrap();
    assert!(company.days[&date("2026-11-02")].waits_for_review());
    company.clock_in("2026-11-03 09:00").unwrap();
    assert!(!company.days[&date("2026-11-03")].waits_for_review());
}

#[test]
fn a_day_with_values_of_a_newer_release_is_read() {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 60)]);
    company.clock_in("2026-11-02 09:00").unwrap();
    let mut stored = serde_json::to_value(&company.days[&date("2026-11-02")]).unwrap();
    stored["kind"] = "on_call".into();
    stored["sessions"][0]["clock_in"]["source"] = "gate".into();
    stored["sessions"][0]["flagged"] = serde_json::json!({"reason": "by_phone"});
    stored["policy"]["breaks"] = "by_law".into();
    let day: Day = serde_json::from_value(stored).unwrap();
    assert_eq!((day.kind(), day.sessions()[0].clock_in.source), (DayKind::Unknown, Source::Unknown));
    assert!(day.policy().has_unknown);
    assert!(day.waits_for_review());
}

#[test]
fn a_row_of_the_board_leaves_out_flags_that_arent_known() {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 60)]);
    company.clock_in("2026-11-02 09:30").unwrap();
    let row = company.days[&date("2026-11-02")].board_row(company.at("2026-11-02 10:00"));
    let mut stored = serde_json::to_value(&row).unwrap();
    stored["flags"].as_array_mut().unwrap().push("tired".into());
    assert_eq!(serde_json::from_value::<BoardRow>(stored).unwrap(), row);
}
