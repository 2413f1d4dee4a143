//! The figures of a timesheet: its days, and changed days of earlier periods.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    calendar::WorkDate,
    pay::{Absence, CostCenterCode, PayCode, PayPeriod, SecondsByCode, Segment, Settled, SettlementLine},
};

/// The figures of a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TimesheetDay {
    /// The work date.
    pub date: WorkDate,
    /// The worked time in seconds.
    pub worked_seconds: i64,
    /// The time to be worked in seconds.
    pub scheduled_seconds: i64,
    /// The seconds that rounding adds to the paid time; negative if rounding reduces it. They are part of `seconds`.
    pub adjustment_seconds: i64,
    /// The seconds by pay code, work and absences.
    #[schema(value_type = std::collections::BTreeMap<String, i64>)]
    pub seconds: SecondsByCode,
    /// The absences by type. Their seconds are part of `seconds`, under `absence_paid` and `absence_unpaid`.
    #[serde(default)]
    pub absences: Vec<Absence>,
    /// The paid seconds of work by cost center. Work without a cost center isn't among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cost_centers: Vec<CostCenterSeconds>,
    /// The segments of work, in order. Their lengths add up to `worked_seconds`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<Segment>,
}

/// The paid seconds of a date by cost center and code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CostCenterSeconds {
    /// The cost center.
    pub cost_center: CostCenterCode,
    /// The pay code.
    pub code: PayCode,
    /// The seconds.
    pub seconds: i64,
}

/// A date of an earlier period that has changed since that period settled it, with its present seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangedDay {
    /// The work date.
    pub date: WorkDate,
    /// The seconds by pay code that earlier timesheets have settled.
    #[schema(value_type = std::collections::BTreeMap<String, i64>)]
    pub before: SecondsByCode,
    /// The present seconds by pay code. The timesheet pays the difference.
    #[schema(value_type = std::collections::BTreeMap<String, i64>)]
    pub after: SecondsByCode,
}

impl ChangedDay {
    /// The seconds by pay code that the timesheet pays; negative where earlier timesheets paid too many.
    pub fn difference(&self) -> SecondsByCode {
        let mut difference = self.after.clone();
        for (code, seconds) in &self.before {
            *difference.entry(code.clone()).or_default() -= seconds;
        }
        difference.retain(|_, seconds| *seconds != 0);
        difference
    }
}

/// All figures of a timesheet. Signatures are about their hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimesheetFigures {
    /// The period.
    pub period: PayPeriod,
    /// The days of the period, in order. Dates without work and absences are left out.
    pub days: Vec<TimesheetDay>,
    /// The days of earlier periods that have changed since, in order.
    #[serde(default)]
    pub changed: Vec<ChangedDay>,
}

impl TimesheetFigures {
    /// The maximum number of changed days of earlier periods in one timesheet. The next period pays the others.
    pub const MAX_CHANGED: usize = 100;

    /// The present seconds of each date.
    pub fn seconds(&self) -> BTreeMap<WorkDate, SecondsByCode> {
        let own = self.days.iter().map(|day| (day.date, day.seconds.clone()));
        own.chain(self.changed.iter().map(|day| (day.date, day.after.clone()))).collect()
    }

    /// The seconds that this timesheet pays for a date: all of a date of the period, and the difference of an earlier date.
    pub fn paid_for(&self, date: WorkDate) -> SecondsByCode {
        let own = self.days.iter().find(|day| day.date == date).map(|day| day.seconds.clone());
        let changed = self.changed.iter().find(|day| day.date == date);
        own.or_else(|| changed.map(ChangedDay::difference)).unwrap_or_default()
    }

    /// The lines that the timesheet pays: its days, and the differences of earlier dates.
    pub fn lines(&self) -> Vec<SettlementLine> {
        let before = self.changed.iter().map(|day| (day.date, day.before.clone())).collect();
        Settled::default().with(&before).lines(&self.seconds(), self.period.first())
    }

    /// The seconds by pay code that the timesheet pays.
    pub fn totals(&self) -> SecondsByCode {
        let mut totals = SecondsByCode::new();
        for line in self.lines() {
            *totals.entry(line.code).or_default() += line.seconds;
        }
        totals.retain(|_, seconds| *seconds != 0);
        totals
    }
}
