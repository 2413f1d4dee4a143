use super::company::{Company, MONDAY_TO_SATURDAY, date, shift, week};
use crate::{
    Invalid,
    calendar::Weekday,
    schedule::{Rhythm, Schedule},
};

fn refusal<T: std::fmt::Debug>(result: Result<T, Invalid>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn a_rotation_turns_by_whole_weeks_from_its_anchor_both_ways() {
    let early = week(&MONDAY_TO_SATURDAY, &[shift("06:00", "14:00", 0)]);
    let late = week(&MONDAY_TO_SATURDAY, &[shift("14:00", "22:00", 0)]);
    let rhythm = Rhythm::rotation(vec![early, late], date("2026-11-02")).unwrap();
    let start = |day| rhythm.shifts_on(date(day)).first().map(|shift| shift.times.start.to_string());
    assert_eq!(start("2026-11-02").unwrap(), "06:00");
    assert_eq!(start("2026-11-07").unwrap(), "06:00");
    assert_eq!(start("2026-11-08"), None);
    assert_eq!(start("2026-11-09").unwrap(), "14:00");
    assert_eq!(start("2026-11-16").unwrap(), "06:00");
    assert_eq!(start("2026-10-26").unwrap(), "14:00");
    // The weeks continue across the end of a year and a leap day.
    assert_eq!(start("2027-01-04").unwrap(), "14:00");
    assert_eq!(start("2028-02-29").unwrap(), "14:00");
}

#[test]
fn a_rotation_begins_on_a_monday() {
    let plain = week(&[Weekday::Monday], &[shift("00:00", "08:00", 0)]);
    assert!(refusal(Rhythm::rotation(vec![plain], date("2026-11-03"))).contains("Monday"));
    assert!(Rhythm::rotation(vec![], date("2026-11-02")).is_err());
}

#[test]
fn a_day_off_has_no_shifts() {
    assert!(refusal(Rhythm::weekly(week(&[Weekday::Sunday], &[shift("09:00", "17:00", 0)]))).contains("sunday"));
}

#[test]
fn past_days_keep_the_pattern_that_held() {
    let company = Company::with_shifts(&[shift("08:00", "16:00", 0)])
        .pattern("2026-11-03", week(&MONDAY_TO_SATURDAY, &[shift("10:00", "18:00", 0)]));
    let start = |day| company.assignment(day).shifts[0].id.start().to_string();
    assert_eq!((start("2026-11-02"), start("2026-11-03")), ("08:00".into(), "10:00".into()));
    let again = company.pattern("2026-11-03", week(&MONDAY_TO_SATURDAY, &[shift("11:00", "19:00", 0)]));
    assert_eq!(again.schedule.patterns().len(), 2);
}

#[test]
fn what_is_stored_is_checked_when_read() {
    let schedule = Company::with_shifts(&[shift("08:00", "16:00", 0)]).schedule;
    let text = serde_json::to_string(&schedule).unwrap();
    assert_eq!(serde_json::from_str::<Schedule>(&text).unwrap(), schedule);
    let empty = r#"{"patterns":[{"effective_from":"2026-01-01","rhythm":{"weeks":[]}}]}"#;
    assert!(serde_json::from_str::<Schedule>(empty).is_err());
}
