//! The rollover of a leave year: what is carried over to the next one, and what expires.

use super::{LeaveBook, posting::Draft};
use crate::{
    calendar::WorkDate,
    event::{Fact, LeaveFact},
    leave::{Balance, CarriedIn, EntryCause, EntryKind, LeaveMinutes, LeaveYear, Turn},
    schedule::LeaveTypeCode,
};

/// The parts of a year's carry-over that expire on a date of their own.
#[derive(Debug, Clone, Copy)]
struct CameOver {
    /// The amount of which a notice came too late for it to expire with the year, and the last date on which it may be taken.
    told_late: Option<(LeaveMinutes, WorkDate)>,
    /// The amount that sick leave gave back in the year.
    given_back: LeaveMinutes,
    /// The amount that sick leave gave back in the year before it.
    given_back_earlier: LeaveMinutes,
}

impl LeaveBook<'_> {
    /// Rolls over every year before `current` that has a balance, in order, by the present settings.
    pub(super) fn turn_years_before(&mut self, leave_type: &LeaveTypeCode, current: LeaveYear) {
        let over: Vec<Balance> =
            self.balances.of(leave_type).filter(|balance| balance.year.to < current.from).cloned().collect();
        for Balance { year, .. } in over {
            self.open(leave_type, year);
            self.turn(leave_type, year);
        }
    }

    /// Rolls over a year and those after it, as far as they are over.
    fn turn(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear) {
        let cap = self.day().of_allowance(self.settings.carry_over_days);
        let balance = self.balances.of_year(leave_type, year);
        if balance.turned.is_none() {
            balance.turned = Some(Turn {
                cap,
                carried: LeaveMinutes::ZERO,
                expired: LeaveMinutes::ZERO,
                only_after_notice: self.settings.expire_only_after_notice,
                was_booked: false,
            });
            self.settle(leave_type, year);
        }
    }

    /// Applies the rules to a year again after a booking in it: carry-over expires once its time is over, and a year that is over
    /// has nothing left. The differences continue into the years after it.
    pub(super) fn settle(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear) {
        let current = self.current(leave_type);
        if year.to < current.from && self.balances.of_year(leave_type, year).turned.is_none() {
            // Something was booked in a year that is over and had no balance. It has a balance now and needs its rollover.
            self.turn(leave_type, year);
            return;
        }
        self.expire_carried(leave_type, year);
        self.settle_leavers_grant(leave_type, year);
        let balance = self.balances.of_year(leave_type, year);
        let Some(turn) = balance.turned else { return };
        let rest = balance.unturned();
        let given_back = balance.given_back(rest);
        let expired = turn.expiring(rest - given_back, balance.year, &balance.notices);
        let carried = rest - expired;
        let own = balance.interrupted.min(carried).or_zero();
        let came = CameOver {
            told_late: turn.told_late(rest - given_back, balance.year, &balance.notices),
            given_back: own,
            given_back_earlier: (given_back - own).min(carried - own).or_zero(),
        };
        let (more_carried, more_expired) = (carried - turn.carried, expired - turn.expired);
        if more_carried.is_zero() && more_expired.is_zero() {
            return;
        }
        balance.turned = Some(Turn { carried, expired, was_booked: true, ..turn });
        let cause = EntryCause::YearTurned { correction: turn.was_booked.then_some(balance.entries + 1) };
        self.post(leave_type, year, Draft::plain(EntryKind::Expiry, -more_expired, year.to, cause.clone()));
        self.tell_expired(leave_type, year, more_expired);
        self.post(leave_type, year, Draft::plain(EntryKind::CarryOver, -more_carried, year.to, cause));
        if !more_carried.is_zero() {
            self.carry_into(leave_type, self.years(leave_type).after(year), more_carried, came);
        }
    }

    /// Books the carry-over from the year before, or a change of it.
    fn carry_into(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear, more: LeaveMinutes, came: CameOver) {
        let CameOver { told_late, given_back, given_back_earlier } = came;
        let months = self.settings.carry_over_expires_after_months.and_then(|months| u8::try_from(months.get()).ok());
        let expires_after_months = months.filter(|months| *months < LeaveYear::MONTHS);
        let late = told_late.map(|(minutes, until)| (minutes, year.month_of(until)));
        let late = late.filter(|(_, month)| *month < LeaveYear::MONTHS);
        let balance = self.balances.of_year(leave_type, year);
        let before = balance.carried_in.take();
        let correction = before.as_ref().map(|_| balance.entries + 1);
        let carried = before.unwrap_or_else(|| CarriedIn { expires_after_months, ..CarriedIn::default() });
        balance.carried_in = Some(CarriedIn { given_back, given_back_earlier, ..carried.with(more, late) });
        let cause = EntryCause::YearBeforeTurned { correction };
        self.post(leave_type, year, Draft::plain(EntryKind::CarryOver, more, year.from, cause));
        self.facts.push(Fact::Leave(LeaveFact::LeaveCarriedOver {
            leave_type: leave_type.clone(),
            year: year.year,
            minutes: more.get(),
        }));
        self.settle(leave_type, year);
    }

    /// Books the expiry of the carry-over that is left once its time is over.
    fn expire_carried(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear) {
        let (today, waits) = (self.booking.today, self.settings.expire_only_after_notice);
        let balance = self.balances.of_year(leave_type, year);
        let Some(before) = balance.carried_in.clone() else { return };
        let held = balance.unturned() + before.expired;
        let after = before.expired_by(today, year, &balance.spent, held, waits);
        let more = after.expired - before.expired;
        let correction = before.was_expired.then_some(balance.entries + 1);
        let last = after.lapsed_on(year, today).unwrap_or(year.to);
        balance.carried_in = Some(after);
        let cause = EntryCause::CarriedExpired { correction };
        self.post(leave_type, year, Draft::plain(EntryKind::Expiry, -more, last, cause));
        self.tell_expired(leave_type, year, more);
    }

    fn tell_expired(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear, minutes: LeaveMinutes) {
        if !minutes.is_zero() {
            let (leave_type, year) = (leave_type.clone(), year.year);
            self.facts.push(Fact::Leave(LeaveFact::LeaveExpired { leave_type, year, minutes: minutes.get() }));
        }
    }
}
