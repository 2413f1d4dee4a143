use super::company::{Company, MONDAY_TO_SATURDAY, shift, site_id, week};
use crate::{
    calendar::{Weekday, Zone},
    schedule::{DayPlan, PatternShift, Shift, Week},
};

fn only_shift(company: &Company, on: &str) -> Shift {
    let [shift] = company.assignment(on).shifts.try_into().unwrap();
    shift
}

fn on_sundays(zone: &str, start: &str, end: &str) -> Company {
    let week = Week {
        weekly_offs: vec![Weekday::Monday].try_into().unwrap(),
        shifts: [(Weekday::Saturday, vec![]), (Weekday::Sunday, vec![shift(start, end, 0)])].into(),
    };
    Company::in_zone(zone).pattern("2020-01-01", week)
}

/// "Shift times are read in the zone of the shift's site, else the person's, else the company's."
#[test]
fn a_shifts_times_are_read_at_its_site_else_the_persons_else_the_companys() {
    let tokyo = site_id(1);
    let mut there = shift("09:00", "17:00", 0);
    there.site_id = Some(tokyo);
    let at_site =
        Company::in_zone("UTC").site(tokyo, "Asia/Tokyo").pattern("2026-01-01", week(&MONDAY_TO_SATURDAY, &[there]));
    assert_eq!(only_shift(&at_site, "2026-11-02").start_at, at_site.at("2026-11-02T00:00:00Z"));
    assert_eq!(at_site.assignment("2026-11-02").zone, Zone::UTC, "the date stays the person's");

    let mut of_person = Company::in_zone("UTC").site(tokyo, "Asia/Tokyo");
    assert_eq!(only_shift(&of_person, "2026-11-02").start_at, of_person.at("2026-11-02T09:00:00Z"));
    of_person.person.site_id = Some(tokyo);
    assert_eq!(only_shift(&of_person, "2026-11-02").start_at, of_person.at("2026-11-02T00:00:00Z"));
    of_person.person.time_zone = Some(Zone::parse("Europe/Berlin").unwrap());
    assert_eq!(only_shift(&of_person, "2026-11-02").start_at, of_person.at("2026-11-02T08:00:00Z"));
}

#[test]
fn two_shifts_of_a_date_that_begin_at_one_time_of_day_have_two_ids() {
    let (helsinki, stockholm) = (site_id(1), site_id(2));
    let at = |site, start, end| PatternShift { site_id: Some(site), ..shift(start, end, 0) };
    let plan = DayPlan::Shifts(vec![at(stockholm, "08:00", "11:00"), at(helsinki, "08:00", "09:00")]);
    let company = Company::in_zone("UTC").site(helsinki, "Europe/Helsinki").site(stockholm, "Europe/Stockholm");
    let shifts = company.planned("2026-11-02", plan).assignment("2026-11-02").shifts;
    let seen: Vec<_> = shifts.iter().map(|shift| (shift.id.to_string(), shift.site_id.unwrap())).collect();
    assert_eq!(seen, [("2026-11-02T08:00".to_owned(), helsinki), ("2026-11-02T08:01".to_owned(), stockholm)]);
}

/// "a 22:00–06:00 shift counts 7 or 9 hours over a DST change"
#[test]
fn a_night_shift_is_7_or_9_hours_long_over_a_change_of_the_clocks() {
    let nights =
        |zone| Company::in_zone(zone).pattern("2020-01-01", week(&MONDAY_TO_SATURDAY, &[shift("22:00", "06:00", 0)]));
    let berlin = nights("Europe/Berlin");
    assert_eq!(only_shift(&berlin, "2026-03-28").length_seconds(), 7 * 3600);
    assert_eq!(only_shift(&berlin, "2026-10-24").length_seconds(), 9 * 3600);
    assert_eq!(only_shift(&berlin, "2026-10-23").length_seconds(), 8 * 3600);
    // Lord Howe Island moves its clocks by half an hour.
    let lord_howe = nights("Australia/Lord_Howe");
    assert_eq!(only_shift(&lord_howe, "2026-04-04").length_seconds(), 8 * 3600 + 1800);
    assert_eq!(only_shift(&lord_howe, "2026-10-03").length_seconds(), 8 * 3600 - 1800);
}

#[test]
fn skipped_and_repeated_starts_use_the_offset_before_the_clock_change() {
    let skipped = only_shift(&on_sundays("Europe/Berlin", "02:30", "10:00"), "2026-03-29");
    assert_eq!(skipped.start_at, "2026-03-29T01:30:00Z".parse().unwrap());
    let twice = only_shift(&on_sundays("Europe/Berlin", "02:30", "10:00"), "2026-10-25");
    assert_eq!(twice.start_at, "2026-10-25T00:30:00Z".parse().unwrap());
}

#[test]
fn a_shift_within_the_skipped_hour_still_has_its_length() {
    let shift = only_shift(&on_sundays("Europe/Berlin", "02:30", "03:00"), "2026-03-29");
    assert_eq!(shift.length_seconds(), 1800);
}

#[test]
fn leap_days_and_years_ends_are_days_like_others() {
    let nights = Company::with_shifts(&[shift("22:00", "06:00", 0)]);
    assert_eq!(only_shift(&nights, "2028-02-29").end_at, nights.at("2028-03-01T06:00:00Z"));
    assert_eq!(only_shift(&nights, "2026-12-31").end_at, nights.at("2027-01-01T06:00:00Z"));
}
