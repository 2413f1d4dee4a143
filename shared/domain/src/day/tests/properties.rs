//! Random commands at random times. The Day's invariants are checked after each command.

use proptest::prelude::*;

use super::{
    random_pay::{self, BookedTerms, RandomPay},
    slow,
};
use crate::{
    calendar::WorkDate,
    day::{
        AccountTerms, BreakTimes, ClockInRefusal, Day, DayStatus, HistoryEntry, HistoryKind, MonthTotals, PresenceKind,
        SessionTimes, Verdict, follow_schedule,
    },
    lateness::{LateDay, LateShift},
    schedule::tests::company::{Company, MONDAY_TO_SATURDAY, shift, week},
};

/// A command.
#[derive(Debug, Clone)]
enum Command {
    In,
    Out,
    StartBreak,
    EndBreak,
    /// No punch; the scheduled jobs run.
    ScheduledJobs,
    /// A manager edits the day.
    Edit(Rewrite),
    /// A manager excuses the day that many days ago.
    Excuse(i32),
    /// A manager acknowledges or rejects the flagged clock-ins of the day that many days ago.
    Review(i32, Verdict),
    /// The setting whether breaks are paid changes.
    Pay(bool),
    /// The time account books the dates that are over, by the terms of a new pay profile.
    Book(Option<AccountTerms>),
}

/// An edit with times in minutes, each relative to the previous one.
#[derive(Debug, Clone)]
struct Rewrite {
    days_ago: i32,
    begins: i64,
    sessions: Vec<RewrittenSession>,
    /// Whether existing sessions keep their ids.
    keeps: bool,
    leaves_open: bool,
}

#[derive(Debug, Clone, Copy)]
struct RewrittenSession {
    gap: i64,
    lasts: i64,
    pause: Option<(i64, i64)>,
}

impl Rewrite {
    /// The sessions that the edit requests. None is in the future, and most are valid.
    fn wanted(&self, day: Option<&Day>, midnight: jiff::Timestamp, now: jiff::Timestamp) -> Vec<SessionTimes> {
        let later = |at: jiff::Timestamp, minutes: i64| (at + jiff::SignedDuration::from_mins(minutes)).min(now);
        let mut at = later(midnight, self.begins);
        let mut wanted = Vec::new();
        for (index, session) in self.sessions.iter().enumerate() {
            let clock_in = later(at, session.gap);
            let pause = session.pause.map(|(after, lasts)| {
                let started_at = later(clock_in, after);
                BreakTimes { started_at, ended_at: Some(later(started_at, lasts)) }
            });
            at = later(pause.and_then(|pause| pause.ended_at).unwrap_or(clock_in), session.lasts);
            let is_open = self.leaves_open && index + 1 == self.sessions.len();
            let was = day.and_then(|day| day.sessions().get(index)).filter(|_| self.keeps);
            wanted.push(SessionTimes {
                id: was.map(|was| was.id),
                clock_in,
                clock_out: (!is_open).then_some(at),
                breaks: pause.into_iter().collect(),
                cost_centers: None,
            });
        }
        wanted
    }
}

/// The company of a test case.
#[derive(Debug, Clone, Copy)]
struct Setup {
    zone: &'static str,
    /// The begin: just before the clocks change, or a year ends.
    begins: &'static str,
    shifts: &'static [(&'static str, &'static str)],
    paid: bool,
    most_break: Option<i64>,
    tiers: &'static [(i64, i64)],
    window: Window,
}

/// The clock-in window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Window {
    UntilTheEnd,
    Hour,
    /// Within one hour without a flag, at any other time flagged.
    Any,
}

impl Setup {
    fn company(self) -> Company {
        let shifts: Vec<_> = self.shifts.iter().map(|(start, end)| shift(start, end, 0)).collect();
        let tier = |(after, minutes): &(i64, i64)| serde_json::json!({"after_minutes": after, "minutes": minutes});
        let tiers: Vec<_> = self.tiers.iter().map(tier).collect();
        let settings = serde_json::json!({
            "breaks": {"paid": self.paid, "max_minutes_per_day": self.most_break, "auto_deduct": tiers},
            "clock_in_window": match self.window {
                Window::UntilTheEnd => serde_json::json!({}),
                Window::Hour => serde_json::json!({"after_minutes": 60}),
                Window::Any => serde_json::json!({"after_minutes": 60, "outside": "flag"}),
            },
        });
        Company::in_zone(self.zone)
            .pattern("2020-01-01", week(&MONDAY_TO_SATURDAY, &shifts))
            .settings(&settings.to_string())
    }
}

#[derive(Debug, Clone)]
struct Step {
    wait: i64,
    command: Command,
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
        Just(&[("08:00", "08:00")][..]),
        Just(&[][..]),
    ];
    let window = prop_oneof![Just(Window::UntilTheEnd), Just(Window::Hour), Just(Window::Any)];
    let tiers = prop_oneof![
        3 => Just(&[(360, 30)][..]),
        2 => Just(&[(360, 30), (540, 45)][..]),
        1 => Just(&[(0, 5), (60, 20), (61, 21), (400, 90)][..]),
        1 => Just(&[][..]),
    ];
    (place, shifts, any::<bool>(), proptest::option::of(10..90i64), tiers, window).prop_map(
        |((zone, begins), shifts, paid, most_break, tiers, window)| Setup {
            zone,
            begins,
            shifts,
            paid,
            most_break,
            tiers,
            window,
        },
    )
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let command = prop_oneof![
        4 => Just(Command::In),
        4 => Just(Command::Out),
        3 => Just(Command::StartBreak),
        3 => Just(Command::EndBreak),
        1 => Just(Command::ScheduledJobs),
        3 => rewrites().prop_map(Command::Edit),
        1 => (0..3i32).prop_map(Command::Excuse),
        1 => (0..3i32, prop_oneof![Just(Verdict::Acknowledged), Just(Verdict::Rejected)])
            .prop_map(|(days_ago, verdict)| Command::Review(days_ago, verdict)),
        1 => any::<bool>().prop_map(Command::Pay),
        2 => random_pay::terms().prop_map(Command::Book),
    ];
    let wait = prop_oneof![3 => 0..120i64, 2 => 0..600i64, 1 => 600..2000i64];
    proptest::collection::vec((wait, command).prop_map(|(wait, command)| Step { wait, command }), 1..40)
}

fn rewrites() -> impl Strategy<Value = Rewrite> {
    let session = (0..240i64, 0..400i64, proptest::option::of((0..100i64, 0..60i64)))
        .prop_map(|(gap, lasts, pause)| RewrittenSession { gap, lasts, pause });
    (0..3i32, -300..1500i64, proptest::collection::vec(session, 0..4), any::<bool>(), any::<bool>()).prop_map(
        |(days_ago, begins, sessions, keeps, leaves_open)| Rewrite { days_ago, begins, sessions, keeps, leaves_open },
    )
}

/// The company under test.
struct Tested {
    company: Company,
    setup: Setup,
    pay: RandomPay,
    booked: BookedTerms,
    minute: i64,
}

impl Tested {
    fn take(&mut self, step: Step) {
        self.minute += step.wait;
        let now = self.now();
        // The scheduled job may run late, but not by days: a session doesn't stay open for longer than an edit allows.
        if self.open_since().is_some_and(|since| jiff::SignedDuration::from_hours(48) < now.duration_since(since)) {
            self.run_scheduled_jobs(now);
        }
        // A session that counts as forgotten has ended, even if the scheduled job runs late.
        let was = self.company.punch(now, |context| context.status()).unwrap().presence;
        let company = &mut self.company;
        match step.command {
            Command::Edit(rewrite) => self.rewrite(&rewrite),
            Command::Excuse(days_ago) => self.excuse(days_ago),
            Command::Review(days_ago, verdict) => self.review(days_ago, verdict),
            Command::In => {
                let promised = company.punch(now, |context| context.status()).unwrap();
                let took = company.clock_in_at(now);
                assert_eq!(took.as_ref().err(), promised.refusal.as_ref());
                assert!(took.is_err() || company.presence.kind() == PresenceKind::Working);
                if let Ok(punched) = &took {
                    let begun = punched.day().unwrap().open_session().unwrap();
                    let flag = begun.flagged.as_ref().map(|flagged| flagged.reason);
                    assert_eq!(flag, promised.flag);
                    assert!(flag.is_none() || self.setup.window == Window::Any);
                }
                let refused = took.err();
                assert!(
                    self.setup.window != Window::Any || refused.is_none_or(|it| it == ClockInRefusal::AlreadyClockedIn),
                    "all work is recorded"
                );
            }
            Command::Out => assert_eq!(company.clock_out_at(now).is_ok(), was != PresenceKind::Out),
            Command::StartBreak => assert_eq!(company.start_break_at(now).is_ok(), was == PresenceKind::Working),
            Command::EndBreak => assert_eq!(company.end_break_at(now).is_ok(), was == PresenceKind::OnBreak),
            Command::ScheduledJobs => self.run_scheduled_jobs(now),
            Command::Pay(paid) => self.pay_breaks(now, paid),
            Command::Book(terms) => random_pay::book(company, &mut self.booked, terms, now),
        }
    }

    /// Changes the setting, which stored days follow until their date is over.
    fn pay_breaks(&mut self, now: jiff::Timestamp, paid: bool) {
        self.company.settings.breaks.paid = paid;
        for change in follow_schedule(&self.company.days, &self.company.planner(), now) {
            self.company.commit_day(&change);
        }
        let days = self.company.days.values().filter(|day| !day.is_frozen(now));
        assert!(days.into_iter().all(|day| day.policy().breaks.paid == paid));
    }

    fn open_since(&self) -> Option<jiff::Timestamp> {
        let (date, _) = self.company.presence.open()?;
        self.company.days[&date].open_session().map(|session| session.clock_in.at)
    }

    fn run_scheduled_jobs(&mut self, now: jiff::Timestamp) {
        if let Some(punched) = self.company.punch(now, |context| context.close_forgotten()).unwrap() {
            self.company.commit(punched);
        }
        let again = self.company.punch(now, |context| context.close_forgotten()).unwrap();
        assert_eq!(again, None, "run twice, the second changes nothing");
    }

    fn date(&self, days_ago: i32) -> WorkDate {
        self.company.planner().today(self.now()).plus_days(-days_ago)
    }

    fn rewrite(&mut self, rewrite: &Rewrite) {
        let (now, date) = (self.now(), self.date(rewrite.days_ago));
        let wanted = rewrite.wanted(self.company.days.get(&date), self.company.at(&format!("{date} 00:00")), now);
        let before = (self.company.days.get(&date).cloned(), self.company.presence.clone());
        let taken = self.company.edit_at(now, date, &wanted);
        let Ok(punched) = taken else {
            assert_eq!((self.company.days.get(&date).cloned(), self.company.presence.clone()), before);
            return;
        };
        let day = punched.day().unwrap();
        let had = before.0.as_ref().map(|day| day.sessions().to_vec()).unwrap_or_default();
        assert_eq!(day.edits().last().map(|edit| edit.before.clone()), Some(had), "what was there is kept beside");
        let times: Vec<_> =
            day.sessions().iter().map(|s| (s.clock_in.at, s.clock_out.as_ref().map(|out| out.at))).collect();
        assert_eq!(times, wanted.iter().map(|s| (s.clock_in, s.clock_out)).collect::<Vec<_>>());
        if let Some(before) = before.0 {
            let lost = before.history().into_iter().find(|entry| !day.history().contains(entry));
            assert_eq!(lost, None, "the history only grows");
        }
    }

    fn excuse(&mut self, days_ago: i32) {
        let (now, date) = (self.now(), self.date(days_ago));
        let day = Day::current(self.company.days.get(&date), &self.company.planner(), date, now);
        let before = day.figures(now);
        let amiss = before.late_seconds > 0 || before.status == DayStatus::Absent;
        let excused = self.company.excuse_at(now, date);
        assert_eq!(excused.is_ok(), amiss && day.excuse().is_none());
        if excused.is_ok() {
            let day = &self.company.days[&date];
            let counted = day.counted();
            assert_eq!((counted.days_late, counted.days_absent), (0, 0));
            assert_eq!(day.figures(now).late_seconds, before.late_seconds, "seconds stay");
        }
    }

    fn review(&mut self, days_ago: i32, verdict: Verdict) {
        let (now, date) = (self.now(), self.date(days_ago));
        let before = self.company.days.get(&date).cloned();
        if self.company.review_at(now, date, verdict).is_err() {
            return;
        }
        let (before, after) = (before.unwrap(), &self.company.days[&date]);
        assert_eq!(after.figures(now), before.figures(now), "a review changes no figure");
        // The result of an edit is shown as it is now, including its reviews.
        let is_edit = |entry: &HistoryEntry| matches!(entry.what, HistoryKind::Edited { .. });
        let lost = before.history().into_iter().find(|entry| !is_edit(entry) && !after.history().contains(entry));
        assert_eq!(lost, None, "and erases nothing");
        let flagged = after.sessions().iter().filter(|session| session.flagged.is_some());
        assert!(flagged.into_iter().any(|session| session.is_charged() == (verdict == Verdict::Acknowledged)));
    }

    /// The time of the scheduled job's run doesn't matter: an open session closes at one instant, with one end.
    fn closes_at_one_end(&self) {
        let Some((date, _)) = self.company.presence.open() else { return };
        let day = Day::current(self.company.days.get(&date), &self.company.planner(), date, self.now());
        let session = day.open_session().unwrap();
        let closes = day.closes_at(session);
        // A clock-in that an edit moved to the day before can close before a shift that follows the last attended one.
        let begins_on_date = session.clock_in.at >= self.company.at(&format!("{date} 00:00"));
        assert!(
            !begins_on_date || day.shifts().iter().all(|shift| !shift.holds(closes) || shift.start_at == closes),
            "no shift runs then"
        );
        let end_at = |now: jiff::Timestamp| {
            let punched = self.company.punch(now, |context| context.close_forgotten()).unwrap()?;
            punched.day().unwrap().sessions().last().unwrap().clock_out.as_ref().map(|out| out.at)
        };
        let first = closes.max(self.now());
        let end = end_at(first).unwrap();
        assert!(end <= first);
        for minutes_late in [1, 15, 90, 5 * 1440] {
            assert_eq!(end_at(first + jiff::SignedDuration::from_mins(minutes_late)), Some(end));
        }
        if self.now() < closes {
            assert_eq!(end_at(closes - jiff::SignedDuration::from_secs(1)), None);
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
        // A session that ended in the second of its clock-in comes before another that began in the same second.
        sessions.sort_by_key(|session| {
            (session.clock_in.at, session.clock_out.as_ref().map_or(jiff::Timestamp::MAX, |out| out.at))
        });
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
            let slow = slow::figures(day);
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

        for day in &days {
            let late = LateDay::of(day, self.now());
            let is_charged = |shift: &LateShift| day.session(shift.session_id).unwrap().is_charged();
            assert!(late.shifts.iter().all(is_charged), "a flagged clock-in costs nothing until it is acknowledged");
        }
        let sum: MonthTotals = days.iter().map(|day| day.counted()).sum();
        assert_eq!(self.company.totals, sum, "month totals = sum of days");
        self.pay.check(&self.company, self.now());
        random_pay::check_account(&self.company, &self.booked, self.now());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_commands_keep_the_invariants_of_days(
        setup in setups(),
        pay in random_pay::pays(),
        steps in steps(),
    ) {
        let mut tested = Tested { company: setup.company(), setup, pay, booked: BookedTerms::new(), minute: 0 };
        for step in steps {
            tested.take(step);
            tested.hold_invariants();
            tested.closes_at_one_end();
        }
        tested.pay.check_overtime(&tested.company);
    }
}
