//! Lists of what belongs to people (corrections, leave), walked department by department as lists of people are: a
//! department's are one index partition, in the order of a sort key that names the thing.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::{DepartmentId, UserId},
    user::User,
};
use serde::de::DeserializeOwned;

use crate::{
    Store, StoreError,
    item::Attributes,
    keys::{self, Index, Key},
    people_lists::{Departments, Last, Position, QUERIES, Walk},
    read::{Found, KeyRange, Range},
};

/// How many items one call reads.
const BATCH: usize = 100;

/// An index of what belongs to people.
pub(crate) struct OwnedIndex {
    /// Which.
    pub(crate) index: Index,
    /// The partition of a department.
    pub(crate) partition: fn(Option<DepartmentId>) -> String,
    /// Which sort keys.
    pub(crate) range: Range,
    /// Greatest first.
    pub(crate) descending: bool,
    /// The item that a sort key is of.
    pub(crate) key: fn(&str) -> Option<Key>,
}

/// Where the things of a page stand in their index.
pub(crate) struct Places {
    /// Their places, in the list's order.
    pub(crate) found: Vec<Position>,
    /// Where to go on; absent at the end.
    pub(crate) next: Option<Position>,
}

impl Store {
    /// The places of at most `limit` things from `position` on. One Query for each department's partition.
    pub(crate) async fn owned_places(
        &self,
        walk: &Walk,
        index: &OwnedIndex,
        position: Option<Position>,
        limit: usize,
    ) -> Result<Places, StoreError> {
        let mut found: Vec<Position> = Vec::new();
        let mut left = QUERIES;
        let mut departments = Departments::of(walk, position.as_ref());
        let mut here = position;
        let next = loop {
            let position = match here.take() {
                Some(position) => position,
                None => match departments.next(self, &mut left).await? {
                    Some(position) => position,
                    None => break None,
                },
            };
            if left == 0 {
                break Some(position);
            }
            left -= 1;
            let of_department = self.owned_of(&position, index, limit + 1 - found.len()).await?;
            let places = of_department.items.iter().map(|attributes| index.place(position.department, attributes));
            let places: Vec<Position> = places.collect::<Result<_, _>>()?;
            here = places.last().cloned().filter(|_| of_department.next.is_some());
            found.extend(places);
            if limit < found.len() {
                // One more than asked for: there is a next page, and it begins after the last of this one.
                found.truncate(limit);
                break found.last().cloned();
            }
        };
        Ok(Places { found, next })
    }

    /// The things of those places, in their order, with whose they are; `key` tells from a sort key of the index which
    /// item is read. An index lags a write by a moment, so they are read anew: one BatchGetItem for each hundred of them
    /// and their people.
    pub(crate) async fn owned_things<T: DeserializeOwned>(
        &self,
        key: fn(&str) -> Option<Key>,
        places: &[Position],
    ) -> Result<Vec<(T, User)>, StoreError> {
        let last = |place: &Position| place.after.clone();
        let key = |last: &Last| Some((key(&last.sort)?, last.id));
        let things: Vec<(Key, UserId)> = places.iter().filter_map(last).filter_map(|last| key(&last)).collect();
        let people: BTreeSet<UserId> = things.iter().map(|(_, owner)| *owner).collect();
        let wanted: Vec<Key> =
            things.iter().map(|(key, _)| key.clone()).chain(people.iter().copied().map(keys::profile)).collect();
        let (mut found, mut users) = (BTreeMap::new(), BTreeMap::new());
        for chunk in wanted.chunks(BATCH) {
            let mut items = self.read(chunk.iter().cloned()).await?;
            for (key, _) in &things {
                found.extend(items.take::<T>(key)?.map(|thing| (key.clone(), thing)));
            }
            for person in &people {
                users.extend(items.take::<User>(&keys::profile(*person))?.map(|found| (*person, found)));
            }
        }
        let both = |(key, owner): &(Key, UserId)| Some((found.remove(key)?, users.get(owner)?.clone()));
        Ok(things.iter().filter_map(both).collect())
    }

    /// What the index shows of a department's things, after a place.
    pub(crate) async fn owned_of(
        &self,
        position: &Position,
        index: &OwnedIndex,
        limit: usize,
    ) -> Result<Found<Attributes>, StoreError> {
        let partition = (index.partition)(position.department);
        let after = position.after.as_ref().and_then(|last| {
            let key = (index.key)(&last.sort)?;
            Some(last.start_key_in(index.index, &key, partition.clone()))
        });
        let range = index.range.clone();
        let descending = index.descending;
        self.query_attributes(KeyRange { index: Some(index.index), pk: partition, range, descending, limit, after })
            .await
    }
}

impl OwnedIndex {
    /// Where an item stands.
    pub(crate) fn place(
        &self,
        department: Option<DepartmentId>,
        attributes: &Attributes,
    ) -> Result<Position, StoreError> {
        let sort = attributes.get(self.index.sk()).and_then(|sort| sort.as_s().ok());
        let key = Key::of(attributes);
        let owner = key.pk.strip_prefix("USER#").and_then(|id| id.parse::<UserId>().ok());
        let last = sort.zip(owner).map(|(sort, id)| Last { sort: sort.clone(), id });
        let place = last.map(|last| Position { department, after: Some(last) });
        place.ok_or_else(|| StoreError::Unreadable {
            key: key.to_string(),
            reason: "no key of an index of people's things".to_owned(),
        })
    }
}
