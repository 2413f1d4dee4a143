//! Divides a report into parts.

use domain::{
    calendar::{DateRange, WorkDate},
    day::Month,
};

use crate::{
    GroupBy, Order, Report, Whose,
    part::{DepartmentFilter, OfPerson, Part},
    scope::ReportScope,
};

impl Report {
    /// Returns the first date that the report covers.
    pub(crate) fn first(&self) -> WorkDate {
        match self {
            Self::MonthlyWork { month } => Month::of(*month).dates().from,
            Self::WorkedHours { dates, .. }
            | Self::Lateness { dates }
            | Self::Attendance { dates }
            | Self::Trends { dates } => dates.from,
            // Balances belong to their person and move with the person.
            Self::Leave { .. } => WorkDate::MAX,
        }
    }

    fn of_person(&self) -> Option<OfPerson> {
        match self {
            Self::MonthlyWork { month } => Some(OfPerson::Month(Month::of(*month))),
            Self::WorkedHours { dates, .. } | Self::Lateness { dates } | Self::Trends { dates } => {
                Some(OfPerson::Days(*dates))
            }
            Self::Attendance { dates } => Some(OfPerson::WholeDays(*dates)),
            Self::Leave { .. } => None,
        }
    }
}

/// Returns the parts in the order of the report's lines.
pub(crate) fn parts(order: &Order, scope: &ReportScope) -> Vec<Part> {
    if let Report::Leave { year } = order.report {
        return balances(&order.whose, year);
    }
    let Some(what) = order.report.of_person() else { return Vec::new() };
    if let Whose::Person { user_id, only } = order.whose {
        return vec![Part::Person { user_id, what, departments: ReportScope::department_filter(only) }];
    }
    let mut parts = of_departments(&order.report, scope);
    let departments = DepartmentFilter::Outside(scope.of.clone());
    // People who came from another department come last, with their figures of that department.
    parts.extend(scope.movers.iter().map(|mover| Part::Person {
        user_id: *mover,
        what,
        departments: departments.clone(),
    }));
    parts
}

fn of_departments(report: &Report, scope: &ReportScope) -> Vec<Part> {
    let departments = scope.departments();
    let months = |month| departments.iter().map(move |department| Part::Months { month, department: *department });
    let days = |date| departments.iter().map(move |department| Part::Days { date, department: *department });
    match report {
        Report::MonthlyWork { month } => months(Month::of(*month)).collect(),
        Report::WorkedHours { dates, group_by } => match group_by {
            GroupBy::Day | GroupBy::Week => dates.each().flat_map(days).collect(),
            // Whole months are read as monthly totals, and only the other dates day by day.
            GroupBy::Month | GroupBy::User | GroupBy::Department => {
                let (whole, rest) = whole_months(*dates);
                whole.into_iter().flat_map(months).chain(rest.into_iter().flat_map(days)).collect()
            }
        },
        Report::Lateness { dates } | Report::Trends { dates } => dates.each().flat_map(days).collect(),
        Report::Attendance { dates } => dates
            .each()
            .flat_map(|date| departments.iter().map(move |of| Part::WholeDays { date, department: *of }))
            .collect(),
        Report::Leave { .. } => Vec::new(),
    }
}

fn balances(whose: &Whose, year: i16) -> Vec<Part> {
    match whose {
        Whose::Person { user_id, .. } => vec![Part::BalancesOfPerson { user_id: *user_id, year }],
        Whose::Everyone => vec![Part::Balances { of: None, year }],
        Whose::Department { id } => vec![Part::Balances { of: Some(*id), year }],
        Whose::Members { of, only } => of
            .iter()
            .filter(|id| only.is_none_or(|only| only == **id))
            .map(|id| Part::Balances { of: Some(*id), year })
            .collect(),
    }
}

/// Returns the months that are completely within a date range, and the other dates of the range.
pub(crate) fn whole_months(dates: DateRange) -> (Vec<Month>, Vec<WorkDate>) {
    let mut months = Vec::new();
    let mut rest = Vec::new();
    let mut date = dates.from;
    while date <= dates.to {
        let month = Month::of(date);
        let DateRange { from, to } = month.dates();
        if from == date && to <= dates.to {
            months.push(month);
            if to == WorkDate::MAX {
                break;
            }
            date = to.next();
        } else {
            rest.push(date);
            if date == WorkDate::MAX {
                break;
            }
            date = date.next();
        }
    }
    (months, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(from: &str, to: &str) -> (Vec<String>, usize) {
        let (months, rest) = whole_months(DateRange { from: from.parse().unwrap(), to: to.parse().unwrap() });
        (months.iter().map(ToString::to_string).collect(), rest.len())
    }

    #[test]
    fn whole_months_come_from_totals_and_the_rest_day_by_day() {
        assert_eq!(split("2026-11-01", "2026-11-30"), (vec!["2026-11".into()], 0));
        assert_eq!(split("2026-10-30", "2026-12-02"), (vec!["2026-11".into()], 4));
        assert_eq!(split("2026-11-02", "2026-11-30"), (vec![], 29));
        assert_eq!(split("2026-01-01", "2026-12-31").0.len(), 12);
        assert_eq!(split("2199-12-01", "2199-12-31"), (vec!["2199-12".into()], 0));
        assert_eq!(split("2199-12-30", "2199-12-31"), (vec![], 2));
    }
}
