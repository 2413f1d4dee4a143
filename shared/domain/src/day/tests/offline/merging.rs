//! Offline punches between recorded punches.

use PunchAction::{BreakEnd, BreakStart, In, Out};

use super::{NINE_HOURS, company, is_taken, reason, row};
use crate::{
    day::{Flag, OfflineAction, OfflineRow, PresenceKind, PunchAction, RowOutcome, Source, WaitReason},
    schedule::tests::company::{Company, date},
};

#[test]
fn a_phone_offline_for_nine_hours_has_the_figures_of_punches_in_time() {
    let mut in_time = company();
    in_time.clock_in("2026-11-02 09:20").unwrap();
    in_time.pause("2026-11-02 12:00", "2026-11-02 12:30");
    in_time.clock_out("2026-11-02 18:10").unwrap();

    let mut offline = company();
    let outcomes = offline.send("2026-11-02 18:20", &NINE_HOURS);
    assert!(outcomes.iter().all(is_taken), "{outcomes:?}");
    assert_eq!(offline.times("2026-11-02"), in_time.times("2026-11-02"));
    let figures = offline.figures("2026-11-02", "2026-11-02 18:20");
    assert_eq!((figures.late_seconds, figures.worked_seconds), (1200, 31_800 - 1800));
    let mut expected = in_time.figures("2026-11-02", "2026-11-02 18:20");
    expected.flags.insert(Flag::Offline);
    let sessions = (figures.sessions.len(), expected.sessions.len());
    assert_eq!(sessions, (1, 1));
    assert_eq!((figures.overtime_seconds, figures.flags), (expected.overtime_seconds, expected.flags));
    assert_eq!(offline.totals, in_time.totals);

    let day = &offline.days[&date("2026-11-02")];
    let punch = &day.offline_punches()[0];
    assert_eq!(day.sessions()[0].clock_in.source, Source::Offline);
    assert_eq!(
        (punch.occurred_at, punch.received_at),
        (offline.at("2026-11-02 09:20"), offline.at("2026-11-02 18:20"))
    );
    assert!(!punch.needs_review && !day.waits_for_review());
}

#[test]
fn rows_in_any_order_have_the_same_result_and_repeats_change_nothing() {
    let mut offline = company();
    let mut backwards = NINE_HOURS;
    backwards.reverse();
    assert!(offline.send("2026-11-02 18:20", &backwards).iter().all(is_taken));
    let before = offline.days.clone();
    let again = offline.send("2026-11-02 18:30", &NINE_HOURS);
    assert!(again.iter().all(|outcome| matches!(outcome, RowOutcome::Recorded { .. })), "{again:?}");
    assert_eq!(offline.days, before);
}

#[test]
fn what_a_kiosk_recorded_at_that_time_is_one_punch() {
    let mut company = company();
    company.press_at(company.at("2026-11-02 09:20"), In).unwrap();
    company.press_at(company.at("2026-11-02 18:10"), Out).unwrap();
    let rows = [(In, "2026-11-02 09:18"), NINE_HOURS[1], NINE_HOURS[2], (Out, "2026-11-02 18:12")];
    let outcomes = company.send("2026-11-02 18:20", &rows);
    let recorded = company.at("2026-11-02 09:20");
    assert_eq!(outcomes[0], RowOutcome::Recorded { date: date("2026-11-02"), at: recorded });
    assert!(is_taken(&outcomes[1]) && is_taken(&outcomes[2]));
    assert!(matches!(outcomes[3], RowOutcome::Recorded { .. }));
    assert_eq!(company.figures("2026-11-02", "2026-11-02 19:00").break_seconds, 1800);
}

#[test]
fn a_whole_session_fits_before_a_recorded_one_and_a_clock_in_alone_waits() {
    let mut company = company();
    company.press_at(company.at("2026-11-02 13:00"), In).unwrap();
    company.press_at(company.at("2026-11-02 18:00"), Out).unwrap();
    let alone = company.send("2026-11-02 18:20", &[(In, "2026-11-02 08:55")]);
    assert_eq!(reason(&alone[0]), Some(WaitReason::AlreadyClockedIn));
    assert_eq!(company.figures("2026-11-02", "2026-11-02 19:00").late_seconds, 4 * 3600);
    let whole = company.send("2026-11-02 18:30", &[(In, "2026-11-02 08:55"), (Out, "2026-11-02 12:00")]);
    assert!(whole.iter().all(is_taken), "{whole:?}");
    let figures = company.figures("2026-11-02", "2026-11-02 19:00");
    assert_eq!((figures.late_seconds, figures.sessions.len()), (0, 2));
}

#[test]
fn a_clock_out_and_a_clock_in_split_a_recorded_session() {
    let mut company = company();
    company.press_at(company.at("2026-11-02 09:00"), In).unwrap();
    company.press_at(company.at("2026-11-02 18:00"), Out).unwrap();
    let outcomes = company.send("2026-11-02 18:20", &[(Out, "2026-11-02 12:00"), (In, "2026-11-02 13:00")]);
    assert!(outcomes.iter().all(is_taken), "{outcomes:?}");
    assert_eq!(company.figures("2026-11-02", "2026-11-02 19:00").sessions.len(), 2);
    assert_eq!(company.presence.kind(), PresenceKind::Out);
    let lone = company.send("2026-11-02 18:30", &[(Out, "2026-11-02 15:00")]);
    assert_eq!(reason(&lone[0]), Some(WaitReason::NotClockedIn));
}

#[test]
fn an_offline_clock_out_replaces_the_end_that_was_guessed() {
    let mut company = company();
    company.press_at(company.at("2026-11-02 09:00"), In).unwrap();
    company.run_scheduled_jobs(company.at("2026-11-03 01:00"));
    assert_eq!(company.figures("2026-11-02", "2026-11-03 01:00").overtime_seconds, 3600);
    let outcomes = company.send("2026-11-03 06:00", &[(Out, "2026-11-02 19:30")]);
    assert!(is_taken(&outcomes[0]), "{outcomes:?}");
    let figures = company.figures("2026-11-02", "2026-11-03 06:00");
    assert_eq!(figures.overtime_seconds, 2 * 3600 + 1800);
    assert!(!figures.flags.contains(&Flag::AutoClockedOut));
    // After the session had closed automatically, there was no session to clock out of.
    let late = company.send("2026-11-03 06:00", &[(Out, "2026-11-03 01:30")]);
    assert_eq!(reason(&late[0]), Some(WaitReason::NotClockedIn));
}

#[test]
fn a_punch_in_an_overdue_session_is_refused_before_and_after_close_day() {
    for runs_first in [false, true] {
        let mut live = company();
        live.press_at(live.at("2026-11-02 09:00"), In).unwrap();
        live.press_at(live.at("2026-11-02 17:00"), BreakStart).unwrap();
        // The session closes at 01:00.
        let overdue = live.at("2026-11-03 01:00");
        let status = live.punch(overdue, |context| context.status()).unwrap();
        if runs_first {
            live.run_scheduled_jobs(overdue);
        }
        for action in [BreakEnd, BreakStart, Out] {
            assert!(live.press_at(overdue, action).is_err(), "{action:?}, {runs_first}");
        }
        let after = live.punch(overdue, |context| context.status()).unwrap();
        assert_eq!((after.presence, after.since), (PresenceKind::Out, Some(live.at("2026-11-02 18:00"))));
        assert_eq!((after.presence, after.since, after.refusal), (status.presence, status.since, status.refusal));
        let late = live.send("2026-11-03 06:00", &[(Out, "2026-11-03 01:00")]);
        assert_eq!(reason(&late[0]), Some(WaitReason::NotClockedIn));
    }
}

#[test]
fn a_repeated_break_end_at_the_automatic_clock_out_changes_nothing() {
    let mut company = company();
    company.press_at(company.at("2026-11-02 09:00"), In).unwrap();
    company.press_at(company.at("2026-11-02 17:30"), BreakStart).unwrap();
    company.press_at(company.at("2026-11-02 18:00"), BreakEnd).unwrap();
    company.run_scheduled_jobs(company.at("2026-11-03 01:00"));
    let before = company.days.clone();
    for _ in 0..2 {
        let again = company.send("2026-11-03 06:00", &[(BreakEnd, "2026-11-02 18:00")]);
        assert!(matches!(again[0], RowOutcome::Recorded { .. }), "{again:?}");
        assert_eq!(company.days, before);
    }
}

#[test]
fn a_punch_without_an_action_is_the_next_one_and_a_second_touch_is_none() {
    let mut company = company();
    let next = |company: &Company, wall: &str| OfflineRow { action: OfflineAction::Next, ..row(In, company.at(wall)) };
    let walls = ["2026-11-02 08:58", "2026-11-02 08:58:20", "2026-11-02 18:03", "2026-11-02 18:03:59"];
    let rows: Vec<OfflineRow> = walls.iter().map(|wall| next(&company, wall)).collect();
    let (outcomes, _) = company.send_at(company.at("2026-11-02 18:10"), &rows);
    assert_eq!(outcomes.iter().map(is_taken).collect::<Vec<_>>(), [true, false, true, false]);
    assert!(outcomes.iter().all(|outcome| reason(outcome).is_none()), "{outcomes:?}");
    assert_eq!(company.times("2026-11-02").len(), 1);
}

#[test]
fn a_punch_without_an_action_follows_recorded_punches() {
    let mut company = company();
    company.press_at(company.at("2026-11-02 09:00"), In).unwrap();
    company.press_at(company.at("2026-11-02 12:00"), BreakStart).unwrap();
    let back = OfflineRow { action: OfflineAction::Next, ..row(In, company.at("2026-11-02 12:30")) };
    let (outcomes, _) = company.send_at(company.at("2026-11-02 12:31"), &[back]);
    assert!(is_taken(&outcomes[0]), "{outcomes:?}");
    let ended = company.days[&date("2026-11-02")].sessions()[0].breaks[0].ended_at;
    assert_eq!(ended, Some(company.at("2026-11-02 12:30")));
}
