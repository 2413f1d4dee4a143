//! Long work: one item that tells how far it has come, and one for each step that isn't worked out beforehand by what the
//! step is about. The item's version is what two runs of the same work are told apart by: a step commits with it.

use domain::{
    id::JobId,
    job::{Job, JobKind},
};
use jiff::{Timestamp, ToSpan};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Commit, CommitError, Guard, Stamp, Store, StoreError,
    commit::When,
    item::{Attributes, Item},
    keys::{self, Index, Key},
    read::{Found, KeyRange, Range},
};

/// How long work and its steps are kept after it was asked for.
const KEPT_DAYS: i64 = 7;
/// How many steps are put in one transaction: a part of the hundred actions that it may have, and of its 4 MB.
const STEPS_AT_ONCE: usize = 50;

impl Store {
    /// A piece of work.
    pub async fn job(&self, id: JobId, now: Timestamp) -> Result<Option<Job>, StoreError> {
        let job: Option<Job> = self.get(keys::job(id)).await?;
        Ok(job.filter(|job| now < kept_until(job.created_at)))
    }

    /// A step of it.
    pub async fn job_step<T: DeserializeOwned>(&self, id: JobId, number: u32) -> Result<Option<T>, StoreError> {
        self.get(keys::job_step(id, number)).await
    }

    /// Exports that were asked for before `at` and aren't over: at most `limit`, the oldest first. One Query.
    pub async fn open_exports(&self, at: Timestamp, limit: usize) -> Result<Vec<JobId>, StoreError> {
        let key_range = KeyRange {
            index: Some(Index::Gsi2),
            pk: keys::OPEN_EXPORTS.to_owned(),
            range: Range::Between("0".to_owned(), keys::instant(at)),
            descending: false,
            limit,
            after: None,
        };
        let Found { items, next: _ } = self.query_attributes(key_range).await?;
        let id = |attributes: &Attributes| {
            let key = Key::of(attributes);
            let id = key.pk.strip_prefix(keys::JOB).and_then(|id| id.parse().ok());
            id.ok_or_else(|| StoreError::Unreadable { key: key.to_string(), reason: "no job's key".to_owned() })
        };
        items.iter().map(id).collect()
    }

    /// Puts the steps of work that is asked for next. Without it they are nothing, and are forgotten.
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
    /// Puts one step of work that this commit asks for.
    pub fn put_job_step<T: Serialize>(&mut self, id: JobId, number: u32, step: &T) -> Result<(), StoreError> {
        let item = Item::new(keys::job_step(id, number), step)?.expires_at(kept_until(self.stamp().at));
        self.put(item, When::Always, None)
    }

    /// Puts the next version of a piece of work; version 1 is a new one.
    pub fn put_job(&mut self, job: &Job) -> Result<(), StoreError> {
        let mut item = Item::next(keys::job(job.id), job)?.expires_at(kept_until(job.created_at));
        let is_export = match job.kind {
            JobKind::ReportExport => true,
            JobKind::RosterImport => false,
        };
        if is_export && !job.is_over() {
            item = item.indexed(keys::open_exports_index(job.created_at, job.id));
        }
        self.put(item, When::Version(job.version.saturating_sub(1)), Some(Guard::Version))
    }
}

fn kept_until(created_at: Timestamp) -> Timestamp {
    created_at.saturating_add((24 * KEPT_DAYS).hours()).unwrap_or(created_at)
}
