//! Pay periods: a period has an item once it was closed. While `jobs` closes or reopens its timesheets, the item has the position
//! of the work.

use domain::{
    id::UserId,
    pay::{PayPeriod, PayPeriodStatus},
    text::Reason,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::{Expression, When, number},
    item::Item,
    keys::{self, VERSION},
    people_lists::Position,
    read::{KeyRange, Range},
    settings::VersionedSettings,
};

/// The maximum number of periods that one query returns: more than a year has.
const PERIODS: usize = 100;

/// A pay period that is closed or was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayPeriodRecord {
    /// The period.
    pub period: PayPeriod,
    /// The status.
    pub status: PayPeriodStatus,
    /// The work that `jobs` does on the timesheets; none if it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<PeriodWork>,
    /// The people whose timesheets aren't closed with the period and follow later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<UserId>,
    /// The admin who closed the period last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<UserId>,
    /// The instant at which all timesheets were closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// The last reopening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopened: Option<Reopening>,
    /// The number of changes of the item.
    pub version: u64,
}

/// The opening of a closed period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopening {
    /// The admin.
    pub by: UserId,
    /// The instant.
    pub at: Timestamp,
    /// The reason.
    pub reason: Reason,
}

/// Work on all timesheets of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodWork {
    /// The phase.
    pub phase: PeriodPhase,
    /// The position among the people at which the phase continues; none at its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Position>,
    /// Whether the phase passes over all people a second time. The first pass can miss people who are moved to another department or
    /// renamed while it runs, because people are listed by department and name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_second_pass: bool,
}

/// A phase of the work on a period. Each phase passes over all people; the last one does so twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodPhase {
    /// Approved timesheets become `closing`, so that their days can't change any more.
    Hold,
    /// The timesheets that are `closing` are compared with their days, and closed. Approved ones that the phase before has missed
    /// become `closing` first.
    Close,
    /// Closed timesheets are opened.
    Reopen,
}

impl PeriodWork {
    /// Returns the work at the beginning of a phase.
    const fn beginning_of(phase: PeriodPhase) -> Self {
        Self { phase, next: None, is_second_pass: false }
    }

    /// Returns the work after a page, with the position of the next page; `None` at the end of all work.
    fn after_page(&self, next: Option<Position>) -> Option<Self> {
        if next.is_some() {
            return Some(Self { next, ..self.clone() });
        }
        match self.phase {
            PeriodPhase::Hold => Some(Self::beginning_of(PeriodPhase::Close)),
            PeriodPhase::Close | PeriodPhase::Reopen if self.is_second_pass => None,
            PeriodPhase::Close | PeriodPhase::Reopen => {
                Some(Self { is_second_pass: true, ..Self::beginning_of(self.phase) })
            }
        }
    }
}

/// Whether any pay period is closed, or being closed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosedPayPeriods {
    /// Whether there is such a period.
    pub exist: bool,
    /// The number of closes and reopenings that had begun before.
    version: u64,
}

/// The number of closes and reopenings of pay periods that have begun.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PeriodWorkCount {
    #[serde(default)]
    version: u64,
}

impl PayPeriodRecord {
    /// Returns a period that was never closed.
    pub const fn open(period: PayPeriod) -> Self {
        Self {
            period,
            status: PayPeriodStatus::Open,
            work: None,
            left_out: Vec::new(),
            closed_by: None,
            closed_at: None,
            reopened: None,
            version: 0,
        }
    }

    /// Returns the period when `by` begins to close it; `left_out` follow later.
    #[must_use]
    pub fn closing(&self, by: UserId, left_out: Vec<UserId>) -> Self {
        Self {
            status: PayPeriodStatus::Closing,
            work: Some(PeriodWork::beginning_of(PeriodPhase::Hold)),
            left_out,
            closed_by: Some(by),
            closed_at: None,
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// Returns the period when it begins to be opened again.
    #[must_use]
    pub fn reopening(&self, reopening: Reopening) -> Self {
        Self {
            status: PayPeriodStatus::Closing,
            work: Some(PeriodWork::beginning_of(PeriodPhase::Reopen)),
            reopened: Some(reopening),
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// Returns the period after the work on a page of people; `left_out` are those of them who follow later.
    #[must_use]
    pub fn after_page(
        &self,
        work: &PeriodWork,
        next: Option<Position>,
        left_out: impl IntoIterator<Item = UserId>,
        at: Timestamp,
    ) -> Self {
        let mut after = Self { version: self.version + 1, ..self.clone() };
        for person in left_out {
            if !after.left_out.contains(&person) {
                after.left_out.push(person);
            }
        }
        after.work = work.after_page(next);
        match (work.phase, &after.work) {
            (PeriodPhase::Close, None) => {
                after.status = PayPeriodStatus::Closed;
                after.closed_at = Some(at);
            }
            (PeriodPhase::Reopen, None) => {
                after.status = PayPeriodStatus::Open;
                after.closed_at = None;
                after.left_out = Vec::new();
            }
            (PeriodPhase::Hold | PeriodPhase::Close | PeriodPhase::Reopen, _) => {}
        }
        after
    }
}

impl Store {
    /// Returns a pay period.
    pub async fn pay_period(&self, period: PayPeriod) -> Result<PayPeriodRecord, StoreError> {
        Ok(self.get(keys::pay_period(period)).await?.unwrap_or_else(|| PayPeriodRecord::open(period)))
    }

    /// Returns the stored periods from `from` to `to`, in order; to the end if `to` is absent. One Query.
    pub async fn pay_periods(
        &self,
        from: PayPeriod,
        to: Option<PayPeriod>,
    ) -> Result<Vec<PayPeriodRecord>, StoreError> {
        let last = to.map_or_else(|| format!("{}~", keys::PAY_PERIOD), |to| keys::pay_period(to).sk);
        self.stored_periods(Range::Between(keys::pay_period(from).sk, last)).await
    }

    /// Returns whether any pay period is closed, or being closed or opened. One
    /// `GetItem`, and then one Query.
    pub async fn closed_pay_periods(&self) -> Result<ClosedPayPeriods, StoreError> {
        let work: PeriodWorkCount = self.get(keys::pay_period_work()).await?.unwrap_or_default();
        let periods = self.stored_periods(Range::Prefix(keys::PAY_PERIOD.to_owned())).await?;
        let exist = periods.iter().any(|record| record.status != PayPeriodStatus::Open);
        Ok(ClosedPayPeriods { exist, version: work.version })
    }

    async fn stored_periods(&self, range: Range) -> Result<Vec<PayPeriodRecord>, StoreError> {
        let key_range =
            KeyRange { index: None, pk: keys::ORG.to_owned(), range, descending: false, limit: PERIODS, after: None };
        self.query_all(key_range).await
    }
}

impl Commit {
    /// Adds the condition that no close or reopening of a pay period has begun since the read.
    pub fn check_closed_pay_periods(&mut self, read: &ClosedPayPeriods) -> Result<(), StoreError> {
        self.check_unchanged(&keys::pay_period_work(), read.version)
    }

    /// Puts a pay period's next version, on condition that the settings that it was decided on are unchanged. A change of the pay
    /// periods that was decided before fails.
    pub fn begin_pay_period_work(
        &mut self,
        record: &PayPeriodRecord,
        settings: &VersionedSettings,
    ) -> Result<(), StoreError> {
        self.check_unchanged(&keys::settings(), settings.version)?;
        let add = Expression::new("ADD #version :one").name("#version", VERSION).value(":one", number(1));
        self.update(&keys::pay_period_work(), add, None, None)?;
        self.put_pay_period(record)
    }

    /// Puts a pay period's next version.
    pub fn put_pay_period(&mut self, record: &PayPeriodRecord) -> Result<(), StoreError> {
        let item = Item::next(keys::pay_period(record.period), record)?;
        self.put(item, When::Version(record.version.saturating_sub(1)), Some(Condition::Version))
    }
}
