//! What is wanted, and whose it may be. Kept with an export, so that it is made later just as it was asked for.

use std::collections::BTreeSet;

use domain::{
    calendar::WorkDate,
    day::Dates,
    id::{DepartmentId, UserId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A report, of whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Which.
    pub report: Report,
    /// Whose figures.
    pub whose: Whose,
}

/// Which report, over what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// Everybody's totals of a month.
    MonthlyWork {
        /// Any date of the month.
        month: WorkDate,
    },
    /// Worked time, added up.
    WorkedHours {
        /// Of which dates.
        dates: Dates,
        /// By what.
        group_by: GroupBy,
    },
    /// Every late day.
    Lateness {
        /// Of which dates.
        dates: Dates,
    },
    /// Balances of a leave year.
    Leave {
        /// The calendar year in which the leave year begins.
        year: i16,
    },
    /// Every session.
    Attendance {
        /// Of which dates.
        dates: Dates,
    },
    /// Presence, lateness and absence by week.
    Trends {
        /// Of which dates.
        dates: Dates,
    },
}

/// What worked time is added up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// Each date.
    Day,
    /// Each ISO week, Monday to Sunday.
    Week,
    /// Each calendar month.
    Month,
    /// Each person, in each department that they worked in.
    User,
    /// Each department.
    Department,
}

/// Whose figures a report holds. Access follows the present department; figures stand with the department of their day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// One person's; of one department where that is asked for.
    Person {
        /// The id of the person.
        user_id: UserId,
        /// Only what stands with this department.
        only: Option<DepartmentId>,
    },
    /// Everything.
    Everyone,
    /// What stands with a department, whoever's it is: for those who see everyone.
    Department {
        /// Which.
        id: DepartmentId,
    },
    /// What is of people who belong to these departments now.
    Members {
        /// Which departments.
        of: BTreeSet<DepartmentId>,
        /// Only what stands with this one of them.
        only: Option<DepartmentId>,
    },
}

impl Report {
    /// Its name, as routes and files have it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MonthlyWork { .. } => "monthly-work",
            Self::WorkedHours { .. } => "worked-hours",
            Self::Lateness { .. } => "lateness",
            Self::Leave { .. } => "leave",
            Self::Attendance { .. } => "attendance",
            Self::Trends { .. } => "trends",
        }
    }

    /// What people call it, with what it is over.
    pub fn title(&self) -> String {
        let over = |dates: &Dates| format!("{} to {}", dates.from, dates.to);
        match self {
            Self::MonthlyWork { month } => format!("Monthly work, {}", month.date().strftime("%B %Y")),
            Self::WorkedHours { dates, .. } => format!("Worked hours, {}", over(dates)),
            Self::Lateness { dates } => format!("Lateness, {}", over(dates)),
            Self::Leave { year } => format!("Leave, {year}"),
            Self::Attendance { dates } => format!("Attendance, {}", over(dates)),
            Self::Trends { dates } => format!("Trends, {}", over(dates)),
        }
    }

    /// What its file is called, without the ending.
    pub fn file_name(&self) -> String {
        let name = self.name();
        match self {
            Self::MonthlyWork { month } => format!("{name}-{}", month.date().strftime("%Y-%m")),
            Self::Leave { year } => format!("{name}-{year}"),
            Self::WorkedHours { dates, .. }
            | Self::Lateness { dates }
            | Self::Attendance { dates }
            | Self::Trends { dates } => format!("{name}-{}-{}", dates.from, dates.to),
        }
    }
}
