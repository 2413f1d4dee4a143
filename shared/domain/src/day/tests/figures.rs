//! "Figures of a day": time, lateness, early leave.

use crate::{
    bounded::Bounded,
    day::{Day, Flag, Source},
    event::{Fact, PunchFact},
    holiday::Half,
    lateness::LateDay,
    schedule::tests::company::{Company, MONDAY_TO_SATURDAY, date, shift, week},
};

const DAY: &str = "2026-11-02";

fn at(time: &str) -> String {
    format!("{DAY} {time}")
}

fn office() -> Company {
    Company::with_shifts(&[shift("09:00", "18:00", 60)])
}

fn late(clock_in: &str) -> i64 {
    let mut company = office();
    company.clock_in(&at(clock_in)).unwrap();
    company.figures(DAY, &at("12:00")).late_seconds
}

fn left_early(clock_out: &str) -> i64 {
    let mut company = office();
    company.session(&at("09:00"), &at(clock_out));
    company.figures(DAY, &at("23:00")).early_leave_seconds
}

/// "in 09:20, out 18:10, no break taken: late 1200, worked 31800, scheduled 28800, overtime 3000"
#[test]
fn in_0920_out_1810_is_late_1200_worked_31800_overtime_3000() {
    let mut company = office();
    let punched = company.clock_in(&at("09:20")).unwrap();
    assert!(punched.facts.iter().any(|fact| matches!(fact, Fact::Punch(PunchFact::Late { late_seconds: 1200, .. }))));
    company.clock_out(&at("18:10")).unwrap();
    let figures = company.figures(DAY, &at("19:00"));
    assert_eq!(
        (figures.late_seconds, figures.worked_seconds, figures.scheduled_seconds, figures.overtime_seconds),
        (1200, 31_800, 28_800, 3000)
    );
    assert_eq!(figures.flags, [Flag::Late].into());
}

/// "clock-in after `start + grace`; then counted from `start`, in full"
#[test]
fn lateness_counts_in_full_after_the_grace_period() {
    assert_eq!((late("08:59"), late("09:05"), late("09:05:01"), late("09:06")), (0, 0, 301, 360));
}

/// "a session keeps the grace in force at its clock-in"
#[test]
fn another_grace_set_during_the_day_does_not_judge_a_punch_again() {
    let grace = |mut company: Company, minutes: u32| {
        company.settings.late_grace_minutes = Bounded::new(minutes).unwrap();
        company.settings.early_leave_grace_minutes = Bounded::new(minutes).unwrap();
        company
    };
    let judged = |before: u32, after: u32| {
        let mut company = grace(office(), before);
        company.session(&at("09:10"), &at("17:50"));
        let company = grace(company, after);
        let now = company.at(&at("19:00"));
        let day = Day::current(company.days.get(&date(DAY)), &company.planner(), date(DAY), now);
        let figures = day.figures(now);
        let charged: i64 = LateDay::of(&day, now).shifts.iter().map(|shift| shift.minutes).sum();
        (figures.late_seconds, figures.early_leave_seconds, charged, figures.flags)
    };
    assert_eq!(judged(15, 5), (0, 0, 0, [].into()), "who was in time stays in time");
    assert_eq!(judged(5, 15), (600, 600, 10, [Flag::Late, Flag::LeftEarly].into()));
}

/// The day's grace period applies to punches that were stored before punches had their own.
#[test]
fn an_old_punch_is_judged_by_the_grace_of_its_day() {
    let mut company = office();
    company.clock_in(&at("09:10")).unwrap();
    let mut stored = serde_json::to_value(&company.days[&date(DAY)]).unwrap();
    stored["sessions"][0]["clock_in"].as_object_mut().unwrap().remove("grace_minutes").unwrap();
    let day: Day = serde_json::from_value(stored).unwrap();
    company.settings.late_grace_minutes = Bounded::constant::<15>();
    let now = company.at(&at("12:00"));
    assert_eq!(day.refreshed(&company.planner(), now).figures(now).late_seconds, 0);
}

/// "the last clock-out attending it before `end − grace`"
#[test]
fn early_leave_counts_in_full_before_the_grace_period() {
    assert_eq!(
        (left_early("18:01"), left_early("17:55"), left_early("17:54:59"), left_early("17:00")),
        (0, 0, 301, 3600)
    );
}

#[test]
fn leaving_early_is_provisional_until_the_person_comes_back() {
    let mut company = office();
    company.session(&at("09:00"), &at("12:00"));
    assert_eq!(company.figures(DAY, &at("12:30")).early_leave_seconds, 6 * 3600);
    company.session(&at("12:45"), &at("18:00"));
    let figures = company.figures(DAY, &at("19:00"));
    assert_eq!((figures.early_leave_seconds, figures.late_seconds), (0, 0));
}

/// "A missed shift is never late." and "Day figures are sums"
#[test]
fn a_missed_shift_is_never_late_and_the_days_lateness_is_the_sum() {
    let shifts = [shift("06:00", "08:00", 0), shift("09:00", "11:00", 0), shift("12:00", "14:00", 0)];
    let mut company = Company::with_shifts(&shifts);
    company.session(&at("06:10"), &at("08:00"));
    company.session(&at("12:20"), &at("13:30"));
    let figures = company.figures(DAY, &at("20:00"));
    assert_eq!(figures.shifts.iter().map(|s| s.late_seconds).collect::<Vec<_>>(), [600, 0, 1200]);
    assert_eq!((figures.late_seconds, figures.early_leave_seconds), (1800, 1800));
    assert_eq!(company.days[&DAY.parse().unwrap()].contribution(company.at(&at("20:00"))).days_late, 1);
}

/// "with half-day leave late and absent follow the remaining half"
#[test]
fn with_half_day_leave_lateness_and_schedule_follow_the_other_half() {
    let mut company = office().leave(DAY, Some(Half::Morning));
    company.session(&at("13:50"), &at("18:00"));
    let figures = company.figures(DAY, &at("19:00"));
    assert_eq!((figures.late_seconds, figures.scheduled_seconds, figures.worked_seconds), (1200, 14_400, 15_000));
}

/// "Computed on instants, so a 22:00–06:00 shift counts 7 or 9 hours over a DST change."
#[test]
fn a_night_worked_over_a_change_of_the_clocks_counts_7_or_9_hours() {
    let cases = [
        ("Europe/Berlin", "2026-03-28", "2026-03-29", 7 * 3600),
        ("Europe/Berlin", "2026-10-24", "2026-10-25", 9 * 3600),
        ("Australia/Lord_Howe", "2026-04-04", "2026-04-05", 8 * 3600 + 1800),
        ("Australia/Lord_Howe", "2026-10-03", "2026-10-04", 7 * 3600 + 1800),
        ("UTC", "2028-02-29", "2028-03-01", 8 * 3600),
        ("UTC", "2026-12-31", "2027-01-01", 8 * 3600),
    ];
    for (zone, on, next, worked) in cases {
        let pattern = week(&MONDAY_TO_SATURDAY, &[shift("22:00", "06:00", 0)]);
        let mut company = Company::in_zone(zone).pattern("2020-01-01", pattern);
        company.session(&format!("{on} 22:00"), &format!("{next} 06:00"));
        let figures = company.figures(on, &format!("{next} 12:00"));
        assert_eq!((figures.worked_seconds, figures.scheduled_seconds), (worked, worked), "{zone} {on}");
        assert_eq!((figures.late_seconds, figures.early_leave_seconds, figures.overtime_seconds), (0, 0, 0));
    }
}

#[test]
fn worked_counts_closed_sessions_only() {
    let mut company = office();
    company.session(&at("09:00"), &at("10:00"));
    company.clock_in(&at("11:00")).unwrap();
    let figures = company.figures(DAY, &at("12:00"));
    assert_eq!(
        (figures.worked_seconds, figures.sessions[0].worked_seconds, figures.sessions[1].worked_seconds),
        (3600, 3600, 0)
    );
    assert_eq!(figures.since, Some(company.at(&at("11:00"))));
}

#[test]
fn a_clock_out_in_the_second_of_the_clock_in_attends_the_shift() {
    let mut company = office();
    company.session(&at("09:00"), &at("09:00"));
    assert_eq!(company.figures(DAY, &at("20:00")).early_leave_seconds, 9 * 3600);
}

#[test]
fn punches_are_made_in_whole_seconds() {
    let mut company = office();
    company.clock_in(&at("09:05:00.999")).unwrap();
    assert_eq!(company.figures(DAY, &at("10:00")).late_seconds, 0);
}

#[test]
fn clock_skew_and_a_missing_photo_are_flagged() {
    let mut company = office().settings(r#"{"photo": "required"}"#);
    let now = company.at(&at("09:00"));
    let device_time = Some(company.at(&at("09:05:01")));
    let details = crate::day::PunchDetails {
        photo: Some(crate::photo::PhotoKeys { photo: "photo".into(), thumbnail: "thumbnail".into() }),
        device_time,
        ..crate::day::PunchDetails::bare(Source::Own)
    };
    let punched = company.punch(now, |context| context.clock_in(details)).unwrap();
    company.commit(punched);
    assert_eq!(company.figures(DAY, &at("09:01")).flags, [Flag::ClockSkew].into());
    company.clock_out(&at("18:00")).unwrap();
    assert!(company.figures(DAY, &at("19:00")).flags.contains(&Flag::NoPhoto));
}

#[test]
fn a_clock_that_is_set_back_makes_no_negative_time() {
    let mut company = office();
    company.clock_in(&at("10:00")).unwrap();
    company.clock_out(&at("09:00")).unwrap();
    assert_eq!(company.figures(DAY, &at("20:00")).worked_seconds, 0);
    company.clock_in(&at("09:30")).unwrap();
    let sessions = company.days[&DAY.parse().unwrap()].sessions().to_vec();
    assert!(sessions[0].clock_out.as_ref().unwrap().at <= sessions[1].clock_in.at);
}
