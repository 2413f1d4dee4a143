//! Lists of items that belong to people (corrections, leave, swaps), department by department like lists of people. A
//! department's items are one index partition, in the order of a sort key that contains the item's id.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::{DepartmentId, UserId},
    user::User,
};
use serde::de::DeserializeOwned;

use crate::{
    Store, StoreError,
    keys::{self, Index, Key},
    people_lists::{Departments, Last, ListScope, Position, QUERIES},
    read::{Found, KeyRange, Range},
    stored_item::StoredItem,
};

/// An index of items that belong to people.
pub(crate) struct OwnedIndex {
    /// The index.
    pub(crate) index: Index,
    /// The partition of a department.
    pub(crate) partition: fn(Option<DepartmentId>) -> String,
    /// The range of sort keys.
    pub(crate) range: Range,
    /// Whether the order is descending.
    pub(crate) descending: bool,
    /// Returns the key of the item of a person that a sort key names.
    pub(crate) key: fn(UserId, &str) -> Option<Key>,
}

/// The positions of a page's items in their index.
pub(crate) struct Places {
    /// The positions, in the list's order.
    pub(crate) found: Vec<Position>,
    /// The position of the next page; absent at the end.
    pub(crate) next: Option<Position>,
}

impl Store {
    /// Returns the positions of at most `limit` items from `position` on. One Query for each department's partition.
    pub(crate) async fn owned_places(
        &self,
        scope: &ListScope,
        index: &OwnedIndex,
        position: Option<Position>,
        limit: usize,
    ) -> Result<Places, StoreError> {
        let mut found: Vec<Position> = Vec::new();
        let mut left = QUERIES;
        let mut departments = Departments::of(scope, position.as_ref());
        let mut here = position;
        let next = loop {
            let Some(position) = departments.position(self, &mut here, &mut left).await? else {
                break None;
            };
            if left == 0 {
                break Some(position);
            }
            left -= 1;
            let of_department = self.owned_of(&position, index, limit + 1 - found.len()).await?;
            let places = of_department.items.iter().map(|item| index.place(position.department, item));
            let places: Vec<Position> = places.collect::<Result<_, _>>()?;
            here = places.last().cloned().filter(|_| of_department.next.is_some());
            found.extend(places);
            if limit < found.len() {
                // The query reads one item more than the limit: there is a next page, and it begins after the last item of
                // this one.
                found.truncate(limit);
                break found.last().cloned();
            }
        };
        Ok(Places { found, next })
    }

    /// Returns the items of those positions with their owners, in order; `key` returns the key of the item of a person that a
    /// sort key of the index names. The index lags behind writes by a moment, so the items are read again from the table: one
    /// BatchGetItem for each hundred items and people.
    pub(crate) async fn owned_things<T: DeserializeOwned>(
        &self,
        key: fn(UserId, &str) -> Option<Key>,
        places: &[Position],
    ) -> Result<Vec<(T, User)>, StoreError> {
        let last = |place: &Position| place.after.clone();
        let key = |last: &Last| Some((key(last.id, &last.sort)?, last.id));
        let things: Vec<(Key, UserId)> = places.iter().filter_map(last).filter_map(|last| key(&last)).collect();
        let people: BTreeSet<UserId> = things.iter().map(|(_, owner)| *owner).collect();
        let wanted: Vec<Key> =
            things.iter().map(|(key, _)| key.clone()).chain(people.iter().copied().map(keys::profile)).collect();
        let (mut found, mut users) = (BTreeMap::new(), BTreeMap::new());
        let mut items = self.read_many(&wanted).await?;
        for (key, _) in &things {
            found.extend(items.take::<T>(key)?.map(|thing| (key.clone(), thing)));
        }
        for person in &people {
            users.extend(items.take::<User>(&keys::profile(*person))?.map(|found| (*person, found)));
        }
        let both = |(key, owner): &(Key, UserId)| Some((found.remove(key)?, users.get(owner)?.clone()));
        Ok(things.iter().filter_map(both).collect())
    }

    /// Returns the index rows of a department's items after a position.
    pub(crate) async fn owned_of(
        &self,
        position: &Position,
        index: &OwnedIndex,
        limit: usize,
    ) -> Result<Found<StoredItem>, StoreError> {
        let partition = (index.partition)(position.department);
        let after = position.after.as_ref().and_then(|last| {
            let key = (index.key)(last.id, &last.sort)?;
            Some(last.start_key_in(index.index, &key, partition.clone()))
        });
        let range = index.range.clone();
        let descending = index.descending;
        self.query_stored(KeyRange { index: Some(index.index), pk: partition, range, descending, limit, after }).await
    }
}

impl OwnedIndex {
    /// Returns the position of an item.
    pub(crate) fn place(&self, department: Option<DepartmentId>, item: &StoredItem) -> Result<Position, StoreError> {
        let head = item.head();
        let sort = Some(head.sort_in(self.index)).filter(|sort| !sort.is_empty());
        let last = sort.zip(keys::owner_of(&head.key)).map(|(sort, id)| Last { sort: sort.to_owned(), id });
        let place = last.map(|last| Position { department, after: Some(last) });
        place.ok_or_else(|| head.key.unreadable("no key of an index of people's things"))
    }
}
