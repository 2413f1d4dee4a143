//! "Figures of a day": breaks.

use crate::{
    day::{
        BreakCounting, BreakEndRefusal, BreakStartRefusal, BreakTimes, ClockOutRefusal, Day, Figures, Flag,
        HistoryKind, PresenceKind, Session, SessionTimes,
    },
    event::{Fact, PunchFact},
    schedule::tests::company::{Company, shift},
};

const DAY: &str = "2026-11-02";

fn at(time: &str) -> String {
    format!("{DAY} {time}")
}

/// The figures of a nine-hour shift, worked from 09:00 to 18:00 with these breaks.
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
fn breaks_above_the_daily_maximum_are_flagged_and_unpaid() {
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

/// "each tier takes min(minutes − breaks so far − taken by earlier tiers, net so far − `after_minutes`), at least 0"
#[test]
fn break_time_that_was_not_taken_is_deducted_automatically() {
    let rule = r#"{"breaks": {"auto_deduct": {"after_minutes": 360, "minutes": 45}}}"#;
    assert_eq!(seconds(&with_breaks(rule, &[])), (NINE_HOURS - 2700, 0, 0, 2700));
    assert_eq!(seconds(&with_breaks(rule, &[("12:00", "12:20")])), (NINE_HOURS - 2700, 1200, 1200, 1500));
    assert_eq!(seconds(&with_breaks(rule, &[("12:00", "13:00")])), (NINE_HOURS - 3600, 3600, 3600, 0));
    let worked_until = |until: &str| {
        let mut company = Company::with_shifts(&[shift("09:00", "18:00", 0)]).settings(rule);
        company.session(&at("09:00"), &at(until));
        seconds(&company.figures(DAY, "2026-11-03 00:00"))
    };
    // The deduction is at most the time beyond the hours after which it begins.
    assert_eq!(worked_until("15:10"), (6 * 3600, 0, 0, 600));
    assert_eq!(worked_until("15:00"), (6 * 3600, 0, 0, 0));
}

#[test]
fn off_time_between_two_sessions_is_a_break_wherever_it_lies() {
    let rule = r#"{"breaks": {"auto_deduct": {"after_minutes": 360, "minutes": 45}}}"#;
    let deducted = |shifts: &[_]| {
        let mut company = Company::with_shifts(shifts).settings(rule);
        company.session(&at("09:00"), &at("13:00"));
        company.session(&at("13:30"), &at("18:00"));
        company.figures(DAY, "2026-11-03 00:00").auto_break_seconds
    };
    assert_eq!(deducted(&[shift("09:00", "18:00", 0)]), 900);
    assert_eq!(deducted(&[shift("09:00", "13:00", 0), shift("13:30", "18:00", 0)]), 900);
}

#[test]
fn off_time_of_less_than_15_minutes_is_no_break() {
    let deducted = |back: &str| worked_seconds(AFTER_SIX_HOURS, &[("09:00", "13:00"), (back, "18:00")]);
    assert_eq!(deducted("13:15"), 8 * 3600 + 45 * 60 - 900);
    assert_eq!(deducted("13:14:59"), 8 * 3600 + 45 * 60 + 1 - 1800);
}

const AFTER_SIX_HOURS: &str = r#"{"breaks": {"auto_deduct": [{"after_minutes": 360, "minutes": 30}]}}"#;
const AFTER_SIX_AND_NINE_HOURS: &str = r#"{"breaks": {"auto_deduct": [
    {"after_minutes": 360, "minutes": 30}, {"after_minutes": 540, "minutes": 45}
]}}"#;

/// The worked seconds of these sessions on Monday, with a shift planned from 08:00 to 17:00.
fn worked_seconds(settings: &str, sessions: &[(&str, &str)]) -> i64 {
    let mut company = Company::with_shifts(&[shift("08:00", "17:00", 0)]).settings(settings);
    for (from, until) in sessions {
        company.session(&at(from), &at(until));
    }
    company.figures(DAY, "2026-11-03 00:00").worked_seconds
}

/// "Saturday 07:00–12:00 and 12:30–17:00, no shift: worked 34,200"
#[test]
fn a_saturday_without_a_shift_from_7_to_12_and_1230_to_17_is_worked_34200() {
    let mut company = Company::in_zone("UTC").settings(AFTER_SIX_HOURS);
    company.session("2026-11-07 07:00", "2026-11-07 12:00");
    company.session("2026-11-07 12:30", "2026-11-07 17:00");
    let figures = company.figures("2026-11-07", "2026-11-08 00:00");
    assert_eq!((figures.worked_seconds, figures.auto_break_seconds), (34_200, 0));
}

/// "08–12 and 13–17 as shifts: 28,800"
#[test]
fn shifts_from_8_to_12_and_13_to_17_are_worked_28800() {
    let mut company =
        Company::with_shifts(&[shift("08:00", "12:00", 0), shift("13:00", "17:00", 0)]).settings(AFTER_SIX_HOURS);
    company.session(&at("08:00"), &at("12:00"));
    company.session(&at("13:00"), &at("17:00"));
    assert_eq!(company.figures(DAY, "2026-11-03 00:00").worked_seconds, 28_800);
}

/// "09:00–15:25 with a break 12:00–12:15: 21,600, as unbroken 09:00–15:10"
#[test]
fn from_9_to_1525_with_a_break_of_15_minutes_is_worked_21600() {
    let mut company = Company::with_shifts(&[shift("08:00", "17:00", 0)]).settings(AFTER_SIX_HOURS);
    company.clock_in(&at("09:00")).unwrap();
    company.pause(&at("12:00"), &at("12:15"));
    company.clock_out(&at("15:25")).unwrap();
    assert_eq!(seconds(&company.figures(DAY, "2026-11-03 00:00")), (21_600, 900, 900, 600));
    assert_eq!(worked_seconds(AFTER_SIX_HOURS, &[("09:00", "15:10")]), 21_600);
}

/// "07:43–16:44: 30,660"
#[test]
fn from_0743_to_1644_is_worked_30660() {
    assert_eq!(worked_seconds(AFTER_SIX_HOURS, &[("07:43", "16:44")]), 30_660);
}

/// "With {360, 30} and {540, 45}: ten hours unbroken: 33,300; 9 h 10 min unbroken: 8 h 40 min."
#[test]
fn with_two_tiers_ten_hours_are_worked_33300_and_9_h_10_min_8_h_40_min() {
    assert_eq!(worked_seconds(AFTER_SIX_AND_NINE_HOURS, &[("08:00", "18:00")]), 33_300);
    assert_eq!(worked_seconds(AFTER_SIX_AND_NINE_HOURS, &[("08:00", "17:10")]), 8 * 3600 + 40 * 60);
}

/// "`Breaks so far` are breaks of any length, paid ones too …; `net` subtracts only unpaid ones."
#[test]
fn a_paid_break_is_part_of_the_break_that_is_due_and_of_the_time_worked() {
    let paid = r#"{"breaks": {"paid": true, "auto_deduct": [{"after_minutes": 360, "minutes": 30}]}}"#;
    let mut company = Company::with_shifts(&[shift("08:00", "17:00", 0)]).settings(paid);
    company.clock_in(&at("09:00")).unwrap();
    company.pause(&at("12:00"), &at("12:10"));
    company.clock_out(&at("15:25")).unwrap();
    // 10 of 30 minutes were taken. 6 h 25 min of work allow the deduction of the missing 20 minutes.
    assert_eq!(seconds(&company.figures(DAY, "2026-11-03 00:00")), (6 * 3600 + 300, 600, 0, 1200));
}

/// "`breaks.paid` follows the day's policy like every other setting of the day."
#[test]
fn breaks_are_paid_as_the_settings_say_until_the_date_is_over() {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 0)]);
    company.clock_in(&at("09:00")).unwrap();
    company.pause(&at("10:00"), &at("10:30"));
    company = company.settings(r#"{"breaks": {"paid": true}}"#);
    company.clock_out(&at("18:00")).unwrap();
    assert_eq!(seconds(&company.figures(DAY, &at("19:00"))), (NINE_HOURS, 1800, 0, 0));
    company = company.settings(r#"{"breaks": {"paid": false}}"#);
    assert_eq!(seconds(&company.figures(DAY, &at("19:00"))), (NINE_HOURS - 1800, 1800, 1800, 0));
    company = company.settings(r#"{"breaks": {"paid": true}}"#);
    let stored = company.days[&DAY.parse().unwrap()].policy().breaks.paid;
    let tomorrow = company.figures(DAY, "2026-11-03 09:00");
    assert_eq!((stored, seconds(&tomorrow)), (true, (NINE_HOURS, 1800, 0, 0)), "as when it was last stored");
}

/// A day in the form of 0.1.0, with breaks that were paid when they began.
fn stored_by_0_1_0(day: &Day) -> Day {
    let mut stored = serde_json::to_value(day).unwrap();
    stored["policy"].as_object_mut().unwrap().remove("break_counting").unwrap();
    let tiers = &mut stored["policy"]["breaks"]["auto_deduct"];
    *tiers = tiers[0].clone();
    for session in stored["sessions"].as_array_mut().unwrap() {
        for pause in session.get_mut("breaks").and_then(|breaks| breaks.as_array_mut()).into_iter().flatten() {
            pause["paid"] = true.into();
        }
    }
    serde_json::from_value(stored).unwrap()
}

/// "An excuse never recomputes worked time; editing an older day uses the new formula, and its history says so."
#[test]
fn an_excuse_keeps_an_older_days_figures_and_an_edit_recomputes_them() {
    let shifts = [shift("08:00", "12:00", 0), shift("13:00", "17:00", 0)];
    let mut company = Company::with_shifts(&shifts).settings(AFTER_SIX_HOURS);
    company.clock_in(&at("08:10")).unwrap();
    company.pause(&at("10:00"), &at("10:20"));
    company.clock_out(&at("12:00")).unwrap();
    company.session(&at("13:00"), &at("17:00"));
    let date = DAY.parse().unwrap();
    let older = stored_by_0_1_0(&company.days[&date]);
    company.days.insert(date, older);
    let tuesday = company.at("2026-11-03 10:00");
    let worked = |company: &Company| company.figures(DAY, "2026-11-03 10:00").worked_seconds;
    // By the old rules, the gap between two shifts wasn't a break and the recorded break was paid. So 30 minutes were deducted
    // from 7 h 50 min.
    assert_eq!(worked(&company), 7 * 3600 + 20 * 60);
    company.excuse_at(tuesday, date).unwrap();
    assert_eq!(worked(&company), 7 * 3600 + 20 * 60);

    let times = |session: &Session| SessionTimes {
        id: Some(session.id),
        clock_in: session.clock_in.at,
        clock_out: session.clock_out.as_ref().map(|out| out.at),
        breaks: session
            .breaks
            .iter()
            .map(|pause| BreakTimes { started_at: pause.started_at, ended_at: pause.ended_at })
            .collect(),
        cost_centers: None,
    };
    let same: Vec<SessionTimes> = company.days[&date].sessions().iter().map(times).collect();
    company.edit_at(tuesday, date, &same).unwrap();
    // The gap is long enough as a break. The recorded break is unpaid by the day's settings.
    assert_eq!(worked(&company), 7 * 3600 + 30 * 60);
    let told = |day: &Day| -> Vec<_> {
        let edits = day.history().into_iter().filter_map(|entry| match entry.what {
            HistoryKind::Edited { break_counting, .. } => Some(break_counting),
            HistoryKind::ClockIn { .. }
            | HistoryKind::ClockOut { .. }
            | HistoryKind::BreakStart { .. }
            | HistoryKind::BreakEnd { .. }
            | HistoryKind::Excused
            | HistoryKind::ClockInReviewed { .. } => None,
        });
        edits.collect()
    };
    let recounted = Some((BreakCounting::WithinShifts, BreakCounting::WholeDay));
    assert_eq!(told(&company.days[&date]), [recounted]);
    company.edit_at(tuesday, date, &same).unwrap();
    assert_eq!(told(&company.days[&date]), [recounted, None], "the second edit changes no rule");
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
    assert!(matches!(
        out.facts.as_slice(),
        [Fact::Punch(PunchFact::BreakEnded { .. }), Fact::Punch(PunchFact::ClockedOut { .. })]
    ));
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
fn breaks_and_clock_outs_need_an_open_session_and_breaks_do_not_nest() {
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
