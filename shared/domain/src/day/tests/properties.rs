//! Random commands at random times, with the Day's invariants looked at after every one.

use proptest::prelude::*;

use super::slow;
use crate::{
    day::{Day, MonthTotals, PresenceKind},
    schedule::tests::company::{Company, MONDAY_TO_SATURDAY, shift, week},
};

/// What someone does.
#[derive(Debug, Clone, Copy)]
enum Press {
    In,
    Out,
    StartBreak,
    EndBreak,
    /// Nobody does anything, but the clockwork runs.
    Clockwork,
}

/// A company to try.
#[derive(Debug, Clone, Copy)]
struct Setup {
    zone: &'static str,
    /// Just before the clocks change, or a year ends.
    begins: &'static str,
    shifts: &'static [(&'static str, &'static str)],
    paid: bool,
    most_break: Option<i64>,
}

impl Setup {
    fn company(self) -> Company {
        let shifts: Vec<_> = self.shifts.iter().map(|(start, end)| shift(start, end, 0)).collect();
        let settings = serde_json::json!({
            "breaks": {
                "paid": self.paid, "max_minutes_per_day": self.most_break,
                "auto_deduct": {"after_minutes": 360, "minutes": 30},
            },
        });
        Company::in_zone(self.zone)
            .pattern("2020-01-01", week(&MONDAY_TO_SATURDAY, &shifts))
            .settings(&settings.to_string())
    }
}

#[derive(Debug, Clone, Copy)]
struct Step {
    wait: i64,
    press: Press,
}

fn setups() -> impl Strategy<Value = Setup> {
    let place = prop_oneof![
        Just(("Europe/Berlin", "2026-03-27T20:00")),
        Just(("Europe/Berlin", "2026-10-23T20:00")),
        Just(("Australia/Lord_Howe", "2026-04-03T20:00")),
        Just(("America/New_York", "2028-02-28T20:00")),
        Just(("UTC", "2026-12-30T20:00")),
    ];
    let shifts = prop_oneof![
        Just(&[("09:00", "18:00")][..]),
        Just(&[("22:00", "06:00")][..]),
        Just(&[("00:00", "08:00")][..]),
        Just(&[("06:00", "10:00"), ("14:00", "18:00")][..]),
        Just(&[("06:00", "14:00"), ("14:00", "22:00")][..]),
        Just(&[][..]),
    ];
    (place, shifts, any::<bool>(), proptest::option::of(10..90i64))
        .prop_map(|((zone, begins), shifts, paid, most_break)| Setup { zone, begins, shifts, paid, most_break })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let press = prop_oneof![
        4 => Just(Press::In),
        4 => Just(Press::Out),
        3 => Just(Press::StartBreak),
        3 => Just(Press::EndBreak),
        1 => Just(Press::Clockwork),
    ];
    let wait = prop_oneof![3 => 0..120i64, 2 => 0..600i64, 1 => 600..2000i64];
    proptest::collection::vec((wait, press).prop_map(|(wait, press)| Step { wait, press }), 1..40)
}

/// The company under test.
struct Tested {
    company: Company,
    setup: Setup,
    minute: i64,
}

impl Tested {
    fn take(&mut self, step: Step) {
        self.minute += step.wait;
        let now = self.now();
        let was = self.company.presence.kind();
        let company = &mut self.company;
        match step.press {
            Press::In => {
                let promised = company.punch(now, |context| context.status()).unwrap().refusal;
                let took = company.clock_in_at(now);
                assert_eq!(took.as_ref().err(), promised.as_ref());
                assert!(took.is_err() || company.presence.kind() == PresenceKind::Working);
            }
            Press::Out => assert_eq!(company.clock_out_at(now).is_ok(), was != PresenceKind::Out),
            Press::StartBreak => assert_eq!(company.start_break_at(now).is_ok(), was == PresenceKind::Working),
            Press::EndBreak => assert_eq!(company.end_break_at(now).is_ok(), was == PresenceKind::OnBreak),
            Press::Clockwork => {
                if let Some(punched) = company.punch(now, |context| context.close_forgotten()).unwrap() {
                    company.commit(punched);
                }
                let again = company.punch(now, |context| context.close_forgotten()).unwrap();
                assert_eq!(again, None, "run twice, the second changes nothing");
            }
        }
    }

    fn now(&self) -> jiff::Timestamp {
        let begin = self.company.at(self.setup.begins);
        begin + jiff::SignedDuration::from_mins(self.minute)
    }

    fn hold_invariants(&self) {
        let days: Vec<&Day> = self.company.days.values().collect();
        let open: Vec<_> = days.iter().flat_map(|day| day.sessions()).filter(|session| session.is_open()).collect();
        assert!(open.len() <= 1, "at most one open session per person");
        assert_eq!(self.company.presence.open().map(|(_, id)| id), open.first().map(|session| session.id));

        let mut sessions: Vec<_> = days.iter().flat_map(|day| day.sessions()).collect();
        sessions.sort_by_key(|session| session.clock_in.at);
        for pair in sessions.windows(2) {
            let out = pair[0].clock_out.as_ref().expect("only the last session is open").at;
            assert!(pair[0].clock_in.at <= out && out <= pair[1].clock_in.at, "sessions don't overlap");
        }
        for session in sessions {
            let mut from = session.clock_in.at;
            for pause in &session.breaks {
                assert!(from <= pause.started_at, "breaks lie inside their session and don't overlap");
                from = pause.ended_at.unwrap_or(pause.started_at).max(pause.started_at);
                assert!(pause.ended_at.is_some() || session.is_open());
            }
            assert!(session.clock_out.as_ref().is_none_or(|out| from <= out.at));
        }

        for day in days.iter().filter(|day| day.open_session().is_none()) {
            let figures = day.figures(self.now());
            let elapsed: i64 = day
                .sessions()
                .iter()
                .map(|s| s.clock_out.as_ref().unwrap().at.as_second() - s.clock_in.at.as_second())
                .sum();
            assert_eq!(figures.worked_seconds + figures.unpaid_break_seconds + figures.auto_break_seconds, elapsed);
            let slow = slow::figures(day, self.setup.paid, self.setup.most_break);
            let fast = slow::SlowFigures {
                worked: figures.worked_seconds,
                unpaid: figures.unpaid_break_seconds,
                auto: figures.auto_break_seconds,
                scheduled: figures.scheduled_seconds,
                late: figures.late_seconds,
                early: figures.early_leave_seconds,
                overtime: figures.overtime_seconds,
            };
            assert_eq!(fast, slow, "figures equal an independent slow calculation: {day:#?}");
        }

        let sum: MonthTotals = days.iter().map(|day| day.counted()).sum();
        assert_eq!(self.company.totals, sum, "month totals = sum of days");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_pressed_days_keep_their_invariants(setup in setups(), steps in steps()) {
        let mut tested = Tested { company: setup.company(), setup, minute: 0 };
        for step in steps {
            tested.take(step);
            tested.hold_invariants();
        }
    }
}
