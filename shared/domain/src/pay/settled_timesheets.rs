//! The differences that timesheets pay for dates of earlier periods that have changed since they were closed.
//!
//! The seconds that are settled for a date are the sum of what all signed and closed timesheets pay for it. An open timesheet
//! pays the present seconds minus this sum. So each change counts exactly once, in whatever order timesheets are signed, lose
//! their signatures and are signed again.

use std::collections::{BTreeMap, BTreeSet};

use super::{ChangedDay, PayPeriod, PayPeriods, SecondsByCode, TimesheetFigures, TimesheetStatus};
use crate::calendar::WorkDate;

/// A person's signed and closed timesheets from the period of the earliest changed date on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledTimesheets {
    periods: PayPeriods,
    settled: BTreeMap<PayPeriod, (TimesheetStatus, TimesheetFigures)>,
}

/// The differences that a timesheet pays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// The dates with a difference, in order.
    pub changed: Vec<ChangedDay>,
    /// The changed dates whose differences the timesheet contains in full. The others stay for the next timesheet.
    pub settled: BTreeSet<WorkDate>,
}

impl SettledTimesheets {
    /// Returns the timesheets. Those that aren't signed or closed are left out.
    pub fn new(periods: PayPeriods, timesheets: impl IntoIterator<Item = (TimesheetStatus, TimesheetFigures)>) -> Self {
        let settled = timesheets.into_iter().filter(|(status, _)| status.is_settled());
        Self { periods, settled: settled.map(|(status, figures)| (figures.period, (status, figures))).collect() }
    }

    /// Whether the timesheet of the date's period is closed, so that a change of the date is a difference.
    pub fn is_closed(&self, date: WorkDate) -> bool {
        self.settled.get(&self.periods.of(date)).is_some_and(|(status, _)| status.is_closed())
    }

    /// The period whose timesheet pays a change of a date of a closed period: the earliest later period whose timesheet isn't
    /// signed. None if the date's period isn't closed, so that the change is a part of its own timesheet.
    pub fn paying_period(&self, date: WorkDate) -> Option<PayPeriod> {
        if !self.is_closed(date) {
            return None;
        }
        let mut period = self.periods.of(date);
        while self.settled.contains_key(&period) {
            period = self.periods.of(period.last().next());
        }
        Some(period)
    }

    /// The seconds by code that all timesheets together have settled for a date.
    pub fn seconds_of(&self, date: WorkDate) -> SecondsByCode {
        let mut sum = SecondsByCode::new();
        for (_, figures) in self.settled.values() {
            for (code, seconds) in figures.paid_for(date) {
                *sum.entry(code).or_default() += seconds;
            }
        }
        sum.retain(|_, seconds| *seconds != 0);
        sum
    }

    /// The dates whose pay the timesheet of `period` compares: the changed dates that it pays, and those that can change with
    /// them. `affected` returns the dates whose pay can depend on a date.
    pub fn compared<I: IntoIterator<Item = WorkDate>>(
        &self,
        period: PayPeriod,
        changed: &BTreeSet<WorkDate>,
        affected: impl Fn(WorkDate) -> I,
    ) -> BTreeMap<WorkDate, BTreeSet<WorkDate>> {
        let pays = |date: &WorkDate| *date < period.first() && self.paying_period(*date) == Some(period);
        let dates = |date: WorkDate| affected(date).into_iter().chain([date]).filter(pays).collect();
        changed.iter().copied().filter(pays).map(|date| (date, dates(date))).collect()
    }

    /// The differences of the compared dates to their present seconds, at most [`TimesheetFigures::MAX_CHANGED`].
    pub fn differences(
        &self,
        compared: &BTreeMap<WorkDate, BTreeSet<WorkDate>>,
        present: &BTreeMap<WorkDate, SecondsByCode>,
    ) -> Differences {
        let dates: BTreeSet<WorkDate> = compared.values().flatten().copied().collect();
        let mut changed: Vec<ChangedDay> = dates
            .into_iter()
            .map(|date| ChangedDay {
                date,
                before: self.seconds_of(date),
                after: present.get(&date).cloned().unwrap_or_default(),
            })
            .filter(|day| day.before != day.after)
            .collect();
        let left_over = changed.get(TimesheetFigures::MAX_CHANGED).map_or(WorkDate::MAX, |day| day.date);
        changed.truncate(TimesheetFigures::MAX_CHANGED);
        let is_complete = |dates: &BTreeSet<WorkDate>| dates.last().is_none_or(|last| *last < left_over);
        let settled = compared.iter().filter(|(_, dates)| is_complete(dates)).map(|(date, _)| *date).collect();
        Differences { changed, settled }
    }
}
