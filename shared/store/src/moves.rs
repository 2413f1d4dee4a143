//! Who came to a department from another one, and since when.
//!
//! Months and days stand with the department that they were worked in, and access follows the present one. So whoever
//! reads for a department's manager has to know the few whose past lies elsewhere; everybody else's is all where they
//! are. One item a person is enough: since their last move they have been nowhere else.

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
    keys::{self, Index, Key},
    read::{KeyRange, Range},
};

/// How many of them one query looks at.
const LOOKED_AT: usize = 1000;

#[derive(Debug, Serialize)]
struct Moved {
    on: WorkDate,
}

impl Store {
    /// Who belongs to the department now and came from another one on that date or later. One Query.
    pub async fn moved_since(
        &self,
        department: Option<DepartmentId>,
        date: WorkDate,
    ) -> Result<Vec<UserId>, StoreError> {
        let mut people = Vec::new();
        let mut after = None;
        loop {
            let key_range = KeyRange {
                index: Some(Index::Gsi2),
                pk: keys::moves_index_partition(department),
                range: Range::Between(date.to_string(), "~".to_owned()),
                descending: false,
                limit: LOOKED_AT,
                after,
            };
            let found = self.query_attributes(key_range).await?;
            people.extend(found.items.iter().filter_map(|item| keys::owner_of(&Key::of(item))));
            after = found.next;
            if after.is_none() {
                return Ok(people);
            }
        }
    }
}

impl Commit {
    /// Notes when somebody moves to another department.
    pub(crate) fn keep_move(&mut self, before: &User, after: &User) -> Result<(), StoreError> {
        if before.department_id == after.department_id {
            return Ok(());
        }
        // A move counts from their next date on, which is at most two days on by UTC, wherever they are: whoever asks from
        // a later date on finds all of them in the new department.
        let on = Zone::UTC.date_of(self.stamp().at).plus_days(2);
        let item = Item::new(keys::moved(after.id), &Moved { on })?;
        self.put(item.indexed(keys::moves_index(after.department_id, on, after.id)), When::Always, None)
    }
}
