//! The worked time, added up by dates, people or departments.

use std::collections::{BTreeMap, HashMap};

use domain::{
    calendar::{DateRange, WorkDate},
    day::{MonthTotals, Period},
    id::{DepartmentId, UserId},
};

use super::{DEPARTMENT, FULL_NAME, Fold, USER_ID};
use crate::{
    GroupBy,
    chart::Plot,
    column::{Cell, Column, Kind, Line},
    part::{Figure, FigureValue},
    scope::ReportScope,
};

const WORKED: Column = Column::summed("worked_seconds", "Worked", Kind::Duration);
const BREAKS: Column = Column::summed("break_seconds", "Breaks", Kind::Duration);
const SCHEDULED: Column = Column::summed("scheduled_seconds", "Scheduled", Kind::Duration);
const OVERTIME: Column = Column::summed("overtime_seconds", "Overtime", Kind::Duration);
const PRESENT: Column = Column::summed("days_present", "Days present", Kind::Count);

pub(crate) const BY_DATES: &[Column] = &[
    Column::new("from", "From", Kind::Date),
    Column::new("to", "To", Kind::Date),
    WORKED,
    BREAKS,
    SCHEDULED,
    OVERTIME,
    PRESENT,
];
pub(crate) const BY_USER: &[Column] = &[USER_ID, FULL_NAME, DEPARTMENT, WORKED, BREAKS, SCHEDULED, OVERTIME, PRESENT];
pub(crate) const BY_DEPARTMENT: &[Column] = &[
    Column::new("department_id", "Department (id)", Kind::Text),
    DEPARTMENT,
    WORKED,
    BREAKS,
    SCHEDULED,
    OVERTIME,
    PRESENT,
];

pub(super) const fn columns(group_by: GroupBy) -> &'static [Column] {
    match group_by {
        GroupBy::Day | GroupBy::Week | GroupBy::Month => BY_DATES,
        GroupBy::User => BY_USER,
        GroupBy::Department => BY_DEPARTMENT,
    }
}

pub(super) const fn plot(group_by: GroupBy) -> Plot {
    let (key, by, else_by, of): (usize, usize, usize, &[usize]) = match group_by {
        GroupBy::Day | GroupBy::Week | GroupBy::Month => (0, 0, 0, &[2, 4]),
        GroupBy::User => (0, 1, 2, &[3, 5]),
        GroupBy::Department => (0, 1, 1, &[2, 4]),
    };
    Plot { key, by, else_by, of, lines: false, unit: "hours" }
}

/// The group of a line. The order of groups is the order of lines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Dates(WorkDate, WorkDate),
    /// Departments by name; figures without a department come last.
    Department((bool, String), Option<DepartmentId>),
    User((bool, String), Option<DepartmentId>, UserId),
}

/// The report of worked hours.
pub(super) struct WorkedHours {
    dates: DateRange,
    group_by: GroupBy,
    groups: BTreeMap<Group, MonthTotals>,
    /// The names of people. After a change of name, the last name that was read counts.
    names: HashMap<UserId, String>,
}

impl WorkedHours {
    pub(super) fn new(dates: DateRange, group_by: GroupBy) -> Self {
        let mut report = Self { dates, group_by, groups: BTreeMap::new(), names: HashMap::new() };
        // Dates without worked time are included.
        match group_by {
            GroupBy::Day | GroupBy::Week | GroupBy::Month => {
                for date in dates.each() {
                    let group = report.of_dates(date);
                    report.groups.entry(group).or_default();
                }
            }
            GroupBy::User | GroupBy::Department => {}
        }
        report
    }

    fn of_dates(&self, date: WorkDate) -> Group {
        let period = match self.group_by {
            GroupBy::Week => Period::Week,
            GroupBy::Month => Period::Month,
            GroupBy::Day | GroupBy::User | GroupBy::Department => Period::Day,
        };
        let around = period.around(date);
        Group::Dates(around.from.max(self.dates.from), around.to.min(self.dates.to))
    }

    fn group(&self, figure: &Figure, date: WorkDate, scope: &ReportScope) -> Group {
        let owner = &figure.owner;
        let name = scope.department(owner.department_id);
        let department = (name.is_none(), name.unwrap_or_default().to_lowercase());
        match self.group_by {
            GroupBy::Day | GroupBy::Week | GroupBy::Month => self.of_dates(date),
            GroupBy::User => Group::User(department, owner.department_id, owner.user_id),
            GroupBy::Department => Group::Department(department, owner.department_id),
        }
    }
}

impl Fold for WorkedHours {
    fn take(&mut self, figure: Figure, scope: &ReportScope) -> Vec<Line> {
        let (date, totals) = match &figure.value {
            FigureValue::Month(date, totals) | FigureValue::Day(date, totals) => (*date, *totals),
            FigureValue::WholeDay(_) | FigureValue::Balance(..) => return Vec::new(),
        };
        let group = self.group(&figure, date, scope);
        *self.groups.entry(group).or_default() += totals;
        self.names.insert(figure.owner.user_id, figure.owner.full_name);
        Vec::new()
    }

    fn rest(&mut self, scope: &ReportScope) -> Vec<Line> {
        let mut groups: Vec<(Group, MonthTotals)> = std::mem::take(&mut self.groups).into_iter().collect();
        let name = |id: &UserId| self.names.get(id).map_or("", String::as_str);
        // Departments are in order; within them, people are sorted by name.
        groups.sort_by_cached_key(|(group, _)| match group {
            Group::User(department, _, id) => Some((department.clone(), name(id).to_lowercase(), *id)),
            Group::Dates(..) | Group::Department(..) => None,
        });
        let line = |(group, totals): (Group, MonthTotals)| {
            let head: Vec<Cell> = match group {
                Group::Dates(from, to) => vec![Cell::Date(from), Cell::Date(to)],
                Group::Department(_, id) => vec![Cell::text(id), Cell::text(scope.department(id))],
                Group::User(_, department, id) => {
                    vec![
                        Cell::Text(id.to_string()),
                        Cell::Text(name(&id).to_owned()),
                        Cell::text(scope.department(department)),
                    ]
                }
            };
            head.into_iter().chain(cells(totals)).collect()
        };
        groups.into_iter().map(line).collect()
    }
}

fn cells(totals: MonthTotals) -> [Cell; 5] {
    [
        Cell::Seconds(totals.worked_seconds),
        Cell::Seconds(totals.break_seconds),
        Cell::Seconds(totals.scheduled_seconds),
        Cell::Seconds(totals.overtime_seconds),
        Cell::Count(totals.days_present),
    ]
}
