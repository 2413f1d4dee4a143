//! "Which shift a punch belongs to"

use crate::{
    day::{ClockInRefusal, Flag, ShiftStatus},
    holiday::Half,
    schedule::{
        PatternShift,
        tests::company::{Company, MONDAY_TO_SATURDAY, date, shift, week},
    },
};

fn nights() -> Company {
    Company::with_shifts(&[shift("22:00", "06:00", 0)])
}

fn day_shift() -> Company {
    Company::with_shifts(&[shift("09:00", "18:00", 60)])
}

fn split_day() -> Vec<PatternShift> {
    vec![shift("06:00", "10:00", 0), shift("14:00", "18:00", 0)]
}

/// "The work date is the local date on which the shift begins."
#[test]
fn a_shift_at_midnight_clocked_in_to_at_2330_is_the_next_days() {
    let mut company = Company::with_shifts(&[shift("00:00", "08:00", 0)]);
    assert_eq!(company.session("2026-11-02 23:30", "2026-11-03 08:00"), date("2026-11-03"));
    let figures = company.figures("2026-11-03", "2026-11-03 12:00");
    assert_eq!((figures.late_seconds, figures.shifts[0].status), (0, ShiftStatus::Attended));
}

#[test]
fn a_shift_at_2200_clocked_in_to_at_0030_is_the_day_befores() {
    let mut company = nights();
    assert_eq!(company.session("2026-11-04 00:30", "2026-11-04 06:00"), date("2026-11-03"));
    assert_eq!(company.figures("2026-11-03", "2026-11-04 12:00").late_seconds, 9000);
}

#[test]
fn two_shifts_a_day_are_each_clocked_in_to() {
    let mut company = Company::with_shifts(&split_day());
    assert_eq!(company.session("2026-11-02 05:55", "2026-11-02 10:00"), date("2026-11-02"));
    assert_eq!(company.session("2026-11-02 14:20", "2026-11-02 18:00"), date("2026-11-02"));
    let figures = company.figures("2026-11-02", "2026-11-02 20:00");
    assert_eq!(figures.shifts.iter().map(|s| s.late_seconds).collect::<Vec<_>>(), [0, 1200]);
    let matched: Vec<_> =
        company.days[&date("2026-11-02")].sessions().iter().map(|s| s.shift_id.unwrap().to_string()).collect();
    assert_eq!(matched, ["2026-11-02T06:00", "2026-11-02T14:00"]);
}

/// "the nearest start wins, a tie goes to the earlier"
#[test]
fn the_nearest_start_wins_and_a_tie_goes_to_the_earlier() {
    let close = || {
        Company::with_shifts(&[shift("08:00", "10:00", 0), shift("10:00", "12:00", 0)])
            .settings(r#"{"clock_in_window": {"before_minutes": 120}}"#)
    };
    let matched = |at: &str| {
        let mut company = close();
        company.clock_in(at).unwrap().day().unwrap().sessions()[0].shift_id.unwrap().to_string()
    };
    assert_eq!(matched("2026-11-02 08:59"), "2026-11-02T08:00");
    assert_eq!(matched("2026-11-02 09:00"), "2026-11-02T08:00");
    assert_eq!(matched("2026-11-02 09:01"), "2026-11-02T10:00");
}

/// "Window: from `start − before_minutes` to `start + after_minutes` (null: the shift's end)."
#[test]
fn a_window_reaches_from_an_hour_before_the_start_to_the_end() {
    let accepted = |at: &str| day_shift().clock_in(at).is_ok();
    assert!(!accepted("2026-11-02 07:59:59"));
    assert!(accepted("2026-11-02 08:00"));
    assert!(accepted("2026-11-02 17:59"));
}

/// "\"Only within one hour of the shift's time\" is `{60, 60}`."
#[test]
fn within_one_hour_of_the_shifts_time_is_60_and_60() {
    let hour = || day_shift().settings(r#"{"clock_in_window": {"before_minutes": 60, "after_minutes": 60}}"#);
    assert!(hour().clock_in("2026-11-02 10:00").is_ok());
    let ClockInRefusal::OutsideWindow { windows } = hour().clock_in("2026-11-02 10:00:01").unwrap_err() else {
        panic!()
    };
    let company = hour();
    assert_eq!(windows.len(), 1);
    assert_eq!((windows[0].from, windows[0].until), (company.at("2026-11-02 08:00"), company.at("2026-11-02 10:00")));
}

/// "a clock-in outside every window and before the last shift's end is 409 `outside_window`, whatever
/// `allow_unscheduled` says; that setting governs dates without shifts and the time after the last end."
#[test]
fn allow_unscheduled_applies_only_to_days_off_and_after_the_last_shift() {
    for allowed in [true, false] {
        let company = || day_shift().settings(&format!(r#"{{"allow_unscheduled": {allowed}}}"#));
        assert!(matches!(company().clock_in("2026-11-02 05:00"), Err(ClockInRefusal::OutsideWindow { .. })));
        let after = company().clock_in("2026-11-02 19:00");
        let on_off = company().clock_in("2026-11-01 11:00");
        if allowed {
            assert_eq!((after.unwrap().date, on_off.unwrap().date), (date("2026-11-02"), date("2026-11-01")));
        } else {
            assert_eq!(
                (after.unwrap_err(), on_off.unwrap_err()),
                (ClockInRefusal::NotScheduled, ClockInRefusal::NotScheduled)
            );
        }
    }
}

#[test]
fn a_running_night_shift_has_its_window_after_midnight_too() {
    let company = || nights().settings(r#"{"clock_in_window": {"before_minutes": 60, "after_minutes": 60}}"#);
    // Saturday's shift runs into a Sunday without shifts.
    assert!(matches!(company().clock_in("2026-11-08 01:30"), Err(ClockInRefusal::OutsideWindow { .. })));
    assert_eq!(company().clock_in("2026-11-08 07:00").unwrap().date, date("2026-11-08"));
}

#[test]
fn work_on_an_off_is_unscheduled_on_the_local_date() {
    let mut company = day_shift();
    assert_eq!(company.session("2026-11-01 10:00", "2026-11-01 12:00"), date("2026-11-01"));
    let figures = company.figures("2026-11-01", "2026-11-02 00:00");
    assert!(figures.flags.contains(&Flag::Unscheduled));
    assert_eq!((figures.scheduled_seconds, figures.worked_seconds, figures.overtime_seconds), (0, 7200, 7200));
}

/// "A clock-out closes the open session, whatever the date."
#[test]
fn a_clock_out_closes_the_open_session_whatever_the_date() {
    let mut company = nights();
    company.clock_in("2026-11-03 21:45").unwrap();
    let out = company.clock_out("2026-11-04 06:05").unwrap();
    assert_eq!(out.date, date("2026-11-03"));
    assert_eq!(company.figures("2026-11-03", "2026-11-04 12:00").worked_seconds, 8 * 3600 + 20 * 60);
}

/// "A session attends every shift of its date that it overlaps."
#[test]
fn one_session_may_attend_several_shifts() {
    let mut company = Company::with_shifts(&split_day());
    company.session("2026-11-02 06:00", "2026-11-02 18:00");
    let figures = company.figures("2026-11-02", "2026-11-02 20:00");
    assert!(figures.shifts.iter().all(|s| s.status == ShiftStatus::Attended && s.late_seconds == 0));
}

#[test]
fn a_clock_in_during_a_running_shift_belongs_to_the_shifts_date() {
    let mut company = nights();
    company.session("2026-11-03 22:00", "2026-11-04 01:00");
    assert_eq!(company.session("2026-11-04 01:30", "2026-11-04 06:00"), date("2026-11-03"));
    let figures = company.figures("2026-11-03", "2026-11-04 12:00");
    assert_eq!((figures.late_seconds, figures.early_leave_seconds, figures.worked_seconds), (0, 0, 27_000));
    assert!(!figures.flags.contains(&Flag::Unscheduled));
}

/// "Coming back from lunch to a shift that is still running is taken at any time"
#[test]
fn coming_back_from_lunch_is_taken_whatever_the_window() {
    let hour = r#"{"clock_in_window": {"before_minutes": 60, "after_minutes": 60}}"#;
    for back in ["12:30", "13:00", "17:59"] {
        let mut company = day_shift().settings(hour);
        company.session("2026-11-02 09:00", "2026-11-02 12:00");
        let day = company.clock_in(&format!("2026-11-02 {back}")).unwrap().day().unwrap().clone();
        assert_eq!(day.sessions()[1].shift_id, Some(day.shifts()[0].id), "{back}");
        let figures = day.figures(company.at("2026-11-02 18:00"));
        assert!(figures.flags.is_empty(), "{:?}", figures.flags);
    }
    let mut night = nights().settings(hour);
    night.session("2026-11-07 22:00", "2026-11-08 01:00");
    assert_eq!(night.clock_in("2026-11-08 04:00").unwrap().date, date("2026-11-07"));
    // A person who hasn't attended the shift must clock in within the window.
    let mut company = day_shift().settings(hour);
    company.session("2026-11-02 08:10", "2026-11-02 08:20");
    assert!(matches!(company.clock_in("2026-11-02 13:00"), Err(ClockInRefusal::OutsideWindow { .. })));
}

#[test]
fn a_second_clock_in_is_refused_before_and_during_the_shift() {
    let mut company = day_shift();
    company.clock_in("2026-11-02 08:30").unwrap();
    for at in ["2026-11-02 08:30", "2026-11-02 08:31", "2026-11-02 09:10", "2026-11-02 17:59", "2026-11-02 19:00"] {
        assert_eq!(company.clock_in(at).unwrap_err(), ClockInRefusal::AlreadyClockedIn, "{at}");
    }
}

#[test]
fn an_earlier_session_does_not_prevent_a_clock_in_for_the_shift() {
    let mut company = day_shift();
    company.session("2026-11-02 08:10", "2026-11-02 08:20");
    let again = company.clock_in("2026-11-02 08:55").unwrap();
    assert_eq!(again.day().unwrap().sessions()[1].shift_id.unwrap().to_string(), "2026-11-02T09:00");
}

#[test]
fn on_leave_a_clock_in_is_refused_or_flagged_as_the_settings_say() {
    let on_leave = || day_shift().leave("2026-11-02", None);
    assert_eq!(on_leave().clock_in("2026-11-02 09:00").unwrap_err(), ClockInRefusal::OnLeave);
    assert_eq!(on_leave().clock_in("2026-11-02 20:00").unwrap_err(), ClockInRefusal::OnLeave);
    let mut flagged = on_leave().settings(r#"{"clock_in_on_leave": "flag"}"#);
    flagged.session("2026-11-02 09:00", "2026-11-02 11:00");
    let figures = flagged.figures("2026-11-02", "2026-11-03 00:00");
    assert!(figures.flags.contains(&Flag::OnLeave));
    assert_eq!((figures.worked_seconds, figures.overtime_seconds), (7200, 7200));
    assert!(flagged.clock_in("2026-11-03 08:30").is_ok());
}

#[test]
fn with_half_a_days_leave_the_window_is_the_other_halfs() {
    let company = || day_shift().leave("2026-11-02", Some(Half::Morning));
    assert!(matches!(company().clock_in("2026-11-02 09:00"), Err(ClockInRefusal::OutsideWindow { .. })));
    assert!(company().clock_in("2026-11-02 12:30").is_ok());
}

#[test]
fn the_day_of_an_older_open_session_has_to_be_loaded() {
    let mut company = day_shift();
    company.clock_in("2026-11-02 09:00").unwrap();
    company.days.clear();
    let missing = ClockInRefusal::DayNotLoaded { date: date("2026-11-02") };
    assert_eq!(company.clock_in("2026-11-09 09:00").unwrap_err(), missing);
}

#[test]
fn the_local_date_is_the_persons() {
    let mut company = Company::in_zone("Pacific/Auckland")
        .pattern("2020-01-01", week(&MONDAY_TO_SATURDAY, &[shift("09:00", "17:00", 0)]));
    assert_eq!(company.clock_in_at("2026-11-01T20:00:00Z".parse().unwrap()).unwrap().date, date("2026-11-02"));
}
