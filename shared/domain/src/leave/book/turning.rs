//! The end of a leave year: what goes into the next one, and what is gone.

use super::{LeaveBook, posting::Draft};
use crate::{
    event::Fact,
    leave::{Balance, CarriedIn, EntryCause, EntryKind, LeaveMinutes, LeaveYear, Turn},
    schedule::LeaveTypeCode,
};

impl LeaveBook<'_> {
    /// Turns every year before `current` that there is a balance of, in order, by the settings of now.
    pub(super) fn turn_years_before(&mut self, leave_type: &LeaveTypeCode, current: LeaveYear) {
        let over: Vec<Balance> =
            self.balances.of(leave_type).filter(|balance| balance.year.to < current.from).cloned().collect();
        for Balance { year, .. } in over {
            self.open(leave_type, year);
            self.turn(leave_type, year);
        }
    }

    /// Turns a year and those after it, as far as they are over.
    fn turn(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear) {
        let cap = self.day().of_allowance(self.settings.carry_over_days);
        let balance = self.balances.of_year(leave_type, year);
        if balance.turned.is_none() {
            balance.turned =
                Some(Turn { cap, carried: LeaveMinutes::ZERO, expired: LeaveMinutes::ZERO, was_booked: false });
            self.settle(leave_type, year);
        }
    }

    /// Makes a year keep the rules again after something was booked in it: what was carried over expires once its time is
    /// over, and a year that is over has nothing left. Differences go on into the years after it.
    pub(super) fn settle(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear) {
        let current = self.current(leave_type);
        if year.to < current.from && self.balances.of_year(leave_type, year).turned.is_none() {
            // Booked in a year that is over and had no balance: it has one now, and has to be turned.
            self.turn(leave_type, year);
            return;
        }
        self.expire_carried(leave_type, year);
        let balance = self.balances.of_year(leave_type, year);
        let Some(turn) = balance.turned else { return };
        let rest = balance.unturned();
        let carried = rest.min(turn.cap);
        let expired = rest - carried;
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
            self.carry_into(leave_type, self.years(leave_type).after(year), more_carried);
        }
    }

    /// What comes from the year before, or more or less of it.
    fn carry_into(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear, more: LeaveMinutes) {
        let months = self.settings.carry_over_expires_after_months.and_then(|months| u8::try_from(months.get()).ok());
        let expires_after_months = months.filter(|months| *months < LeaveYear::MONTHS);
        let balance = self.balances.of_year(leave_type, year);
        let before = balance.carried_in;
        let carried = before.unwrap_or(CarriedIn {
            minutes: LeaveMinutes::ZERO,
            expires_after_months,
            expired: LeaveMinutes::ZERO,
            was_expired: false,
        });
        balance.carried_in = Some(CarriedIn { minutes: carried.minutes + more, ..carried });
        let cause = EntryCause::YearBeforeTurned { correction: before.map(|_| balance.entries + 1) };
        self.post(leave_type, year, Draft::plain(EntryKind::CarryOver, more, year.from, cause));
        self.facts.push(Fact::LeaveCarriedOver {
            leave_type: leave_type.clone(),
            year: year.year,
            minutes: more.get(),
        });
        self.settle(leave_type, year);
    }

    /// Takes away what is left of what was carried over, once its time is over.
    fn expire_carried(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear) {
        let today = self.booking.today;
        let balance = self.balances.of_year(leave_type, year);
        let (Some(carried), Some(last)) = (balance.carried_in, balance.carried_expires_on()) else { return };
        let more = balance.carried_beyond_expired();
        if today <= last || more.is_zero() {
            return;
        }
        let correction = carried.was_expired.then_some(balance.entries + 1);
        balance.carried_in = Some(CarriedIn { expired: carried.expired + more, was_expired: true, ..carried });
        let cause = EntryCause::CarriedExpired { correction };
        self.post(leave_type, year, Draft::plain(EntryKind::Expiry, -more, last, cause));
        self.tell_expired(leave_type, year, more);
    }

    fn tell_expired(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear, minutes: LeaveMinutes) {
        if !minutes.is_zero() {
            let (leave_type, year) = (leave_type.clone(), year.year);
            self.facts.push(Fact::LeaveExpired { leave_type, year, minutes: minutes.get() });
        }
    }
}
