//! Random employment histories of a person: hired, away, back, with dates that are corrected afterwards, in zones that change.
//! After every step, the result is compared with a model that uses sets of dates instead of spans.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use proptest::prelude::*;

use super::{Employment, Employments};
use crate::{
    calendar::{WorkDate, Zone},
    day::{Day, DayChange, Flag, SessionTimes, follow_schedule, open_corrected},
    schedule::{
        DayPlan, PlanCause, PlannedDay,
        tests::company::{Company, date, shift},
    },
    user::UserStatus,
};

/// The number of dates on which something may happen: ten before the start, and fifty after it.
const DAYS: i32 = 60;
const START: i32 = 10;
const ZONES: [&str; 3] = ["Pacific/Auckland", "UTC", "Pacific/Honolulu"];
/// 09:00 to 18:00 with an hour's break.
const SCHEDULED: i64 = 8 * 3600;

#[derive(Debug, Clone)]
enum Command {
    /// Time passes.
    Wait { hours: i64 },
    /// The account is disabled.
    Leave,
    /// The person comes back this number of days from today.
    Return { days: i32 },
    /// A correction of the dates of the latest employment, in days from the start. Without a last date, it has no end.
    CorrectLatest { from: i32, until: Option<i32> },
    /// A correction of all employments: whether each block of four days belongs to one.
    CorrectAll { stretches: Vec<bool> },
    /// A move to another zone.
    Move { zone: usize },
    /// An hour of work, if the clock-in is accepted.
    Work,
    /// A manager edits a date: two hours of work.
    Edit { day: i32 },
    /// A manager plans a date differently: work, or a day off.
    Plan { day: i32, works: bool },
}

fn command() -> impl Strategy<Value = Command> {
    let day = 0..DAYS - 6;
    prop_oneof![
        6 => (1..=12_i64).prop_map(|hours| Command::Wait { hours }),
        1 => Just(Command::Leave),
        2 => (-6..=3).prop_map(|days| Command::Return { days }),
        2 => (day.clone(), proptest::option::of(day.clone())).prop_map(|(from, until)| Command::CorrectLatest { from, until }),
        1 => proptest::collection::vec(any::<bool>(), 15).prop_map(|stretches| Command::CorrectAll { stretches }),
        1 => (0..ZONES.len()).prop_map(|zone| Command::Move { zone }),
        4 => Just(Command::Work),
        1 => day.clone().prop_map(|day| Command::Edit { day }),
        1 => (day, any::<bool>()).prop_map(|(day, works)| Command::Plan { day, works }),
    ]
}

fn first() -> WorkDate {
    date("2026-11-02").plus_days(-START)
}

fn nth(day: i32) -> WorkDate {
    first().plus_days(day)
}

fn dates() -> impl Iterator<Item = WorkDate> {
    (0..DAYS).map(nth)
}

/// The model's state of a stored day.
#[derive(Debug, Clone)]
struct ModelDay {
    zone: usize,
    /// Whether work was expected while the person was employed and the day still followed the roster, or when the person
    /// turned out to have been employed.
    expects: Option<bool>,
    worked: i64,
    sessions: u32,
    is_outside: bool,
    is_reviewed: bool,
}

/// The slow model.
#[derive(Debug)]
struct Model {
    employed: BTreeSet<WorkDate>,
    planned: BTreeMap<WorkDate, bool>,
    days: BTreeMap<WorkDate, ModelDay>,
    is_active: bool,
    zone: usize,
    now: Timestamp,
    made_at: Timestamp,
}

impl Model {
    fn in_zone(zone: usize) -> TimeZone {
        TimeZone::get(ZONES[zone]).unwrap()
    }

    fn date_of(&self, at: Timestamp) -> WorkDate {
        at.to_zoned(Self::in_zone(self.zone)).date().into()
    }

    fn today(&self) -> WorkDate {
        self.date_of(self.now)
    }

    fn midnight(zone: usize, date: WorkDate) -> Timestamp {
        Self::in_zone(zone).to_timestamp(date.date().at(0, 0, 0, 0)).unwrap()
    }

    fn expects(&self, date: WorkDate) -> bool {
        self.planned.get(&date).copied().unwrap_or_else(|| date.date().weekday().to_monday_one_offset() <= 5)
    }

    /// Returns the last range of employed dates without a gap.
    fn latest(&self) -> Option<(WorkDate, WorkDate)> {
        let last = *self.employed.last()?;
        let mut from = last;
        while self.employed.contains(&from.previous()) {
            from = from.previous();
        }
        Some((from, last))
    }

    /// Returns whether the person has so little work that another hour causes no overtime.
    fn may_work(&self) -> bool {
        let around = [self.today().previous(), self.today(), self.today().next()];
        let sessions: u32 = around.iter().filter_map(|date| self.days.get(date)).map(|day| day.sessions).sum();
        sessions < 5
    }

    /// Stores a day.
    fn touch(&mut self, date: WorkDate) -> &mut ModelDay {
        let zone = self.zone;
        self.days.entry(date).or_insert(ModelDay {
            zone,
            expects: None,
            worked: 0,
            sessions: 0,
            is_outside: false,
            is_reviewed: false,
        })
    }

    /// Updates every stored day. A date that has begun keeps its zone.
    fn follow(&mut self) {
        let dates: Vec<WorkDate> = self.days.keys().copied().collect();
        for date in dates {
            let (employed, expects) = (self.employed.contains(&date), self.expects(date));
            let (zone, now) = (self.zone, self.now);
            let day = self.days.get_mut(&date).unwrap();
            if now < Self::midnight(day.zone, date) {
                day.zone = zone;
            }
            let is_over = Self::midnight(day.zone, date.next()) <= now;
            if employed && (!is_over || day.expects.is_none()) {
                day.expects = Some(expects);
            }
            if !employed && !is_over {
                day.expects = None;
            }
            day.is_reviewed &= !employed;
            day.is_outside = !employed;
        }
    }
}

/// A person as the domain stores them, and as the model has them.
struct Life {
    company: Company,
    model: Model,
}

impl Life {
    fn start() -> Self {
        let now: Timestamp = "2026-11-02T00:30:00Z".parse().unwrap();
        let mut company = Company::in_zone("UTC");
        company.person.created_at = now;
        company.person.employments = Employments::since(nth(START));
        let employed = dates().filter(|date| nth(START) <= *date).collect();
        let model = Model {
            employed,
            planned: BTreeMap::new(),
            days: BTreeMap::new(),
            is_active: true,
            zone: 1,
            now,
            made_at: now,
        };
        let mut life = Self { company, model };
        life.open();
        life
    }

    /// Creates today's record for active, employed people, like the scheduled job does.
    fn open(&mut self) {
        let today = self.model.today();
        if self.model.is_active && self.model.employed.contains(&today) && !self.model.days.contains_key(&today) {
            let change = DayChange::new(None, Day::open(&self.company.planner(), today), self.model.now);
            self.company.commit_day(&change);
            self.model.touch(today);
            self.model.follow();
        }
    }

    /// Commits the consequences of changed employments or of another roster.
    fn follow(&mut self, corrected: &[Employment]) {
        let now = self.model.now;
        let mut changes = follow_schedule(&self.company.days, &self.company.planner(), now);
        let is_stored = |date: WorkDate| self.company.days.contains_key(&date);
        changes.extend(open_corrected(corrected, &self.company.planner(), is_stored, now));
        for change in &changes {
            self.company.commit_day(change);
        }
        self.model.follow();
        let again = follow_schedule(&self.company.days, &self.company.planner(), now);
        assert!(again.is_empty(), "once is enough: {again:?}");
    }

    fn employ(&mut self, employments: Employments, employed: BTreeSet<WorkDate>) {
        let yesterday = self.model.today().previous();
        let corrected = self.company.person.employments.differing(&employments, yesterday);
        let differing: BTreeSet<WorkDate> = dates()
            .filter(|date| *date <= yesterday && employed.contains(date) != self.model.employed.contains(date))
            .collect();
        let told: BTreeSet<WorkDate> = corrected.iter().flat_map(|span| span.dates_within(nth(0), nth(DAYS))).collect();
        assert_eq!(told, differing);
        let since = self.model.date_of(self.model.made_at);
        let found: Vec<WorkDate> =
            differing.into_iter().filter(|date| since <= *date && employed.contains(date)).collect();
        self.company.person.employments = employments;
        self.model.employed = employed;
        if self.model.is_active {
            for date in found {
                self.model.touch(date);
            }
        }
        self.follow(&corrected);
        self.open();
    }

    fn set_active(&mut self, is_active: bool) {
        self.model.is_active = is_active;
        self.company.person.status = if is_active { UserStatus::Active } else { UserStatus::Disabled };
    }

    fn run(&mut self, command: &Command) {
        let today = self.model.today();
        let employments = self.company.person.employments.clone();
        match command {
            Command::Wait { hours } => {
                let end = Model::midnight(1, nth(DAYS - 6));
                self.model.now = (self.model.now + hours.hours()).min(end);
                self.model.follow();
                self.open();
            }
            Command::Leave => {
                self.set_active(false);
                let employed = self.model.employed.iter().copied().filter(|date| *date <= today).collect();
                self.employ(employments.ended(today), employed);
            }
            Command::Return { days } if !self.model.is_active => {
                let after = self.model.latest().map(|(_, last)| last.next());
                let from = today.plus_days(*days).max(after.unwrap_or(nth(0))).min(nth(DAYS - 7)).max(nth(0));
                self.set_active(true);
                // An employment that isn't over by then goes on.
                let begins = after.filter(|after| from <= *after).unwrap_or(from);
                let mut employed = self.model.employed.clone();
                employed.extend(dates().filter(|date| begins <= *date));
                self.employ(employments.resumed(from, None).unwrap(), employed);
            }
            Command::CorrectLatest { from, until } => {
                let (from, until) = (nth(*from), until.map(nth));
                let first = self.model.latest().map_or(nth(DAYS), |(first, _)| first);
                let earlier: BTreeSet<WorkDate> =
                    self.model.employed.iter().copied().filter(|date| *date < first).collect();
                let is_possible =
                    until.is_none_or(|until| from <= until) && earlier.last().is_none_or(|last| *last < from);
                match employments.with_latest(Some(from), until) {
                    Ok(corrected) => {
                        assert!(is_possible, "{from}..{until:?} after {earlier:?}");
                        let latest = dates().filter(|date| from <= *date && until.is_none_or(|until| *date <= until));
                        let employed = earlier.iter().copied().chain(latest).collect();
                        self.employ(corrected, employed);
                    }
                    Err(_) => assert!(!is_possible, "{from}..{until:?} after {earlier:?}"),
                }
            }
            Command::CorrectAll { stretches } => {
                let mut spans = Vec::new();
                let mut employed = BTreeSet::new();
                for (stretch, _) in (0..).zip(stretches).filter(|(_, is_employed)| **is_employed) {
                    let (from, until) = (nth(4 * stretch), nth(4 * stretch + 3));
                    spans.push(Employment::new(Some(from), Some(until)).unwrap());
                    employed.extend((0..4).map(|day| from.plus_days(day)));
                }
                // Employments may be written in any order.
                spans.reverse();
                self.employ(Employments::new(spans).unwrap(), employed);
            }
            Command::Move { zone } => {
                self.model.zone = *zone;
                self.company.person.time_zone = Some(Zone::parse(ZONES[*zone]).unwrap());
                self.follow(&[]);
                self.open();
            }
            Command::Work if self.model.is_active && self.model.may_work() => {
                let Ok(punched) = self.company.clock_in_at(self.model.now) else { return };
                self.model.now += 1.hours();
                self.company.clock_out_at(self.model.now).unwrap();
                let day = self.model.touch(punched.date);
                day.worked += 3600;
                day.sessions += 1;
                self.model.follow();
                self.open();
            }
            Command::Edit { day } => {
                let date = nth(*day);
                let start = Model::midnight(self.model.days.get(&date).map_or(self.model.zone, |day| day.zone), date);
                let (clock_in, clock_out) = (start + 10.hours(), start + 12.hours());
                let times = SessionTimes {
                    id: None,
                    clock_in,
                    clock_out: Some(clock_out),
                    breaks: Vec::new(),
                    cost_centers: None,
                };
                if clock_out < self.model.now && self.company.edit_at(self.model.now, date, &[times]).is_ok() {
                    let is_employed = self.model.employed.contains(&date);
                    let day = self.model.touch(date);
                    (day.worked, day.sessions, day.is_reviewed) = (7200, 1, !is_employed);
                    self.model.follow();
                }
            }
            Command::Plan { day, works } => {
                let date = nth(*day);
                let plan = if *works { DayPlan::Shifts(vec![shift("09:00", "18:00", 60)]) } else { DayPlan::Off };
                let planned =
                    PlannedDay { plan, cause: PlanCause::Override { reason: None }, version: 1, replaced_swap: None };
                self.company.years.entry(date.year()).or_default().days.insert(date, planned);
                self.model.planned.insert(date, *works);
                self.follow(&[]);
            }
            Command::Return { .. } | Command::Work => {}
        }
    }

    /// Checks that the domain agrees with the model.
    fn check(&self) {
        let Self { company, model } = self;
        for date in dates() {
            assert_eq!(company.person.is_employed_on(date), model.employed.contains(&date), "{date}");
        }
        assert_eq!(company.planner().today(model.now), model.today());
        let stored: Vec<&WorkDate> = company.days.keys().collect();
        assert_eq!(stored, model.days.keys().collect::<Vec<_>>());
        let (mut worked, mut scheduled, mut overtime) = (0, 0, 0);
        for (date, expected) in &model.days {
            let figures = company.days[date].figures(model.now);
            let expects = !expected.is_outside && expected.expects == Some(true);
            let (of_date, is_flagged) =
                (if expects { SCHEDULED } else { 0 }, expected.is_outside && 0 < expected.sessions);
            let counts = !expected.is_outside || expected.is_reviewed;
            let beyond = if counts { (expected.worked - of_date).max(0) } else { 0 };
            assert_eq!(figures.scheduled_seconds, of_date, "scheduled on {date}");
            assert_eq!(figures.worked_seconds, expected.worked, "worked on {date}");
            assert_eq!(figures.overtime_seconds, beyond, "overtime on {date}");
            assert_eq!(figures.flags.contains(&Flag::OutsideEmployment), is_flagged, "flag on {date}");
            worked += expected.worked;
            scheduled += of_date;
            overtime += beyond;
        }
        let totals = company.totals;
        assert_eq!(
            (totals.worked_seconds, totals.scheduled_seconds, totals.overtime_seconds),
            (worked, scheduled, overtime),
            "the month's totals"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn days_and_totals_match_a_model_of_random_employment_histories(commands in proptest::collection::vec(command(), 1..60)) {
        let mut life = Life::start();
        life.check();
        for command in &commands {
            life.run(command);
            life.check();
        }
    }
}
