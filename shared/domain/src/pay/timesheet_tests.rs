//! Tests of timesheets: the transitions of their states, and the differences that they pay.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::prelude::*;

use super::{
    AfterClose, EffectOnTimesheet, FiguresHash, PayCode, PayPeriod, PayPeriodKind, PayPeriods, PeriodClosed, Rejection,
    SecondsByCode, SettledTimesheets, Signature, Timesheet, TimesheetDay, TimesheetFigures, TimesheetRefusal,
    TimesheetStatus,
};
use crate::{calendar::WorkDate, id::UserId, schedule::tests::company::date, text::Reason};

const ALL: [TimesheetStatus; 6] = [
    TimesheetStatus::Open,
    TimesheetStatus::Submitted,
    TimesheetStatus::Approved,
    TimesheetStatus::Rejected,
    TimesheetStatus::Closing,
    TimesheetStatus::Closed,
];

fn maria() -> UserId {
    "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap()
}

fn hash(digit: char) -> FiguresHash {
    FiguresHash::parse(&digit.to_string().repeat(64)).unwrap()
}

fn signature() -> Signature {
    Signature { by: maria(), at: Timestamp::UNIX_EPOCH }
}

fn rejection() -> Rejection {
    Rejection { by: maria(), at: Timestamp::UNIX_EPOCH, note: Reason::parse("The afternoon is missing").unwrap() }
}

/// A timesheet in a state, with the hash `a` if it is signed.
fn in_state(status: TimesheetStatus) -> Timesheet {
    let open = Timesheet::open(maria(), "2026-10-01..2026-10-31".parse().unwrap());
    let submitted = open.submit(hash('a'), Vec::new(), signature()).unwrap();
    let approved = submitted.approve(hash('a'), Vec::new(), signature()).unwrap();
    let closing = approved.closing().unwrap();
    match status {
        TimesheetStatus::Open => open,
        TimesheetStatus::Submitted => submitted,
        TimesheetStatus::Approved => approved,
        TimesheetStatus::Rejected => submitted.reject(rejection()).unwrap(),
        TimesheetStatus::Closing => closing,
        TimesheetStatus::Closed => closing.close(&hash('a'), Timestamp::UNIX_EPOCH).unwrap(),
    }
}

/// The states in which a transition is possible, with the state after it.
fn possible(
    transition: impl Fn(&Timesheet) -> Result<Timesheet, TimesheetRefusal>,
) -> Vec<(TimesheetStatus, TimesheetStatus)> {
    let after = |status: TimesheetStatus| {
        let before = in_state(status);
        let after = transition(&before).ok()?;
        assert_eq!(after.version, before.version + 1, "{status:?}");
        Some((status, after.status))
    };
    ALL.into_iter().filter_map(after).collect()
}

#[test]
fn each_state_allows_only_its_transitions() {
    use TimesheetStatus::{Approved, Closed, Closing, Open, Rejected, Submitted};
    let submit = possible(|it| it.submit(hash('a'), Vec::new(), signature()));
    assert_eq!(submit, [(Open, Submitted), (Rejected, Submitted)]);
    let approve = possible(|it| it.approve(hash('a'), Vec::new(), signature()));
    assert_eq!(approve, [(Open, Approved), (Submitted, Approved), (Rejected, Approved)]);
    let reject = possible(|it| it.reject(rejection()));
    assert_eq!(reject, [(Submitted, Rejected), (Approved, Rejected)]);
    assert_eq!(possible(Timesheet::closing), [(Approved, Closing)]);
    assert_eq!(possible(|it| it.close(&hash('a'), Timestamp::UNIX_EPOCH)), [(Closing, Closed)]);
    let reopened = |has_changed| possible(move |it| it.reopen(has_changed, Timestamp::UNIX_EPOCH));
    assert_eq!(reopened(false), [(Closing, Approved), (Closed, Approved)]);
    assert_eq!(reopened(true), [(Closing, Open), (Closed, Open)]);
}

#[test]
fn an_approval_and_a_close_are_of_the_hash_that_was_signed() {
    let submitted = in_state(TimesheetStatus::Submitted);
    let other = submitted.approve(hash('b'), Vec::new(), signature());
    assert_eq!(other, Err(TimesheetRefusal::FiguresChanged));
    let closing = in_state(TimesheetStatus::Closing);
    assert_eq!(closing.close(&hash('b'), Timestamp::UNIX_EPOCH), Err(TimesheetRefusal::FiguresChanged));
}

#[test]
fn a_voided_timesheet_has_no_signatures() {
    let voided = in_state(TimesheetStatus::Approved).voided(Timestamp::UNIX_EPOCH);
    assert_eq!(voided.status, TimesheetStatus::Open);
    assert_eq!((voided.hash, voided.submitted, voided.approved), (None, None, None));
    assert_eq!(voided.voided_at, Some(Timestamp::UNIX_EPOCH));
}

#[test]
fn a_change_voids_a_signed_timesheet_and_needs_leave_after_the_close() {
    use TimesheetStatus::{Approved, Closed, Closing, Open, Rejected, Submitted};
    let effect = |status, after_close| in_state(status).effect_of_change(after_close);
    for after_close in [AfterClose::Refused, AfterClose::Allowed] {
        for status in [Open, Rejected] {
            assert_eq!(effect(status, after_close), Ok(EffectOnTimesheet::Nothing));
        }
        for status in [Submitted, Approved] {
            assert_eq!(effect(status, after_close), Ok(EffectOnTimesheet::Voids));
        }
        let period = "2026-10-01..2026-10-31".parse().unwrap();
        assert_eq!(effect(Closing, after_close), Err(PeriodClosed { period, is_closing: true }));
    }
    assert!(effect(Closed, AfterClose::Refused).is_err());
    assert_eq!(effect(Closed, AfterClose::Allowed), Ok(EffectOnTimesheet::BecomesDelta));
}

fn regular(seconds: i64) -> SecondsByCode {
    if seconds == 0 { SecondsByCode::new() } else { [(PayCode::regular(), seconds)].into() }
}

/// A person's days and timesheets, with pay periods of a week.
struct Person {
    periods: PayPeriods,
    days: BTreeMap<WorkDate, i64>,
    timesheets: BTreeMap<PayPeriod, (Timesheet, TimesheetFigures)>,
    changed: BTreeSet<WorkDate>,
}

/// The first Monday.
fn monday() -> WorkDate {
    date("2026-10-05")
}

impl Person {
    fn new() -> Self {
        Self {
            periods: PayPeriods { kind: PayPeriodKind::Week, anchor: monday() },
            days: BTreeMap::new(),
            timesheets: BTreeMap::new(),
            changed: BTreeSet::new(),
        }
    }

    fn week(&self, number: i32) -> PayPeriod {
        self.periods.of(monday().plus_days(7 * number))
    }

    fn timesheet(&self, period: PayPeriod) -> Timesheet {
        self.timesheets
            .get(&period)
            .map_or_else(|| Timesheet::open(maria(), period), |(timesheet, _)| timesheet.clone())
    }

    fn put(&mut self, timesheet: Timesheet) {
        let period = timesheet.period;
        let figures = TimesheetFigures { period, days: Vec::new(), changed: Vec::new() };
        let stored = self.timesheets.entry(period).or_insert_with(|| (Timesheet::open(maria(), period), figures));
        stored.0 = timesheet;
    }

    fn settled(&self) -> SettledTimesheets {
        let all = self.timesheets.values().map(|(timesheet, figures)| (timesheet.status, figures.clone()));
        SettledTimesheets::new(self.periods, all)
    }

    /// Removes the signatures of a timesheet: its differences are to be paid again.
    fn void(&mut self, timesheet: &Timesheet) {
        self.changed.extend(timesheet.delta_dates.iter().copied());
        self.put(timesheet.voided(Timestamp::UNIX_EPOCH));
    }

    fn change(&mut self, day: i32, seconds: i64) {
        let date = monday().plus_days(day);
        let timesheet = self.timesheet(self.periods.of(date));
        match timesheet.effect_of_change(AfterClose::Allowed).unwrap() {
            EffectOnTimesheet::Nothing => {}
            EffectOnTimesheet::Voids => self.void(&timesheet),
            EffectOnTimesheet::BecomesDelta => {
                self.changed.insert(date);
            }
        }
        self.days.insert(date, seconds);
    }

    fn sign(&mut self, number: i32) {
        let period = self.week(number);
        let present: BTreeMap<WorkDate, SecondsByCode> =
            self.days.iter().map(|(date, seconds)| (*date, regular(*seconds))).collect();
        let settled = self.settled();
        let compared = settled.compared(period, &self.changed, |date| [date]);
        let differences = settled.differences(&compared, &present);
        let own = present.iter().filter(|(date, _)| period.contains(**date)).map(|(date, seconds)| TimesheetDay {
            date: *date,
            worked_seconds: 0,
            scheduled_seconds: 0,
            adjustment_seconds: 0,
            seconds: seconds.clone(),
            absences: Vec::new(),
            cost_centers: Vec::new(),
            segments: Vec::new(),
        });
        let figures = TimesheetFigures { period, days: own.collect(), changed: differences.changed };
        let dates = figures.changed.iter().map(|day| day.date).collect();
        let Ok(signed) = self.timesheet(period).submit(hash('a'), dates, signature()) else { return };
        self.changed.retain(|date| !differences.settled.contains(date) && !period.contains(*date));
        self.timesheets.insert(period, (signed, figures));
    }

    fn reject(&mut self, number: i32) {
        let timesheet = self.timesheet(self.week(number));
        if let Ok(rejected) = timesheet.reject(rejection()) {
            self.changed.extend(timesheet.delta_dates.iter().copied());
            self.put(rejected);
        }
    }

    fn close(&mut self, number: i32) {
        let timesheet = self.timesheet(self.week(number));
        let approved = match timesheet.status {
            TimesheetStatus::Submitted => timesheet.approve(hash('a'), Vec::new(), signature()),
            TimesheetStatus::Open
            | TimesheetStatus::Approved
            | TimesheetStatus::Rejected
            | TimesheetStatus::Closing
            | TimesheetStatus::Closed => Ok(timesheet),
        };
        let closed = approved.and_then(|it| it.closing()).and_then(|it| it.close(&hash('a'), Timestamp::UNIX_EPOCH));
        if let Ok(closed) = closed {
            self.put(closed);
        }
    }

    /// Opens a closed timesheet, unless a later one is closed.
    fn reopen(&mut self, number: i32) {
        let period = self.week(number);
        let later: Vec<Timesheet> = self
            .timesheets
            .iter()
            .filter(|(it, _)| **it > period)
            .map(|(_, (timesheet, _))| timesheet.clone())
            .collect();
        if later.iter().any(|it| it.status == TimesheetStatus::Closed) {
            return;
        }
        let timesheet = self.timesheet(period);
        let pays = |it: &Timesheet| it.status.is_settled() && it.delta_dates.iter().any(|date| period.contains(*date));
        let paying: Vec<Timesheet> = later.into_iter().filter(pays).collect();
        let has_changed = !paying.is_empty() || self.changed.iter().any(|date| period.contains(*date));
        let Ok(opened) = timesheet.reopen(has_changed, Timestamp::UNIX_EPOCH) else { return };
        if has_changed {
            self.changed.extend(timesheet.delta_dates.iter().copied());
        }
        self.put(opened);
        for later in &paying {
            self.void(later);
        }
    }
}

/// Something that happens to a person.
#[derive(Debug, Clone, Copy)]
enum Step {
    Change(i32, i64),
    Sign(i32),
    Reject(i32),
    Close(i32),
    Reopen(i32),
}

fn step() -> impl Strategy<Value = Step> {
    let week = || 0i32..4;
    prop_oneof![
        4 => (0i32..28, 0i64..5).prop_map(|(day, seconds)| Step::Change(day, seconds)),
        3 => week().prop_map(Step::Sign),
        1 => week().prop_map(Step::Reject),
        3 => week().prop_map(Step::Close),
        1 => week().prop_map(Step::Reopen),
    ]
}

proptest! {
    /// "close → any later change appears exactly once, as a delta": whatever happens in between, once all timesheets are signed,
    /// they pay together what was worked.
    #[test]
    fn all_timesheets_together_pay_each_second_once(steps in prop::collection::vec(step(), 0..60)) {
        let mut person = Person::new();
        for step in steps {
            match step {
                Step::Change(day, seconds) => person.change(day, seconds),
                Step::Sign(week) => person.sign(week),
                Step::Reject(week) => person.reject(week),
                Step::Close(week) => person.close(week),
                Step::Reopen(week) => person.reopen(week),
            }
        }
        // The last week has no days: it pays the differences that are left.
        for week in 0..5 {
            person.sign(week);
        }
        prop_assert!(person.changed.is_empty(), "{:?}", person.changed);
        let settled = person.settled();
        for (date, seconds) in &person.days {
            prop_assert_eq!(settled.seconds_of(*date), regular(*seconds), "{}", date);
        }
    }
}

#[test]
fn the_earliest_timesheet_that_is_not_submitted_pays_a_difference() {
    let mut person = Person::new();
    person.change(0, 28_800);
    for week in 0..2 {
        person.sign(week);
    }
    person.close(0);
    person.change(0, 25_200);
    person.change(0, 21_600);
    // The second week is submitted, so the third one pays both changes, as one difference.
    person.sign(2);
    let figures = &person.timesheets[&person.week(2)].1;
    assert_eq!(figures.totals(), regular(-7_200));
    assert_eq!(figures.lines().len(), 1);
    assert!(figures.lines()[0].is_delta);
    // A later timesheet doesn't pay it again.
    person.sign(3);
    assert_eq!(person.timesheets[&person.week(3)].1.totals(), SecondsByCode::new());
}

/// Leave in a neighbouring period changes the pay of a date without a change of its day. A job notes the date while its period is
/// being closed.
#[test]
fn a_change_during_a_close_is_paid_once_whether_or_not_the_close_fails() {
    let thursday = monday().plus_days(3);
    let noted_during_a_close = || {
        let mut person = Person::new();
        person.change(3, 28_800);
        person.sign(0);
        let submitted = person.timesheet(person.week(0));
        let approved = submitted.approve(hash('a'), Vec::new(), signature()).unwrap();
        person.put(approved.closing().unwrap());
        person.days.insert(thursday, 21_600);
        person.changed.insert(thursday);
        person
    };
    // The close has the figures from before the leave: the next week pays the difference.
    let mut closed = noted_during_a_close();
    let closing = closed.timesheet(closed.week(0));
    closed.put(closing.close(&hash('a'), Timestamp::UNIX_EPOCH).unwrap());
    closed.sign(1);
    assert_eq!(closed.timesheets[&closed.week(1)].1.totals(), regular(-7_200));
    assert_eq!((&closed.changed, closed.settled().seconds_of(thursday)), (&BTreeSet::new(), regular(21_600)));

    // The close fails, because it has the figures after the leave: the week itself pays the date, and no other one.
    let mut failed = noted_during_a_close();
    let closing = failed.timesheet(failed.week(0));
    assert_eq!(closing.close(&hash('b'), Timestamp::UNIX_EPOCH), Err(TimesheetRefusal::FiguresChanged));
    failed.void(&closing);
    failed.sign(1);
    assert_eq!(failed.timesheets[&failed.week(1)].1.totals(), SecondsByCode::new());
    failed.sign(0);
    assert_eq!((&failed.changed, failed.settled().seconds_of(thursday)), (&BTreeSet::new(), regular(21_600)));
}

#[test]
fn more_differences_than_fit_are_paid_by_the_next_timesheets() {
    let mut person = Person::new();
    person.periods = PayPeriods::default();
    let first = date("2026-01-01");
    let days = i32::try_from(TimesheetFigures::MAX_CHANGED).unwrap() + 20;
    person.days = (0..days).map(|day| (first.plus_days(day), 1)).collect();
    let months: Vec<PayPeriod> = person.periods.of_year(2026);
    for month in &months[..5] {
        let own = person.days.iter().filter(|(date, _)| month.contains(**date)).map(|(date, seconds)| TimesheetDay {
            date: *date,
            worked_seconds: 0,
            scheduled_seconds: 0,
            adjustment_seconds: 0,
            seconds: regular(*seconds),
            absences: Vec::new(),
            cost_centers: Vec::new(),
            segments: Vec::new(),
        });
        let figures = TimesheetFigures { period: *month, days: own.collect(), changed: Vec::new() };
        let closed = Timesheet { period: *month, ..in_state(TimesheetStatus::Closed) };
        person.timesheets.insert(*month, (closed, figures));
    }
    for day in 0..days {
        let date = first.plus_days(day);
        person.days.insert(date, 2);
        person.changed.insert(date);
    }
    let present: BTreeMap<WorkDate, SecondsByCode> =
        person.days.iter().map(|(date, seconds)| (*date, regular(*seconds))).collect();
    let settled = person.settled();
    let differences = settled.differences(&settled.compared(months[5], &person.changed, |date| [date]), &present);
    assert_eq!(differences.changed.len(), TimesheetFigures::MAX_CHANGED);
    assert_eq!(differences.settled.len(), TimesheetFigures::MAX_CHANGED);
    assert_eq!(differences.settled.last(), differences.changed.last().map(|day| &day.date));
}
