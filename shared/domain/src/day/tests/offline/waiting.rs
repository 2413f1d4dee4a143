//! Offline punches that wait for a manager, or whose day does.

use PunchAction::{BreakEnd, BreakStart, In, Out};

use super::{Company, NINE_HOURS, company, is_taken, reason, row};
use crate::{
    day::{BreakTimes, PunchAction, RowOutcome, SessionTimes, WaitReason, WaitingPunch},
    event::{Fact, PunchFact},
    schedule::tests::company::date,
};

#[test]
fn a_day_is_reviewed_after_12_hours_and_a_punch_waits_after_72() {
    let mut company = company();
    assert!(company.send("2026-11-03 06:11", &NINE_HOURS).iter().all(is_taken));
    let day = company.days[&date("2026-11-02")].clone();
    let waiting = day.offline_punches().iter().filter(|punch| punch.needs_review).count();
    assert_eq!(waiting, 4, "18:10 is 12 hours and a minute ago");
    assert!(day.waits_for_review() && day.has_times_to_confirm());
    assert!(company.figures("2026-11-02", "2026-11-03 06:11").overtime_seconds > 0, "it counts meanwhile");
    let times: Vec<_> = day.sessions().iter().map(SessionTimes::of).collect();
    company.edit_at(company.at("2026-11-03 09:00"), date("2026-11-02"), &times).unwrap();
    assert!(!company.days[&date("2026-11-02")].waits_for_review());

    let outcomes = company.send("2026-11-09 09:00", &[(In, "2026-11-06 08:59"), (In, "2026-11-06 09:01")]);
    assert_eq!(reason(&outcomes[0]), Some(WaitReason::TooLate));
    assert!(is_taken(&outcomes[1]));
}

#[test]
fn punches_that_count_already_do_not_wait_when_they_are_sent_again_late() {
    let mut company = company();
    assert!(company.send("2026-11-02 18:20", &NINE_HOURS).iter().all(is_taken));
    let before = company.days.clone();
    let again = company.send("2027-03-01 09:00", &NINE_HOURS);
    assert!(again.iter().all(|outcome| matches!(outcome, RowOutcome::Recorded { .. })), "{again:?}");
    assert_eq!(company.days, before);
}

#[test]
fn a_late_punch_is_the_recorded_one_unless_another_punch_is_between_them() {
    let mut company = company();
    company.press_at(company.at("2026-11-02 09:20"), In).unwrap();
    company.press_at(company.at("2026-11-02 18:10"), Out).unwrap();
    let late = company.send("2027-03-01 09:00", &[(In, "2026-11-02 09:18"), (Out, "2026-11-02 18:12")]);
    assert!(late.iter().all(|outcome| matches!(outcome, RowOutcome::Recorded { .. })), "{late:?}");
    let rows =
        [(In, "2026-11-02 09:10"), (Out, "2026-11-02 18:11"), (In, "2026-11-02 18:12"), (Out, "2026-11-02 18:13")];
    let late = company.send("2027-03-01 09:00", &rows);
    assert!(matches!(late[1], RowOutcome::Recorded { .. }), "{late:?}");
    for outcome in [&late[0], &late[2], &late[3]] {
        assert_eq!(reason(outcome), Some(WaitReason::TooLate), "{late:?}");
    }
}

#[test]
fn a_punch_before_a_managers_edit_waits_and_one_after_it_counts() {
    let mut company = company();
    company.press_at(company.at("2026-11-02 09:00"), In).unwrap();
    let times = [SessionTimes {
        id: None,
        clock_in: company.at("2026-11-02 09:00"),
        clock_out: Some(company.at("2026-11-02 12:00")),
        breaks: Vec::new(),
        cost_centers: None,
    }];
    company.edit_at(company.at("2026-11-02 13:00"), date("2026-11-02"), &times).unwrap();
    let rows = [(In, "2026-11-02 12:30"), (In, "2026-11-02 13:30"), (Out, "2026-11-02 17:00")];
    let outcomes = company.send("2026-11-02 18:00", &rows);
    assert_eq!(reason(&outcomes[0]), Some(WaitReason::DayEdited));
    assert!(is_taken(&outcomes[1]) && is_taken(&outcomes[2]), "{outcomes:?}");
}

#[test]
fn offline_punches_that_settings_would_refuse_wait_for_a_manager() {
    let mut company = company().settings(r#"{"photo": "required", "allow_unscheduled": false}"#);
    let outcomes = company.send("2026-11-02 20:00", &[(In, "2026-11-02 05:00"), (In, "2026-11-02 09:00")]);
    assert_eq!(reason(&outcomes[0]), Some(WaitReason::OutsideWindow));
    assert_eq!(reason(&outcomes[1]), Some(WaitReason::PhotoRequired));
    let sunday = company.send("2026-11-08 20:00", &[(In, "2026-11-08 10:00")]);
    assert_eq!(reason(&sunday[0]), Some(WaitReason::NotScheduled));
}

#[test]
fn lateness_for_a_shift_that_has_ended_is_not_announced() {
    let news = |sent: &str| {
        let mut company = company();
        let rows = [row(In, company.at("2026-11-02 09:20"))];
        company
            .send_at(company.at(sent), &rows)
            .1
            .iter()
            .any(|fact| matches!(fact, Fact::Punch(PunchFact::Late { .. })))
    };
    assert!(news("2026-11-02 17:59"));
    assert!(!news("2026-11-02 18:00"));
}

#[test]
fn a_waiting_punch_is_worked_into_the_day_as_far_as_it_fits() {
    let mut company = company();
    company.press_at(company.at("2026-11-02 09:00"), In).unwrap();
    company.press_at(company.at("2026-11-02 17:00"), Out).unwrap();
    let day = company.days[&date("2026-11-02")].clone();
    let at = |wall: &str| company.at(wall);
    let with = |punches: &[(PunchAction, &str)]| {
        let times = day.sessions_with(&too_late(&company, punches));
        times.iter().map(|times| (times.clock_in, times.clock_out, times.breaks.len())).collect::<Vec<_>>()
    };
    let (nine, five) = (at("2026-11-02 09:00"), at("2026-11-02 17:00"));
    assert_eq!(with(&[(In, "2026-11-02 08:30")]), [(at("2026-11-02 08:30"), Some(five), 0)]);
    assert_eq!(with(&[(Out, "2026-11-02 18:30")]), [(nine, Some(at("2026-11-02 18:30")), 0)]);
    assert_eq!(with(&[(In, "2026-11-02 12:00"), (Out, "2026-11-02 12:10")]), [(nine, Some(five), 0)]);
    assert_eq!(with(&[(BreakStart, "2026-11-02 12:00"), (BreakEnd, "2026-11-02 12:30")]), [(nine, Some(five), 1)]);
    let evening = [(In, "2026-11-02 19:00"), (Out, "2026-11-02 20:00")];
    assert_eq!(with(&evening), [(nine, Some(five), 0), (at("2026-11-02 19:00"), Some(at("2026-11-02 20:00")), 0)]);
}

/// Returns the waiting punches of a phone that was away for too long.
fn too_late(company: &Company, punches: &[(PunchAction, &str)]) -> Vec<WaitingPunch> {
    let waiting = |(action, wall): &(PunchAction, &str)| WaitingPunch {
        client_id: "1".parse().unwrap(),
        device_id: "phone".parse().unwrap(),
        action: *action,
        occurred_at: company.at(wall),
        received_at: company.at("2026-11-09 09:00"),
        reason: WaitReason::TooLate,
        cost_center: None,
    };
    punches.iter().map(waiting).collect()
}

#[test]
fn a_waiting_clock_out_replaces_the_end_that_rollcall_gave_a_forgotten_session() {
    let mut company = company();
    company.press_at(company.at("2026-11-02 09:00"), In).unwrap();
    company.press_at(company.at("2026-11-02 12:00"), BreakStart).unwrap();
    company.run_scheduled_jobs(company.at("2026-11-03 03:00"));
    let day = company.days[&date("2026-11-02")].clone();
    assert_eq!(SessionTimes::of(&day.sessions()[0]).clock_out, Some(company.at("2026-11-02 18:00")));
    let at = |time: &str| company.at(&format!("2026-11-02 {time}"));
    let with = |punches: &[(PunchAction, &str)]| {
        let punches: Vec<(PunchAction, String)> =
            punches.iter().map(|(action, time)| (*action, format!("2026-11-02 {time}"))).collect();
        let punches: Vec<(PunchAction, &str)> = punches.iter().map(|(action, wall)| (*action, &**wall)).collect();
        let sessions = day.sessions_with(&too_late(&company, &punches));
        let pause = |pause: &BreakTimes| (pause.started_at, pause.ended_at);
        let times = |times: &SessionTimes| {
            (times.clock_in, times.clock_out, times.breaks.iter().map(pause).collect::<Vec<_>>())
        };
        sessions.iter().map(times).collect::<Vec<_>>()
    };
    let pause = |until: &str| vec![(at("12:00"), Some(at(until)))];
    // The end that Rollcall guessed is later, or earlier.
    assert_eq!(with(&[(Out, "17:00")]), [(at("09:00"), Some(at("17:00")), pause("17:00"))]);
    let both = [(BreakEnd, "12:30"), (Out, "18:10")];
    assert_eq!(with(&both), [(at("09:00"), Some(at("18:10")), pause("12:30"))]);
    // Only the break has a punched end, so the guess stays.
    assert_eq!(with(&[(BreakEnd, "12:30")]), [(at("09:00"), Some(at("18:00")), pause("12:30"))]);
    let two = [(Out, "12:30"), (In, "13:00"), (Out, "17:00")];
    let afternoon = (at("13:00"), Some(at("17:00")), Vec::new());
    assert_eq!(with(&two), [(at("09:00"), Some(at("12:30")), pause("12:30")), afternoon]);
    // Nothing says when the first session ended.
    let evening = (at("20:00"), Some(at("21:00")), Vec::new());
    assert_eq!(with(&[(In, "20:00"), (Out, "21:00")]), [(at("09:00"), Some(at("18:00")), pause("18:00")), evening]);
    // A clock-out before the break that was punched contradicts it.
    assert_eq!(with(&[(Out, "11:00")]), [(at("09:00"), Some(at("18:00")), pause("18:00"))]);
}

#[test]
fn a_waiting_end_of_a_break_replaces_the_end_of_the_session_as_its_end() {
    let mut company = company();
    let rows = [(In, "2026-11-02 09:00"), (BreakStart, "2026-11-02 12:00"), (Out, "2026-11-02 18:00")];
    assert!(company.send("2026-11-02 19:00", &rows).iter().all(is_taken));
    let day = company.days[&date("2026-11-02")].clone();
    let times = day.sessions_with(&too_late(&company, &[(BreakEnd, "2026-11-02 12:30")]));
    assert_eq!(times[0].breaks[0].ended_at, Some(company.at("2026-11-02 12:30")));
    assert_eq!(times[0].clock_out, Some(company.at("2026-11-02 18:00")));
}
