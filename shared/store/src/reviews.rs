//! The days that wait for a manager: a sparse list for each department, which the transactions that change days update.
//!
//! The list only names the waiting days. Readers read the days themselves from the table, so a row is never older than its
//! day.

use domain::{
    calendar::WorkDate,
    day::{Day, DayChange},
    id::{DepartmentId, UserId},
    user::User,
};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Stamp, Store, StoreError,
    commit::{Expression, When, text},
    item::Item,
    keys::{self, Index, PK},
    owned_lists::{OwnedIndex, Places},
    people_lists::{ListScope, Position},
    read::{KeyRange, Range},
};

/// The number of a person's waiting days that one query reads.
const OF_A_PERSON: usize = 200;

/// The stored record that a day waits.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Waiting {
    date: WorkDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    department_id: Option<DepartmentId>,
}

/// A page of days that wait.
#[derive(Debug)]
pub struct ReviewsPage {
    /// The days with their people, by department, longest waiting first.
    pub days: Vec<(Day, User)>,
    /// The position of the next page; absent at the end.
    pub next: Option<Position>,
}

/// A page of the positions of days that wait.
#[derive(Debug)]
pub struct WaitingPage {
    /// The person, the date and the department whose list has the day.
    pub days: Vec<(UserId, WorkDate, Option<DepartmentId>)>,
    /// The position of the next page; absent at the end.
    pub next: Option<Position>,
}

impl Store {
    /// Returns at most `limit` waiting days of the people of a scope's departments, from `position` on; only of these dates
    /// (both included), and of people whom `visible` accepts. One Query for each department's partition, and one
    /// BatchGetItem for each hundred days and people. The index lags behind writes by a moment, so the listed days are read
    /// again from the table.
    pub async fn reviews(
        &self,
        scope: &ListScope,
        (from, to): (Option<WorkDate>, Option<WorkDate>),
        position: Option<Position>,
        limit: usize,
        visible: impl Fn(&User) -> bool,
    ) -> Result<ReviewsPage, StoreError> {
        let Places { found, next } = self.owned_places(scope, &index(from, to), position, limit).await?;
        let mut days: Vec<(Day, User)> = self
            .owned_things(|_, sort| keys::review_of_index(sort).map(|(date, user)| keys::day(user, date)), &found)
            .await?;
        days.retain(|(day, person)| visible(person) && day.waits_for_review());
        Ok(ReviewsPage { days, next })
    }

    /// Returns at most `limit` waiting days of all people, from `position` on, as the index has them.
    pub async fn waiting_days(&self, position: Option<Position>, limit: usize) -> Result<WaitingPage, StoreError> {
        let Places { found, next } =
            self.owned_places(&ListScope::Everyone, &index(None, None), position, limit).await?;
        let day = |place: &Position| {
            let (date, user) = keys::review_of_index(&place.after.as_ref()?.sort)?;
            Some((user, date, place.department))
        };
        Ok(WaitingPage { days: found.iter().filter_map(day).collect(), next })
    }

    /// Moves the waiting days of a person to the list of the person's present department, because access follows the
    /// department. Days that are already listed there aren't written. Returns the number of moved days.
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
            // A manager may have reviewed the day in the meantime.
            moved += usize::from(commit.send_if_unchanged(self).await?);
        }
        Ok(moved)
    }

    async fn waiting_days_of(&self, person: UserId) -> Result<Vec<Waiting>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::user_partition(person),
            range: Range::Prefix(keys::REVIEW.to_owned()),
            descending: false,
            limit: OF_A_PERSON,
            after: None,
        };
        self.query_all(key_range).await
    }
}

/// The progress of the weekly notifications about waiting days.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklyReviews {
    /// The Monday of the week that the notifications are about; none before the first week.
    week: Option<WorkDate>,
    /// The position at which the run continues; none at the beginning.
    next: Option<Position>,
    is_done: bool,
    version: u64,
}

impl WeeklyReviews {
    /// Returns the progress for the week of that Monday. For another week than the stored one, it starts at the beginning.
    #[must_use]
    pub fn of_week(self, monday: WorkDate) -> Self {
        if self.week == Some(monday) {
            self
        } else {
            Self { week: Some(monday), next: None, is_done: false, version: self.version }
        }
    }

    /// Returns the position at which the run continues; none at the beginning.
    pub fn next(&self) -> Option<Position> {
        self.next.clone()
    }

    /// Returns whether the notifications of the week are complete.
    pub const fn is_done(&self) -> bool {
        self.is_done
    }

    /// Returns the progress after an event; `next` is the position at which the run continues.
    #[must_use]
    pub fn after(&self, next: Option<Position>) -> Self {
        Self { week: self.week, is_done: next.is_none(), next, version: self.version + 1 }
    }
}

impl Store {
    /// Returns the progress of the weekly notifications about waiting days.
    pub async fn weekly_reviews(&self) -> Result<WeeklyReviews, StoreError> {
        Ok(self.get(keys::weekly_reviews()).await?.unwrap_or_default())
    }
}

impl Commit {
    /// Stores the progress of the weekly notifications, unless another run has continued them in the meantime.
    pub fn keep_weekly_reviews(&mut self, before: &WeeklyReviews, after: &WeeklyReviews) -> Result<(), StoreError> {
        let item = Item::next(keys::weekly_reviews(), after)?;
        self.put(item, When::Version(before.version), Some(Condition::Version))
    }

    /// Adds a day that waits for a manager to the list, or removes a day that no longer waits. Does nothing for all other
    /// days.
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

    /// Moves a waiting day to the list of the person's present department, on condition that it still waits.
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
        self.update(&keys::review(person.id, date), update, Some(still_waits), Some(Condition::Version))
    }
}

/// Returns the index of waiting days for these dates.
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
        key: |_, sort| keys::review_of_index(sort).map(|(date, user)| keys::review(user, date)),
    }
}
