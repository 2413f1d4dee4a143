//! Lists of people, department by department. A department's people are one index partition, ordered by name. The partitions
//! follow in the order of the departments' ids, with the people without a department last.

use std::collections::{BTreeSet, VecDeque};

use domain::{
    id::{DepartmentId, UserId},
    user::User,
};
use serde::{Deserialize, Serialize};

use crate::{
    Store, StoreError,
    departments::departments_after,
    item::Attributes,
    keys::{self, Index, Key},
    read::{Found, KeyRange, Range},
    stored_item::StoredItem,
};

/// The maximum number of queries of one page. If a page needs more, because a filter accepts few people or departments are
/// small, it ends early and has the position of the next page.
pub(crate) const QUERIES: usize = 20;

/// The number of people that one query reads when a filter may drop most of them.
const MAX_EXAMINED: usize = 200;

/// The departments whose people are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListScope {
    /// The people of all departments, and those without one.
    Everyone,
    /// The people of these departments.
    Departments(BTreeSet<DepartmentId>),
}

impl ListScope {
    /// Returns whether the scope includes that department.
    pub fn holds(&self, department: Option<DepartmentId>) -> bool {
        match self {
            Self::Everyone => true,
            Self::Departments(named) => department.is_some_and(|id| named.contains(&id)),
        }
    }

    /// Returns the departments; none for everyone.
    pub const fn departments(&self) -> Option<&BTreeSet<DepartmentId>> {
        match self {
            Self::Everyone => None,
            Self::Departments(named) => Some(named),
        }
    }
}

/// The position at which a list continues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The present department; none for people without a department.
    pub(crate) department: Option<DepartmentId>,
    /// The last person listed in it; none at its beginning.
    pub(crate) after: Option<Last>,
}

/// The last person listed of a department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Last {
    /// The sort key of the person.
    pub(crate) sort: String,
    /// The id of the person.
    pub(crate) id: UserId,
}

impl Last {
    /// Returns the key after which a query of `partition` continues; `key` is the key of the person's item there.
    pub(crate) fn start_key(&self, key: &Key, partition: String) -> Attributes {
        self.start_key_in(Index::Gsi1, key, partition)
    }

    /// Does the same as [`Last::start_key`] for either index.
    pub(crate) fn start_key_in(&self, index: Index, key: &Key, partition: String) -> Attributes {
        use aws_sdk_dynamodb::types::AttributeValue;
        let mut attributes = key.attributes();
        attributes.insert(index.pk().to_owned(), AttributeValue::S(partition));
        attributes.insert(index.sk().to_owned(), AttributeValue::S(self.sort.clone()));
        attributes
    }
}

impl Position {
    pub(crate) const fn start_of(department: Option<DepartmentId>) -> Self {
        Self { department, after: None }
    }

    /// Returns the position after that person.
    pub fn after(person: &User) -> Self {
        let sort = keys::users_index(person.department_id, person.full_name.as_str(), person.id).sk;
        Self { department: person.department_id, after: Some(Last { sort, id: person.id }) }
    }

    /// Returns the key after which a query of the department's people continues.
    pub(crate) fn start_key(&self) -> Option<Attributes> {
        let last = self.after.as_ref()?;
        Some(last.start_key(&keys::profile(last.id), keys::users_index_partition(self.department)))
    }
}

/// A page of people.
#[derive(Debug)]
pub struct PeoplePage {
    /// The people, by department and name.
    pub people: Vec<User>,
    /// The position of the next page; absent at the end.
    pub next: Option<Position>,
}

impl Store {
    /// Returns at most `limit` people of the scope from `position` on that `wanted` accepts. The index lags behind writes by
    /// a moment.
    pub async fn people(
        &self,
        scope: &ListScope,
        position: Option<Position>,
        limit: usize,
        wanted: impl Fn(&User) -> bool,
        filtered: bool,
    ) -> Result<PeoplePage, StoreError> {
        let mut people = Vec::new();
        let mut left = QUERIES;
        let mut departments = Departments::of(scope, position.as_ref());
        let mut here = position;
        loop {
            let Some(position) = departments.position(self, &mut here, &mut left).await? else {
                return Ok(PeoplePage { people, next: None });
            };
            if left == 0 {
                return Ok(PeoplePage { people, next: Some(position) });
            }
            left -= 1;
            let missing = limit + 1 - people.len();
            let examined = if filtered { MAX_EXAMINED } else { missing };
            let found = self.people_of(&position, examined).await?;
            let full_stop = found.next.is_some();
            let last = found.items.last().map(Position::after);
            for person in found.items.into_iter().filter(&wanted) {
                if people.len() == limit {
                    // The query reads one person more than the limit: there is a next page, and it begins after the last
                    // person of this one.
                    let next = people.last().map(Position::after);
                    return Ok(PeoplePage { people, next });
                }
                people.push(person);
            }
            here = last.filter(|_| full_stop);
        }
    }

    async fn people_of(&self, position: &Position, limit: usize) -> Result<Found<User>, StoreError> {
        let key_range = KeyRange {
            index: Some(Index::Gsi1),
            pk: keys::users_index_partition(position.department),
            range: Range::All,
            descending: false,
            limit,
            after: position.start_key(),
        };
        self.query_stored(key_range).await?.interpret(StoredItem::read_row)
    }

    /// Returns the ids of up to `limit` departments after the given one, in the order of their ids.
    pub(crate) async fn department_ids(
        &self,
        after: Option<DepartmentId>,
        limit: usize,
    ) -> Result<Found<DepartmentId>, StoreError> {
        let id = |item: &StoredItem| {
            let key = item.head().key;
            let id = key.sk.strip_prefix(keys::DEPARTMENT).and_then(|id| id.parse().ok());
            id.ok_or_else(|| key.unreadable("no department's key"))
        };
        self.query_stored(departments_after(after, limit)).await?.interpret(id)
    }
}

/// The departments that are left in a scope.
pub(crate) enum Departments {
    /// All departments, which are read from the table as far as they are needed.
    All { known: VecDeque<DepartmentId>, last: Option<DepartmentId>, rest: Rest },
    /// The named departments.
    Named(VecDeque<Option<DepartmentId>>),
}

/// The part of a list over all departments that is left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Departments that haven't been read yet.
    Departments,
    /// The people without a department.
    Without,
    /// No people are left.
    Nothing,
}

impl Departments {
    /// Returns the departments from the scope's present position on.
    pub(crate) fn of(scope: &ListScope, standing: Option<&Position>) -> Self {
        let department = standing.and_then(|position| position.department);
        match scope {
            ListScope::Everyone => Self::All {
                known: VecDeque::new(),
                last: department,
                // The people without a department come last.
                rest: if standing.is_some() && department.is_none() { Rest::Nothing } else { Rest::Departments },
            },
            ListScope::Departments(named) => {
                let left = named.iter().copied().filter(|id| department.is_none_or(|after| after < *id));
                Self::Named(left.map(Some).collect())
            }
        }
    }

    /// Returns the position at which the list continues: `here`, within a department, or else the beginning of the next department.
    pub(crate) async fn position(
        &mut self,
        store: &Store,
        here: &mut Option<Position>,
        left: &mut usize,
    ) -> Result<Option<Position>, StoreError> {
        match here.take() {
            Some(position) => Ok(Some(position)),
            None => self.next(store, left).await,
        }
    }

    /// Returns the position at which the next department begins.
    pub(crate) async fn next(&mut self, store: &Store, left: &mut usize) -> Result<Option<Position>, StoreError> {
        let (known, last, rest) = match self {
            Self::Named(named) => return Ok(named.pop_front().map(Position::start_of)),
            Self::All { known, last, rest } => (known, last, rest),
        };
        if known.is_empty() && *rest == Rest::Departments {
            // The read of the departments counts too, but it never stops a list: without it there would be no position to
            // return.
            *left = left.saturating_sub(1);
            let found = store.department_ids(*last, QUERIES).await?;
            *last = found.items.last().copied().or(*last);
            known.extend(found.items);
            if found.next.is_none() {
                *rest = Rest::Without;
            }
        }
        if let Some(department) = known.pop_front() {
            return Ok(Some(Position::start_of(Some(department))));
        }
        match *rest {
            Rest::Nothing => Ok(None),
            Rest::Without | Rest::Departments => {
                *rest = Rest::Nothing;
                Ok(Some(Position::start_of(None)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_list_of_named_departments_continues_after_its_position() {
        let ids: Vec<DepartmentId> =
            ["01JBN2V7Q4W0M3T9K5ZXH8R6CA", "01JBN2V7Q4W0M3T9K5ZXH8R6CB", "01JBN2V7Q4W0M3T9K5ZXH8R6CC"]
                .map(|id| id.parse().unwrap())
                .to_vec();
        let scope = ListScope::Departments(ids.iter().copied().collect());
        let names = |standing: Option<&Position>| match Departments::of(&scope, standing) {
            Departments::Named(named) => named.into_iter().collect::<Vec<_>>(),
            Departments::All { .. } => panic!("not everyone"),
        };
        assert_eq!(names(None), ids.iter().copied().map(Some).collect::<Vec<_>>());
        assert_eq!(names(Some(&Position::start_of(Some(ids[1])))), [Some(ids[2])]);
    }
}
