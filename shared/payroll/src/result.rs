//! The result of a pay run. A second run of a period holds the differences from the runs before it, so that all runs of a period
//! add up to one run that is made at the end.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use domain::{
    calendar::WorkDate,
    id::UserId,
    pay::{PayCode, PayCodeKind, PayPeriod},
    schedule::LeaveTypeCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::amount::{Hundredths, hours};

/// A line of a result: the time of one person with one code, from one date until another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PayrollLine {
    /// The id of the person.
    #[schema(value_type = String)]
    pub user_id: UserId,
    /// The person's number in the payroll system; null if their pay profile has none.
    #[schema(required = true)]
    pub personnel_number: Option<String>,
    /// The full name of the person when the run was made.
    pub full_name: String,
    /// The pay code.
    pub code: PayCode,
    /// The kind of time that the code counts.
    pub kind: PayCodeKind,
    /// The leave type of an absence; null for work, holidays and missed shifts.
    #[schema(required = true)]
    pub leave_type: Option<LeaveTypeCode>,
    /// The name of the code in the payroll system.
    pub export_code: String,
    /// The cost center; null if the time has none.
    #[schema(required = true)]
    pub cost_center: Option<String>,
    /// The first date of the line.
    pub from: WorkDate,
    /// The last date of the line.
    pub until: WorkDate,
    /// The time in seconds; negative if an earlier run paid too much.
    pub seconds: i64,
    /// The time in hours, rounded so that the hours of all runs of the period add up to the rounded total.
    pub hours: Hundredths,
    /// The days of an absence; 0 for work.
    pub days: Hundredths,
}

/// The fields that lines of different runs have in common if they are about the same time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineKey {
    user_id: UserId,
    from: WorkDate,
    until: WorkDate,
    code: PayCode,
    leave_type: Option<LeaveTypeCode>,
    cost_center: Option<String>,
}

/// The amounts of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Amounts {
    seconds: i64,
    hours: Hundredths,
    days: Hundredths,
}

impl PayrollLine {
    /// The fields that identify the line within a run.
    pub fn key(&self) -> LineKey {
        LineKey {
            user_id: self.user_id,
            from: self.from,
            until: self.until,
            code: self.code.clone(),
            leave_type: self.leave_type.clone(),
            cost_center: self.cost_center.clone(),
        }
    }
}

/// The result of a pay run. It never changes after it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunResult {
    period: PayPeriod,
    lines: Vec<PayrollLine>,
}

impl RunResult {
    /// Creates the result of a run from the period's current lines and the lines of its earlier runs. The result holds the
    /// differences. Lines are ordered by personnel number, name and date; lines with the same key become one.
    pub fn new<'a>(
        period: PayPeriod,
        now: impl IntoIterator<Item = PayrollLine>,
        earlier: impl IntoIterator<Item = &'a PayrollLine>,
    ) -> Self {
        let mut lines: BTreeMap<LineKey, PayrollLine> = BTreeMap::new();
        for line in now {
            match lines.entry(line.key()) {
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(line);
                }
                std::collections::btree_map::Entry::Occupied(mut entry) => {
                    let sum = entry.get_mut();
                    sum.seconds += line.seconds;
                    sum.days = sum.days + line.days;
                }
            }
        }
        for line in lines.values_mut() {
            line.hours = hours(line.seconds);
        }
        let mut paid: BTreeMap<LineKey, Amounts> = BTreeMap::new();
        for line in earlier {
            let key = line.key();
            // A line that is gone is taken back with the names that it had.
            lines.entry(key.clone()).or_insert_with(|| PayrollLine {
                seconds: 0,
                hours: Hundredths::default(),
                days: Hundredths::default(),
                ..line.clone()
            });
            let sum = paid.entry(key).or_default();
            sum.seconds += line.seconds;
            sum.hours = sum.hours + line.hours;
            sum.days = sum.days + line.days;
        }
        for (key, paid) in paid {
            if let Some(line) = lines.get_mut(&key) {
                line.seconds -= paid.seconds;
                line.hours = line.hours - paid.hours;
                line.days = line.days - paid.days;
            }
        }
        let lines: Vec<PayrollLine> = lines
            .into_values()
            .filter(|line| line.seconds != 0 || line.hours.get() != 0 || line.days.get() != 0)
            .collect();
        Self::collected(period, lines)
    }

    /// Creates a result from lines that are differences already, such as the stored lines of a run. They are only put in order.
    pub fn collected(period: PayPeriod, mut lines: Vec<PayrollLine>) -> Self {
        // Stable, so that the lines of a person keep the order of their keys.
        lines.sort_by(|a, b| {
            let order = |line: &PayrollLine| (line.personnel_number.is_none(), line.personnel_number.clone());
            order(a).cmp(&order(b)).then_with(|| a.full_name.cmp(&b.full_name)).then_with(|| a.key().cmp(&b.key()))
        });
        Self { period, lines }
    }

    /// The pay period.
    pub const fn period(&self) -> PayPeriod {
        self.period
    }

    /// The lines, in order.
    pub fn lines(&self) -> &[PayrollLine] {
        &self.lines
    }

    /// The SHA-256 hash of the period and the lines in hex. The same figures always have the same hash.
    ///
    /// # Errors
    /// The result can't be written as JSON.
    pub fn hash(&self) -> Result<String, serde_json::Error> {
        let canonical = serde_json::to_vec(self)?;
        Ok(HEXLOWER.encode(digest(&SHA256, &canonical).as_ref()))
    }
}
