//! "Figures of a day": breaks.

use crate::{
    day::{BreakEndRefusal, BreakStartRefusal, ClockOutRefusal, Figures, Flag, PresenceKind},
    event::Fact,
    schedule::tests::company::{Company, shift},
};

const DAY: &str = "2026-11-02";

fn at(time: &str) -> String {
    format!("{DAY} {time}")
}

/// A nine-hour shift, worked from 09:00 to 18:00 with these breaks.
fn with_breaks(settings: &str, breaks: &[(&str, &str)]) -> Figures {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 0)]).settings(settings);
    company.clock_in(&at("09:00")).unwrap();
    for (from, until) in breaks {
        company.pause(&at(from), &at(until));
    }
    company.clock_out(&at("18:00")).unwrap();
    company.figures(DAY, "2026-11-03 00:00")
}

fn seconds(figures: &Figures) -> (i64, i64, i64, i64) {
    (figures.worked_seconds, figures.break_seconds, figures.unpaid_break_seconds, figures.auto_break_seconds)
}

const NINE_HOURS: i64 = 9 * 3600;

/// "`worked` = closed sessions − unpaid breaks (taken and automatic)"
#[test]
fn unpaid_breaks_are_taken_off_and_paid_ones_are_not() {
    let twice = [("10:00", "10:15"), ("12:00", "12:30")];
    assert_eq!(seconds(&with_breaks("{}", &twice)), (NINE_HOURS - 2700, 2700, 2700, 0));
    assert_eq!(seconds(&with_breaks(r#"{"breaks": {"paid": true}}"#, &twice)), (NINE_HOURS, 2700, 0, 0));
}

/// "`max_minutes_per_day` is a total: beyond it flagged, and the excess of paid breaks is unpaid."
#[test]
fn beyond_the_most_breaks_are_flagged_and_paid_ones_unpaid() {
    let rule = |paid| format!(r#"{{"breaks": {{"paid": {paid}, "max_minutes_per_day": 40}}}}"#);
    let long = [("10:00", "10:30"), ("12:00", "12:30")];
    let paid = with_breaks(&rule(true), &long);
    assert_eq!(seconds(&paid), (NINE_HOURS - 1200, 3600, 1200, 0));
    assert_eq!(paid.flags, [Flag::BreaksTooLong].into());
    let unpaid = with_breaks(&rule(false), &long);
    assert_eq!(seconds(&unpaid), (NINE_HOURS - 3600, 3600, 3600, 0));
    assert!(unpaid.flags.contains(&Flag::BreaksTooLong));
    let within = with_breaks(&rule(true), &[("10:00", "10:30"), ("12:00", "12:10")]);
    assert_eq!((seconds(&within), within.flags.len()), ((NINE_HOURS, 2400, 0, 0), 0));
}

/// "automatic deduction once a day = min(minutes − unpaid breaks − gaps between sessions within a shift, elapsed −
/// `after_minutes`), at least 0"
#[test]
fn a_break_that_was_not_taken_is_taken_off_by_itself() {
    let rule = r#"{"breaks": {"auto_deduct": {"after_minutes": 360, "minutes": 45}}}"#;
    assert_eq!(seconds(&with_breaks(rule, &[])), (NINE_HOURS - 2700, 0, 0, 2700));
    assert_eq!(seconds(&with_breaks(rule, &[("12:00", "12:20")])), (NINE_HOURS - 2700, 1200, 1200, 1500));
    assert_eq!(seconds(&with_breaks(rule, &[("12:00", "13:00")])), (NINE_HOURS - 3600, 3600, 3600, 0));
    let worked_until = |until: &str| {
        let mut company = Company::with_shifts(&[shift("09:00", "18:00", 0)]).settings(rule);
        company.session(&at("09:00"), &at(until));
        seconds(&company.figures(DAY, "2026-11-03 00:00"))
    };
    // It takes no more than what lies beyond the hours after which it begins.
    assert_eq!(worked_until("15:10"), (6 * 3600, 0, 0, 600));
    assert_eq!(worked_until("15:00"), (6 * 3600, 0, 0, 0));
}

#[test]
fn a_gap_between_sessions_within_a_shift_is_break_enough_but_one_between_shifts_is_not() {
    let rule = r#"{"breaks": {"auto_deduct": {"after_minutes": 360, "minutes": 45}}}"#;
    let deducted = |shifts: &[_]| {
        let mut company = Company::with_shifts(shifts).settings(rule);
        company.session(&at("09:00"), &at("13:00"));
        company.session(&at("13:30"), &at("18:00"));
        company.figures(DAY, "2026-11-03 00:00").auto_break_seconds
    };
    assert_eq!(deducted(&[shift("09:00", "18:00", 0)]), 900);
    assert_eq!(deducted(&[shift("09:00", "13:00", 0), shift("13:30", "18:00", 0)]), 2700);
}

#[test]
fn the_automatic_break_never_takes_more_than_was_worked() {
    let rule = r#"{"breaks": {"auto_deduct": {"after_minutes": 0, "minutes": 60}}}"#;
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 0)]).settings(rule);
    company.clock_in(&at("09:00")).unwrap();
    company.pause(&at("09:05"), &at("09:25"));
    company.clock_out(&at("09:30")).unwrap();
    assert_eq!(seconds(&company.figures(DAY, &at("20:00"))), (0, 1200, 1200, 600));
}

/// "A clock-out ends an open break."
#[test]
fn a_clock_out_ends_an_open_break() {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 0)]);
    company.clock_in(&at("09:00")).unwrap();
    company.start_break_at(company.at(&at("17:00"))).unwrap();
    assert_eq!(company.figures(DAY, &at("17:10")).presence, PresenceKind::OnBreak);
    let out = company.clock_out(&at("18:00")).unwrap();
    assert!(matches!(out.facts.as_slice(), [Fact::BreakEnded { .. }, Fact::ClockedOut { .. }]));
    let figures = company.figures(DAY, &at("20:00"));
    assert_eq!((figures.break_seconds, figures.worked_seconds, figures.presence), (3600, 8 * 3600, PresenceKind::Out));
}

#[test]
fn a_break_that_ended_shows_before_the_session_does() {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 0)]);
    company.clock_in(&at("09:00")).unwrap();
    company.pause(&at("12:00"), &at("12:30"));
    let figures = company.figures(DAY, &at("13:00"));
    assert_eq!((figures.break_seconds, figures.sessions[0].break_seconds, figures.worked_seconds), (1800, 1800, 0));
}

#[test]
fn breaks_and_clock_outs_need_an_open_session_and_one_break_is_open_at_most() {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 0)]);
    let now = company.at(&at("10:00"));
    assert_eq!(company.start_break_at(now).unwrap_err(), BreakStartRefusal::NotClockedIn);
    assert_eq!(company.end_break_at(now).unwrap_err(), BreakEndRefusal::NotOnBreak);
    assert_eq!(company.clock_out_at(now).unwrap_err(), ClockOutRefusal::NotClockedIn);
    company.clock_in_at(now).unwrap();
    assert_eq!(company.end_break_at(now).unwrap_err(), BreakEndRefusal::NotOnBreak);
    company.start_break_at(now).unwrap();
    assert_eq!(company.start_break_at(now).unwrap_err(), BreakStartRefusal::AlreadyOnBreak);
}
