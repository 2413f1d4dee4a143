//! The parts in which a report is read, and their figures.

use std::collections::BTreeSet;

use domain::{
    calendar::{DateRange, WorkDate, Zone},
    day::{Day, Month, MonthTotals},
    id::{DepartmentId, UserId},
    leave::{Balance, LeaveDayLength},
};

/// A part of a report, which takes a few queries to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// The monthly totals of all people in a department.
    Months { month: Month, department: Option<DepartmentId> },
    /// The board lines of all people in a department on a date.
    Days { date: WorkDate, department: Option<DepartmentId> },
    /// The full days of all people in a department who worked on a date.
    WholeDays { date: WorkDate, department: Option<DepartmentId> },
    /// The figures of one person.
    Person {
        user_id: UserId,
        what: OfPerson,
        /// The departments that the figures must belong to.
        departments: DepartmentFilter,
    },
    /// The balances of people, department by department.
    Balances {
        /// The department; `None` includes all.
        of: Option<DepartmentId>,
        year: i16,
    },
    /// The balances of one person.
    BalancesOfPerson { user_id: UserId, year: i16 },
}

/// The data to read for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfPerson {
    /// The totals of a month.
    Month(Month),
    /// The days.
    Days(DateRange),
    /// The days with their sessions.
    WholeDays(DateRange),
}

/// The departments that figures must belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DepartmentFilter {
    /// Any department.
    Anywhere,
    /// The given department.
    In(DepartmentId),
    /// None of the given departments, whose figures are read with the departments.
    Outside(BTreeSet<DepartmentId>),
}

impl DepartmentFilter {
    /// Returns whether figures of a department are included.
    pub(crate) fn holds(&self, department: Option<DepartmentId>) -> bool {
        match self {
            Self::Anywhere => true,
            Self::In(id) => department == Some(*id),
            Self::Outside(others) => department.is_none_or(|id| !others.contains(&id)),
        }
    }
}

/// The person of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FigureOwner {
    pub(crate) user_id: UserId,
    pub(crate) full_name: String,
    /// The department that the figure belongs to.
    pub(crate) department_id: Option<DepartmentId>,
}

/// A figure as it was read.
#[derive(Debug)]
pub(crate) struct Figure {
    pub(crate) owner: FigureOwner,
    pub(crate) value: FigureValue,
}

/// The value of a figure.
#[derive(Debug)]
pub(crate) enum FigureValue {
    /// The totals of a month; the date is its first.
    Month(WorkDate, MonthTotals),
    /// The totals of a date.
    Day(WorkDate, MonthTotals),
    /// A full day.
    WholeDay(Box<Day>),
    /// A balance, and the length of a leave day.
    Balance(Box<Balance>, LeaveDayLength),
}

/// Returns the zone of a day, for reports that show instants.
pub(crate) fn zone_of(day: &Day) -> Zone {
    day.zone().clone()
}
