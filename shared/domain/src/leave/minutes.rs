//! Amounts of leave, in whole minutes of a leave day.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Neg, Sub, SubAssign},
};

use serde::{Deserialize, Serialize};

use super::LeaveDays;
use crate::{
    bounded::Bounded,
    settings::{LeaveAllowance, Settings},
};

/// An amount of leave, as people read it: days with two decimals, and the exact amount where these are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveAmount {
    /// The days; negative for debt and for amounts that are removed.
    pub days: LeaveDays,
    /// The exact amount without its sign, where the days are rounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exactly: Option<LeaveParts>,
}

impl fmt::Display for LeaveAmount {
    /// Writes the amount in English: `14.99 days (14 days 7 h 58 min)`, `15 days`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(LeaveParts { days, hours, minutes }) = self.exactly else { return self.days.fmt(f) };
        let whole = (days > 0).then(|| LeaveDays::of_hundredths(days * 100).to_string());
        let parts = [whole, (hours > 0).then(|| format!("{hours} h")), (minutes > 0).then(|| format!("{minutes} min"))];
        let sign = if self.days.hundredths() < 0 { "-" } else { "" };
        write!(f, "{} ({sign}{})", self.days, parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

/// Whole days, hours and minutes of leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveParts {
    /// Whole leave days.
    pub days: i64,
    /// Whole hours of the rest.
    pub hours: i64,
    /// Minutes of the rest.
    pub minutes: i64,
}

/// An amount of leave in whole minutes of a leave day; debt is negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LeaveMinutes(i64);

impl LeaveMinutes {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Creates an amount from minutes.
    pub const fn new(minutes: i64) -> Self {
        Self(minutes)
    }

    /// Returns the minutes.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Returns whether the amount is zero.
    pub const fn is_zero(&self) -> bool {
        self.0 == 0
    }

    /// Returns whether the amount is debt.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Returns the amount, or zero where it is debt.
    #[must_use]
    pub fn or_zero(self) -> Self {
        self.max(Self::ZERO)
    }
}

impl Add for LeaveMinutes {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for LeaveMinutes {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for LeaveMinutes {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for LeaveMinutes {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for LeaveMinutes {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for LeaveMinutes {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// The number of minutes in a day of leave. It converts between days, which people use, and minutes, which the ledger uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaveDayLength(Bounded<60, 1440>);

impl LeaveDayLength {
    /// Returns the length of the company's leave day.
    pub const fn of(settings: &Settings) -> Self {
        Self(settings.leave_day_minutes)
    }

    /// Returns the whole minutes of a leave day.
    pub const fn minutes(self) -> i64 {
        self.0.as_i64()
    }

    /// Returns a whole day of leave.
    pub const fn whole(self) -> LeaveMinutes {
        LeaveMinutes(self.minutes())
    }

    /// Returns half a day of leave. Where a day has an odd number of minutes, the half rounds down.
    pub const fn half(self) -> LeaveMinutes {
        LeaveMinutes(self.minutes() / 2)
    }

    /// Converts an allowance. Credits round up to whole minutes, so that they show as they were given.
    pub const fn of_allowance(self, allowance: LeaveAllowance) -> LeaveMinutes {
        LeaveMinutes(ceiling(allowance.hundredths() as i64 * self.minutes(), 100))
    }

    /// Converts a cost in days. Costs round down to whole minutes, so that they show as they were set.
    pub const fn of_cost(self, cost: LeaveAllowance) -> LeaveMinutes {
        LeaveMinutes(floor(cost.hundredths() as i64 * self.minutes(), 100))
    }

    /// Converts days that are added to a balance, or removed from it where negative. Both round up to whole minutes, so that they
    /// show as they were given.
    pub const fn of_days(self, days: LeaveDays) -> LeaveMinutes {
        LeaveMinutes(ceiling(days.hundredths() * self.minutes(), 100))
    }

    /// Converts an amount that may be taken to days with two decimals. It rounds down, debt too, so that the days never show more
    /// than is available.
    pub const fn in_days(self, minutes: LeaveMinutes) -> LeaveDays {
        LeaveDays::of_hundredths(floor(minutes.0 * 100, self.minutes()))
    }

    /// Converts an amount that is or was taken to days with two decimals. It rounds away from zero, so that leave that is given
    /// back shows as it was taken.
    pub const fn cost_in_days(self, minutes: LeaveMinutes) -> LeaveDays {
        let hundredths = ceiling(minutes.0.abs() * 100, self.minutes());
        LeaveDays::of_hundredths(if minutes.is_negative() { -hundredths } else { hundredths })
    }

    /// Returns an amount that may be taken, as people read it.
    pub fn amount(self, minutes: LeaveMinutes) -> LeaveAmount {
        self.amount_shown_as(minutes, self.in_days(minutes))
    }

    /// Returns an amount that is taken, as people read it.
    pub fn cost_amount(self, minutes: LeaveMinutes) -> LeaveAmount {
        self.amount_shown_as(minutes, self.cost_in_days(minutes))
    }

    /// Adds days, hours and minutes where the days are rounded.
    fn amount_shown_as(self, minutes: LeaveMinutes, shown: LeaveDays) -> LeaveAmount {
        let is_exact = shown.hundredths() * self.minutes() == minutes.0 * 100;
        let (total, day) = (minutes.0.abs(), self.minutes());
        let parts = LeaveParts { days: total / day, hours: total % day / 60, minutes: total % day % 60 };
        LeaveAmount { days: shown, exactly: (!is_exact).then_some(parts) }
    }
}

/// Rounds a fraction down. `of` is positive.
const fn floor(number: i64, of: i64) -> i64 {
    number.div_euclid(of)
}

/// Rounds a fraction up. `of` is positive.
pub(super) const fn ceiling(number: i64, of: i64) -> i64 {
    -floor(-number, of)
}
