//! A person's work and leave under random actions.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    super::{Person, annual},
    Dates, Deed, Kind, Rules,
    invariants::half_days_of,
};
use crate::{
    audit::Actor,
    bounded::Bounded,
    calendar::WorkDate,
    correction::{Decision, Verdict},
    day::{Day, DayChange, Month, SessionTimes, follow_schedule},
    employment::Employments,
    holiday::Holiday,
    id::LeaveRequestId,
    lateness::{LateMonth, follow_days},
    leave::{
        Balance, LeaveDayLength, LeaveDays, LeaveMinutes, LeaveType,
        request::{
            EndHalf, FollowUp, HistoryKind, LeaveContext, LeaveDraft, LeaveEffects, LeavePeriod, LeaveRequest,
            LeaveStatus, OpenLeave, Outcome, StartHalf,
        },
    },
    schedule::{
        DayPlan, LeaveTypeCode, PlanCause, PlannedDay,
        tests::company::{Company, manager, reason, shift},
    },
    settings::LeaveAllowance,
};

/// A person's work and leave, as the table would store it.
pub(super) struct World {
    pub(super) company: Company,
    pub(super) book: Person,
    pub(super) requests: BTreeMap<LeaveRequestId, LeaveRequest>,
    pub(super) open: OpenLeave,
    pub(super) late_months: BTreeMap<Month, LateMonth>,
    /// The minutes that other leave interrupted, by the type of the request at that time, the leave year that paid, and the date.
    pub(super) interrupted: BTreeMap<(LeaveTypeCode, i16, WorkDate), LeaveMinutes>,
    pub(super) now: Timestamp,
    pub(super) ids: u64,
}

impl World {
    pub(super) fn new(rules: &Rules) -> Self {
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

    pub(super) fn today(&self) -> WorkDate {
        self.company.planner().today(self.now)
    }

    pub(super) fn next_id(&mut self) -> ulid::Ulid {
        self.ids += 1;
        ulid::Ulid::from_parts(self.ids, 1)
    }

    /// Returns the decision of `act` on what is stored.
    pub(super) fn decide<T>(&self, act: impl FnOnce(LeaveContext<'_>) -> T) -> T {
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

    pub(super) fn commit(&mut self, changed: impl IntoIterator<Item = LeaveRequest>, effects: LeaveEffects) {
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
    pub(super) fn note_interruption(&mut self, after: &LeaveRequest) {
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
    pub(super) fn interrupted_of(&self, balance: &Balance, picks: impl Fn(WorkDate) -> bool) -> LeaveMinutes {
        let of_balance = self.interrupted.iter().filter(|((leave_type, year, date), _)| {
            *leave_type == balance.leave_type && *year == balance.year.year && picks(*date)
        });
        of_balance.map(|(_, minutes)| *minutes).sum()
    }

    /// Books the cost of the lateness of these dates.
    pub(super) fn follow(&mut self, changes: &[DayChange]) {
        let (months, now) = (self.late_months.clone(), self.now);
        let length = LeaveDayLength::of(&self.company.settings);
        let followed = self.book.book(|book| follow_days(&months, changes, book, length, now));
        self.late_months.extend(followed);
    }

    pub(super) fn follow_dates(&mut self, dates: &[WorkDate]) {
        let days = dates.iter().filter_map(|date| self.company.days.get(date));
        let changes: Vec<DayChange> =
            days.map(|day| DayChange::new(Some(day.clone()), day.clone(), self.now)).collect();
        self.follow(&changes);
    }

    /// Does what jobs and managers do after a change of a schedule.
    pub(super) fn schedule_changed(&mut self) {
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

    pub(super) fn run_scheduled_jobs(&mut self) {
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

    pub(super) fn period(&self, dates: Dates) -> Option<LeavePeriod> {
        let start = self.today().plus_days(dates.ahead);
        let (start_half, end_half) =
            (dates.halves.0.then_some(StartHalf::Afternoon), dates.halves.1.then_some(EndHalf::Morning));
        LeavePeriod::new(start, start.plus_days(dates.lasts - 1), start_half, end_half).ok()
    }

    pub(super) fn chosen(&self, which: usize) -> Option<LeaveRequest> {
        self.requests.values().rev().nth(which).cloned()
    }

    pub(super) fn take(&mut self, deed: &Deed) {
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
                let planned =
                    PlannedDay { plan, cause: PlanCause::Override { reason: None }, version: 0, replaced_swap: None };
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
    pub(super) fn open_day(&mut self, date: WorkDate) {
        if !self.company.days.contains_key(&date) {
            let day = Day::open(&self.company.planner(), date);
            self.company.commit_day(&DayChange::new(None, day, self.now));
        }
    }

    pub(super) fn ask(&mut self, kind: Kind, dates: Dates, by_manager: Option<()>) {
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

    pub(super) fn come(&mut self, late: i64) {
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

    pub(super) fn edit_day(&mut self, ago: i32, late: i64) {
        let date = self.today().plus_days(-ago);
        let at = |time: &str| self.company.at(&format!("{date} {time}"));
        let clock_in = at("09:00") + jiff::SignedDuration::from_mins(late);
        let session =
            SessionTimes { id: None, clock_in, clock_out: Some(at("17:00")), breaks: Vec::new(), cost_centers: None };
        if clock_in < self.now && at("17:00") < self.now && self.company.edit_at(self.now, date, &[session]).is_ok() {
            self.follow_dates(&[date]);
        }
    }

    /// Applies what is left of a request, like `jobs` does.
    pub(super) fn apply(&mut self, id: LeaveRequestId) {
        while let Some(step) = self.requests[&id].next_step(1, 4, self.today()) {
            let request = self.requests[&id].clone();
            let outcome = self.decide(|context| context.apply(&request, &step));
            self.commit(outcome.requests(), outcome.effects);
        }
    }

    /// Commits a request that was accepted or approved. Checks that it causes no debt, neither in the years that pay for it nor,
    /// where one of them is over, in later years.
    pub(super) fn commit_asked(&mut self, outcome: Outcome) {
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
}
