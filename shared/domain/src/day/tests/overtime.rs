//! "Figures of a day": overtime.

use crate::{
    holiday::Half,
    schedule::tests::company::{Company, shift},
};

const DAY: &str = "2026-11-02";

fn at(time: &str) -> String {
    format!("{DAY} {time}")
}

fn eight_hours(settings: &str) -> Company {
    Company::with_shifts(&[shift("09:00", "17:00", 0)]).settings(settings)
}

fn overtime(company: &Company) -> i64 {
    company.figures(DAY, "2026-11-03 00:00").overtime_seconds
}

fn overtime_of(settings: &str, from: &str, until: &str) -> i64 {
    let mut company = eight_hours(settings);
    company.session(&at(from), &at(until));
    overtime(&company)
}

/// "`before_shift` being the time before the first start unless `count_before_shift`"
#[test]
fn time_before_the_first_start_counts_only_where_the_settings_say() {
    assert_eq!(overtime_of("{}", "08:00", "18:00"), 3600);
    assert_eq!(overtime_of(r#"{"overtime": {"count_before_shift": true}}"#, "08:00", "18:00"), 7200);
    assert_eq!(overtime_of("{}", "08:00", "17:00"), 0);
}

#[test]
fn a_break_before_the_first_start_is_not_taken_off_twice() {
    let mut company = eight_hours("{}");
    company.clock_in(&at("08:00")).unwrap();
    company.pause(&at("08:10"), &at("08:40"));
    company.clock_out(&at("18:00")).unwrap();
    assert_eq!(overtime(&company), 3600);
}

#[test]
fn an_automatic_break_before_the_first_start_is_not_taken_off_twice() {
    // The break lies from 08:30 to 08:45, after two hours of work.
    let early = r#"{"clock_in_window": {"before_minutes": 540}, "breaks": {"auto_deduct": [{"after_minutes": 120, "minutes": 15}]}}"#;
    let mut company = eight_hours(early);
    company.session(&at("06:30"), &at("18:00"));
    let figures = company.figures(DAY, "2026-11-03 00:00");
    assert_eq!((figures.worked_seconds, figures.overtime_seconds), (40_500, 3_600));
    // Days of 0.1.0 keep what they were paid.
    let day = company.days.values_mut().next().unwrap();
    let mut stored = serde_json::to_value(&*day).unwrap();
    stored["policy"]["break_counting"] = "within_shifts".into();
    *day = serde_json::from_value(stored).unwrap();
    assert_eq!(overtime(&company), 2_700);
}

/// "under `min_minutes`: 0"
#[test]
fn less_overtime_than_the_least_is_none() {
    let least = r#"{"overtime": {"min_minutes": 30}}"#;
    assert_eq!((overtime_of(least, "09:00", "17:29:59"), overtime_of(least, "09:00", "17:30")), (0, 1800));
}

/// "On offs, holidays and unscheduled days scheduled is 0: all is overtime."
#[test]
fn on_offs_holidays_and_unscheduled_days_all_is_overtime() {
    let mut untracked = eight_hours("{}");
    untracked.person.tracks_attendance = false;
    let companies = [
        eight_hours("{}").planned(DAY, crate::schedule::DayPlan::Off),
        eight_hours("{}").holiday(DAY, None, None),
        untracked,
    ];
    for mut company in companies {
        company.session(&at("09:00"), &at("12:00"));
        let figures = company.figures(DAY, "2026-11-03 00:00");
        assert_eq!((figures.scheduled_seconds, figures.overtime_seconds), (0, 10_800));
    }
}

#[test]
fn half_a_holiday_leaves_half_to_be_worked() {
    let mut company = eight_hours("{}").holiday(DAY, None, Some(Half::Afternoon));
    company.session(&at("09:00"), &at("14:00"));
    assert_eq!(overtime(&company), 3600);
}

#[test]
fn less_worked_than_scheduled_is_no_negative_overtime() {
    assert_eq!(overtime_of("{}", "10:00", "15:00"), 0);
}
