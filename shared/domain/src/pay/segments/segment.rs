//! Segments of a day, whether they are paid, and the decisions about time that needs approval.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    calendar::WorkDate,
    pay::{CostCenterCode, OvertimePeriod, PayCode, PayCodes},
    schedule::seconds_between,
};

/// A manager's decision about time that needs approval. The decision applies to a number of seconds. If the day changes so that
/// it has another number of such seconds, the time waits for a decision again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The time of the day that is decided about.
    pub subject: ApprovalSubject,
    /// The number of seconds that the decision applies to.
    pub seconds: i64,
    /// The outcome.
    pub verdict: ApprovalVerdict,
}

/// The outcome of a manager's decision about time that needs approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalVerdict {
    /// The time is paid.
    Approved,
    /// The time isn't paid. It remains recorded.
    Rejected,
}

/// The kind of time that needs approval.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalSubject {
    /// Work before the first shift.
    BeforeShift,
    /// Overtime with a pay code.
    Overtime(PayCode),
}

/// Whether a segment is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Payment {
    /// The segment is paid.
    Paid,
    /// The segment is paid once a manager approves it.
    Waiting,
    /// A manager rejected the segment.
    Rejected,
    /// The rules don't pay the segment, because it is work before the first shift.
    Ignored,
}

/// An uninterrupted span of work with one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Segment {
    /// The start of the segment.
    #[schema(value_type = String, format = "date-time")]
    pub from: Timestamp,
    /// The end of the segment, later than `from`.
    #[schema(value_type = String, format = "date-time")]
    pub until: Timestamp,
    /// The base code.
    pub code: PayCode,
    /// The premiums in addition to the base code, in the order of the rules.
    pub premiums: Vec<PayCode>,
    /// Whether the segment is paid.
    pub payment: Payment,
    /// The cost center of the work, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_center: Option<CostCenterCode>,
}

impl Segment {
    /// The length in seconds, greater than 0.
    pub fn seconds(&self) -> i64 {
        seconds_between(self.from, self.until)
    }

    /// The seconds of the segment that are paid: all or none.
    pub fn paid_seconds(&self) -> i64 {
        match self.payment {
            Payment::Paid => self.seconds(),
            Payment::Waiting | Payment::Rejected | Payment::Ignored => 0,
        }
    }
}

/// The threshold that a segment of overtime lies beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassedThreshold {
    /// The period over which time is counted.
    pub per: OvertimePeriod,
    /// The counted seconds from which on work is overtime.
    pub after_seconds: i64,
}

/// The work of a day, in segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentedDay {
    /// The work date.
    pub date: WorkDate,
    /// The segments, in order. Their lengths add up to the day's `worked_seconds`.
    pub segments: Vec<Segment>,
    /// The thresholds that segments of overtime lie beyond, by the start of the segment.
    pub passed: BTreeMap<Timestamp, PassedThreshold>,
    /// The seconds that rounding adds to the paid time of the day; negative if rounding reduces it. They have the code of the
    /// last paid segment.
    pub adjustment_seconds: i64,
    /// The seconds that wait for approval.
    pub waiting: BTreeMap<ApprovalSubject, i64>,
}

impl SegmentedDay {
    /// The paid seconds of the day, including the adjustment.
    pub fn paid_seconds(&self) -> i64 {
        self.segments.iter().map(Segment::paid_seconds).sum::<i64>() + self.adjustment_seconds
    }

    /// The pay code of the adjustment: that of the last paid segment. `None` if no segment is paid.
    pub fn adjusted_code(&self) -> Option<&PayCode> {
        self.segments.iter().rev().find(|segment| segment.payment == Payment::Paid).map(|segment| &segment.code)
    }

    /// The paid seconds of work that has a cost center, by cost center and code. Premiums count for their own code; adjustments
    /// have no cost center.
    pub fn seconds_by_cost_center(&self) -> BTreeMap<(CostCenterCode, PayCode), i64> {
        let mut sums: BTreeMap<(CostCenterCode, PayCode), i64> = BTreeMap::new();
        for segment in &self.segments {
            let Some(cost_center) = &segment.cost_center else { continue };
            for code in std::iter::once(&segment.code).chain(&segment.premiums) {
                *sums.entry((cost_center.clone(), code.clone())).or_default() += segment.paid_seconds();
            }
        }
        sums.retain(|_, seconds| *seconds != 0);
        sums
    }

    /// The seconds that the multipliers of codes add to a time account for the paid work of the day, without the adjustment.
    pub fn account_credit(&self, codes: &PayCodes) -> i64 {
        let mut sums: BTreeMap<&PayCode, i64> = BTreeMap::new();
        for segment in &self.segments {
            for code in std::iter::once(&segment.code).chain(&segment.premiums) {
                *sums.entry(code).or_default() += segment.paid_seconds();
            }
        }
        sums.into_iter().map(|(code, seconds)| codes.account_credit(code, seconds)).sum()
    }

    /// Seconds by code: the worked seconds of the base codes, and the seconds of the premiums on paid segments.
    pub fn seconds_by_code(&self) -> BTreeMap<PayCode, i64> {
        let mut sums: BTreeMap<PayCode, i64> = BTreeMap::new();
        for segment in &self.segments {
            for code in std::iter::once(&segment.code).chain(&segment.premiums) {
                *sums.entry(code.clone()).or_default() += segment.paid_seconds();
            }
        }
        if let Some(code) = self.adjusted_code() {
            *sums.entry(code.clone()).or_default() += self.adjustment_seconds;
        }
        sums.retain(|_, seconds| *seconds != 0);
        sums
    }
}
