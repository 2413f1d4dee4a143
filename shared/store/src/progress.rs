//! The progress of a job.

use domain::{
    calendar::WorkDate,
    id::{JobId, PayRulesId, UserId},
    pay::PayPeriod,
    scheduled_jobs::Check,
};
use jiff::ToSpan;
use serde::{Deserialize, Serialize};

use crate::{Commit, Condition, Store, StoreError, commit::When, item::Item, keys, people_lists::Position};

/// The number of days for which a finished job is remembered, so that a repeated event is recognized. It is longer than the
/// bus keeps an event.
const KEPT_DAYS: i64 = 30;

/// A change of the company that a job applies to all people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CompanyChange {
    /// Settings on which days depend have changed.
    #[default]
    Settings,
    /// A site has changed.
    Site,
    /// Holidays were added or removed.
    Holiday {
        /// The date of the first holiday.
        date: WorkDate,
        /// The dates of the others that the same event has. Jobs of earlier releases have one date.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        further: Vec<WorkDate>,
    },
    /// Pay rules have changed. This concerns the people whose pay profiles name them.
    PayRules {
        /// The id of the rules.
        rules_id: PayRulesId,
    },
    /// A pay code or a leave type has changed, and with it perhaps the figures of timesheets.
    Figures,
}

/// The progress of a job that processes all people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The position at which the job continues; none at the beginning.
    next: Option<Position>,
    is_done: bool,
    /// The change that the job applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    change: Option<CompanyChange>,
    /// The people whom the job couldn't process. It tries them again after all others, and is done when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    failed: Vec<UserId>,
    version: u64,
}

impl Progress {
    /// Returns the position at which the job continues; none at the beginning.
    pub fn next(&self) -> Option<Position> {
        self.next.clone()
    }

    /// Returns the progress of a job that applies a change. A job that continues knows the change already.
    #[must_use]
    pub fn about(self, change: Option<CompanyChange>) -> Self {
        Self { change: self.change.or(change), ..self }
    }

    /// Returns the change that the job applies.
    pub fn change(&self) -> CompanyChange {
        self.change.clone().unwrap_or_default()
    }

    /// Returns whether the job is done.
    pub const fn is_done(&self) -> bool {
        self.is_done
    }

    /// Returns the people whom the job couldn't process yet.
    pub fn failed(&self) -> &[UserId] {
        &self.failed
    }

    /// Returns whether the job has passed over everyone, and only those are left whom it couldn't process.
    pub const fn has_passed_everyone(&self) -> bool {
        self.is_done || (self.next.is_none() && !self.failed.is_empty())
    }

    /// Returns the progress from which a new run starts: the stored position, or the beginning if the job was done.
    #[must_use]
    pub fn going_on(self) -> Self {
        Self { is_done: false, ..self }
    }

    /// Returns the progress after a page; `next` is the position of the next page.
    #[must_use]
    pub fn after(&self, next: Option<Position>) -> Self {
        self.after_failures(next, Vec::new())
    }

    /// Returns the progress after a page of which the people in `failed` couldn't be processed.
    #[must_use]
    pub fn after_failures(&self, next: Option<Position>, failed: Vec<UserId>) -> Self {
        let mut all = self.failed.clone();
        // A page can be repeated.
        all.extend(failed.into_iter().filter(|person| !self.failed.contains(person)));
        let is_done = next.is_none() && all.is_empty();
        Self { next, is_done, change: self.change.clone(), failed: all, version: self.version + 1 }
    }

    /// Returns the progress after those who had failed were tried again; `failed` are those of them who failed again.
    #[must_use]
    pub fn after_second_try(&self, failed: Vec<UserId>) -> Self {
        Self { next: None, is_done: failed.is_empty(), change: self.change.clone(), failed, version: self.version + 1 }
    }
}

impl Store {
    /// Returns the progress of a job.
    pub async fn progress(&self, job: JobId) -> Result<Progress, StoreError> {
        Ok(self.get(keys::progress(job)).await?.unwrap_or_default())
    }
}

impl Store {
    /// Returns the progress of a scheduled check over all people.
    pub async fn check_progress(&self, check: Check) -> Result<Progress, StoreError> {
        Ok(self.get(keys::check_progress(check)).await?.unwrap_or_default())
    }
}

impl Store {
    /// Returns the progress of the reminders of a pay period's timesheets.
    pub async fn timesheet_reminder(&self, period: PayPeriod, has_ended: bool) -> Result<Progress, StoreError> {
        Ok(self.get(keys::timesheet_reminder(period, has_ended)).await?.unwrap_or_default())
    }
}

impl Commit {
    /// Stores the progress of the reminders of a pay period's timesheets, unless another run has continued them in the
    /// meantime.
    pub fn keep_timesheet_reminder(
        &mut self,
        period: PayPeriod,
        has_ended: bool,
        before: &Progress,
        after: &Progress,
    ) -> Result<(), StoreError> {
        let at = self.stamp().at;
        let item = Item::next(keys::timesheet_reminder(period, has_ended), after)?;
        let item = item.expires_at(at.saturating_add((24 * KEPT_DAYS).hours()).unwrap_or(at));
        self.put(item, When::Version(before.version), Some(Condition::Version))
    }

    /// Stores the progress of a check, unless another run has continued it in the meantime.
    pub fn keep_check_progress(&mut self, check: Check, before: &Progress, after: &Progress) -> Result<(), StoreError> {
        let item = Item::next(keys::check_progress(check), after)?;
        self.put(item, When::Version(before.version), Some(Condition::Version))
    }

    /// Stores the progress of a job, unless another run has continued it in the meantime.
    pub fn keep_progress(&mut self, job: JobId, before: &Progress, after: &Progress) -> Result<(), StoreError> {
        let at = self.stamp().at;
        let item = Item::next(keys::progress(job), after)?;
        let item = item.expires_at(at.saturating_add((24 * KEPT_DAYS).hours()).unwrap_or(at));
        self.put(item, When::Version(before.version), Some(Condition::Version))
    }
}
