//! Grants: when they are due, and what a changed profile changes of them. And what managers add.

use jiff::Span;

use super::{LeaveBook, posting::Draft};
use crate::{
    calendar::WorkDate,
    event::{Fact, LeaveAdjustmentCause},
    id::EventId,
    leave::{
        Accrual, Balance, EntryCause, EntryKind, Granted, LeaveMinutes, LeaveType, LeaveYear, LeaveYears,
        grant::Entitled,
    },
    schedule::LeaveTypeCode,
    text::Reason,
    user::UserStatus,
};

/// How many months ahead a year's grant may be booked.
const MONTHS_AHEAD: i32 = 12;

impl LeaveBook<'_> {
    /// Books what has become due of a counted type: the turn of years that are over, grants, the expiry of what was carried
    /// over. Of someone hired later, the grant of their first year. Booked once, whoever asks first and however often.
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

    /// [`Self::bring_up_to_date`] for all counted types.
    pub fn bring_all_up_to_date(&mut self) {
        for leave_type in self.types.counted() {
            self.bring_up_to_date(&leave_type);
        }
    }

    /// [`Self::bring_up_to_date`], and what is due of the grant of another leave year: as it would be booked when it is first
    /// needed. Where the present leave year wasn't read, nothing: a year so long ago is shown as it was booked.
    pub fn look_at(&mut self, leave_type: &LeaveTypeCode, year: i16) {
        if !self.balances.years().contains(&self.current(leave_type).year) {
            return;
        }
        self.bring_up_to_date(leave_type);
        let year = self.years(leave_type).named(year);
        if self.balances.years().contains(&year.year) {
            self.open(leave_type, year);
        }
    }

    /// Posts what a changed date of hiring or allowance of the person makes of the grants of this leave year, and of the
    /// next where that was granted already. Years that are over stay as they are.
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

    /// A manager adds to a balance, or takes away.
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
        self.facts.push(Fact::LeaveAdjusted {
            leave_type: leave_type.clone(),
            year: year.year,
            minutes: minutes.get(),
            cause: LeaveAdjustmentCause::Manager,
        });
        self.settle(leave_type, year);
    }

    /// Makes sure that there is a balance of that year, with what is due of its grant.
    pub(super) fn open(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear) {
        let rules = self.balances.of_year(leave_type, year).granted;
        let Some(counted) = self.types.get(leave_type).filter(|leave_type| leave_type.counted) else { return };
        // A year whose grant was begun gets the rest of it, also when it is over by now.
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
            self.facts.push(Fact::LeaveGranted { leave_type, year, minutes: minutes.get() });
        }
    }

    /// Lowers the grant of a year within which the person leaves, as far as it was held up by leave that turns out not to
    /// have been taken.
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
        self.facts.push(Fact::LeaveAdjusted {
            leave_type: leave_type.clone(),
            year: year.year,
            minutes: difference.get(),
            cause: LeaveAdjustmentCause::HiringDate,
        });
    }

    /// Posts the difference between what is granted by the rules up to their month and what was granted. Leaving takes back
    /// no more than is available.
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

    /// The rules by which a grant that is booked now is granted.
    fn rules(&self, leave_type: &LeaveType) -> Granted {
        Granted {
            allowance: self.day().of_allowance(leave_type.allowance(self.settings)),
            accrual: leave_type.accrual,
            is_prorated: self.settings.prorate_first_year,
            proration: self.settings.proration,
            months: 0,
        }
    }

    /// Whether the person belongs to the company in that year. Who isn't active yet, or no more, is granted nothing.
    fn is_entitled(&self, year: LeaveYear) -> bool {
        let is_active = match self.person.status {
            UserStatus::Active => true,
            UserStatus::Pending | UserStatus::Disabled => false,
        };
        is_active && self.person.employments.first_within(year.from, year.to).is_some()
    }

    /// Whether it is time for that year's grant: not before it is near, and not after it is over.
    fn may_be_granted(&self, year: LeaveYear) -> bool {
        let today = self.booking.today;
        let latest = WorkDate::from(today.date().saturating_add(Span::new().months(MONTHS_AHEAD)));
        year.from <= latest && today <= year.to && self.balances.years().contains(&year.year)
    }

    /// How many months of the year have begun.
    fn months_begun(&self, year: LeaveYear) -> u8 {
        if self.booking.today < year.from { 0 } else { year.month_of(self.booking.today) }
    }
}

impl LeaveYears {
    /// The leave year after, however long this one lasts by the present setting.
    pub(super) fn after(&self, year: LeaveYear) -> LeaveYear {
        let next = self.of(year.to.next());
        if next.year == year.year { self.of(next.to.next()) } else { next }
    }
}
