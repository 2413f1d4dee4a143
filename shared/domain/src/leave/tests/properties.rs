//! Random grants, requests, decisions, cancellations, sick leave over other leave, edits, late punches, excuses, holidays,
//! rosters and year ends. The invariants of the leave book are checked after every one.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;

use super::{DAY, Person, annual};
use crate::{
    audit::Actor,
    bounded::Bounded,
    calendar::{Weekday, WorkDate},
    correction::{Decision, Verdict},
    day::{Day, DayChange, Month, SessionTimes, follow_schedule},
    employment::Employments,
    holiday::{Half, Holiday},
    id::LeaveRequestId,
    lateness::{LateMonth, follow_days},
    leave::{
        Accrual, Balance, EntryCause, EntryKind, Expiring, LeaveDayLength, LeaveDays, LeaveMinutes, LeaveType, Notice,
        Turn,
        request::{
            Canceller, EndHalf, FollowUp, HistoryKind, LeaveContext, LeaveDraft, LeaveEffects, LeavePeriod,
            LeaveRequest, LeaveStatus, OpenLeave, Outcome, StartHalf,
        },
    },
    schedule::{
        DayPlan, LeaveTypeCode, PlanCause, PlannedDay,
        tests::company::{Company, manager, reason, shift},
    },
    settings::LeaveAllowance,
};

/// A random action. Numbers select among the present items.
#[derive(Debug, Clone)]
enum Deed {
    Ask(Kind, Dates),
    Enter(Kind, Dates),
    Change(usize, Kind, Dates),
    Decide(usize, bool),
    Cancel(usize, Canceller),
    /// Someone clocks in this number of minutes after the start of their shift, and works until its end.
    Come(i64),
    Excuse(i32),
    /// A manager edits a day, this number of days ago, to a clock-in that is late by this number of minutes.
    EditDay(i32, i64),
    /// A holiday this number of days ahead, whole or half; none removes it.
    Holiday(i32, Option<Half>),
    /// A date this number of days ahead is planned as a day off or as work.
    Plan(i32, bool),
    Adjust(i64),
    Mark(u32),
    Wait(i32),
}

/// The type of leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Annual,
    Sick,
}

impl Kind {
    fn code(self) -> LeaveTypeCode {
        match self {
            Self::Annual => LeaveTypeCode::annual(),
            Self::Sick => LeaveTypeCode::sick(),
        }
    }
}

/// The dates of leave, counted from today, and its halves.
#[derive(Debug, Clone, Copy)]
struct Dates {
    ahead: i32,
    lasts: i32,
    halves: (bool, bool),
}

/// The rules of a company.
#[derive(Debug, Clone)]
struct Rules {
    begins: &'static str,
    leave_year_start: &'static str,
    annual_days: u32,
    carry_over_days: u32,
    expires_after_months: Option<u32>,
    only_after_notice: bool,
    late_mode: &'static str,
    accrual: Accrual,
    /// The yearly number of days of sick leave; none where it isn't counted.
    sick_days: Option<u32>,
}

fn rules() -> impl Strategy<Value = Rules> {
    let start = prop_oneof![
        Just(("2026-11-16", "01-01")),
        Just(("2026-11-02", "12-01")),
        Just(("2028-01-20", "03-01")),
        Just(("2026-12-14", "01-01")),
    ];
    let late_mode = prop_oneof![Just("per_minute"), Just("per_occurrence"), Just("off")];
    let accrual = prop_oneof![3 => Just(Accrual::Yearly), 1 => Just(Accrual::Monthly)];
    let carry_over = (0..6u32, proptest::option::of(1..4u32), any::<bool>());
    let figures = (1..16u32, carry_over, proptest::option::weighted(0.3, 5..30u32));
    (start, figures, late_mode, accrual).prop_map(|((begins, leave_year_start), figures, late_mode, accrual)| {
        let (annual_days, carry_over, sick_days) = figures;
        Rules {
            begins,
            leave_year_start,
            annual_days,
            carry_over_days: carry_over.0,
            expires_after_months: carry_over.1,
            only_after_notice: carry_over.2,
            late_mode,
            accrual,
            sick_days,
        }
    })
}

fn dates() -> impl Strategy<Value = Dates> {
    let ahead = prop_oneof![1 => -45..0i32, 1 => -8..0i32, 3 => 0..10i32, 2 => 0..70i32];
    (ahead, 1..14i32, any::<(bool, bool)>()).prop_map(|(ahead, lasts, halves)| Dates { ahead, lasts, halves })
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let half = prop_oneof![2 => Just(None), 1 => Just(Some(Half::Morning)), 1 => Just(Some(Half::Afternoon))];
    let kind = || prop_oneof![3 => Just(Kind::Annual), 2 => Just(Kind::Sick)];
    let deed = prop_oneof![
        6 => (kind(), dates()).prop_map(|(kind, dates)| Deed::Ask(kind, dates)),
        4 => (kind(), dates()).prop_map(|(kind, dates)| Deed::Enter(kind, dates)),
        3 => (0..8usize, kind(), dates()).prop_map(|(which, kind, dates)| Deed::Change(which, kind, dates)),
        6 => (0..8usize, prop::bool::weighted(0.8)).prop_map(|(which, yes)| Deed::Decide(which, yes)),
        4 => (0..8usize, any::<bool>()).prop_map(|(which, by_manager)| {
            Deed::Cancel(which, if by_manager { Canceller::Manager } else { Canceller::Person })
        }),
        5 => prop_oneof![Just(0), 1..200i64].prop_map(Deed::Come),
        2 => (0..5i32).prop_map(Deed::Excuse),
        3 => (0..20i32, 0..200i64).prop_map(|(ago, late)| Deed::EditDay(ago, late)),
        2 => (1..20i32, half).prop_map(|(ahead, half)| Deed::Holiday(ahead, half)),
        2 => (1..20i32, any::<bool>()).prop_map(|(ahead, is_off)| Deed::Plan(ahead, is_off)),
        1 => (-300..300i64).prop_map(Deed::Adjust),
        1 => (0..800u32).prop_map(Deed::Mark),
        8 => prop_oneof![4 => 1..3i32, 2 => 3..20i32, 1 => 20..90i32].prop_map(Deed::Wait),
    ];
    proptest::collection::vec(deed, 1..60)
}

/// A person's work and leave, as the table would store it.
struct World {
    company: Company,
    book: Person,
    requests: BTreeMap<LeaveRequestId, LeaveRequest>,
    open: OpenLeave,
    late_months: BTreeMap<Month, LateMonth>,
    /// The minutes that other leave interrupted, by the type of the request at that time, the leave year that paid, and the date.
    interrupted: BTreeMap<(LeaveTypeCode, i16, WorkDate), LeaveMinutes>,
    now: Timestamp,
    ids: u64,
}

impl World {
    fn new(rules: &Rules) -> Self {
        let settings = serde_json::json!({
            "leave_year_start": rules.leave_year_start,
            "annual_leave_days": rules.annual_days,
            "carry_over_days": rules.carry_over_days,
            "carry_over_expires_after_months": rules.expires_after_months,
            "expire_only_after_notice": rules.only_after_notice,
            "late_deduction": {"mode": rules.late_mode, "every": 2, "days": 0.5},
        });
        let mut company = Company::with_shifts(&[shift("09:00", "17:00", 0)]).settings(&settings.to_string());
        company.person.employments = Employments::since("2020-01-01".parse().unwrap());
        let mut book = Person::on(rules.begins, &settings.to_string());
        book.user = company.person.clone();
        book.settings = company.settings.clone();
        let (annual, backdate_days) = (book.types.get(&annual()).unwrap(), Bounded::new(40).unwrap());
        book.types = book.types.with(LeaveType { backdate_days, accrual: rules.accrual, ..annual }).unwrap();
        let sick = book.types.get(&Kind::Sick.code()).unwrap();
        let annual_days = rules.sick_days.map(|days| LeaveAllowance::try_from(f64::from(days)).unwrap());
        let counted = annual_days.is_some();
        book.types = book.types.with(LeaveType { counted, annual_days, backdate_days, ..sick }).unwrap();
        let now = company.at(&format!("{} 08:00", rules.begins));
        let mut world = Self {
            company,
            book,
            requests: BTreeMap::new(),
            open: OpenLeave::default(),
            late_months: BTreeMap::new(),
            interrupted: BTreeMap::new(),
            now,
            ids: 0,
        };
        world.run_scheduled_jobs();
        world
    }

    fn today(&self) -> WorkDate {
        self.company.planner().today(self.now)
    }

    fn next_id(&mut self) -> ulid::Ulid {
        self.ids += 1;
        ulid::Ulid::from_parts(self.ids, 1)
    }

    /// Returns the decision of `act` on what is stored.
    fn decide<T>(&self, act: impl FnOnce(LeaveContext<'_>) -> T) -> T {
        let planner = self.company.planner();
        let types = &self.book.types;
        let balances = self.book.read();
        let others: Vec<LeaveRequest> = self.requests.values().cloned().collect();
        act(LeaveContext {
            planner: &planner,
            types,
            balances: &balances,
            open: &self.open,
            others: &others,
            // Alternates between one transaction and `jobs`. Both have the same result.
            follow_up: if self.ids.is_multiple_of(2) { FollowUp::AtOnce } else { FollowUp::ByJobs },
            days: &self.company.days,
            late_months: &self.late_months,
            presence: &self.company.presence,
            now: self.now,
            by: Actor::System,
        })
    }

    fn commit(&mut self, changed: impl IntoIterator<Item = LeaveRequest>, effects: LeaveEffects) {
        let LeaveEffects { open, years, days, late_months, presence, booked, facts: _ } = effects;
        for request in changed {
            self.note_interruption(&request);
            // The stored item is read back as it was written.
            let stored = serde_json::from_str(&serde_json::to_string(&request).unwrap()).unwrap();
            assert_eq!(request, stored);
            self.requests.insert(request.id, stored);
        }
        self.open = open;
        self.company.years.extend(years);
        for change in &days {
            self.company.commit_day(change);
        }
        self.late_months.extend(late_months);
        self.company.presence = presence.unwrap_or_else(|| self.company.presence.clone());
        self.book.commit(booked);
    }

    /// Records what other leave takes from a request, or gives back to it.
    fn note_interruption(&mut self, after: &LeaveRequest) {
        let Some(before) = self.requests.get(&after.id) else { return };
        if !matches!(after.history.last().unwrap().kind, HistoryKind::Interrupted | HistoryKind::Resumed) {
            return;
        }
        for (charges, sign) in [(&before.charges, 1), (&after.charges, -1)] {
            for (year, date, minutes) in charges.dates() {
                let taken = self.interrupted.entry((after.leave_type.clone(), year, date)).or_default();
                *taken += LeaveMinutes::new(sign * minutes.get());
            }
        }
    }

    /// Returns what other leave took from requests of that type, on dates that meet the condition.
    fn interrupted_of(&self, balance: &Balance, picks: impl Fn(WorkDate) -> bool) -> LeaveMinutes {
        let of_balance = self.interrupted.iter().filter(|((leave_type, year, date), _)| {
            *leave_type == balance.leave_type && *year == balance.year.year && picks(*date)
        });
        of_balance.map(|(_, minutes)| *minutes).sum()
    }

    /// Books the cost of the lateness of these dates.
    fn follow(&mut self, changes: &[DayChange]) {
        let (months, now) = (self.late_months.clone(), self.now);
        let length = LeaveDayLength::of(&self.company.settings);
        let followed = self.book.book(|book| follow_days(&months, changes, book, length, now));
        self.late_months.extend(followed);
    }

    fn follow_dates(&mut self, dates: &[WorkDate]) {
        let days = dates.iter().filter_map(|date| self.company.days.get(date));
        let changes: Vec<DayChange> =
            days.map(|day| DayChange::new(Some(day.clone()), day.clone(), self.now)).collect();
        self.follow(&changes);
    }

    /// Does what jobs and managers do after a change of a schedule.
    fn schedule_changed(&mut self) {
        let open: Vec<LeaveRequest> =
            self.open.entries().iter().filter_map(|entry| self.requests.get(&entry.id)).cloned().collect();
        if let Some((changed, effects)) = self.decide(|context| context.recount(&open, 30)) {
            self.commit(changed, effects);
        }
        let changes = follow_schedule(&self.company.days, &self.company.planner(), self.now);
        for change in &changes {
            self.company.commit_day(change);
        }
        self.follow(&changes);
    }

    fn run_scheduled_jobs(&mut self) {
        self.book.today = self.today();
        self.book.book(|book| {
            book.bring_all_up_to_date();
            book.give_notices();
            book.check_mark();
        });
        let before = self.book.ledger.len();
        self.book.book(|book| {
            book.bring_all_up_to_date();
            book.give_notices();
        });
        assert_eq!(self.book.ledger.len(), before, "run twice, the second changes nothing");
        self.hold_notices();
    }

    /// Checks that everyone who would lose leave with the year has had a notice since the last of 90, 30 and 7 days before.
    fn hold_notices(&self) {
        let today = self.today();
        let cap = LeaveDayLength::of(&self.company.settings).of_allowance(self.company.settings.carry_over_days);
        for balance in self.book.balances.values().filter(|balance| balance.year.holds(today)) {
            let since = [7, 30, 90].map(|days| balance.year.to.plus_days(-days)).into_iter().find(|it| *it <= today);
            let left = balance.available() - balance.bound_to_expire(today);
            let given_back = self.interrupted_of(balance, |_| true).or_zero() + self.outliving(balance);
            let lost = left - given_back.min(left.or_zero()) - cap;
            if let Some(since) = since.filter(|_| LeaveMinutes::ZERO < lost) {
                let notices = self.notices(balance, Expiring::WithYear);
                assert!(notices.iter().any(|notice| since <= notice.on), "{lost:?} will be lost by {since}");
            }
        }
    }

    /// Returns the notices of a leave year, from the ledger alone. Those of carry-over include what had expired before.
    fn notices(&self, balance: &Balance, of: Expiring) -> Vec<Notice> {
        let mut expired = LeaveMinutes::ZERO;
        let mut notices = Vec::new();
        for entry in self.book.ledger_of(&balance.leave_type, balance.year.year) {
            if let EntryCause::CarriedExpired { .. } = entry.cause {
                expired -= entry.minutes;
            }
            if let EntryCause::ExpiryNotice { expiring, on, minutes, .. } = entry.cause
                && expiring == of
            {
                let before = if of == Expiring::CarriedOver { expired } else { LeaveMinutes::ZERO };
                notices.push(Notice { on, minutes: minutes + before });
            }
        }
        notices
    }

    /// Computes from the text of the rules what expires with a year, and the amount whose notice came too late for that.
    fn lost_with(&self, balance: &Balance, turn: &Turn) -> (LeaveMinutes, LeaveMinutes) {
        let rest = turn.carried + turn.expired;
        // The amount is negative where a request was moved to dates of sick leave that was cancelled afterwards. Nothing was
        // given back then.
        let given_back = self.interrupted_of(balance, |_| true).or_zero() + self.outliving(balance).min(rest.or_zero());
        let beyond = (rest - turn.cap - given_back).or_zero();
        if !self.company.settings.expire_only_after_notice {
            return (beyond, LeaveMinutes::ZERO);
        }
        let notices = self.notices(balance, Expiring::WithYear);
        let told = |by: WorkDate| {
            let by = notices.iter().filter(|notice| notice.on <= by);
            by.map(|notice| notice.minutes).max().unwrap_or_default()
        };
        let lost = beyond.min(told(balance.year.to.plus_days(-30)));
        (lost, beyond.min(told(balance.year.to)) - lost)
    }

    /// Returns the last date of the month of the leave year that contains the 30th day after a notice.
    fn lasts_after(balance: &Balance, notice: Notice) -> WorkDate {
        let day = notice.on.plus_days(30);
        (1..=12).map(|month| balance.year.last_of_month(month)).find(|last| day <= *last).unwrap_or(balance.year.to)
    }

    fn year_before(&self, balance: &Balance) -> Option<&Balance> {
        self.book.balances.get(&(balance.leave_type.clone(), balance.year.year - 1))
    }

    /// Returns the carry-over that sick leave gave back in the year before. It may be taken until three months after this year.
    fn outliving(&self, balance: &Balance) -> LeaveMinutes {
        let before = self.year_before(balance).and_then(|before| Some((before, before.turned?)));
        before.map_or(LeaveMinutes::ZERO, |(before, turn)| {
            self.interrupted_of(before, |_| true).min(turn.carried).or_zero()
        })
    }

    /// Returns the carry-over that may be taken after the end of that month although the rule ends it: what sick leave gave back
    /// in the year before, and, in the first three months, in the year before that.
    fn spared(&self, balance: &Balance, last: WorkDate) -> LeaveMinutes {
        let own = self.outliving(balance);
        let before = self.year_before(balance).and_then(|before| Some((before, before.turned?)));
        let earlier = before
            .map_or(LeaveMinutes::ZERO, |(before, turn)| self.outliving(before).min(turn.carried - own).or_zero());
        if last < balance.year.last_of_month(3) { own + earlier } else { own }
    }

    /// Computes from the text of the rules until when carry-over may be taken: the last date, the amount that it concerns, and
    /// the most that expires then.
    fn lapses(&self, balance: &Balance) -> Vec<(WorkDate, LeaveMinutes, Option<LeaveMinutes>)> {
        let carried = balance.carried_in.as_ref().map_or(LeaveMinutes::ZERO, |carried| carried.minutes);
        let mut lapses = Vec::new();
        if let Some(last) = balance.carried_expires_on() {
            if self.company.settings.expire_only_after_notice {
                for notice in self.notices(balance, Expiring::CarriedOver) {
                    let last = last.max(Self::lasts_after(balance, notice));
                    lapses.push((last, carried - self.spared(balance, last), Some(notice.minutes)));
                }
            } else {
                lapses.push((last, carried - self.spared(balance, last), None));
            }
        }
        if let Some(before) = self.year_before(balance)
            && let (Some(turn), Some(notice)) = (before.turned, self.notices(before, Expiring::WithYear).last())
        {
            let (_, late) = self.lost_with(before, &turn);
            lapses.push((Self::lasts_after(balance, *notice), late, None));
        }
        lapses.retain(|(last, _, _)| *last < balance.year.to);
        lapses
    }

    fn period(&self, dates: Dates) -> Option<LeavePeriod> {
        let start = self.today().plus_days(dates.ahead);
        let (start_half, end_half) =
            (dates.halves.0.then_some(StartHalf::Afternoon), dates.halves.1.then_some(EndHalf::Morning));
        LeavePeriod::new(start, start.plus_days(dates.lasts - 1), start_half, end_half).ok()
    }

    fn chosen(&self, which: usize) -> Option<LeaveRequest> {
        self.requests.values().rev().nth(which).cloned()
    }

    fn take(&mut self, deed: &Deed) {
        match deed {
            Deed::Ask(kind, dates) => self.ask(*kind, *dates, None),
            Deed::Enter(kind, dates) => self.ask(*kind, *dates, Some(())),
            Deed::Change(which, kind, dates) => {
                let (Some(before), Some(period)) = (self.chosen(*which), self.period(*dates)) else { return };
                let asked = LeaveDraft { leave_type: kind.code(), period, reason: None };
                if let Ok(outcome) = self.decide(|context| context.change(&before, asked)) {
                    self.commit_asked(outcome);
                }
            }
            Deed::Decide(which, yes) => {
                let Some(before) = self.chosen(*which) else { return };
                let decision = if *yes { Decision::Approved } else { Decision::Rejected };
                let verdict = Verdict { by: manager(), at: self.now, decision, note: None, self_decided: false };
                let decided = self.decide(|context| context.decide(&before, verdict));
                if let Ok(outcome) = decided {
                    assert_eq!(before.status, LeaveStatus::Pending, "a request is decided once");
                    self.commit_asked(outcome);
                }
            }
            Deed::Cancel(which, canceller) => {
                let Some(before) = self.chosen(*which) else { return };
                if let Ok(outcome) = self.decide(|context| context.cancel(&before, *canceller)) {
                    self.commit(outcome.requests(), outcome.effects);
                    self.apply(before.id);
                }
            }
            Deed::Come(late) => self.come(*late),
            Deed::Excuse(ago) => {
                let date = self.today().plus_days(-ago);
                if self.company.excuse_at(self.now, date).is_ok() {
                    self.follow_dates(&[date]);
                }
            }
            Deed::EditDay(ago, late) => self.edit_day(*ago, *late),
            Deed::Holiday(ahead, half_day) => {
                let date = self.today().plus_days(*ahead);
                if self.company.holidays.iter().any(|holiday| holiday.date == date) {
                    self.company.holidays.retain(|holiday| holiday.date != date);
                } else {
                    let name = crate::text::Name::parse("Republic Day").unwrap();
                    let id = self.next_id().into();
                    self.company.holidays.push(Holiday { id, date, name, site_id: None, half_day: *half_day });
                }
                self.schedule_changed();
            }
            Deed::Plan(ahead, is_off) => {
                let date = self.today().plus_days(*ahead);
                let plan = if *is_off { DayPlan::Off } else { DayPlan::Shifts(vec![shift("09:00", "17:00", 0)]) };
                let planned = PlannedDay { plan, cause: PlanCause::Override { reason: None }, version: 0 };
                self.company.years.entry(date.year()).or_default().days.insert(date, planned);
                self.schedule_changed();
            }
            Deed::Adjust(hundredths) => {
                let day = LeaveDayLength::of(&self.company.settings);
                let minutes = day.of_days(LeaveDays::of_hundredths(*hundredths));
                let id = self.next_id().into();
                let year = self.book.book(|book| book.years(&annual())).of(self.today()).year;
                self.book.book(|book| book.adjust(&annual(), year, minutes, reason(), id));
            }
            Deed::Mark(hundredths) => {
                let mark = LeaveAllowance::try_from(f64::from(*hundredths) / 100.0).unwrap();
                self.company.settings.low_balance_days = mark;
                self.book.settings.low_balance_days = mark;
                self.run_scheduled_jobs();
            }
            Deed::Wait(days) => {
                let morning = self.today().plus_days(*days);
                self.now = self.company.at(&format!("{morning} 08:00"));
                self.run_scheduled_jobs();
                self.open_day(morning);
            }
        }
    }

    /// Opens the day, so that its absence is stored and leave that is entered later changes it.
    fn open_day(&mut self, date: WorkDate) {
        if !self.company.days.contains_key(&date) {
            let day = Day::open(&self.company.planner(), date);
            self.company.commit_day(&DayChange::new(None, day, self.now));
        }
    }

    fn ask(&mut self, kind: Kind, dates: Dates, by_manager: Option<()>) {
        let Some(period) = self.period(dates) else { return };
        let id = format!("{}{}", self.next_id(), self.company.person.id).parse().unwrap();
        let asked = LeaveDraft { leave_type: kind.code(), period, reason: None };
        let outcome = self.decide(|context| match by_manager {
            Some(()) => context.enter(id, asked, manager()),
            None => context.request(id, asked),
        });
        if let Ok(outcome) = outcome {
            let request = outcome.request.clone();
            self.commit_asked(outcome);
            for date in request.period.dates() {
                assert_eq!(half_days_of(&request, date), self.counted(&request, date), "{date}");
            }
        }
    }

    fn come(&mut self, late: i64) {
        let date = self.today();
        let comes = self.company.at(&format!("{date} 09:00")) + jiff::SignedDuration::from_mins(late);
        if comes < self.now {
            return;
        }
        self.now = comes;
        if self.company.clock_in_at(self.now).is_ok() {
            self.follow_dates(&[date]);
            let booked = self.book.ledger.len();
            self.now = self.company.at(&format!("{date} 17:00"));
            self.company.clock_out_at(self.now).unwrap();
            self.follow_dates(&[date]);
            assert_eq!(self.book.ledger.len(), booked, "clocking out changes nothing");
        }
    }

    fn edit_day(&mut self, ago: i32, late: i64) {
        let date = self.today().plus_days(-ago);
        let at = |time: &str| self.company.at(&format!("{date} {time}"));
        let clock_in = at("09:00") + jiff::SignedDuration::from_mins(late);
        let session = SessionTimes { id: None, clock_in, clock_out: Some(at("17:00")), breaks: Vec::new() };
        if clock_in < self.now && at("17:00") < self.now && self.company.edit_at(self.now, date, &[session]).is_ok() {
            self.follow_dates(&[date]);
        }
    }

    /// Applies what is left of a request, like `jobs` does.
    fn apply(&mut self, id: LeaveRequestId) {
        while let Some(step) = self.requests[&id].next_step(1, 4, self.today()) {
            let request = self.requests[&id].clone();
            let outcome = self.decide(|context| context.apply(&request, &step));
            self.commit(outcome.requests(), outcome.effects);
        }
    }

    /// Commits a request that was accepted or approved. Checks that it causes no debt, neither in the years that pay for it nor,
    /// where one of them is over, in later years.
    fn commit_asked(&mut self, outcome: Outcome) {
        let before = self.book.balances.clone();
        let (leave_type, charges) = (outcome.request.leave_type.clone(), outcome.request.charges.clone());
        let id = outcome.request.id;
        self.commit(outcome.requests(), outcome.effects);
        self.apply(id);
        for (key, balance) in &self.book.balances {
            let was = before.get(key).map_or(LeaveMinutes::ZERO, Balance::available);
            let (available, year) = (balance.available(), balance.year.year);
            let pays = balance.leave_type == leave_type && !charges.in_year(year).is_zero();
            let is_owed = available.is_negative() && (available < was || pays);
            assert!(!is_owed, "available is never below zero by a request: {year} {was:?} {available:?}");
        }
    }

    /// Returns whether approved sick leave has taken a half of a date from other leave.
    fn is_taken(&self, request: &LeaveRequest, date: WorkDate, half: Half) -> bool {
        let sick = Kind::Sick.code();
        let mut sickness =
            self.requests.values().filter(|other| other.leave_type == sick && other.status == LeaveStatus::Approved);
        request.leave_type != sick && sickness.any(|other| other.period.covers(date, half))
    }

    /// Computes from the text of the rules how many halves of a date leave costs: the covered halves in which the person would
    /// work.
    fn counted(&self, request: &LeaveRequest, date: WorkDate) -> i64 {
        let planned = self.company.years.get(&date.year()).and_then(|year| year.days.get(&date));
        let is_free = match planned.map(|planned| &planned.plan) {
            Some(DayPlan::Off) => true,
            Some(DayPlan::Shifts(_) | DayPlan::Given(_)) => false,
            None => date.weekday() == Weekday::Sunday,
        };
        let holidays: Vec<&Holiday> = match planned {
            Some(_) => Vec::new(),
            None => self.company.holidays.iter().filter(|holiday| holiday.date == date).collect(),
        };
        let works =
            |half| !is_free && holidays.iter().all(|holiday| holiday.half_day.is_some_and(|other| other != half));
        let covers = |half| request.period.covers(date, half) && !self.is_taken(request, date, half);
        let costs = |half| i64::from(covers(half) && works(half));
        costs(Half::Morning) + costs(Half::Afternoon)
    }

    fn hold_invariants(&self) {
        self.book.every_balance_is_the_fold_of_its_ledger();
        self.hold_expiries();
        let today = self.today();
        for request in self.requests.values() {
            let is_open = match request.status {
                LeaveStatus::Pending | LeaveStatus::Approved => true,
                LeaveStatus::Rejected | LeaveStatus::Cancelled => false,
            };
            let is_counted = self.book.types.get(&request.leave_type).unwrap().counted;
            assert_eq!(request.charges.is_empty(), !is_open || !is_counted || request.half_days.total() == 0);
            if !is_open {
                continue;
            }
            for date in request.period.dates() {
                let left =
                    [Half::Morning, Half::Afternoon].into_iter().filter(|half| !self.is_taken(request, date, *half));
                let left = left.filter(|half| request.period.covers(date, *half)).count();
                assert!(half_days_of(request, date) <= i64::try_from(left).unwrap(), "a half counts once: {date}");
            }
            for date in request.period.dates().filter(|date| today <= *date) {
                let counted = self.counted(request, date);
                assert_eq!(half_days_of(request, date), counted, "days counted = an independent count: {date}");
            }
            for (_, date, minutes) in request.charges.dates() {
                assert_eq!(minutes.get(), half_days_of(request, date) * DAY / 2, "{date}");
            }
            let takes = if is_counted { request.half_days.total() * DAY / 2 } else { 0 };
            assert_eq!(request.charges.total().get(), takes);
        }
        for (date, day) in &self.company.days {
            let leave = day.leave().into_iter();
            let halves = leave.flat_map(|leave| [(Half::Morning, &leave.morning), (Half::Afternoon, &leave.afternoon)]);
            for (half, leave) in halves {
                let Some(request) = leave.as_ref().map(|leave| &self.requests[&leave.request_id]) else { continue };
                let has_it = request.status == LeaveStatus::Approved && request.extent().covers(*date, half);
                assert!(has_it, "a day shows the leave that has its half: {date}");
            }
        }
        for balance in self.book.balances.values() {
            self.hold_balance(balance, today);
        }
    }

    /// Checks that expiry causes no debt.
    fn hold_expiries(&self) {
        let expiries = self.book.ledger.iter().filter(|entry| entry.kind == EntryKind::Expiry);
        for expiry in expiries.filter(|entry| entry.minutes.is_negative()) {
            assert!(!expiry.balance_after.is_negative(), "{expiry:?}");
        }
    }

    fn hold_balance(&self, balance: &Balance, today: WorkDate) {
        let of_status = |status: LeaveStatus| -> LeaveMinutes {
            let of = self.requests.values().filter(|request| request.status == status);
            let of = of.filter(|request| request.leave_type == balance.leave_type);
            of.map(|request| request.charges.in_year(balance.year.year)).sum()
        };
        let figures = balance.figures;
        assert_eq!(figures.granted, self.granted_by(balance, today), "each year is granted once, as it becomes due");
        assert_eq!(figures.pending, of_status(LeaveStatus::Pending), "what is asked for is reserved");
        assert_eq!(figures.used, of_status(LeaveStatus::Approved), "what is approved is used");
        let late = |to| {
            let counts = balance.leave_type == annual();
            if counts { self.late_between(balance.year.from, to) } else { LeaveMinutes::ZERO }
        };
        assert_eq!(figures.deducted, late(balance.year.to));
        assert_eq!(balance.interrupted, self.interrupted_of(balance, |_| true), "what sick leave gave back is known");
        if let Some(carried) = &balance.carried_in {
            let spent_by = |last: WorkDate| -> LeaveMinutes {
                let of_type = self.requests.values().filter(|request| request.leave_type == balance.leave_type);
                let dates = of_type.flat_map(|request| request.charges.dates());
                let taken = dates.filter(|(year, date, _)| *year == balance.year.year && *date <= last);
                let taken = taken.map(|(_, _, minutes)| minutes).sum::<LeaveMinutes>();
                // What sick leave gave back doesn't expire with what was carried over.
                taken + self.interrupted_of(balance, |date| date <= last) + late(last)
            };
            let over = self.lapses(balance).into_iter().filter(|(last, _, _)| *last < today);
            let gone = over.map(|(last, of, most)| {
                let left = of - spent_by(last);
                most.map_or(left, |most| left.min(most))
            });
            let expected = gone.max().unwrap_or_default().or_zero();
            let was_short = carried
                .lapses
                .iter()
                .any(|lapse| lapse.missing.is_some_and(|missing| !missing.is_zero()) || !lapse.shortfalls.is_empty());
            if was_short {
                assert!(
                    carried.expired <= expected && !carried.expired.is_negative(),
                    "expiry takes no more than is left"
                );
            } else {
                assert_eq!(carried.expired, expected, "what is left at the expiry is gone, and no more");
            }
        }
        assert_eq!(balance.turned.is_some(), balance.year.to < today, "a year is turned when it is over");
        if let Some(turn) = balance.turned {
            assert_eq!(balance.available(), LeaveMinutes::ZERO, "a year that is over has nothing left");
            assert_eq!(turn.expired, self.lost_with(balance, &turn).0, "only what was told of in time is lost");
            let next = self.book.balances.get(&(balance.leave_type.clone(), balance.year.year + 1));
            let came = next.and_then(|next| next.carried_in.as_ref()).map_or(LeaveMinutes::ZERO, |it| it.minutes);
            assert_eq!(came, turn.carried, "what leaves a year comes to the next");
        }
    }

    /// Returns what is granted of a year by that date.
    fn granted_by(&self, balance: &Balance, today: WorkDate) -> LeaveMinutes {
        let leave_type = self.book.types.get(&balance.leave_type).unwrap();
        let allowance =
            LeaveDayLength::of(&self.company.settings).of_allowance(leave_type.allowance(&self.company.settings));
        let begun = (0..12).filter(|month| {
            let first = balance.year.from.date().saturating_add(jiff::Span::new().months(*month));
            first <= today.date()
        });
        match leave_type.accrual {
            Accrual::Yearly => allowance,
            Accrual::Monthly => LeaveMinutes::new(allowance.get() * i64::try_from(begun.count()).unwrap() / 12),
        }
    }

    /// Returns the cost of lateness in the months of these dates.
    fn late_between(&self, from: WorkDate, to: WorkDate) -> LeaveMinutes {
        let months = self.late_months.range(Month::of(from)..=Month::of(to));
        months.map(|(_, month)| month.booked()).sum()
    }

    /// Returns this leave year, and its remaining annual leave.
    fn left(&self) -> Option<(i16, LeaveMinutes)> {
        let mut balances = self.book.balances.values().filter(|balance| balance.leave_type == annual());
        let balance = balances.find(|balance| balance.year.holds(self.today()))?;
        Some((balance.year.year, balance.left()))
    }
}

/// Returns how many halves of a date the request counts.
fn half_days_of(request: &LeaveRequest, date: WorkDate) -> i64 {
    let mut counted = request.half_days.dated(request.period.start_date());
    counted.find_map(|(of, half_days)| (of == date).then_some(half_days)).unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 384, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_decided_and_changed_the_book_is_right(rules in rules(), deeds in deeds()) {
        let mut world = World::new(&rules);
        world.hold_invariants();
        for deed in deeds {
            let (before, lows) = (world.left(), world.book.lows());
            world.take(&deed);
            world.hold_invariants();
            let told = world.book.lows() - lows;
            prop_assert!(told <= 1);
            let mark = LeaveDayLength::of(&world.company.settings).of_allowance(world.company.settings.low_balance_days);
            let moved = matches!(deed, Deed::Wait(_) | Deed::Mark(_));
            if let (false, Some((_, before)), Some((_, after))) = (moved, before, world.left()) {
                let crosses = mark <= before && after < mark;
                // `jobs` may reverse a deduction for lateness after the decision has crossed the low-balance threshold.
                let by_jobs = world.ids % 2 == 1 && matches!(deed, Deed::Enter(..) | Deed::Decide(..) | Deed::Cancel(..));
                prop_assert!(told == usize::from(crosses) || (by_jobs && !crosses), "told by what crosses the mark");
            }
        }
    }
}
