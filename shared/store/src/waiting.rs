//! Items that wait for a decision: leave requests, corrections, swaps, days to review, time to approve and registrations of the departments
//! that a person is responsible for, and the swaps that the person is asked to accept. They are merged into one list, oldest
//! first.
//!
//! Each kind has an index partition for each department, in the order of age. All partitions are queried at once, a page
//! from each, and the listed items are read again consistently. [`crate::owned_lists`] reads the same partitions one by one.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    calendar::{TimeOfDay, WorkDate, Zone},
    correction::{Correction, CorrectionId, CorrectionStatus},
    day::Day,
    id::{DepartmentId, LeaveRequestId, SwapId, UserId},
    leave::request::{LeaveRequest, LeaveStatus},
    schedule::instant_of,
    swap::{Awaited, Swap},
    user::{User, UserStatus},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::{
    Store, StoreError,
    keys::{self, Index, Key},
    pay::approvals::PayApprovalRecord,
    people_lists::ListScope,
    read::{Found, Items, KeyRange, Range},
    stored_item::StoredItem,
};

/// The maximum number of departments that are read at once, and whose entries are therefore in one order of age.
pub const MAX_DEPARTMENTS: usize = 100;

/// The maximum number of simultaneous queries.
const CONCURRENCY: usize = 32;

/// A text that sorts before all ids and dates.
const START: &str = "!";

/// A text that sorts after all ids and dates.
const END: &str = "~";

/// A waiting item with its owner.
#[derive(Debug, Clone)]
pub enum Waiting {
    /// A pending leave request.
    LeaveRequest(Box<LeaveRequest>, Box<User>),
    /// A pending correction.
    Correction(Box<Correction>, Box<User>),
    /// A swap that waits for a manager or for the person who is asked; with the requester and the person who is asked.
    Swap(Box<Swap>, Box<User>, Box<User>),
    /// A day with sessions to review.
    Day(Box<Day>, Box<User>),
    /// A date with time that needs approval before it is paid.
    PayApproval(Box<PayApprovalRecord>, Box<User>),
    /// A person who has registered.
    Registration(Box<User>),
}

/// A list that is merged. The order of the variants is the order of entries of the same age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    LeaveRequest,
    Correction,
    Swap,
    Day,
    PayApproval,
    Registration,
}

/// The position of an entry in the order of age.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place {
    /// The instant since which the entry waits, in milliseconds.
    since: i64,
    kind: Kind,
    /// The part of the sort key that identifies the entry.
    id: String,
}

/// The position at which a list of waiting items continues.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingPosition {
    /// The last department of the previous groups; none in the first group.
    group_after: Option<DepartmentId>,
    /// The last entry of the group.
    last: Option<Place>,
}

/// The decider, and the items that they decide.
#[derive(Debug, Clone)]
pub struct WaitingQuery {
    /// The person who decides.
    pub decider: UserId,
    /// The departments that the person is responsible for; none for employees.
    pub scope: Option<ListScope>,
    /// Whether the person decides registrations.
    pub registrations: bool,
    /// The present instant.
    pub now: Timestamp,
}

/// An entry with the position after it.
#[derive(Debug)]
pub struct WaitingEntry {
    /// The waiting item.
    pub what: Waiting,
    /// The position at which the list continues.
    pub position: WaitingPosition,
}

/// A page of waiting items.
#[derive(Debug)]
pub struct WaitingPage {
    /// The entries, oldest first.
    pub entries: Vec<WaitingEntry>,
    /// The position of the next page; absent at the end.
    pub next: Option<WaitingPosition>,
}

/// A group of departments that are read at once.
struct Group {
    departments: Vec<Option<DepartmentId>>,
    next: Option<DepartmentId>,
}

impl Kind {
    const fn index(self) -> Index {
        match self {
            Self::LeaveRequest | Self::Correction | Self::Swap => Index::Gsi1,
            Self::Day | Self::PayApproval | Self::Registration => Index::Gsi2,
        }
    }

    fn partition(self, department: Option<DepartmentId>) -> String {
        match self {
            Self::LeaveRequest => keys::leave_index_partition(department),
            Self::Correction => keys::corrections_index_partition(department),
            Self::Swap => keys::swaps_index_partition(department),
            Self::Day => keys::reviews_index_partition(department),
            Self::PayApproval => keys::pay_approvals_index_partition(department),
            Self::Registration => keys::REGISTRATIONS.to_owned(),
        }
    }

    /// Returns the prefix of the sort keys of waiting entries.
    const fn prefix(self) -> &'static str {
        match self {
            Self::LeaveRequest => keys::leave_of_status(LeaveStatus::Pending),
            Self::Correction => keys::corrections_of_status(CorrectionStatus::Pending),
            Self::Swap => keys::SWAPS_AWAITING_MANAGER,
            Self::Day | Self::PayApproval | Self::Registration => "",
        }
    }

    /// Returns the range of sort keys after a position.
    fn range(self, after: Option<&Place>) -> Range {
        let prefix = self.prefix();
        let first = after.map_or_else(|| START.to_owned(), |after| self.first_after(after));
        Range::Between(format!("{prefix}{first}"), format!("{prefix}{END}"))
    }

    /// Returns the least id or date after a position.
    fn first_after(self, after: &Place) -> String {
        if self == after.kind {
            // The first key after the entry's own key.
            return format!("{}{START}", after.id);
        }
        let since = if self < after.kind { after.since + 1 } else { after.since };
        match self {
            Self::LeaveRequest | Self::Correction | Self::Swap | Self::Registration => {
                Ulid::from_parts(u64::try_from(since).unwrap_or_default(), 0).to_string()
            }
            Self::Day | Self::PayApproval => {
                let date = Zone::UTC.date_of(Timestamp::from_millisecond(since).unwrap_or(Timestamp::UNIX_EPOCH));
                if begins(date) < since { date.next() } else { date }.to_string()
            }
        }
    }

    fn place(self, sort: &str) -> Option<Place> {
        let id = sort.strip_prefix(self.prefix())?.to_owned();
        let since = match self {
            Self::LeaveRequest => millis(id.parse::<LeaveRequestId>().ok()?.number()),
            Self::Correction => millis(id.parse::<CorrectionId>().ok()?.number()),
            Self::Swap => millis(id.parse::<SwapId>().ok()?.number()),
            Self::Day | Self::PayApproval => begins(keys::review_of_index(&id)?.0),
            Self::Registration => millis(id.parse::<UserId>().ok()?.ulid()),
        };
        Some(Place { since, kind: self, id })
    }
}

fn millis(ulid: Ulid) -> i64 {
    i64::try_from(ulid.timestamp_ms()).unwrap_or(i64::MAX)
}

/// Returns the instant at which a date begins, which is the position of its days in the order of age.
fn begins(date: WorkDate) -> i64 {
    instant_of(&Zone::UTC, date, TimeOfDay::constant::<0, 0>()).as_millisecond()
}

impl Store {
    /// Returns at most `limit` items that wait for a person's decision after `position`, oldest first. A person responsible
    /// for more than [`MAX_DEPARTMENTS`] gets them in groups of that number of departments. The queries run at once: one for
    /// the departments of everyone, five for each department, one for registrations and one for the person's own swaps. A
    /// BatchGetItem for each hundred entries and people follows, and one for the other people of swaps. The index lags
    /// behind writes by a moment.
    pub async fn waiting(
        &self,
        query: &WaitingQuery,
        position: Option<WaitingPosition>,
        limit: usize,
    ) -> Result<WaitingPage, StoreError> {
        let WaitingPosition { group_after, last } = position.unwrap_or_default();
        let is_first_group = group_after.is_none();
        let group = match &query.scope {
            Some(scope) => self.group(scope, group_after).await?,
            None => Group { departments: Vec::new(), next: None },
        };
        let of_departments = group.departments.iter().flat_map(|department| {
            [Kind::LeaveRequest, Kind::Correction, Kind::Swap, Kind::Day, Kind::PayApproval]
                .map(|kind| (kind, *department))
        });
        let registrations = (query.registrations && is_first_group).then_some((Kind::Registration, None));
        let partitions: Vec<(Kind, Option<DepartmentId>)> = of_departments.chain(registrations).collect();
        let places = stream::iter(partitions)
            .map(|(kind, department)| self.places(kind, department, last.as_ref(), limit + 1))
            .buffer_unordered(CONCURRENCY)
            .try_concat();
        let own = async {
            if !is_first_group {
                return Ok(Vec::new());
            }
            self.open_swaps_of(query.decider, query.now).await
        };
        let (mut places, own) = tokio::try_join!(places, own)?;
        let own = own.into_iter().filter(|swap| is_asked(swap, query)).map(|swap| Place {
            since: millis(swap.id.number()),
            kind: Kind::Swap,
            id: swap.id.to_string(),
        });
        places.extend(own.filter(|place| last.as_ref().is_none_or(|last| last < place)));
        places.sort_unstable();
        // A swap between two departments is in the lists of both.
        places.dedup();
        let has_more = limit < places.len();
        places.truncate(limit);
        let next = if has_more {
            places.last().cloned().map(|last| WaitingPosition { group_after, last: Some(last) })
        } else {
            group.next.map(|id| WaitingPosition { group_after: Some(id), last: None })
        };
        Ok(WaitingPage { entries: self.entries(&places, group_after, query).await?, next })
    }

    async fn group(&self, scope: &ListScope, after: Option<DepartmentId>) -> Result<Group, StoreError> {
        match scope {
            ListScope::Departments(named) => {
                let mut departments: Vec<_> =
                    named.iter().copied().filter(|id| after.is_none_or(|after| after < *id)).collect();
                let has_more = MAX_DEPARTMENTS < departments.len();
                departments.truncate(MAX_DEPARTMENTS);
                let next = departments.last().copied().filter(|_| has_more);
                Ok(Group { departments: departments.into_iter().map(Some).collect(), next })
            }
            ListScope::Everyone => {
                let Found { items, next } = self.department_ids(after, MAX_DEPARTMENTS).await?;
                let next = items.last().copied().filter(|_| next.is_some());
                let without = next.is_none().then_some(None);
                Ok(Group { departments: items.into_iter().map(Some).chain(without).collect(), next })
            }
        }
    }

    async fn places(
        &self,
        kind: Kind,
        department: Option<DepartmentId>,
        after: Option<&Place>,
        limit: usize,
    ) -> Result<Vec<Place>, StoreError> {
        let index = kind.index();
        let key_range = KeyRange {
            index: Some(index),
            pk: kind.partition(department),
            range: kind.range(after),
            descending: false,
            limit,
            after: None,
        };
        let place = |item: &StoredItem| {
            let head = item.head();
            let unreadable = || head.key.unreadable("no key of an index of what waits");
            kind.place(head.sort_in(index)).ok_or_else(unreadable)
        };
        Ok(self.query_stored(key_range).await?.interpret(place)?.items)
    }

    /// Returns the entries at those positions that still wait, in order.
    async fn entries(
        &self,
        places: &[Place],
        group_after: Option<DepartmentId>,
        query: &WaitingQuery,
    ) -> Result<Vec<WaitingEntry>, StoreError> {
        let wanted: Vec<Key> = places.iter().filter_map(Place::item).collect();
        let owners: BTreeSet<UserId> = places.iter().filter_map(Place::owner).collect();
        let profiles = owners.iter().copied().map(keys::profile);
        let keys: Vec<Key> = wanted.iter().cloned().chain(profiles).collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut items = self.read_many(&keys).await?;
        let mut people: BTreeMap<UserId, User> = BTreeMap::new();
        take_people(&mut items, owners, &mut people)?;
        let mut swaps: BTreeMap<SwapId, Swap> = BTreeMap::new();
        for id in places.iter().filter(|place| place.kind == Kind::Swap).filter_map(|place| place.id.parse().ok()) {
            swaps.extend(items.take::<Swap>(&keys::swap(id))?.map(|swap| (id, swap)));
        }
        let others: BTreeSet<UserId> =
            swaps.values().map(|swap| swap.with_user_id).filter(|other| !people.contains_key(other)).collect();
        if !others.is_empty() {
            let keys: Vec<Key> = others.iter().copied().map(keys::profile).collect();
            take_people(&mut self.read_many(&keys).await?, others, &mut people)?;
        }
        let mut entries = Vec::with_capacity(places.len());
        for place in places {
            let entry = place.entry(&mut items, &people, &mut swaps)?.filter(|entry| entry.waits(query));
            entries.extend(entry.map(|what| WaitingEntry {
                what,
                position: WaitingPosition { group_after, last: Some(place.clone()) },
            }));
        }
        Ok(entries)
    }
}

fn take_people(
    items: &mut Items,
    ids: BTreeSet<UserId>,
    people: &mut BTreeMap<UserId, User>,
) -> Result<(), StoreError> {
    for id in ids {
        people.extend(items.take(&keys::profile(id))?.map(|person| (id, person)));
    }
    Ok(())
}

/// Returns whether the swap waits for the person whose decisions are queried.
fn is_asked(swap: &Swap, query: &WaitingQuery) -> bool {
    swap.with_user_id == query.decider && swap.awaits(query.now) == Some(Awaited::Other)
}

impl Place {
    /// Returns the owner of the item.
    fn owner(&self) -> Option<UserId> {
        match self.kind {
            Kind::LeaveRequest => self.id.parse::<LeaveRequestId>().ok().map(LeaveRequestId::owner),
            Kind::Correction => self.id.parse::<CorrectionId>().ok().map(CorrectionId::owner),
            Kind::Swap => self.id.parse::<SwapId>().ok().map(SwapId::owner),
            Kind::Day | Kind::PayApproval => keys::review_of_index(&self.id).map(|(_, user)| user),
            Kind::Registration => self.id.parse().ok(),
        }
    }

    /// Returns the key of the item at this position; none if the item is the person's profile.
    fn item(&self) -> Option<Key> {
        match self.kind {
            Kind::LeaveRequest => self.id.parse().ok().map(keys::leave_request),
            Kind::Correction => self.id.parse().ok().map(keys::correction),
            Kind::Swap => self.id.parse().ok().map(keys::swap),
            Kind::Day => keys::review_of_index(&self.id).map(|(date, user)| keys::day(user, date)),
            Kind::PayApproval => keys::review_of_index(&self.id).map(|(date, user)| keys::pay_approval(user, date)),
            Kind::Registration => None,
        }
    }

    fn entry(
        &self,
        items: &mut Items,
        people: &BTreeMap<UserId, User>,
        swaps: &mut BTreeMap<SwapId, Swap>,
    ) -> Result<Option<Waiting>, StoreError> {
        let Some(person) = self.owner().and_then(|owner| people.get(&owner)) else { return Ok(None) };
        let person = Box::new(person.clone());
        Ok(match (self.kind, self.item()) {
            (Kind::LeaveRequest, Some(key)) => {
                items.take(&key)?.map(|request| Waiting::LeaveRequest(Box::new(request), person))
            }
            (Kind::Correction, Some(key)) => {
                items.take(&key)?.map(|correction| Waiting::Correction(Box::new(correction), person))
            }
            (Kind::Day, Some(key)) => items.take(&key)?.map(|day| Waiting::Day(Box::new(day), person)),
            (Kind::PayApproval, Some(key)) => {
                items.take(&key)?.map(|record| Waiting::PayApproval(Box::new(record), person))
            }
            (Kind::Swap, _) => {
                let swap = self.id.parse().ok().and_then(|id| swaps.remove(&id));
                swap.and_then(|swap| {
                    let other = people.get(&swap.with_user_id)?.clone();
                    Some(Waiting::Swap(Box::new(swap), person, Box::new(other)))
                })
            }
            (Kind::Registration, _) => Some(Waiting::Registration(person)),
            (Kind::LeaveRequest | Kind::Correction | Kind::Day | Kind::PayApproval, None) => None,
        })
    }
}

impl Waiting {
    /// Returns whether the item still waits after it was read again.
    fn waits(&self, query: &WaitingQuery) -> bool {
        match self {
            Self::LeaveRequest(request, _) => request.status == LeaveStatus::Pending,
            Self::Correction(correction, _) => correction.status == CorrectionStatus::Pending,
            Self::Swap(swap, ..) => swap.awaits(query.now) == Some(Awaited::Manager) || is_asked(swap, query),
            Self::Day(day, _) => day.waits_for_review(),
            Self::PayApproval(record, _) => !record.waiting.is_empty(),
            Self::Registration(person) => person.status == UserStatus::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CD";

    fn day(date: &str) -> Place {
        Kind::Day.place(&format!("{date}#{USER}")).unwrap()
    }

    fn request(at: i64) -> Place {
        let number = Ulid::from_parts(u64::try_from(at).unwrap(), 7);
        Kind::LeaveRequest.place(&format!("4#{number}{USER}")).unwrap()
    }

    /// Returns whether a page after `after` includes `other`.
    fn finds(after: &Place, other: &Place) -> bool {
        let Range::Between(first, last) = other.kind.range(Some(after)) else { panic!("a range of keys") };
        let sort = format!("{}{}", other.kind.prefix(), other.id);
        first <= sort && sort <= last
    }

    #[test]
    fn a_page_continues_exactly_after_the_previous_entry() {
        let midnight = begins("2026-11-02".parse().unwrap());
        let mut places = [
            day("2026-11-01"),
            day("2026-11-02"),
            day("2026-11-03"),
            request(midnight - 1),
            request(midnight),
            request(midnight + 1),
        ];
        places.sort();
        for (number, after) in places.iter().enumerate() {
            for (other_number, other) in places.iter().enumerate() {
                assert_eq!(finds(after, other), number < other_number, "{other:?} after {after:?}");
            }
        }
    }
}
