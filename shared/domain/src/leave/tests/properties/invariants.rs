//! The invariants of the leave book.

use super::{
    super::{DAY, annual},
    Kind,
    world::World,
};
use crate::{
    calendar::{Weekday, WorkDate},
    day::Month,
    holiday::{Half, Holiday},
    leave::{
        Accrual, Balance, EntryCause, EntryKind, Expiring, LeaveDayLength, LeaveMinutes, Notice, Turn,
        request::{LeaveRequest, LeaveStatus},
    },
    schedule::DayPlan,
};

impl World {
    /// Checks that everyone who would lose leave with the year has had a notice since the last of 90, 30 and 7 days before.
    pub(super) fn hold_notices(&self) {
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
    pub(super) fn notices(&self, balance: &Balance, of: Expiring) -> Vec<Notice> {
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
    pub(super) fn lost_with(&self, balance: &Balance, turn: &Turn) -> (LeaveMinutes, LeaveMinutes) {
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
    pub(super) fn lasts_after(balance: &Balance, notice: Notice) -> WorkDate {
        let day = notice.on.plus_days(30);
        (1..=12).map(|month| balance.year.last_of_month(month)).find(|last| day <= *last).unwrap_or(balance.year.to)
    }

    pub(super) fn year_before(&self, balance: &Balance) -> Option<&Balance> {
        self.book.balances.get(&(balance.leave_type.clone(), balance.year.year - 1))
    }

    /// Returns the carry-over that sick leave gave back in the year before. It may be taken until three months after this year.
    pub(super) fn outliving(&self, balance: &Balance) -> LeaveMinutes {
        let before = self.year_before(balance).and_then(|before| Some((before, before.turned?)));
        before.map_or(LeaveMinutes::ZERO, |(before, turn)| {
            self.interrupted_of(before, |_| true).min(turn.carried).or_zero()
        })
    }

    /// Returns the carry-over that may be taken after the end of that month although the rule ends it: what sick leave gave back
    /// in the year before, and, in the first three months, in the year before that.
    pub(super) fn spared(&self, balance: &Balance, last: WorkDate) -> LeaveMinutes {
        let own = self.outliving(balance);
        let before = self.year_before(balance).and_then(|before| Some((before, before.turned?)));
        let earlier = before
            .map_or(LeaveMinutes::ZERO, |(before, turn)| self.outliving(before).min(turn.carried - own).or_zero());
        if last < balance.year.last_of_month(3) { own + earlier } else { own }
    }

    /// Computes from the text of the rules until when carry-over may be taken: the last date, the amount that it concerns, and
    /// the most that expires then.
    pub(super) fn lapses(&self, balance: &Balance) -> Vec<(WorkDate, LeaveMinutes, Option<LeaveMinutes>)> {
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

    /// Returns whether approved sick leave has taken a half of a date from other leave.
    pub(super) fn is_taken(&self, request: &LeaveRequest, date: WorkDate, half: Half) -> bool {
        let sick = Kind::Sick.code();
        let mut sickness =
            self.requests.values().filter(|other| other.leave_type == sick && other.status == LeaveStatus::Approved);
        request.leave_type != sick && sickness.any(|other| other.period.covers(date, half))
    }

    /// Computes from the text of the rules how many halves of a date leave costs: the covered halves in which the person would
    /// work.
    pub(super) fn counted(&self, request: &LeaveRequest, date: WorkDate) -> i64 {
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

    pub(super) fn hold_invariants(&self) {
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
    pub(super) fn hold_expiries(&self) {
        let expiries = self.book.ledger.iter().filter(|entry| entry.kind == EntryKind::Expiry);
        for expiry in expiries.filter(|entry| entry.minutes.is_negative()) {
            assert!(!expiry.balance_after.is_negative(), "{expiry:?}");
        }
    }

    pub(super) fn hold_balance(&self, balance: &Balance, today: WorkDate) {
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
    pub(super) fn granted_by(&self, balance: &Balance, today: WorkDate) -> LeaveMinutes {
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
    pub(super) fn late_between(&self, from: WorkDate, to: WorkDate) -> LeaveMinutes {
        let months = self.late_months.range(Month::of(from)..=Month::of(to));
        months.map(|(_, month)| month.booked()).sum()
    }

    /// Returns this leave year, and its remaining annual leave.
    pub(super) fn left(&self) -> Option<(i16, LeaveMinutes)> {
        let mut balances = self.book.balances.values().filter(|balance| balance.leave_type == annual());
        let balance = balances.find(|balance| balance.year.holds(self.today()))?;
        Some((balance.year.year, balance.left()))
    }
}

/// Returns how many halves of a date the request counts.
pub(super) fn half_days_of(request: &LeaveRequest, date: WorkDate) -> i64 {
    let mut counted = request.half_days.dated(request.period.start_date());
    counted.find_map(|(of, half_days)| (of == date).then_some(half_days)).unwrap_or(0)
}
