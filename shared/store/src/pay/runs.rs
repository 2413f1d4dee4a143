//! Pay runs: the immutable results of pay periods. The lines of a run are stored by person, so that a run of any size is written
//! and read in bounded steps. The crate `payroll` defines lines and templates, which this crate doesn't need to know.

use domain::{
    id::{JobId, UserId},
    pay::{PayPeriod, PayRunStatus},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::When,
    item::Item,
    keys,
    page::{Page, page_of},
    people_lists::Position,
    read::{KeyRange, Range},
};

/// The number of people whose lines one query reads.
const PARTS: usize = 500;
/// The time without progress after which another run of the period may begin.
const STALLED: SignedDuration = SignedDuration::from_hours(1);

/// The reason of a failed run that made no progress, so that an admin could start another run of the period.
pub const REPLACED: &str = "the run made no progress for an hour, and another run of the period was started";

/// A pay run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PayRun<T> {
    /// The id.
    pub id: JobId,
    /// The pay period.
    pub period: PayPeriod,
    /// The name of the template.
    pub template: String,
    /// The template as it was when the run was requested.
    pub definition: T,
    /// Whether the run is a preview: it may be of an open period, and it pays nothing.
    #[serde(default)]
    pub is_preview: bool,
    /// The state.
    pub status: PayRunStatus,
    /// The admin who requested the run.
    pub requested_by: UserId,
    /// The instant of the request.
    pub created_at: Timestamp,
    /// The instant of the last progress.
    pub updated_at: Timestamp,
    /// The runs of the period before this one, from which it holds the differences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<JobId>,
    /// The position among the people at which the run continues; none at its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Position>,
    /// The number of people with lines so far.
    #[serde(default)]
    pub people: u32,
    /// The people whose timesheets aren't closed, so that a later run pays them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_closed: Vec<UserId>,
    /// The number of lines; known at the end.
    #[serde(default)]
    pub lines: u64,
    /// The number of lines that the file can't hold.
    #[serde(default)]
    pub left_out_lines: u64,
    /// The hash of the result; none before the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// The reason why the run failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The number of changes.
    pub version: u64,
}

impl<T> PayRun<T> {
    /// Whether the result is complete or failed.
    pub const fn is_over(&self) -> bool {
        match self.status {
            PayRunStatus::Queued | PayRunStatus::Running => false,
            PayRunStatus::Done | PayRunStatus::Failed => true,
        }
    }

    /// Whether the run has made no progress for so long that it won't continue.
    pub fn is_stalled(&self, now: Timestamp) -> bool {
        !self.is_over() && self.updated_at.saturating_add(STALLED).is_ok_and(|at| at <= now)
    }

    /// Returns the stalled run when another one replaces it. It is over, so that a late delivery of its event doesn't continue it:
    /// the two would pay the same time twice.
    #[must_use]
    pub fn replaced(self, now: Timestamp) -> Self {
        Self {
            status: PayRunStatus::Failed,
            error: Some(REPLACED.to_owned()),
            updated_at: now,
            version: self.version + 1,
            ..self
        }
    }
}

/// The lines of a person in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayRunPart<L> {
    /// The person.
    pub user_id: UserId,
    /// The lines.
    pub lines: Vec<L>,
}

/// The runs of a pay period that pay something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunsOfPeriod {
    /// The run that is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<JobId>,
    /// The runs that are done, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<JobId>,
    /// The number of changes.
    #[serde(default)]
    pub version: u64,
}

impl Store {
    /// Returns a pay run.
    pub async fn pay_run<T: DeserializeOwned>(&self, id: JobId) -> Result<Option<PayRun<T>>, StoreError> {
        self.get(keys::pay_run(id)).await
    }

    /// Returns pay runs, newest first, at most `limit` of those before `before`. One Query.
    pub async fn pay_runs<T: DeserializeOwned>(
        &self,
        before: Option<JobId>,
        limit: usize,
    ) -> Result<Page<PayRun<T>>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::ORG.to_owned(),
            range: Range::Prefix(keys::PAY_RUN.to_owned()),
            descending: true,
            limit: limit + 1,
            after: before.map(|id| keys::pay_run(id).attributes()),
        };
        Ok(page_of(self.query(key_range).await?, limit))
    }

    /// Returns the runs of a pay period.
    pub async fn runs_of_period(&self, period: PayPeriod) -> Result<RunsOfPeriod, StoreError> {
        Ok(self.get(keys::pay_runs_of(period)).await?.unwrap_or_default())
    }

    /// Returns the lines of some people in some runs. One BatchGetItem for each hundred.
    pub async fn pay_run_lines_of<L: DeserializeOwned>(
        &self,
        runs: &[JobId],
        people: &[UserId],
    ) -> Result<Vec<L>, StoreError> {
        let keys: Vec<keys::Key> =
            runs.iter().flat_map(|run| people.iter().map(|user| keys::pay_run_part(*run, *user))).collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut items = self.read_many(&keys).await?;
        let mut lines = Vec::new();
        for key in &keys {
            let part: Option<PayRunPart<L>> = items.take(key)?;
            lines.extend(part.into_iter().flat_map(|part| part.lines));
        }
        Ok(lines)
    }

    /// Returns the lines of a run by person, at most those of `limit` people after `after`. One Query.
    pub async fn pay_run_parts<L: DeserializeOwned>(
        &self,
        id: JobId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Page<PayRunPart<L>>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::pay_run_partition(id),
            range: Range::All,
            descending: false,
            limit: limit + 1,
            after: after.map(|user| keys::pay_run_part(id, user).attributes()),
        };
        Ok(page_of(self.query(key_range).await?, limit))
    }

    /// Returns all lines of a run. One Query for each MB.
    pub async fn pay_run_lines<L: DeserializeOwned>(&self, id: JobId) -> Result<Vec<L>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::pay_run_partition(id),
            range: Range::All,
            descending: false,
            limit: PARTS,
            after: None,
        };
        let parts: Vec<PayRunPart<L>> = self.query_all(key_range).await?;
        Ok(parts.into_iter().flat_map(|part| part.lines).collect())
    }
}

impl Commit {
    /// Puts a run's next version; version 1 is a new run.
    pub fn put_pay_run<T: Serialize + DeserializeOwned>(&mut self, run: &PayRun<T>) -> Result<(), StoreError> {
        let item = Item::next(keys::pay_run(run.id), run)?;
        self.put(item, When::Version(run.version.saturating_sub(1)), Some(Condition::Version))
    }

    /// Puts the next version of the runs of a period.
    pub fn put_runs_of_period(&mut self, period: PayPeriod, runs: &RunsOfPeriod) -> Result<(), StoreError> {
        let item = Item::next(keys::pay_runs_of(period), runs)?;
        self.put(item, When::Version(runs.version.saturating_sub(1)), Some(Condition::Version))
    }

    /// Puts a person's lines of a run that is under way. A run that was interrupted puts the same lines again.
    pub fn put_pay_run_part<L: Serialize>(&mut self, id: JobId, part: &PayRunPart<L>) -> Result<(), StoreError> {
        self.put(Item::new(keys::pay_run_part(id, part.user_id), part)?, When::Always, None)
    }
}
