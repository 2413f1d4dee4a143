//! A person's balance of a type of leave in a leave year: the sum of its ledger entries.

use serde::{Deserialize, Serialize};

use super::{
    Accrual, CarriedIn, EntryKind, LeaveDayLength, LeaveDays, LeaveMinutes, LeaveYear, LedgerEntry, MIN_NOTICE_DAYS,
    MonthsOfYear, Notices,
};
use crate::{
    calendar::WorkDate,
    schedule::LeaveTypeCode,
    settings::{Proration, ProrationRounding, ProrationUnit},
};

/// A balance, stored together with its ledger and written in the same transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// The leave year. It keeps its dates when the settings later move the start of leave years.
    #[serde(flatten)]
    pub year: LeaveYear,
    /// The type of leave.
    #[serde(rename = "type")]
    pub leave_type: LeaveTypeCode,
    /// The sums of the entries.
    #[serde(default)]
    pub figures: Figures,
    /// The minutes that leave (requested or approved) and deductions take, by the month of the leave year of their dates.
    #[serde(default, skip_serializing_if = "MonthsOfYear::is_empty")]
    pub spent: MonthsOfYear,
    /// The leave that was given back because other leave, such as sick leave, interrupted it. It doesn't expire at the end of the
    /// year.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub interrupted: LeaveMinutes,
    /// The rules by which leave is granted; absent before the first grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<Granted>,
    /// The carry-over from the year before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried_in: Option<CarriedIn>,
    /// The notices that leave expires with the year.
    #[serde(default, skip_serializing_if = "Notices::is_empty")]
    pub notices: Notices,
    /// The result of the year's rollover; absent before the rollover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turned: Option<Turn>,
    /// Whether the remaining leave was below the low-balance threshold at the last check; absent before the first check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_low: Option<bool>,
    /// The number of entries.
    #[serde(default)]
    pub entries: u32,
    /// The number of changes; 0 before the balance is stored.
    #[serde(default)]
    pub version: u64,
}

/// The sums of a ledger's entries, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// The leave that was granted.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub granted: LeaveMinutes,
    /// The carry-over from the year before, less the carry-over to the next one.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub carried: LeaveMinutes,
    /// Approved leave, whether past or future.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub used: LeaveMinutes,
    /// Leave that is requested and waits for a decision.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub pending: LeaveMinutes,
    /// Leave that was deducted for lateness.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub deducted: LeaveMinutes,
    /// Leave that managers added, less what they removed.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub adjusted: LeaveMinutes,
    /// Leave that wasn't taken in time.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub expired: LeaveMinutes,
}

/// The figures of a balance in days, as the API shows them. Credits and available leave round down, costs round up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiguresInDays {
    /// See [`Figures::granted`].
    pub granted: LeaveDays,
    /// See [`Figures::carried`].
    pub carried: LeaveDays,
    /// See [`Figures::used`].
    pub used: LeaveDays,
    /// See [`Figures::pending`].
    pub pending: LeaveDays,
    /// See [`Figures::deducted`].
    pub deducted: LeaveDays,
    /// See [`Figures::adjusted`].
    pub adjusted: LeaveDays,
    /// See [`Figures::expired`].
    pub expired: LeaveDays,
    /// See [`Figures::available`].
    pub available: LeaveDays,
}

/// The rules by which a year's leave is granted: those that applied when its first grant was booked. Later settings don't change
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// The company's yearly allowance at that time. A person's own allowance has precedence.
    pub allowance: LeaveMinutes,
    /// Whether leave is granted all at once or month by month.
    pub accrual: Accrual,
    /// Whether someone who is employed for a part of the year is granted only that part.
    pub is_prorated: bool,
    /// The way in which parts of a year are counted and rounded. Grants of 0.1.0 were by days, rounded up to half a day.
    #[serde(default = "proration_of_the_first_version")]
    pub proration: Proration,
    /// The number of months that have been granted; all of them where leave is granted at once.
    pub months: u8,
}

const fn proration_of_the_first_version() -> Proration {
    Proration { unit: ProrationUnit::Day, rounding: ProrationRounding::HalfUp }
}

/// The result of a leave year's rollover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The limit of the carry-over at the time of the rollover.
    pub cap: LeaveMinutes,
    /// The carry-over to the next year; negative for debt.
    pub carried: LeaveMinutes,
    /// The leave that expired.
    pub expired: LeaveMinutes,
    /// Whether leave only expires where a notice was given in time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_after_notice: bool,
    /// Whether anything was booked for the rollover. Later bookings are corrections.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_booked: bool,
}

impl Figures {
    /// Returns the leave that may still be taken.
    pub fn available(&self) -> LeaveMinutes {
        self.granted + self.carried + self.adjusted - self.used - self.pending - self.deducted - self.expired
    }

    /// Returns the figures in days, as the API shows them.
    pub fn in_days(&self, day: LeaveDayLength) -> FiguresInDays {
        FiguresInDays {
            granted: day.in_days(self.granted),
            carried: day.in_days(self.carried),
            used: day.cost_in_days(self.used),
            pending: day.cost_in_days(self.pending),
            deducted: day.cost_in_days(self.deducted),
            adjusted: day.in_days(self.adjusted),
            expired: day.cost_in_days(self.expired),
            available: day.in_days(self.available()),
        }
    }

    /// Returns the figures with one more entry. Only this function defines what each kind of entry does.
    #[must_use]
    pub fn with(mut self, kind: EntryKind, minutes: LeaveMinutes) -> Self {
        match kind {
            EntryKind::Grant => self.granted += minutes,
            EntryKind::CarryOver => self.carried += minutes,
            EntryKind::Request | EntryKind::Release => self.pending -= minutes,
            EntryKind::Use | EntryKind::Cancel => self.used -= minutes,
            EntryKind::LateDeduction | EntryKind::Reversal => self.deducted -= minutes,
            EntryKind::Adjustment => self.adjusted += minutes,
            EntryKind::Expiry => self.expired -= minutes,
            EntryKind::Notice => {}
        }
        self
    }
}

impl Balance {
    /// Creates a balance without entries.
    pub fn new(year: LeaveYear, leave_type: LeaveTypeCode) -> Self {
        Self {
            year,
            leave_type,
            figures: Figures::default(),
            spent: MonthsOfYear::default(),
            interrupted: LeaveMinutes::ZERO,
            granted: None,
            carried_in: None,
            notices: Notices::default(),
            turned: None,
            is_low: None,
            entries: 0,
            version: 0,
        }
    }

    /// Returns the leave that may still be taken; negative for debt.
    pub fn available(&self) -> LeaveMinutes {
        self.figures.available()
    }

    /// Returns the remaining leave, including what pending requests reserve. The low-balance threshold applies to this amount.
    pub fn left(&self) -> LeaveMinutes {
        self.available() + self.figures.pending
    }

    /// Returns what would be available without the rollover. Leave dated in a year that is over may take this amount.
    pub(super) fn unturned(&self) -> LeaveMinutes {
        self.available() + self.turned.map_or(LeaveMinutes::ZERO, |turn| turn.carried + turn.expired)
    }

    /// Returns how much of the carry-over will expire on `today` or later. Leave after the expiry can't use it.
    pub(super) fn bound_to_expire(&self, today: WorkDate) -> LeaveMinutes {
        let carried = self.carried_in.as_ref();
        carried.map_or(LeaveMinutes::ZERO, |carried| carried.bound(self.year, &self.spent, today))
    }

    /// Returns what was available for leave that was just booked and takes `months`, where that isn't enough; none where it is.
    pub(super) fn shortage(&self, months: &MonthsOfYear, today: WorkDate) -> Option<LeaveMinutes> {
        let asked = months.total();
        let (rest, bound) = (self.unturned(), self.bound_to_expire(today));
        let free = rest - bound;
        let without = Self { spent: self.spent.plus(&months.negated()), ..self.clone() };
        // Leave that is taken in time uses carry-over that would expire. The rest of it needs other leave.
        let unbound = asked - (without.bound_to_expire(today) - bound);
        let is_short = rest.is_negative() || (free.is_negative() && !unbound.is_zero());
        is_short.then(|| (free + asked).max((rest + asked).min(LeaveMinutes::ZERO)))
    }

    /// Returns how much of `rest`, the leave left at the end of the year, sick leave gave back. It doesn't expire with the year.
    pub(super) fn given_back(&self, rest: LeaveMinutes) -> LeaveMinutes {
        let carried = self.carried_in.as_ref().map_or(LeaveMinutes::ZERO, |carried| carried.given_back);
        (self.interrupted.or_zero() + carried).min(rest.or_zero())
    }

    /// Returns the last date on which the carry-over may be taken; none where it lasts as long as the year.
    pub fn carried_expires_on(&self) -> Option<WorkDate> {
        self.carried_in.as_ref()?.last_date(self.year)
    }

    /// Adds an entry to the figures.
    pub fn apply(&mut self, entry: &LedgerEntry) {
        self.figures = self.figures.with(entry.kind, entry.minutes);
        self.spent = self.spent.plus(&entry.months);
        if entry.cause.interrupted_by().is_some() {
            self.interrupted += entry.minutes;
        }
        self.entries = entry.number;
    }
}

impl Turn {
    /// Returns how much of the year's remaining leave `rest` expires with the year: what exceeds the carry-over limit, without
    /// what sick leave gave back. Where a notice is required, at most the amount of which a notice was given in time.
    pub(super) fn expiring(&self, rest: LeaveMinutes, year: LeaveYear, notices: &Notices) -> LeaveMinutes {
        let beyond = (rest - self.cap).or_zero();
        if self.only_after_notice { beyond.min(notices.told_by(year.to.plus_days(-MIN_NOTICE_DAYS))) } else { beyond }
    }

    /// Returns the part of the carry-over to the next year whose notice came too late for it to expire with this year, and the
    /// last date on which that part may be taken.
    pub(super) fn told_late(
        &self,
        rest: LeaveMinutes,
        year: LeaveYear,
        notices: &Notices,
    ) -> Option<(LeaveMinutes, WorkDate)> {
        let latest = notices.latest().filter(|_| self.only_after_notice)?;
        let told = (rest - self.cap).or_zero().min(notices.told_by(year.to));
        let late = told - self.expiring(rest, year, notices);
        (!late.is_zero()).then(|| (late, latest.on.plus_days(MIN_NOTICE_DAYS)))
    }
}
