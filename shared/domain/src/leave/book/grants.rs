//! Grants: when they are due, how a changed profile changes them, and what managers add.

use jiff::Span;

use super::{LeaveBook, posting::Draft};
use crate::{
    calendar::WorkDate,
    event::{Fact, LeaveAdjustmentCause, LeaveFact},
    id::EventId,
    leave::{
        Accrual, Balance, EntryCause, EntryKind, Granted, LeaveMinutes, LeaveType, LeaveYear, LeaveYears,
        grant::Entitled,
    },
    schedule::LeaveTypeCode,
    text::Reason,
    user::UserStatus,
};

/// The number of months in advance that a year's grant may be booked.
const MONTHS_AHEAD: i32 = 12;

impl LeaveBook<'_> {
    /// Books what has become due of a counted type: the rollover of years that are over, grants, and the expiry of carry-over.
    /// For someone who is hired later, it books the grant of their first year. Each of these is booked once, no matter who
    /// triggers it and how often.
    pub fn bring_up_to_date(&mut self, leave_type: &LeaveTypeCode) {
        if !self.prepared.insert(leave_type.clone()) {
            return;
        }
        self.recall_mark(leave_type);
        let current = self.current(leave_type);
        self.turn_years_before(leave_type, current);
        self.open(leave_type, current);
        if let Some(begins) = self.person.employments.next_beginning_after(current.to) {
            let first = self.years(leave_type).of(begins);
            if self.may_be_granted(first) {
                self.open(leave_type, first);
            }
        }
        self.settle(leave_type, current);
        self.watch();
    }

    /// Calls [`Self::bring_up_to_date`] for all counted types.
    pub fn bring_all_up_to_date(&mut self) {
        for leave_type in self.types.counted() {
            self.bring_up_to_date(&leave_type);
        }
    }

    /// Calls [`Self::bring_up_to_date`] and books what is due of the grant of another leave year, as the first use of that year
    /// would. Does nothing where the present leave year wasn't read: such an old year is shown as it was booked.
    pub fn include_year(&mut self, leave_type: &LeaveTypeCode, year: i16) {
        if !self.balances.years().contains(&self.current(leave_type).year) {
            return;
        }
        self.bring_up_to_date(leave_type);
        let year = self.years(leave_type).named(year);
        if self.balances.years().contains(&year.year) {
            self.open(leave_type, year);
        }
    }

    /// Books the differences that a changed date of hiring or allowance causes in the grants of this leave year, and of the next
    /// one where it was granted already. Years that are over don't change.
    pub fn grant_anew(&mut self) {
        for leave_type in self.types.counted() {
            self.bring_up_to_date(&leave_type);
            let today = self.booking.today;
            let open: Vec<Balance> =
                self.balances.of(&leave_type).filter(|balance| today <= balance.year.to).cloned().collect();
            for Balance { year, granted, .. } in open {
                let Some(granted) = granted else { continue };
                let cause = EntryCause::GrantChanged { version: self.person.version };
                let difference = self.grant_up_to(&leave_type, year, granted, cause);
                if !difference.is_zero() {
                    self.tell_grant_changed(&leave_type, year, difference);
                }
            }
        }
    }

    /// Adds to a balance, or removes from it, on behalf of a manager.
    pub fn adjust(
        &mut self,
        leave_type: &LeaveTypeCode,
        year: i16,
        minutes: LeaveMinutes,
        reason: Reason,
        id: EventId,
    ) {
        self.bring_up_to_date(leave_type);
        let year = self.years(leave_type).named(year);
        self.open(leave_type, year);
        let date = self.booking.today.clamp(year.from, year.to);
        let cause = EntryCause::Adjustment { id };
        let draft = Draft { note: Some(reason), ..Draft::plain(EntryKind::Adjustment, minutes, date, cause) };
        self.post(leave_type, year, draft);
        self.facts.push(Fact::Leave(LeaveFact::LeaveAdjusted {
            leave_type: leave_type.clone(),
            year: year.year,
            minutes: minutes.get(),
            cause: LeaveAdjustmentCause::Manager,
        }));
        self.settle(leave_type, year);
    }

    /// Ensures that a balance of that year exists, with what is due of its grant.
    pub(super) fn open(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear) {
        let rules = self.balances.of_year(leave_type, year).granted;
        let Some(counted) = self.types.get(leave_type).filter(|leave_type| leave_type.counted) else { return };
        // Where a year's grant was begun, the rest of it is granted too, even when the year is over.
        let is_first = rules.is_none();
        if !self.is_entitled(year) || (is_first && !self.may_be_granted(year)) {
            return;
        }
        let rules = rules.unwrap_or_else(|| self.rules(&counted));
        let due = match rules.accrual {
            Accrual::Yearly => LeaveYear::MONTHS,
            Accrual::Monthly => self.months_begun(year),
        };
        if !is_first && due <= rules.months {
            return;
        }
        let through_month = match rules.accrual {
            Accrual::Yearly => None,
            Accrual::Monthly => Some(due),
        };
        let rules = Granted { months: due, ..rules };
        let minutes = self.grant_up_to(leave_type, year, rules, EntryCause::Grant { through_month });
        if !minutes.is_zero() {
            let (leave_type, year) = (leave_type.clone(), year.year);
            self.facts.push(Fact::Leave(LeaveFact::LeaveGranted { leave_type, year, minutes: minutes.get() }));
        }
    }

    /// Lowers the grant of a year in which the person leaves. This is for grants that couldn't be lowered before, because leave
    /// had used them and turns out not to have been taken.
    pub(super) fn settle_leavers_grant(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear) {
        let balance = self.balances.of_year(leave_type, year);
        let leaves = self.person.employments.left_on().is_some_and(|last| last <= year.to);
        let Some(rules) = balance.granted.filter(|_| leaves && balance.turned.is_none()) else { return };
        let cause = EntryCause::LeaverSettled { number: balance.entries + 1 };
        let difference = self.grant_up_to(leave_type, year, rules, cause);
        if !difference.is_zero() {
            self.tell_grant_changed(leave_type, year, difference);
        }
    }

    fn tell_grant_changed(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear, difference: LeaveMinutes) {
        self.facts.push(Fact::Leave(LeaveFact::LeaveAdjusted {
            leave_type: leave_type.clone(),
            year: year.year,
            minutes: difference.get(),
            cause: LeaveAdjustmentCause::HiringDate,
        }));
    }

    /// Books the difference between what the rules grant up to their month and what was granted. When the person leaves, this
    /// takes back at most what is available.
    fn grant_up_to(
        &mut self,
        leave_type: &LeaveTypeCode,
        year: LeaveYear,
        rules: Granted,
        cause: EntryCause,
    ) -> LeaveMinutes {
        let own = self.types.get(leave_type).and_then(|leave_type| leave_type.own_allowance(self.person));
        let entitled = Entitled {
            own: own.map(|own| self.day().of_allowance(own)),
            employments: &self.person.employments,
            day: self.day(),
        };
        let lasting = self.person.employments.lasting();
        let if_stayed = rules.amount(year, rules.months, Entitled { employments: &lasting, ..entitled });
        let due = rules.amount(year, rules.months, entitled);
        let balance = self.balances.of_year(leave_type, year);
        balance.granted = Some(rules);
        let (granted, used) = (balance.figures.granted, balance.figures.granted - balance.available());
        let difference = due.max(used.min(if_stayed).min(granted)) - granted;
        let first = match rules.accrual {
            Accrual::Yearly => year.from,
            Accrual::Monthly => year.first_of_month(rules.months.max(1)),
        };
        let date = self.person.employments.first_within(first, year.to).unwrap_or(first).min(year.to);
        self.post(leave_type, year, Draft::plain(EntryKind::Grant, difference, date, cause));
        difference
    }

    /// Returns the rules that apply to a grant that is booked now.
    fn rules(&self, leave_type: &LeaveType) -> Granted {
        Granted {
            allowance: self.day().of_allowance(leave_type.allowance(self.settings)),
            accrual: leave_type.accrual,
            is_prorated: self.settings.prorate_first_year,
            proration: self.settings.proration,
            months: 0,
        }
    }

    /// Returns whether the person belongs to the company in that year. People who aren't active yet, or no longer are, are
    /// granted nothing.
    fn is_entitled(&self, year: LeaveYear) -> bool {
        let is_active = match self.person.status {
            UserStatus::Active => true,
            UserStatus::Pending | UserStatus::Disabled => false,
        };
        is_active && self.person.employments.first_within(year.from, year.to).is_some()
    }

    /// Returns whether that year's grant may be booked: the year is near enough, and not over.
    fn may_be_granted(&self, year: LeaveYear) -> bool {
        let today = self.booking.today;
        let latest = WorkDate::from(today.date().saturating_add(Span::new().months(MONTHS_AHEAD)));
        year.from <= latest && today <= year.to && self.balances.years().contains(&year.year)
    }

    /// Returns how many months of the year have begun.
    fn months_begun(&self, year: LeaveYear) -> u8 {
        if self.booking.today < year.from { 0 } else { year.month_of(self.booking.today) }
    }
}

impl LeaveYears {
    /// Returns the next leave year. By the present setting, `year` may last longer than it was stored with.
    pub(super) fn after(&self, year: LeaveYear) -> LeaveYear {
        let next = self.of(year.to.next());
        if next.year == year.year { self.of(next.to.next()) } else { next }
    }
}
