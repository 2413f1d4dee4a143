//! Amounts of leave: whole minutes of a leave day.

use std::{
    iter::Sum,
    ops::{Add, AddAssign, Neg, Sub, SubAssign},
};

use serde::{Deserialize, Serialize};

use super::LeaveDays;
use crate::{
    bounded::Bounded,
    settings::{LeaveAllowance, Settings},
};

/// An amount of leave in whole minutes of a leave day; debt is negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LeaveMinutes(i64);

impl LeaveMinutes {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many minutes.
    pub const fn new(minutes: i64) -> Self {
        Self(minutes)
    }

    /// How many minutes.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether it is nothing.
    pub const fn is_zero(&self) -> bool {
        self.0 == 0
    }

    /// Whether it is debt.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The amount where it isn't debt, else nothing.
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

/// How many minutes a day of leave has: the measure between days, as people count, and minutes, as the book does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaveDayLength(Bounded<60, 1440>);

impl LeaveDayLength {
    /// The company's.
    pub const fn of(settings: &Settings) -> Self {
        Self(settings.leave_day_minutes)
    }

    /// Whole minutes of a leave day.
    pub const fn minutes(self) -> i64 {
        self.0.as_i64()
    }

    /// A whole day of leave.
    pub const fn whole(self) -> LeaveMinutes {
        LeaveMinutes(self.minutes())
    }

    /// Half a day of leave; of a day with an odd number of minutes the half minute is given away.
    pub const fn half(self) -> LeaveMinutes {
        LeaveMinutes(self.minutes() / 2)
    }

    /// What an allowance comes to, to the nearest minute.
    pub fn of_allowance(self, allowance: LeaveAllowance) -> LeaveMinutes {
        LeaveMinutes(nearest(i64::from(allowance.hundredths()) * self.minutes(), 100))
    }

    /// What days come to, to the nearest minute.
    pub const fn of_days(self, days: LeaveDays) -> LeaveMinutes {
        LeaveMinutes(nearest(days.hundredths() * self.minutes(), 100))
    }

    /// What minutes come to in days, to the nearest hundredth, as the contract shows them.
    pub const fn in_days(self, minutes: LeaveMinutes) -> LeaveDays {
        LeaveDays::of_hundredths(nearest(minutes.0 * 100, self.minutes()))
    }
}

/// The whole number nearest to a fraction, halves away from zero. `of` is positive.
const fn nearest(number: i64, of: i64) -> i64 {
    let half = if number < 0 { -of } else { of };
    (2 * number + half) / (2 * of)
}
