//! People who moved to a department from another one, and the dates of their moves.
//!
//! Months and days are listed in the department in which they were worked, but access follows the present department. So a
//! read for a department's manager must know the few people with earlier days in other departments. All days of other people
//! are in the present department. One item for each person is enough, because the person hasn't changed departments since
//! their last move.

use domain::{
    calendar::{WorkDate, Zone},
    id::{DepartmentId, UserId},
    user::User,
};
use serde::Serialize;

use crate::{
    Commit, Store, StoreError,
    commit::When,
    item::Item,
    keys::{self, Index},
    read::{KeyRange, Range},
};

/// The number of moves that one query reads.
const LOOKED_AT: usize = 1000;

#[derive(Debug, Serialize)]
struct Moved {
    on: WorkDate,
}

impl Store {
    /// Returns the people who belong to the department and moved to it from another one on that date or later. One Query.
    pub async fn moved_since(
        &self,
        department: Option<DepartmentId>,
        date: WorkDate,
    ) -> Result<Vec<UserId>, StoreError> {
        let key_range = KeyRange {
            index: Some(Index::Gsi2),
            pk: keys::moves_index_partition(department),
            range: Range::Between(date.to_string(), "~".to_owned()),
            descending: false,
            limit: LOOKED_AT,
            after: None,
        };
        let owners = self.query_whole(key_range, |item| Ok(keys::owner_of(&item.head().key))).await?;
        Ok(owners.into_iter().flatten().collect())
    }
}

impl Commit {
    /// Records a person's move to another department.
    pub(crate) fn keep_move(&mut self, before: &User, after: &User) -> Result<(), StoreError> {
        if before.department_id == after.department_id {
            return Ok(());
        }
        // A move takes effect on the person's next date, which is at most two days ahead of the UTC date in any zone. So a
        // query from a later date on finds all of the person's days in the new department.
        let on = Zone::UTC.date_of(self.stamp().at).plus_days(2);
        let item = Item::new(keys::moved(after.id), &Moved { on })?;
        self.put(item.indexed(keys::moves_index(after.department_id, on, after.id)), When::Always, None)
    }
}
