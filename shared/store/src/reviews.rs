//! The days that wait for a manager: a sparse list of each department, kept in the transactions that change days.
//!
//! The list holds only which days wait. Whoever reads it gets the days themselves, read anew, so that a row is never older
//! than its day.

use domain::{
    calendar::WorkDate,
    day::{Day, DayChange},
    id::{DepartmentId, UserId},
    user::User,
};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, CommitError, Guard, Stamp, Store, StoreError,
    commit::{Expression, When, text},
    item::Item,
    keys::{self, Index, PK},
    owned_lists::{OwnedIndex, Places},
    people_lists::{Position, Walk},
    read::{KeyRange, Range},
};

/// How many waiting days of a person one query reads.
const OF_A_PERSON: usize = 200;

/// That a day waits, as it is stored.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Waiting {
    date: WorkDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    department_id: Option<DepartmentId>,
}

/// A page of days that wait.
#[derive(Debug)]
pub struct ReviewsPage {
    /// The days with their people, by department, the longest waiting first.
    pub days: Vec<(Day, User)>,
    /// Where to go on; absent at the end.
    pub next: Option<Position>,
}

/// A page of the places of days that wait.
#[derive(Debug)]
pub struct WaitingPage {
    /// Whose, of which date, and in the list of which department.
    pub days: Vec<(UserId, WorkDate, Option<DepartmentId>)>,
    /// Where to go on; absent at the end.
    pub next: Option<Position>,
}

impl Store {
    /// At most `limit` days that wait of the people of a walk's departments, from `position` on; only of these dates (both
    /// included), and of people whom `visible` lets through. One Query for each department's partition, and one
    /// BatchGetItem for each hundred days and people. An index lags a write by a moment; what it names is read anew.
    pub async fn reviews(
        &self,
        walk: &Walk,
        (from, to): (Option<WorkDate>, Option<WorkDate>),
        position: Option<Position>,
        limit: usize,
        visible: impl Fn(&User) -> bool,
    ) -> Result<ReviewsPage, StoreError> {
        let Places { found, next } = self.owned_places(walk, &index(from, to), position, limit).await?;
        let mut days: Vec<(Day, User)> = self
            .owned_things(|sort| keys::review_of_index(sort).map(|(date, user)| keys::day(user, date)), &found)
            .await?;
        days.retain(|(day, person)| visible(person) && day.waits_for_review());
        Ok(ReviewsPage { days, next })
    }

    /// At most `limit` days of everyone's that wait, from `position` on, as the index shows them.
    pub async fn waiting_days(&self, position: Option<Position>, limit: usize) -> Result<WaitingPage, StoreError> {
        let Places { found, next } = self.owned_places(&Walk::Everyone, &index(None, None), position, limit).await?;
        let day = |place: &Position| {
            let (date, user) = keys::review_of_index(&place.after.as_ref()?.sort)?;
            Some((user, date, place.department))
        };
        Ok(WaitingPage { days: found.iter().filter_map(day).collect(), next })
    }

    /// Lists the waiting days of someone who may have moved with the department that they belong to now: access follows
    /// it. Days that stand there already aren't written. Returns how many were moved.
    pub async fn move_reviews(&self, person: UserId, stamp: &Stamp) -> Result<usize, StoreError> {
        let waiting = self.waiting_days_of(person).await?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let Some(person) = self.user(person).await? else { return Ok(0) };
        let mut moved = 0;
        for day in waiting.iter().filter(|day| day.department_id != person.department_id) {
            let mut commit = Commit::without_event(stamp.clone());
            commit.move_review(&person, day.date)?;
            match commit.send(self).await {
                Ok(()) => moved += 1,
                // Somebody has looked at the day meanwhile.
                Err(CommitError::ConditionFailed(_)) => {}
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
        Ok(moved)
    }

    async fn waiting_days_of(&self, person: UserId) -> Result<Vec<Waiting>, StoreError> {
        let mut waiting = Vec::new();
        let mut after = None;
        loop {
            let key_range = KeyRange {
                index: None,
                pk: keys::user_partition(person),
                range: Range::Prefix(keys::REVIEW.to_owned()),
                descending: false,
                limit: OF_A_PERSON,
                after,
            };
            let found = self.query::<Waiting>(key_range).await?;
            waiting.extend(found.items);
            after = found.next;
            if after.is_none() {
                return Ok(waiting);
            }
        }
    }
}

/// How far the weekly news of waiting days has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklyReviews {
    /// The Monday of the week that is told; none before the first.
    week: Option<WorkDate>,
    /// Where it goes on; from the beginning without one.
    next: Option<Position>,
    is_done: bool,
    version: u64,
}

impl WeeklyReviews {
    /// The same for the week of that Monday: from the beginning where it is another one.
    #[must_use]
    pub fn of_week(self, monday: WorkDate) -> Self {
        if self.week == Some(monday) {
            self
        } else {
            Self { week: Some(monday), next: None, is_done: false, version: self.version }
        }
    }

    /// Where it goes on; from the beginning without one.
    pub fn next(&self) -> Option<Position> {
        self.next.clone()
    }

    /// Whether the week has been told.
    pub const fn is_done(&self) -> bool {
        self.is_done
    }

    /// After an event, behind which it goes on at `next`.
    #[must_use]
    pub fn after(&self, next: Option<Position>) -> Self {
        Self { week: self.week, is_done: next.is_none(), next, version: self.version + 1 }
    }
}

impl Store {
    /// How far the weekly news of waiting days has come.
    pub async fn weekly_reviews(&self) -> Result<WeeklyReviews, StoreError> {
        Ok(self.get(keys::weekly_reviews()).await?.unwrap_or_default())
    }
}

impl Commit {
    /// Keeps how far the weekly news has come, unless another run went on with it meanwhile.
    pub fn keep_weekly_reviews(&mut self, before: &WeeklyReviews, after: &WeeklyReviews) -> Result<(), StoreError> {
        let item = Item::next(keys::weekly_reviews(), after)?;
        self.put(item, When::Version(before.version), Some(Guard::Version))
    }

    /// Lists a day that waits for a manager, and takes one off the list that doesn't any more. Nothing for all other days.
    pub(crate) fn keep_review(&mut self, person: &User, change: &DayChange) -> Result<(), StoreError> {
        let date = change.after().date();
        let key = keys::review(person.id, date);
        if change.after().waits_for_review() {
            let waiting = Waiting { date, department_id: person.department_id };
            let item = Item::new(key, &waiting)?.indexed(keys::reviews_index(person.department_id, date, person.id));
            return self.put(item, When::Always, None);
        }
        if change.before().is_some_and(Day::waits_for_review) { self.delete(&key, None, None) } else { Ok(()) }
    }

    /// Lists a waiting day with the department that the person belongs to now, while it still waits.
    fn move_review(&mut self, person: &User, date: WorkDate) -> Result<(), StoreError> {
        let index = keys::reviews_index(person.department_id, date, person.id);
        let mut update = Expression::default()
            .name("#gsi2pk", Index::Gsi2.pk())
            .name("#department", "department_id")
            .value(":gsi2pk", text(index.pk));
        let update = match person.department_id {
            Some(department) => {
                update = update.value(":department", text(department.to_string()));
                update.with_text("SET #gsi2pk = :gsi2pk, #department = :department")
            }
            None => update.with_text("SET #gsi2pk = :gsi2pk REMOVE #department"),
        };
        let still_waits = Expression::new("attribute_exists(#pk)").name("#pk", PK);
        self.update(&keys::review(person.id, date), update, Some(still_waits), Some(Guard::Version))
    }
}

/// The index of days that wait, of these dates.
fn index(from: Option<WorkDate>, to: Option<WorkDate>) -> OwnedIndex {
    OwnedIndex {
        index: Index::Gsi2,
        partition: keys::reviews_index_partition,
        range: match (from, to) {
            (None, None) => Range::All,
            (from, to) => {
                let (first, last) = (from.unwrap_or(WorkDate::MIN), to.unwrap_or(WorkDate::MAX));
                // Sorts after every person's id.
                Range::Between(first.to_string(), format!("{last}#~"))
            }
        },
        descending: false,
        key: |sort| keys::review_of_index(sort).map(|(date, user)| keys::review(user, date)),
    }
}
