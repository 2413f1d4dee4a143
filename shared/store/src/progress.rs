//! How far a piece of long work has come.

use domain::{id::JobId, scheduled_jobs::Check};
use jiff::ToSpan;
use serde::{Deserialize, Serialize};

use crate::{Commit, Guard, Store, StoreError, commit::When, item::Item, keys, people_lists::Position};

/// For how long work that was done is known, so that an event that comes again is recognized: longer than the bus keeps
/// one.
const KEPT_DAYS: i64 = 30;

/// How far work that walks over everyone has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Where it goes on; from the beginning without one.
    next: Option<Position>,
    is_done: bool,
    version: u64,
}

impl Progress {
    /// Where it goes on; from the beginning without one.
    pub fn next(&self) -> Option<Position> {
        self.next.clone()
    }

    /// Whether nothing is left to do.
    pub const fn is_done(&self) -> bool {
        self.is_done
    }

    /// From where it stopped; from the beginning again where it was done.
    #[must_use]
    pub fn going_on(self) -> Self {
        Self { is_done: false, ..self }
    }

    /// After a page, behind which it goes on at `next`.
    #[must_use]
    pub fn after(&self, next: Option<Position>) -> Self {
        Self { is_done: next.is_none(), next, version: self.version + 1 }
    }
}

impl Store {
    /// How far a piece of work has come.
    pub async fn progress(&self, job: JobId) -> Result<Progress, StoreError> {
        Ok(self.get(keys::progress(job)).await?.unwrap_or_default())
    }
}

impl Store {
    /// How far a check that walks over everyone has come.
    pub async fn check_progress(&self, check: Check) -> Result<Progress, StoreError> {
        Ok(self.get(keys::check_progress(check)).await?.unwrap_or_default())
    }
}

impl Commit {
    /// Keeps how far a check has come, unless another run went on with it meanwhile.
    pub fn keep_check_progress(&mut self, check: Check, before: &Progress, after: &Progress) -> Result<(), StoreError> {
        let item = Item::next(keys::check_progress(check), after)?;
        self.put(item, When::Version(before.version), Some(Guard::Version))
    }

    /// Keeps how far a piece of work has come, unless somebody else went on with it meanwhile.
    pub fn keep_progress(&mut self, job: JobId, before: &Progress, after: &Progress) -> Result<(), StoreError> {
        let at = self.stamp().at;
        let item = Item::next(keys::progress(job), after)?;
        let item = item.expires_at(at.saturating_add((24 * KEPT_DAYS).hours()).unwrap_or(at));
        self.put(item, When::Version(before.version), Some(Guard::Version))
    }
}
