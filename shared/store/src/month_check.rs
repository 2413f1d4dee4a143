//! Compares month totals with their days. The totals are updated by differences, so the two must agree. The self-check of
//! `housekeeping` examines a sample every day, and `POST /reports/rebuild` a whole month.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    day::{Day, Month, MonthTotals},
    id::{DepartmentId, UserId},
    user::User,
};

use crate::{
    Commit, Store, StoreError,
    commit::{Expression, number},
    report_lists::PersonMonth,
};

/// Month totals that differ from the sum of their days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthDifference {
    /// The department of the totals.
    pub department_id: Option<DepartmentId>,
    /// The totals.
    pub stored: MonthTotals,
    /// The sum of the figures that the days have booked.
    pub of_days: MonthTotals,
}

impl MonthDifference {
    /// Writes the difference to the log. The `alarm` field triggers an alarm of the template, because there must be no
    /// differences.
    pub fn log(&self, user: UserId, month: Month) {
        tracing::error!(
            alarm = "month_totals_differ",
            %user,
            %month,
            department = self.department_id.map(tracing::field::display),
            stored = ?self.stored,
            of_days = ?self.of_days,
            "month totals differ from their days"
        );
    }
}

impl Store {
    /// Returns the differences between a person's totals of a month and the sums of their days; an empty list if all totals
    /// are correct. Returns none if the totals changed during the read. Three Queries.
    pub async fn month_differences(
        &self,
        user: UserId,
        month: Month,
    ) -> Result<Option<Vec<MonthDifference>>, StoreError> {
        let dates = month.dates();
        let before = self.person_months(user, month, month).await?;
        let days = self.all_days(user, dates.from, dates.to).await?;
        let after = self.person_months(user, month, month).await?;
        Ok((before == after).then(|| differences(&after, &days)))
    }
}

fn differences(months: &[PersonMonth], days: &[Day]) -> Vec<MonthDifference> {
    let stored: BTreeMap<Option<DepartmentId>, MonthTotals> =
        months.iter().map(|month| (month.department_id, month.totals)).collect();
    let mut of_days: BTreeMap<Option<DepartmentId>, MonthTotals> = BTreeMap::new();
    for day in days {
        *of_days.entry(day.department_id()).or_default() += day.counted();
    }
    let departments: BTreeSet<Option<DepartmentId>> = stored.keys().chain(of_days.keys()).copied().collect();
    let difference = |department_id| MonthDifference {
        department_id,
        stored: stored.get(&department_id).copied().unwrap_or_default(),
        of_days: of_days.get(&department_id).copied().unwrap_or_default(),
    };
    departments.into_iter().map(difference).filter(|found| found.stored != found.of_days).collect()
}

impl Commit {
    /// Corrects a month's totals: adds the difference, on condition that the totals are still those that were compared.
    pub fn rebuild_month(
        &mut self,
        person: &User,
        month: Month,
        difference: &MonthDifference,
    ) -> Result<(), StoreError> {
        let mut unchanged = Expression::default();
        let mut conditions = Vec::new();
        for (figure, stored) in difference.stored.fields() {
            let (name, value) = (format!("#{figure}"), format!(":was_{figure}"));
            let same = format!("{name} = {value}");
            conditions.push(if stored == 0 { format!("(attribute_not_exists({name}) OR {same})") } else { same });
            unchanged = unchanged.name(&name, figure).value(&value, number(stored));
        }
        let unchanged = unchanged.with_text(conditions.join(" AND "));
        let missing = difference.of_days - difference.stored;
        self.add_to_month(person, month, difference.department_id, missing, Some(unchanged))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_without_days_and_days_without_totals_are_both_differences() {
        let totals = MonthTotals { worked_seconds: 60, ..MonthTotals::default() };
        let first = "2026-11-01".parse().unwrap();
        let month = PersonMonth { first, department_id: None, totals };
        let found = differences(std::slice::from_ref(&month), &[]);
        assert_eq!(found, [MonthDifference { department_id: None, stored: totals, of_days: MonthTotals::default() }]);
        let zero = PersonMonth { totals: MonthTotals::default(), ..month };
        assert_eq!(differences(&[zero], &[]), []);
    }
}
