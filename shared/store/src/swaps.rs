//! Swaps: by id, by person, by the departments that a manager is responsible for, and those that are about to expire.
//!
//! A swap is stored twice: under the person who requests it and, as a copy, under the person who is asked. So the swaps of
//! each of them are one range, and the managers of both departments have the swap in their lists. Only the first item has
//! conditions; both are written in the same transaction.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::UserId,
    swap::{Swap, SwapId, SwapStatus},
    user::User,
};
use jiff::Timestamp;

use crate::{
    Commit, Condition, Store, StoreError,
    commit::When,
    item::Item,
    keys::{self, Index, Key},
    owned_lists::{OwnedIndex, Places},
    people_lists::{ListScope, Position},
    read::{Found, KeyRange, Range},
    stored_item::StoredItem,
};

/// The number of swaps that one query reads when a filter may drop most of them.
const LOOKED_AT: usize = 200;

/// A page of swaps.
#[derive(Debug)]
pub struct SwapsPage<T, P> {
    /// The swaps, in the list's order.
    pub swaps: Vec<T>,
    /// The position of the next page; absent at the end.
    pub next: Option<P>,
}

/// The filter of the swaps in a manager's departments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SwapFilter {
    /// All swaps.
    All,
    /// The swaps that wait for a manager.
    AwaitingManager,
    /// The swaps of a status.
    Status(SwapStatus),
}

impl SwapFilter {
    fn range(self) -> Range {
        match self {
            Self::All => Range::All,
            Self::AwaitingManager => Range::Prefix(keys::SWAPS_AWAITING_MANAGER.to_owned()),
            Self::Status(status) => Range::Prefix(keys::swaps_of_status(status).to_owned()),
        }
    }

    fn lets_through(self, swap: &Swap, now: Timestamp) -> bool {
        use domain::swap::Awaited;
        match self {
            Self::All => true,
            Self::AwaitingManager => match swap.awaits(now) {
                Some(Awaited::Manager) => true,
                Some(Awaited::Other) | None => false,
            },
            Self::Status(status) => swap.status_at(now) == status,
        }
    }
}

impl Store {
    /// Returns a swap.
    pub async fn swap(&self, id: SwapId) -> Result<Option<Swap>, StoreError> {
        self.get(keys::swap(id)).await
    }

    /// Returns the swaps that a person requested or is asked to accept, newest first: at most `limit` of those before
    /// `before`, only those that `wanted` accepts (set `filtered` if it may accept few). One Query for each page, or for
    /// each 200 swaps that are examined.
    pub async fn swaps_of(
        &self,
        person: UserId,
        before: Option<SwapId>,
        limit: usize,
        wanted: impl Fn(&Swap) -> bool,
        filtered: bool,
    ) -> Result<SwapsPage<Swap, SwapId>, StoreError> {
        let mut swaps: Vec<Swap> = Vec::new();
        let mut after = before;
        loop {
            let missing = limit + 1 - swaps.len();
            let key_range = KeyRange {
                index: None,
                pk: keys::user_partition(person),
                range: Range::Prefix(keys::SWAP.to_owned()),
                descending: true,
                limit: if filtered { LOOKED_AT } else { missing },
                after: after.map(|id| keys::swap_held_by(person, id).attributes()),
            };
            let found: Found<Swap> = self.query(key_range).await?;
            after = found.items.last().map(|swap| swap.id).or(after);
            for swap in found.items.into_iter().filter(&wanted) {
                if swaps.len() == limit {
                    let next = swaps.last().map(|swap| swap.id);
                    return Ok(SwapsPage { swaps, next });
                }
                swaps.push(swap);
            }
            if found.next.is_none() {
                return Ok(SwapsPage { swaps, next: None });
            }
        }
    }

    /// Returns a person's unfinished swaps among their newest 200: one Query.
    pub async fn open_swaps_of(&self, person: UserId, now: Timestamp) -> Result<Vec<Swap>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::user_partition(person),
            range: Range::Prefix(keys::SWAP.to_owned()),
            descending: true,
            limit: LOOKED_AT,
            after: None,
        };
        let found: Found<Swap> = self.query(key_range).await?;
        Ok(found.items.into_iter().filter(|swap| swap.awaits(now).is_some()).collect())
    }

    /// Returns at most `limit` swaps of the people of a scope's departments from `position` on, department by department.
    /// Swaps that wait for a manager come first, and each kind is newest first. Only swaps whose two people `visible`
    /// accepts are included. A swap between two departments of the scope is listed once, in the requester's department. The
    /// index lags behind writes by a moment, so the listed swaps are read again from the table.
    pub async fn swaps(
        &self,
        scope: &ListScope,
        filter: SwapFilter,
        position: Option<Position>,
        limit: usize,
        (now, visible): (Timestamp, impl Fn(&User, &User) -> bool),
    ) -> Result<SwapsPage<(Swap, User, User), Position>, StoreError> {
        let index = OwnedIndex {
            index: Index::Gsi1,
            partition: keys::swaps_index_partition,
            range: filter.range(),
            descending: true,
            key: |holder, sort| Some(keys::swap_held_by(holder, keys::swap_of_index(sort)?)),
        };
        let Places { found, next } = self.owned_places(scope, &index, position, limit).await?;
        let mut swaps = self.swaps_and_people(scope, &found).await?;
        swaps.retain(|(swap, asker, other)| visible(asker, other) && filter.lets_through(swap, now));
        Ok(SwapsPage { swaps, next })
    }

    /// Returns the swaps at those positions, in order, with their requesters and the people who are asked.
    async fn swaps_and_people(
        &self,
        scope: &ListScope,
        positions: &[Position],
    ) -> Result<Vec<(Swap, User, User)>, StoreError> {
        let held: Vec<(UserId, SwapId)> = positions.iter().filter_map(Position::swap).collect();
        let stored: Vec<Key> = held.iter().map(|(_, id)| keys::swap(*id)).collect();
        let mut items = self.read_many(&stored).await?;
        let mut read: BTreeMap<SwapId, Swap> = BTreeMap::new();
        for (_, id) in &held {
            read.extend(items.take(&keys::swap(*id))?.map(|swap| (*id, swap)));
        }
        // Of the two positions of a swap, that of the copy is skipped if the other one is in the same scope. A page may have both.
        let shown = |(holder, id): &(UserId, SwapId)| {
            let swap = read.get(id)?;
            (*holder == id.owner() || !scope.holds(swap.from_department_id)).then(|| swap.clone())
        };
        let swaps: Vec<Swap> = held.iter().filter_map(shown).collect();
        let ids: BTreeSet<UserId> = swaps.iter().flat_map(|swap| [swap.from_user_id, swap.with_user_id]).collect();
        let profiles: Vec<Key> = ids.iter().copied().map(keys::profile).collect();
        let mut items = self.read_many(&profiles).await?;
        let mut people: BTreeMap<UserId, User> = BTreeMap::new();
        for id in ids {
            people.extend(items.take(&keys::profile(id))?.map(|person| (id, person)));
        }
        let both = |swap: Swap| {
            let (asker, other) = (people.get(&swap.from_user_id)?.clone(), people.get(&swap.with_user_id)?.clone());
            Some((swap, asker, other))
        };
        Ok(swaps.into_iter().filter_map(both).collect())
    }

    /// Returns the swaps of a shard (there are [`keys::DUE_SHARDS`]) that weren't decided before their first date began: at
    /// most `limit`, oldest first. One Query.
    pub async fn swaps_expired_by(&self, shard: u8, now: Timestamp, limit: usize) -> Result<Vec<SwapId>, StoreError> {
        let key_range = KeyRange {
            index: Some(Index::Gsi2),
            pk: keys::expiring_index_partition(shard),
            // `$` is the character after `#`, so the range includes all swaps that expire at this instant.
            range: Range::Between("0".to_owned(), format!("{}$", keys::instant(now))),
            descending: false,
            limit,
            after: None,
        };
        let Found { items, next: _ } = self.query_stored(key_range).await?;
        let id = |item: &StoredItem| {
            let key = item.head().key;
            let id = key.sk.strip_prefix(keys::SWAP).and_then(|id| id.parse().ok());
            id.ok_or_else(|| key.unreadable("no swap's key"))
        };
        items.iter().map(id).collect()
    }
}

impl Position {
    /// Returns the swap at the scope's position, and the person under whom it is stored there.
    fn swap(&self) -> Option<(UserId, SwapId)> {
        let last = self.after.as_ref()?;
        Some((last.id, keys::swap_of_index(&last.sort)?))
    }
}

impl Commit {
    /// Puts a swap's next version, on condition of the profiles of both people; version 1 is a new swap.
    pub fn put_swap(&mut self, people: [&User; 2], swap: &Swap) -> Result<(), StoreError> {
        people.into_iter().try_for_each(|person| self.guard_person(person))?;
        self.end_swap(swap)
    }

    /// Puts a swap that ended without being made, and its copy, without conditions on the profiles.
    pub fn end_swap(&mut self, swap: &Swap) -> Result<(), StoreError> {
        let awaited = swap.stored_await();
        let listed = |department| keys::swaps_index(department, swap.status, awaited, swap.id);
        let next = Item::next(keys::swap(swap.id), swap)?;
        let mut copy = next.copied_to(keys::swap_held_by(swap.with_user_id, swap.id));
        let mut item = next.indexed(listed(swap.from_department_id));
        if awaited.is_some() {
            item = item.indexed(keys::expiring_index(swap.begins_at, swap.id));
        }
        self.put(item, When::Version(swap.version.saturating_sub(1)), Some(Condition::Version))?;
        if swap.with_department_id != swap.from_department_id {
            copy = copy.indexed(listed(swap.with_department_id));
        }
        self.put(copy, When::Always, None)
    }
}
