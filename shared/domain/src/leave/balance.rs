//! What a person has of a type of leave in a leave year: the fold of its ledger.

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

/// A balance, kept beside its ledger and written in the same transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// The leave year. It keeps its dates when the settings come to begin years otherwise.
    #[serde(flatten)]
    pub year: LeaveYear,
    /// The type of leave.
    #[serde(rename = "type")]
    pub leave_type: LeaveTypeCode,
    /// The sums of its entries.
    #[serde(default)]
    pub figures: Figures,
    /// What leave (asked for or approved) and deductions take, by the month of the leave year that they are dated in.
    #[serde(default, skip_serializing_if = "MonthsOfYear::is_empty")]
    pub spent: MonthsOfYear,
    /// What of leave was given back because other leave, such as sick leave, interrupted it: it outlives the end of the year.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub interrupted: LeaveMinutes,
    /// How leave is granted; none before the first grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<Granted>,
    /// What came from the year before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried_in: Option<CarriedIn>,
    /// The notices that leave expires with the year.
    #[serde(default, skip_serializing_if = "Notices::is_empty")]
    pub notices: Notices,
    /// How the year ended; none while it hasn't been turned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turned: Option<Turn>,
    /// Whether what is left was below the mark when it was last looked at; none: nobody has looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_low: Option<bool>,
    /// How many entries it has.
    #[serde(default)]
    pub entries: u32,
    /// Counts the changes; 0: not stored yet.
    #[serde(default)]
    pub version: u64,
}

/// The sums of a ledger's entries, by what they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Granted.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub granted: LeaveMinutes,
    /// Come from the year before, less what went into the next.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub carried: LeaveMinutes,
    /// Approved leave, taken or to come.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub used: LeaveMinutes,
    /// Asked for.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub pending: LeaveMinutes,
    /// What lateness cost.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub deducted: LeaveMinutes,
    /// Added by managers, less what they took away.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub adjusted: LeaveMinutes,
    /// Not taken in time.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    pub expired: LeaveMinutes,
}

/// The figures of a balance in days, as they are shown: credits and what is available round down, costs round up.
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

/// By which rules a year's leave is granted: those of when its first grant was booked. Later settings don't change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// What the company granted a year then. A person's own allowance comes before it.
    pub allowance: LeaveMinutes,
    /// At once, or month by month.
    pub accrual: Accrual,
    /// Whether someone who is employed for a part of the year gets that part of it.
    pub is_prorated: bool,
    /// How such parts are counted and rounded. Grants of 0.1.0 were by days, rounded up to half a day.
    #[serde(default = "proration_of_the_first_version")]
    pub proration: Proration,
    /// How many months have been granted; all of them where it comes at once.
    pub months: u8,
}

const fn proration_of_the_first_version() -> Proration {
    Proration { unit: ProrationUnit::Day, rounding: ProrationRounding::HalfUp }
}

/// How a year ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The most that might be carried over, when it ended.
    pub cap: LeaveMinutes,
    /// What went into the next year; debt is negative.
    pub carried: LeaveMinutes,
    /// What is gone.
    pub expired: LeaveMinutes,
    /// Whether only that is gone of which a notice was given in time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_after_notice: bool,
    /// Whether anything was booked for it; what is booked after that is a correction.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_booked: bool,
}

impl Figures {
    /// What may still be taken.
    pub fn available(&self) -> LeaveMinutes {
        self.granted + self.carried + self.adjusted - self.used - self.pending - self.deducted - self.expired
    }

    /// Returns the figures as they are shown.
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

    /// With an entry more. The one place that says what each kind does.
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
    /// A balance without entries.
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

    /// What may still be taken; debt is negative.
    pub fn available(&self) -> LeaveMinutes {
        self.figures.available()
    }

    /// What is left until leave that is asked for is decided: what the mark of low balances is compared with.
    pub fn left(&self) -> LeaveMinutes {
        self.available() + self.figures.pending
    }

    /// What would be available if the year had not been turned: what leave dated in a year that is over may take.
    pub(super) fn unturned(&self) -> LeaveMinutes {
        self.available() + self.turned.map_or(LeaveMinutes::ZERO, |turn| turn.carried + turn.expired)
    }

    /// What will expire of what came from the year before, on `today` or later: leave after that can't have it.
    pub(super) fn bound_to_expire(&self, today: WorkDate) -> LeaveMinutes {
        let carried = self.carried_in.as_ref();
        carried.map_or(LeaveMinutes::ZERO, |carried| carried.bound(self.year, &self.spent, today))
    }

    /// What there was for leave that was just booked and takes `months`, where that isn't enough; none where it is.
    pub(super) fn shortage(&self, months: &MonthsOfYear, today: WorkDate) -> Option<LeaveMinutes> {
        let asked = months.total();
        let (rest, bound) = (self.unturned(), self.bound_to_expire(today));
        let free = rest - bound;
        let without = Self { spent: self.spent.plus(&months.negated()), ..self.clone() };
        // Leave that is taken in time spends what would expire; the rest of it has to be there otherwise.
        let unbound = asked - (without.bound_to_expire(today) - bound);
        let is_short = rest.is_negative() || (free.is_negative() && !unbound.is_zero());
        is_short.then(|| (free + asked).max((rest + asked).min(LeaveMinutes::ZERO)))
    }

    /// What of `rest`, which is left at the end of the year, sick leave gave back: it doesn't expire with the year.
    pub(super) fn given_back(&self, rest: LeaveMinutes) -> LeaveMinutes {
        let carried = self.carried_in.as_ref().map_or(LeaveMinutes::ZERO, |carried| carried.given_back);
        (self.interrupted.or_zero() + carried).min(rest.or_zero())
    }

    /// The last date on which what came from the year before may be taken; none where it lasts as long as the year.
    pub fn carried_expires_on(&self) -> Option<WorkDate> {
        self.carried_in.as_ref()?.last_date(self.year)
    }

    /// Takes an entry in.
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
    /// How much of what is left of a year is gone with it: what is beyond the cap, without what sick leave gave back. Where a
    /// notice has to be given, at most what was told in time.
    pub(super) fn expiring(&self, rest: LeaveMinutes, year: LeaveYear, notices: &Notices) -> LeaveMinutes {
        let beyond = (rest - self.cap).or_zero();
        if self.only_after_notice { beyond.min(notices.told_by(year.to.plus_days(-MIN_NOTICE_DAYS))) } else { beyond }
    }

    /// How much of what goes into the next year was told of too late to be gone with this one, and until when it may be taken.
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
