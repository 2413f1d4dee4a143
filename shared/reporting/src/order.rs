//! The order of a report and its scope of people. An export stores it, so that the report is made later exactly as it was
//! requested.

use std::collections::BTreeSet;

use domain::{
    calendar::{DateRange, WorkDate},
    id::{DepartmentId, UserId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A report and the people that it covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The report.
    pub report: Report,
    /// The people whose figures the report contains.
    pub whose: Whose,
}

/// The kind of report, with its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// The monthly totals of all people.
    MonthlyWork {
        /// Any date of the month.
        month: WorkDate,
    },
    /// The worked time, added up.
    WorkedHours {
        /// The dates of the report.
        dates: DateRange,
        /// The grouping of the worked time.
        group_by: GroupBy,
    },
    /// All late days.
    Lateness {
        /// The dates of the report.
        dates: DateRange,
    },
    /// The balances of a leave year.
    Leave {
        /// The calendar year in which the leave year begins.
        year: i16,
    },
    /// All sessions.
    Attendance {
        /// The dates of the report.
        dates: DateRange,
    },
    /// Presence, lateness and absence by week.
    Trends {
        /// The dates of the report.
        dates: DateRange,
    },
}

/// The grouping of worked time.
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

/// The people whose figures a report contains. Access depends on the current department. Figures belong to the department of
/// their day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// One person's figures, optionally of one department.
    Person {
        /// The id of the person.
        user_id: UserId,
        /// The only department whose figures are included.
        only: Option<DepartmentId>,
    },
    /// All figures.
    Everyone,
    /// The figures of a department, for all people: only for callers who may see everyone.
    Department {
        /// The id of the department.
        id: DepartmentId,
    },
    /// The figures of people who currently belong to the given departments.
    Members {
        /// The departments.
        of: BTreeSet<DepartmentId>,
        /// The only one of them whose figures are included.
        only: Option<DepartmentId>,
    },
}

impl Report {
    /// Returns the name of the report in routes and file names.
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

    /// Returns the title of the report, with its period.
    pub fn title(&self) -> String {
        let over = |dates: &DateRange| format!("{} to {}", dates.from, dates.to);
        match self {
            Self::MonthlyWork { month } => format!("Monthly work, {}", month.date().strftime("%B %Y")),
            Self::WorkedHours { dates, .. } => format!("Worked hours, {}", over(dates)),
            Self::Lateness { dates } => format!("Lateness, {}", over(dates)),
            Self::Leave { year } => format!("Leave, {year}"),
            Self::Attendance { dates } => format!("Attendance, {}", over(dates)),
            Self::Trends { dates } => format!("Trends, {}", over(dates)),
        }
    }

    /// Returns the name of the report's file, without the extension.
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
