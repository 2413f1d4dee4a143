//! Month totals: the sum of the days' contributions, updated in the transaction that changes a day.

use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Serialize};

use crate::{calendar::WorkDate, id::DepartmentId};

macro_rules! totals {
    ($($(#[$doc:meta])* $field:ident,)*) => {
        /// The figures of a month, the contribution of one day, or a difference of two such values, which can be negative. The
        /// fields are the columns of the monthly report. DynamoDB adds each of them up.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct MonthTotals {$(
            $(#[$doc])*
            #[serde(default, skip_serializing_if = "is_zero")]
            pub $field: i64,
        )*}

        impl MonthTotals {
            /// Every figure, with the name of its attribute.
            pub const fn fields(&self) -> [(&'static str, i64); [$(stringify!($field)),*].len()] {
                [$((stringify!($field), self.$field)),*]
            }
        }

        impl Add for MonthTotals {
            type Output = Self;

            fn add(self, other: Self) -> Self {
                Self { $($field: self.$field + other.$field),* }
            }
        }

        impl Neg for MonthTotals {
            type Output = Self;

            fn neg(self) -> Self {
                Self { $($field: -self.$field),* }
            }
        }
    };
}

totals! {
    /// Worked time.
    worked_seconds,
    /// Breaks, paid and unpaid.
    break_seconds,
    /// The time to be worked.
    scheduled_seconds,
    /// Overtime.
    overtime_seconds,
    /// Lateness, whether or not excused.
    late_seconds,
    /// Time by which shifts were left early.
    early_leave_seconds,
    /// Days with status `present`.
    days_present,
    /// Days with status `absent`, except excused ones.
    days_absent,
    /// Days with lateness, each counted once, except excused ones.
    days_late,
    /// Leave in half days: a whole day counts 2.
    half_days_on_leave,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde requires a reference")]
const fn is_zero(figure: &i64) -> bool {
    *figure == 0
}

impl MonthTotals {
    /// Whether all figures are zero.
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }
}

impl Sub for MonthTotals {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl AddAssign for MonthTotals {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::iter::Sum for MonthTotals {
    fn sum<I: Iterator<Item = Self>>(totals: I) -> Self {
        totals.fold(Self::default(), Add::add)
    }
}

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// The year.
    pub year: i16,
    /// The month, 1 to 12.
    pub month: i8,
}

impl Month {
    /// The month of a date.
    pub fn of(date: WorkDate) -> Self {
        Self { year: date.year(), month: date.date().month() }
    }

    /// The first and the last date of the month that contains a date.
    pub fn dates_around(date: WorkDate) -> (WorkDate, WorkDate) {
        let first = date.plus_days(1 - i32::from(date.date().day()));
        (first, first.plus_days(i32::from(date.date().days_in_month()) - 1))
    }
}

/// The form in keys: `2026-11`.
impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// A change of the totals of a person's month in a department.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthDelta {
    /// The month.
    pub month: Month,
    /// The department of the day.
    pub department_id: Option<DepartmentId>,
    /// The figures to add; never all zero.
    pub totals: MonthTotals,
}
