//! "Forgotten clock-out", and people who leave the company.

use jiff::ToSpan;

use crate::{
    day::{ClockInRefusal, DeadlineKind, Flag, PresenceKind, Punched, ReviewReason, ShiftStatus, Source},
    event::{Fact, PunchFact},
    holiday::Half,
    schedule::tests::company::{Company, date, shift},
};

fn office() -> Company {
    Company::with_shifts(&[shift("09:00", "18:00", 60)])
}

fn close(company: &mut Company, now: &str) -> Option<Punched> {
    close_at(company, company.at(now))
}

fn close_at(company: &mut Company, now: jiff::Timestamp) -> Option<Punched> {
    let punched = company.punch(now, |context| context.close_forgotten()).unwrap()?;
    Some(company.commit(punched))
}

fn end_of(company: &Company, on: &str) -> jiff::Timestamp {
    company.days[&date(on)].sessions()[0].clock_out.as_ref().unwrap().at
}

/// "booked at the later of the last attended shift's end and the last punch"
#[test]
fn a_forgotten_session_is_closed_at_the_shifts_end_once_it_is_due() {
    let mut company = office();
    company.clock_in("2026-11-02 09:00").unwrap();
    assert_eq!(close(&mut company, "2026-11-03 00:59"), None);
    let closed = close(&mut company, "2026-11-03 01:00").unwrap();
    assert!(matches!(closed.facts.as_slice(), [Fact::Punch(PunchFact::AutoClockedOut { .. })]));
    assert_eq!(end_of(&company, "2026-11-02"), company.at("2026-11-02 18:00"));
    let figures = company.figures("2026-11-02", "2026-11-03 02:00");
    assert_eq!((figures.worked_seconds, figures.overtime_seconds), (32_400, 3600));
    assert_eq!(figures.flags, [Flag::AutoClockedOut].into());
    assert_eq!(close(&mut company, "2026-11-03 01:15"), None, "run twice, the second changes nothing");
}

/// Two consecutive shifts, which the session both attends.
fn two_shifts() -> Company {
    let mut company = Company::with_shifts(&[shift("06:00", "14:00", 0), shift("14:00", "22:00", 0)]);
    company.clock_in("2026-11-02 05:15").unwrap();
    company
}

/// "An open session attends the shifts that begin before clock-in + `auto_clock_out_after_minutes`"
#[test]
fn a_session_stays_open_while_a_shift_that_it_attends_runs() {
    let mut company = two_shifts();
    assert_eq!(close(&mut company, "2026-11-02 21:20"), None);
    company.clock_out("2026-11-02 22:00").unwrap();
    let figures = company.figures("2026-11-02", "2026-11-02 22:00");
    assert_eq!((figures.worked_seconds, figures.early_leave_seconds), (60_300, 0));
    assert!(figures.flags.is_empty());
}

/// "it closes at the later of that moment and two hours after the last one's end, booked at that end"
#[test]
fn a_session_closes_two_hours_after_the_shifts_end_booked_at_the_end() {
    let mut company = two_shifts();
    assert_eq!(close(&mut company, "2026-11-02 23:59"), None);
    let deadline = company.figures("2026-11-02", "2026-11-02 12:00").deadline.unwrap();
    assert_eq!((deadline.at, deadline.kind), (company.at("2026-11-03 00:00"), DeadlineKind::AutoClose));
    close(&mut company, "2026-11-03 00:00").unwrap();
    assert_eq!(end_of(&company, "2026-11-02"), company.at("2026-11-02 22:00"));
    let figures = company.figures("2026-11-02", "2026-11-03 00:00");
    assert_eq!((figures.worked_seconds, figures.flags), (60_300, [Flag::AutoClockedOut].into()));
}

#[test]
fn a_24_hour_shift_is_not_closed_at_0010() {
    let mut company = Company::with_shifts(&[shift("08:00", "08:00", 0)]);
    company.clock_in("2026-11-02 08:00").unwrap();
    for early in ["2026-11-03 00:10", "2026-11-03 08:00", "2026-11-03 09:59"] {
        assert_eq!(close(&mut company, early), None, "{early}");
    }
    close(&mut company, "2026-11-03 10:00").unwrap();
    let figures = company.figures("2026-11-02", "2026-11-03 10:00");
    assert_eq!((figures.worked_seconds, figures.early_leave_seconds), (86_400, 0));
}

/// "when the schedule ran never matters"
#[test]
fn running_close_day_late_or_early_books_the_same_end() {
    let day = || vec![shift("09:00", "18:00", 60)];
    let split = |second: &str| vec![shift("06:00", "07:00", 0), shift(second, "18:00", 0)];
    // Each case has the setting, the shifts, the clock-in, the instant at which the session closes, and the booked end.
    let cases = [
        (960, vec![shift("06:00", "14:00", 0), shift("14:00", "22:00", 0)], "02 05:15", "03 00:00", "02 22:00"),
        (960, day(), "02 09:00", "03 01:00", "02 18:00"),
        (2880, vec![shift("08:00", "08:00", 0)], "02 08:00", "04 08:00", "03 08:00"),
        // Sunday is off: the default shift's length applies, but the end is no later than the closing of the session.
        (960, day(), "01 10:00", "02 02:00", "01 19:00"),
        (60, day(), "01 10:00", "01 11:00", "01 11:00"),
        // A shift that begins at the limit isn't attended. A shift that begins before the limit is attended.
        (120, split("08:00"), "02 06:00", "02 09:00", "02 07:00"),
        (120, split("07:59"), "02 06:00", "02 20:00", "02 18:00"),
    ];
    for (limit, shifts, clock_in, closes, ends) in cases {
        let on = |wall: &str| format!("2026-11-{wall}");
        for minutes_late in [0, 7, 15, 1440, 10 * 1440] {
            let mut company =
                Company::with_shifts(&shifts).settings(&format!(r#"{{"auto_clock_out_after_minutes": {limit}}}"#));
            company.clock_in(&on(clock_in)).unwrap();
            let closes = company.at(&on(closes));
            assert_eq!(close_at(&mut company, closes - 1.second()), None, "{clock_in}");
            close_at(&mut company, closes + minutes_late.minutes()).unwrap();
            assert_eq!(end_of(&company, &on(&clock_in[..2])), company.at(&on(ends)), "{clock_in}, {minutes_late}");
        }
    }
}

/// A shift that leave covers doesn't determine the end.
#[test]
fn shifts_that_leave_covers_do_not_determine_a_sessions_end() {
    let mut half = office().leave("2026-11-02", Some(Half::Afternoon));
    half.clock_in("2026-11-02 09:00").unwrap();
    close(&mut half, "2026-11-03 01:00").unwrap();
    assert_eq!(end_of(&half, "2026-11-02"), half.days[&date("2026-11-02")].shifts()[0].end_at);
    let mut whole = office().leave("2026-11-02", None).settings(r#"{"clock_in_on_leave": "flag"}"#);
    whole.clock_in("2026-11-02 11:00").unwrap();
    close(&mut whole, "2026-11-03 03:00").unwrap();
    assert_eq!(end_of(&whole, "2026-11-02"), whole.at("2026-11-02 20:00"));
    let figures = whole.figures("2026-11-02", "2026-11-03 03:00");
    assert!(figures.flags.contains(&Flag::NeedsReview));
    assert_eq!(figures.overtime_seconds, 0);
}

#[test]
fn an_auto_clock_out_is_booked_at_a_punch_after_the_shifts_end() {
    let mut company = office();
    company.clock_in("2026-11-02 09:00").unwrap();
    company.pause("2026-11-02 18:30", "2026-11-02 18:45");
    close(&mut company, "2026-11-03 01:00").unwrap();
    assert_eq!(end_of(&company, "2026-11-02"), company.at("2026-11-02 18:45"));
}

/// "An open break ends at the same moment."
#[test]
fn an_open_break_ends_at_the_same_moment() {
    let mut company = office();
    company.clock_in("2026-11-02 09:00").unwrap();
    company.start_break_at(company.at("2026-11-02 17:00")).unwrap();
    close(&mut company, "2026-11-03 01:00").unwrap();
    let session = &company.days[&date("2026-11-02")].sessions()[0];
    assert_eq!(session.breaks[0].ended_at, Some(company.at("2026-11-02 18:00")));
    assert_eq!(company.presence.kind(), PresenceKind::Out);
}

/// "without a shift at the default shift's length, flagged `needs_review`, overtime 0 until edited"
#[test]
fn without_a_shift_the_end_is_guessed_and_waits_for_review() {
    let mut company = office();
    company.clock_in("2026-11-01 10:00").unwrap();
    close(&mut company, "2026-11-02 02:00").unwrap();
    assert_eq!(end_of(&company, "2026-11-01"), company.at("2026-11-01 19:00"));
    let figures = company.figures("2026-11-01", "2026-11-02 03:00");
    assert_eq!((figures.worked_seconds, figures.overtime_seconds), (32_400, 0));
    assert_eq!(figures.flags, [Flag::Unscheduled, Flag::AutoClockedOut, Flag::NeedsReview].into());
    assert_eq!(figures.withheld_overtime_seconds, 32_400, "what a manager's look would let count");
    let day = &company.days[&date("2026-11-01")];
    let waiting: Vec<_> = day.sessions_to_review().map(|(_, why)| why).collect();
    assert_eq!(waiting, [[ReviewReason::NeedsReview].into()]);
}

#[test]
fn a_day_whose_time_no_rule_guessed_does_not_wait_for_review() {
    let mut company = office();
    company.clock_in("2026-11-02 09:00").unwrap();
    assert!(!company.days[&date("2026-11-02")].waits_for_review());
    close(&mut company, "2026-11-03 01:00").unwrap();
    assert!(!company.days[&date("2026-11-02")].waits_for_review(), "its end was told by the shift");
}

/// "A clock-in that matches a later shift closes the older session in the same transaction."
#[test]
fn a_clock_in_for_a_later_shift_closes_the_older_session_with_it() {
    let mut company =
        Company::with_shifts(&[shift("14:00", "22:00", 0)]).settings(r#"{"auto_clock_out_after_minutes": 2880}"#);
    company.clock_in("2026-11-02 14:00").unwrap();
    let punched = company.clock_in("2026-11-03 13:45").unwrap();
    assert_eq!(punched.changes.len(), 2);
    assert!(matches!(
        punched.facts.as_slice(),
        [Fact::Punch(PunchFact::AutoClockedOut { .. }), Fact::Punch(PunchFact::ClockedIn { .. })]
    ));
    assert_eq!(punched.date, date("2026-11-03"));
    assert_eq!(end_of(&company, "2026-11-02"), company.at("2026-11-02 22:00"));
    assert_eq!(company.presence.open().unwrap().0, date("2026-11-03"));
}

#[test]
fn a_clock_in_for_a_later_shift_of_the_same_day_changes_one_day() {
    let mut company = Company::with_shifts(&[shift("06:00", "10:00", 0), shift("14:00", "18:00", 0)]);
    company.clock_in("2026-11-02 06:00").unwrap();
    let punched = company.clock_in("2026-11-02 13:50").unwrap();
    assert_eq!((punched.changes.len(), punched.day().unwrap().sessions().len()), (1, 2));
    assert_eq!(end_of(&company, "2026-11-02"), company.at("2026-11-02 10:00"));
}

#[test]
fn a_clock_in_during_a_running_shift_closes_no_session() {
    let mut company = Company::with_shifts(&[shift("06:00", "14:00", 0), shift("14:00", "22:00", 0)]);
    company.clock_in("2026-11-02 06:00").unwrap();
    assert_eq!(company.clock_in("2026-11-02 13:10").unwrap_err(), ClockInRefusal::AlreadyClockedIn);
}

#[test]
fn a_session_that_is_due_is_closed_by_any_clock_in_however_old_it_is() {
    let mut company = office();
    company.clock_in("2026-10-26 09:00").unwrap();
    let punched = company.clock_in("2026-11-01 10:00").unwrap();
    assert_eq!((punched.changes.len(), punched.date), (2, date("2026-11-01")));
    assert_eq!(end_of(&company, "2026-10-26"), company.at("2026-10-26 18:00"));
}

#[test]
fn a_refused_clock_in_closes_nothing() {
    let mut company = office();
    company.clock_in("2026-11-02 09:00").unwrap();
    assert!(matches!(company.clock_in("2026-11-03 04:00"), Err(ClockInRefusal::OutsideWindow { .. })));
    assert_eq!(company.presence.kind(), PresenceKind::Working);
}

#[test]
fn an_open_session_attends_no_shift_after_it_counts_as_forgotten() {
    let mut company = Company::with_shifts(&[shift("06:00", "07:00", 0), shift("14:00", "18:00", 0)])
        .settings(r#"{"auto_clock_out_after_minutes": 120}"#);
    company.clock_in("2026-11-02 06:00").unwrap();
    let status = |as_of: &str| company.figures("2026-11-02", as_of).shifts[1].status;
    assert_eq!(status("2026-11-02 15:00"), ShiftStatus::Expected);
    assert_eq!(status("2026-11-02 18:00"), ShiftStatus::Missed);
}

#[test]
fn a_second_clock_in_within_a_missed_shifts_window_is_refused() {
    let mut company = Company::with_shifts(&[shift("06:00", "08:00", 0)])
        .settings(r#"{"clock_in_window": {"before_minutes": 60, "after_minutes": 600}}"#);
    company.clock_in("2026-11-02 09:00").unwrap();
    assert_eq!(company.clock_in("2026-11-02 09:05").unwrap_err(), ClockInRefusal::AlreadyClockedIn);
}

/// "Disabling closes an open session now (`auto_clocked_out`)"
#[test]
fn a_leavers_session_is_closed_now_and_needs_no_review() {
    let mut company = office();
    company.clock_in("2026-11-01 10:00").unwrap();
    company.start_break_at(company.at("2026-11-01 11:00")).unwrap();
    let now = company.at("2026-11-01 11:30");
    let punched = company.punch(now, |context| context.close_for_leaver()).unwrap().unwrap();
    company.commit(punched);
    assert_eq!(end_of(&company, "2026-11-01"), now);
    let session = &company.days[&date("2026-11-01")].sessions()[0];
    assert_eq!(session.clock_out.as_ref().unwrap().source, Source::Auto);
    let figures = company.figures("2026-11-01", "2026-11-01 12:00");
    assert_eq!((figures.worked_seconds, figures.overtime_seconds), (3600, 3600));
    assert!(!figures.flags.contains(&Flag::NeedsReview));
    assert_eq!(company.punch(now, |context| context.close_for_leaver()).unwrap(), None);
}
