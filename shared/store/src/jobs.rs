//! Jobs: one item with the progress of the job, and one item for each prepared step with the step's content. Each step
//! commits on condition of the job's version, so that two runs of the same job can't do the same step.

use domain::{id::JobId, job::Job};
use jiff::{Timestamp, ToSpan};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Commit, CommitError, Condition, Stamp, Store, StoreError,
    commit::When,
    item::Item,
    keys::{self, Index},
    read::{Found, KeyRange, Range},
    stored_item::StoredItem,
};

/// The number of days for which a job and its steps are kept after the request.
const KEPT_DAYS: i64 = 7;
/// The number of steps in one transaction, so that it stays below a hundred actions and 4 MB.
const STEPS_AT_ONCE: usize = 50;

impl Store {
    /// Returns a job.
    pub async fn job(&self, id: JobId, now: Timestamp) -> Result<Option<Job>, StoreError> {
        let job: Option<Job> = self.get(keys::job(id)).await?;
        Ok(job.filter(|job| now < kept_until(job.created_at)))
    }

    /// Returns a step of a job.
    pub async fn job_step<T: DeserializeOwned>(&self, id: JobId, number: u32) -> Result<Option<T>, StoreError> {
        self.get(keys::job_step(id, number)).await
    }

    /// Returns exports that were requested before `at` and haven't finished: at most `limit`, oldest first. One Query.
    pub async fn open_exports(&self, at: Timestamp, limit: usize) -> Result<Vec<JobId>, StoreError> {
        let key_range = KeyRange {
            index: Some(Index::Gsi2),
            pk: keys::OPEN_EXPORTS.to_owned(),
            range: Range::Between("0".to_owned(), keys::instant(at)),
            descending: false,
            limit,
            after: None,
        };
        let Found { items, next: _ } = self.query_stored(key_range).await?;
        let id = |item: &StoredItem| {
            let key = item.head().key;
            let id = key.pk.strip_prefix(keys::JOB).and_then(|id| id.parse().ok());
            id.ok_or_else(|| key.unreadable("no job's key"))
        };
        items.iter().map(id).collect()
    }

    /// Puts the steps of a job that is created next. If the job isn't created, the steps have no effect and expire.
    pub async fn put_job_steps<T: Serialize>(&self, id: JobId, steps: &[T], stamp: &Stamp) -> Result<(), CommitError> {
        let numbered: Vec<(u32, &T)> = (0u32..).zip(steps).collect();
        for some in numbered.chunks(STEPS_AT_ONCE) {
            let mut commit = Commit::without_event(stamp.clone());
            for (number, step) in some {
                let item = Item::new(keys::job_step(id, *number), step)?.expires_at(kept_until(stamp.at));
                commit.put(item, When::Always, None)?;
            }
            commit.send(self).await?;
        }
        Ok(())
    }
}

impl Commit {
    /// Puts one step of a job that this commit creates.
    pub fn put_job_step<T: Serialize>(&mut self, id: JobId, number: u32, step: &T) -> Result<(), StoreError> {
        let item = Item::new(keys::job_step(id, number), step)?.expires_at(kept_until(self.stamp().at));
        self.put(item, When::Always, None)
    }

    /// Puts the next version of a job; version 1 is a new job.
    pub fn put_job(&mut self, job: &Job) -> Result<(), StoreError> {
        let mut item = Item::next(keys::job(job.id), job)?.expires_at(kept_until(job.created_at));
        if job.kind.import().is_none() && !job.is_over() {
            item = item.indexed(keys::open_exports_index(job.created_at, job.id));
        }
        self.put(item, When::Version(job.version.saturating_sub(1)), Some(Condition::Version))
    }
}

fn kept_until(created_at: Timestamp) -> Timestamp {
    created_at.saturating_add((24 * KEPT_DAYS).hours()).unwrap_or(created_at)
}
