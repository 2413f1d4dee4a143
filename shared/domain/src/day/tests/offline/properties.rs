//! Any punches on any devices: nothing is lost, and the figures are those of punches in time.

use PunchAction::{BreakEnd, BreakStart, In, Out};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{reason, row};
use crate::{
    calendar::WorkDate,
    day::{Day, MonthTotals, OfflineAction, OfflineRow, PunchAction, RowOutcome, SessionTimes, Source},
    schedule::tests::company::{Company, MONDAY_TO_SATURDAY, date, shift, week},
};

const ACTIONS: [PunchAction; 4] = PunchAction::ALL;

/// The device on which a punch of the model is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// A kiosk with a network; the phone if the kiosk refuses the punch.
    Kiosk,
    /// A phone without a network.
    Phone,
    /// Both, with that many seconds between the two punches.
    Both(i64),
}

fn presses() -> impl Strategy<Value = Vec<(i64, PunchAction, Way)>> {
    let action = prop_oneof![4 => Just(In), 4 => Just(Out), 2 => Just(BreakStart), 2 => Just(BreakEnd)];
    let way = prop_oneof![2 => Just(Way::Kiosk), 3 => Just(Way::Phone), 1 => (0..300i64).prop_map(Way::Both)];
    let wait = prop_oneof![4 => 10..200i64, 1 => 200..900i64];
    proptest::collection::vec((wait, action, way), 1..24)
}

/// The shifts and the settings of a company.
type Setup = (&'static [(&'static str, &'static str)], String);

fn setups() -> impl Strategy<Value = Setup> {
    let shifts = prop_oneof![
        Just(&[("09:00", "18:00")][..]),
        Just(&[("22:00", "06:00")][..]),
        Just(&[("06:00", "14:00"), ("14:00", "22:00")][..]),
        Just(&[][..]),
    ];
    let window = prop_oneof![Just("{}"), Just(r#"{"after_minutes": 60, "outside": "flag"}"#)];
    (shifts, window, any::<bool>()).prop_map(|(shifts, window, paid)| {
        let settings = format!(
            r#"{{"clock_in_window": {window}, "breaks": {{"paid": {paid}}}, "offline": {{"accept_hours": 168}}}}"#
        );
        (shifts, settings)
    })
}

fn company_of((shifts, settings): &Setup) -> Company {
    let shifts: Vec<_> = shifts.iter().map(|(start, end)| shift(start, end, 30)).collect();
    Company::in_zone("Europe/Berlin").pattern("2020-01-01", week(&MONDAY_TO_SATURDAY, &shifts)).settings(settings)
}

/// The figures of all days, with the times of their sessions.
fn figures(company: &Company, dates: &[WorkDate], now: Timestamp) -> Vec<(WorkDate, [i64; 5], Vec<SessionTimes>)> {
    let of = |date: &WorkDate| {
        let day = Day::current(company.days.get(date), &company.planner(), *date, now);
        let figures = day.figures(now);
        let seconds = [
            figures.worked_seconds,
            figures.break_seconds,
            figures.late_seconds,
            figures.early_leave_seconds,
            figures.overtime_seconds,
        ];
        (*date, seconds, company.times(&date.to_string()))
    };
    dates.iter().map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    /// Half of the punches are received hours later, in any order and twice. The figures are those of punches in time, whenever
    /// `close-day` ran in between.
    #[test]
    fn batches_have_the_figures_of_punches_made_in_time(
        setup in setups(),
        presses in presses(),
        wait in 0..600i64,
        seed in any::<u64>(),
        jobs in any::<(u32, u32)>(),
    ) {
        let (mut in_time, mut real) = (company_of(&setup), company_of(&setup));
        let mut now = in_time.at("2026-11-02 04:00");
        let mut rows: Vec<OfflineRow> = Vec::new();
        for (place, (wait, action, way)) in presses.into_iter().enumerate() {
            now += SignedDuration::from_mins(wait);
            for (company, runs) in [(&mut in_time, jobs.0), (&mut real, jobs.1)] {
                if runs >> place & 1 == 1 {
                    company.run_scheduled_jobs(now);
                }
            }
            if in_time.press_at(now, action).is_err() {
                continue;
            }
            let at_kiosk = way != Way::Phone && real.press_at(now, action).is_ok();
            match (way, at_kiosk) {
                (Way::Kiosk, true) => {}
                (Way::Both(seconds), true) => rows.push(row(action, now + SignedDuration::from_secs(seconds))),
                (Way::Phone, _) | (Way::Kiosk | Way::Both(_), false) => rows.push(row(action, now)),
            }
        }
        now += SignedDuration::from_mins(wait + 6);
        let mut shuffled = rows.clone();
        shuffled.sort_by_key(|row| (row.occurred_at.as_second().unsigned_abs() ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let (outcomes, _) = real.send_at(now, &shuffled);
        for (outcome, row) in outcomes.iter().zip(&shuffled) {
            prop_assert!(reason(outcome).is_none(), "{outcome:?} of {row:?}");
        }
        in_time.run_scheduled_jobs(now);
        real.run_scheduled_jobs(now);
        let dates: Vec<WorkDate> = (0..20).map(|days| date("2026-11-01").plus_days(days)).collect();
        prop_assert_eq!(figures(&real, &dates, now), figures(&in_time, &dates, now));

        // Devices send a batch again under the same names, which the store recognizes. Even without that, nothing counts twice.
        let (again, _) = real.send_at(now, &rows);
        prop_assert!(again.iter().all(|outcome| matches!(outcome, RowOutcome::Recorded { .. })), "{again:?}");
        prop_assert_eq!(figures(&real, &dates, now), figures(&in_time, &dates, now));
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 7_000, ..ProptestConfig::default() })]

    /// With any punches at any time and edits in between, every punch is accepted, a duplicate or waiting, and no recorded punch
    /// is lost.
    #[test]
    fn every_offline_punch_is_accepted_a_duplicate_or_waiting(
        setup in setups(),
        steps in proptest::collection::vec((0..300i64, 0..4usize, 0..4u8), 1..40),
        jumps in proptest::collection::vec(-4000..40i64, 0..3),
    ) {
        let mut company = company_of(&setup);
        let mut now = company.at("2026-11-02 04:00");
        let mut rows: Vec<OfflineRow> = Vec::new();
        for (wait, action, what) in steps {
            now += SignedDuration::from_mins(wait);
            match what {
                0 => { let _ = company.press_at(now, ACTIONS[action]); }
                1 => company.run_scheduled_jobs(now),
                2 if action == 0 => {
                    let on = company.planner().today(now);
                    let day = company.days.get(&on).cloned();
                    let times: Vec<_> = day.iter().flat_map(Day::sessions).map(SessionTimes::of).collect();
                    let _ = company.edit_at(now, on, &times);
                }
                _ => rows.push(row(ACTIONS[action], now)),
            }
        }
        for (jump, row) in jumps.into_iter().zip(&mut rows) {
            row.occurred_at += SignedDuration::from_mins(jump);
        }
        for batch in rows.chunks(7) {
            let pressed = pressed(&company, Ends::Pressed);
            let (outcomes, _) = company.send_at(now, batch);
            let after = self::pressed(&company, Ends::All);
            let lost: Vec<_> = pressed.iter().filter(|press| !after.contains(press)).collect();
            prop_assert!(lost.is_empty(), "{lost:?}");
            for (outcome, row) in outcomes.iter().zip(batch) {
                if let RowOutcome::Taken { at, .. } = outcome {
                    let OfflineAction::Named(action) = row.action else { unreachable!("all rows have actions") };
                    prop_assert!(after.contains(&(action, *at)), "{row:?}");
                }
            }
            holds_together(&company);
        }
    }
}

/// The ends of breaks to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    All,
    /// The ends that weren't made by the end of the session.
    Pressed,
}

/// The punched actions, by anyone.
fn pressed(company: &Company, ends: Ends) -> Vec<(PunchAction, Timestamp)> {
    let sessions = company.days.values().flat_map(Day::sessions);
    sessions
        .flat_map(|session| {
            let out = session.clock_out.iter().filter(|out| out.source != Source::Auto).map(|out| (Out, out.at));
            let breaks = session.breaks.iter().flat_map(|pause| {
                let ended = pause.ended_at.filter(|_| ends == Ends::All || !pause.ended_with_session);
                [Some((BreakStart, pause.started_at)), ended.map(|at| (BreakEnd, at))]
            });
            std::iter::once((In, session.clock_in.at)).chain(out).chain(breaks.flatten()).collect::<Vec<_>>()
        })
        .collect()
}

/// Checks the invariants of days: sessions are in order and don't overlap, at most one is open, and totals are the sum of the
/// days.
fn holds_together(company: &Company) {
    let mut sessions: Vec<_> = company.days.values().flat_map(Day::sessions).collect();
    sessions.sort_by_key(|session| session.clock_in.at);
    for pair in sessions.windows(2) {
        let out = pair[0].clock_out.as_ref().expect("only the last session is open");
        assert!(out.at <= pair[1].clock_in.at, "{pair:?}");
    }
    for session in sessions {
        let mut last = session.clock_in.at;
        for pause in &session.breaks {
            assert!(last <= pause.started_at);
            last = pause.ended_at.unwrap_or(pause.started_at).max(pause.started_at);
        }
        assert!(session.clock_out.as_ref().is_none_or(|out| last <= out.at), "{session:?}");
    }
    let open = company.days.values().find_map(Day::open_session).map(|session| session.id);
    assert_eq!(company.presence.open().map(|(_, id)| id), open);
    let counted = company.days.values().map(Day::counted).sum::<MonthTotals>();
    assert_eq!(company.totals, counted);
}
