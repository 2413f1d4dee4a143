//! Punches that were received later than they were made (docs/rules.md#offline-punches).

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::{
    calendar::WorkDate,
    day::{
        ClockCheck, Day, Flag, OfflineAction, OfflineBatch, OfflineRow, PresenceKind, PunchAction, PunchDetails,
        PunchRefusal, Punched, RowOutcome, SessionTimes, Source, WaitReason, WaitingPunch,
    },
    event::{Fact, PunchFact},
    schedule::tests::company::{Company, MONDAY_TO_SATURDAY, date, shift, week},
};

use PunchAction::{BreakEnd, BreakStart, In, Out};

const ACTIONS: [PunchAction; 4] = PunchAction::ALL;

fn company() -> Company {
    Company::in_zone("Europe/Berlin").pattern("2020-01-01", week(&MONDAY_TO_SATURDAY, &[shift("09:00", "18:00", 60)]))
}

fn row(action: PunchAction, occurred_at: Timestamp) -> OfflineRow {
    OfflineRow {
        client_id: format!("{}-{}", action.as_str(), occurred_at.as_second()).parse().unwrap(),
        action: action.into(),
        occurred_at,
        details: PunchDetails::bare(Source::Offline),
        clock: ClockCheck::Unconfirmed,
        hold: None,
    }
}

impl Company {
    fn press_at(&mut self, now: Timestamp, action: PunchAction) -> Result<Punched, PunchRefusal> {
        let punched = self.punch(now, |context| context.punch(action, PunchDetails::bare(Source::Kiosk)))?;
        Ok(self.commit(punched))
    }

    fn run_scheduled_jobs(&mut self, now: Timestamp) {
        if let Some(punched) = self.punch(now, |context| context.close_forgotten()).unwrap() {
            self.commit(punched);
        }
    }

    /// Sends rows from a device.
    fn send_at(&mut self, now: Timestamp, rows: &[OfflineRow]) -> (Vec<RowOutcome>, Vec<Fact>) {
        let device_id = "phone".parse().unwrap();
        let batch = OfflineBatch { device_id: &device_id, rows, sends_at_once: false };
        let merged = self.with_all_days(now, |context| context.merge_offline(&batch)).unwrap();
        assert_eq!(merged.outcomes.len(), rows.len(), "every punch has an outcome");
        assert_eq!(merged.presence.is_some(), !merged.changes.is_empty());
        if let Some(presence) = merged.presence {
            let date = merged.changes[0].after().date();
            let (changes, facts) = (merged.changes, merged.facts.clone());
            self.commit(Punched { changes, presence, facts, date });
        }
        (merged.outcomes, merged.facts)
    }

    fn send(&mut self, now: &str, rows: &[(PunchAction, &str)]) -> Vec<RowOutcome> {
        let rows: Vec<OfflineRow> = rows.iter().map(|(action, wall)| row(*action, self.at(wall))).collect();
        self.send_at(self.at(now), &rows).0
    }

    fn times(&self, on: &str) -> Vec<SessionTimes> {
        let times = self.days.get(&date(on)).map(|day| day.sessions().iter().map(SessionTimes::of).collect::<Vec<_>>());
        times.unwrap_or_default().into_iter().map(|times| SessionTimes { id: None, ..times }).collect()
    }
}

fn is_taken(outcome: &RowOutcome) -> bool {
    matches!(outcome, RowOutcome::Taken { .. })
}

fn reason(outcome: &RowOutcome) -> Option<WaitReason> {
    match outcome {
        RowOutcome::Waits { reason, .. } => Some(*reason),
        RowOutcome::Taken { .. } | RowOutcome::Recorded { .. } => None,
    }
}

const NINE_HOURS: [(PunchAction, &str); 4] = [
    (In, "2026-11-02 09:20"),
    (BreakStart, "2026-11-02 12:00"),
    (BreakEnd, "2026-11-02 12:30"),
    (Out, "2026-11-02 18:10"),
];

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
fn the_order_of_the_rows_does_not_matter_and_a_second_time_changes_nothing() {
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
fn an_end_of_a_break_at_the_automatic_end_is_a_punch_when_it_is_sent_again() {
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
fn more_than_twelve_hours_late_a_day_is_reviewed_and_more_than_72_a_punch_waits() {
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
fn what_the_settings_refuse_in_time_waits_offline() {
    let mut company = company().settings(r#"{"photo": "required", "allow_unscheduled": false}"#);
    let outcomes = company.send("2026-11-02 20:00", &[(In, "2026-11-02 05:00"), (In, "2026-11-02 09:00")]);
    assert_eq!(reason(&outcomes[0]), Some(WaitReason::OutsideWindow));
    assert_eq!(reason(&outcomes[1]), Some(WaitReason::PhotoRequired));
    let sunday = company.send("2026-11-08 20:00", &[(In, "2026-11-08 10:00")]);
    assert_eq!(reason(&sunday[0]), Some(WaitReason::NotScheduled));
}

#[test]
fn lateness_to_a_shift_that_is_over_is_no_news() {
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
        let waiting: Vec<WaitingPunch> = punches
            .iter()
            .map(|(action, wall)| WaitingPunch {
                client_id: "1".parse().unwrap(),
                device_id: "phone".parse().unwrap(),
                action: *action,
                occurred_at: at(wall),
                received_at: at("2026-11-09 09:00"),
                reason: WaitReason::TooLate,
                cost_center: None,
            })
            .collect();
        let times = day.sessions_with(&waiting);
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
    fn whatever_a_device_sends_nothing_is_lost(
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
    let counted = company.days.values().map(Day::counted).sum::<crate::day::MonthTotals>();
    assert_eq!(company.totals, counted);
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
