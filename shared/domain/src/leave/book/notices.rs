//! Notices that leave is about to expire. They are given 90, 30 and 7 days before, and the ledger keeps them as proof.

use super::{LeaveBook, posting::Draft};
use crate::{
    calendar::WorkDate,
    event::{Fact, LeaveFact},
    leave::{EntryCause, EntryKind, Expiring, Lapse, LeaveMinutes, LeaveYear, MIN_NOTICE_DAYS, Notice, notice::is_due},
    schedule::LeaveTypeCode,
};

impl LeaveBook<'_> {
    /// Gives the notices that are due of all counted types, each once. The daily checks call this.
    pub fn give_notices(&mut self) {
        for leave_type in self.types.counted() {
            self.bring_up_to_date(&leave_type);
            let current = self.current(&leave_type);
            self.tell_of_carried(&leave_type, current);
            self.tell_of_years_end(&leave_type, current);
        }
    }

    /// Gives the notice of carry-over that expires within the year.
    fn tell_of_carried(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear) {
        let (today, waits) = (self.booking.today, self.settings.expire_only_after_notice);
        let Some(balance) = self.balances.get(leave_type, year.year) else { return };
        let Some(carried) = &balance.carried_in else { return };
        let Some(by_rule) = carried.expires_after_months else { return };
        let is_late = year.last_of_month(by_rule) < today;
        if is_late && (!waits || carried.expires_unannounced()) {
            return;
        }
        // The month in which the carry-over expires after a notice given today.
        let month = by_rule.max(year.month_of(today.plus_days(MIN_NOTICE_DAYS)));
        if LeaveYear::MONTHS <= month {
            // The carry-over lasts as long as the year. The notice of the year's end covers it.
            return;
        }
        let ahead = carried.notices().map(|(month, _)| month).filter(|month| today <= year.last_of_month(*month));
        let announced = ahead.min().unwrap_or(month);
        let last = year.last_of_month(if waits { announced } else { by_rule });
        let minutes = carried.expiring_after(announced, &balance.spent).min(balance.available().or_zero());
        let told = carried.notices().map(|(_, notice)| notice.minutes).max().unwrap_or_default();
        let latest = carried.notices().map(|(_, notice)| notice.on).max();
        // At most one notice is recorded a day. Leave that is given back after a notice is announced on the next day.
        let is_untold = is_late && told < carried.expired + minutes && latest.is_none_or(|latest| latest < today);
        if minutes.is_zero() || !(is_untold || is_due(today, last, latest)) {
            return;
        }
        let notice = Notice { on: today, minutes: carried.expired + minutes };
        if let Some(carried) = &mut self.balances.of_year(leave_type, year).carried_in {
            carried.lapses.push(Lapse { month, notice: Some(notice), ..Lapse::default() });
        }
        self.tell_expiring(leave_type, year, Expiring::CarriedOver, minutes, last);
    }

    /// Gives the notice of leave that is left in the year and can't be carried over.
    fn tell_of_years_end(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear) {
        let (today, waits) = (self.booking.today, self.settings.expire_only_after_notice);
        let cap = self.day().of_allowance(self.settings.carry_over_days);
        let Some(balance) = self.balances.get(leave_type, year.year) else { return };
        let left = balance.available() - balance.bound_to_expire(today);
        let minutes = (left - balance.given_back(left) - cap).or_zero();
        if minutes.is_zero() || !is_due(today, year.to, balance.notices.latest().map(|notice| notice.on)) {
            return;
        }
        let balance = self.balances.of_year(leave_type, year);
        balance.notices.add(Notice { on: today, minutes });
        let in_time = !balance.notices.told_by(year.to.plus_days(-MIN_NOTICE_DAYS)).is_zero();
        let last = if in_time || !waits {
            year.to
        } else {
            let next = self.years(leave_type).after(year);
            next.last_of_month(next.month_of(today.plus_days(MIN_NOTICE_DAYS)))
        };
        self.tell_expiring(leave_type, year, Expiring::WithYear, minutes, last);
    }

    /// Records a notice and adds its fact to the event.
    fn tell_expiring(
        &mut self,
        leave_type: &LeaveTypeCode,
        year: LeaveYear,
        expiring: Expiring,
        minutes: LeaveMinutes,
        take_by: WorkDate,
    ) {
        let on = self.booking.today;
        let cause = EntryCause::ExpiryNotice { expiring, on, minutes, take_by };
        self.add(leave_type, year, Draft::plain(EntryKind::Notice, LeaveMinutes::ZERO, on, cause));
        let (leave_type, year, minutes) = (leave_type.clone(), year.year, minutes.get());
        self.facts.push(Fact::Leave(LeaveFact::LeaveExpiring { leave_type, year, minutes, take_by }));
    }
}
