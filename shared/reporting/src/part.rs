//! What a report is read in, and what comes of it.

use std::collections::BTreeSet;

use domain::{
    calendar::{WorkDate, Zone},
    day::{Dates, Day, Month, MonthTotals},
    id::{DepartmentId, UserId},
    leave::{Balance, LeaveDayLength},
};

/// A part: what a few queries bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Everybody's totals of a month in a department.
    Months { month: Month, department: Option<DepartmentId> },
    /// Everybody's line of a date in a department.
    Days { date: WorkDate, department: Option<DepartmentId> },
    /// Everybody's whole day, of those who worked.
    WholeDays { date: WorkDate, department: Option<DepartmentId> },
    /// What one person has.
    Person {
        user_id: UserId,
        what: OfPerson,
        /// Of which departments.
        standing: Standing,
    },
    /// Balances of people, department by department.
    Balances {
        /// The departments; all where there are none.
        of: Option<DepartmentId>,
        year: i16,
    },
    /// One person's balances.
    BalancesOfPerson { user_id: UserId, year: i16 },
}

/// What is read of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfPerson {
    /// Totals of a month.
    Month(Month),
    /// Days.
    Days(Dates),
    /// Days with their sessions.
    WholeDays(Dates),
}

/// Which departments figures must stand with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Any.
    Anywhere,
    /// This one.
    In(DepartmentId),
    /// None of these: what stands with them is read with them.
    Outside(BTreeSet<DepartmentId>),
}

impl Standing {
    /// Whether a department is one of them.
    pub(crate) fn holds(&self, department: Option<DepartmentId>) -> bool {
        match self {
            Self::Anywhere => true,
            Self::In(id) => department == Some(*id),
            Self::Outside(others) => department.is_none_or(|id| !others.contains(&id)),
        }
    }
}

/// Whose a figure is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) user_id: UserId,
    pub(crate) full_name: String,
    /// The department it stands with.
    pub(crate) department_id: Option<DepartmentId>,
}

/// A figure, as it was read.
#[derive(Debug)]
pub(crate) struct Figure {
    pub(crate) who: Who,
    pub(crate) of: Of,
}

/// What a figure is.
#[derive(Debug)]
pub(crate) enum Of {
    /// A month; the date is its first.
    Month(WorkDate, MonthTotals),
    /// A date.
    Day(WorkDate, MonthTotals),
    /// A whole day.
    WholeDay(Box<Day>),
    /// A balance, and how long a leave day is.
    Balance(Box<Balance>, LeaveDayLength),
}

/// The zone of a day, and the day: for those that show instants.
pub(crate) fn zone_of(day: &Day) -> Zone {
    day.zone().clone()
}
