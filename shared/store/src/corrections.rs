//! Corrections: by their id, a person's own, and those that a manager decides.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    correction::{Correction, CorrectionId, CorrectionStatus},
    id::UserId,
    user::User,
};

use crate::{
    Commit, Guard, Store, StoreError,
    commit::When,
    item::{Attributes, Item},
    keys::{self, Index, Key},
    people_lists::{Departments, Last, Position, QUERIES, Walk},
    read::{Found, Range, Stretch},
};

/// How many items one call reads.
const BATCH: usize = 100;
/// How many corrections one query looks at when a filter may drop most of them.
const LOOKED_AT: usize = 200;

/// A page of corrections.
#[derive(Debug)]
pub struct CorrectionsPage<P> {
    /// The corrections, in the list's order.
    pub corrections: Vec<Correction>,
    /// Where to go on; absent at the end.
    pub next: Option<P>,
}

impl Store {
    /// A correction.
    pub async fn correction(&self, id: CorrectionId) -> Result<Option<Correction>, StoreError> {
        self.get(keys::correction(id)).await
    }

    /// A person's corrections, newest first: at most `limit` of those before `before`, only of that status if one is
    /// given. One Query for each 200 that are looked at.
    pub async fn corrections_of(
        &self,
        person: UserId,
        status: Option<CorrectionStatus>,
        before: Option<CorrectionId>,
        limit: usize,
    ) -> Result<CorrectionsPage<CorrectionId>, StoreError> {
        let mut corrections: Vec<Correction> = Vec::new();
        let mut after = before;
        loop {
            let missing = limit + 1 - corrections.len();
            let stretch = Stretch {
                index: None,
                pk: keys::user_partition(person),
                range: Range::Prefix(keys::CORRECTION.to_owned()),
                descending: true,
                limit: if status.is_some() { LOOKED_AT } else { missing },
                after: after.map(|id| keys::correction(id).attributes()),
            };
            let found: Found<Correction> = self.query(stretch).await?;
            after = found.items.last().map(|correction| correction.id).or(after);
            let wanted = |correction: &Correction| status.is_none_or(|status| correction.status == status);
            for correction in found.items.into_iter().filter(wanted) {
                if corrections.len() == limit {
                    let next = corrections.last().map(|correction| correction.id);
                    return Ok(CorrectionsPage { corrections, next });
                }
                corrections.push(correction);
            }
            if found.next.is_none() {
                return Ok(CorrectionsPage { corrections, next: None });
            }
        }
    }

    /// At most `limit` corrections of the people of a walk's departments from `position` on, department by department,
    /// those that wait first and each kind newest first; only those of people whom `visible` lets through. An index lags
    /// a write by a moment; what it names is read anew.
    pub async fn corrections(
        &self,
        walk: &Walk,
        status: Option<CorrectionStatus>,
        position: Option<Position>,
        limit: usize,
        visible: impl Fn(&User) -> bool,
    ) -> Result<CorrectionsPage<Position>, StoreError> {
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
            let of_department = self.correction_positions(&position, status, limit + 1 - found.len()).await?;
            here = of_department.items.last().cloned().filter(|_| of_department.next.is_some());
            found.extend(of_department.items);
            if limit < found.len() {
                // One more than asked for: there is a next page, and it begins after the last of this one.
                found.truncate(limit);
                break found.last().cloned();
            }
        };
        let ids: Vec<CorrectionId> = found.iter().filter_map(Position::correction).collect();
        let mut corrections = self.corrections_and_people(&ids).await?;
        corrections
            .retain(|(correction, person)| visible(person) && status.is_none_or(|status| correction.status == status));
        Ok(CorrectionsPage { corrections: corrections.into_iter().map(|(correction, _)| correction).collect(), next })
    }

    /// Where the corrections of a department stand in its index.
    async fn correction_positions(
        &self,
        position: &Position,
        status: Option<CorrectionStatus>,
        limit: usize,
    ) -> Result<Found<Position>, StoreError> {
        let partition = keys::corrections_index_partition(position.department);
        let range = status.map_or(Range::All, |status| Range::Prefix(keys::corrections_of_status(status).to_owned()));
        let after = position.after.as_ref().and_then(|last| {
            let key = keys::correction(keys::correction_of_index(&last.sort)?);
            Some(last.start_key(&key, partition.clone()))
        });
        let stretch = Stretch { index: Some(Index::Gsi1), pk: partition, range, descending: true, limit, after };
        let Found { items, next } = self.query_attributes(stretch).await?;
        let place = |attributes: &Attributes| {
            let sort = attributes.get(Index::Gsi1.sk()).and_then(|sort| sort.as_s().ok());
            let id = sort.and_then(|sort| keys::correction_of_index(sort));
            let last = sort.zip(id).map(|(sort, id)| Last { sort: sort.clone(), id: id.owner() });
            let place = last.map(|last| Position { department: position.department, after: Some(last) });
            place.ok_or_else(|| StoreError::Unreadable {
                key: Key::of(attributes).to_string(),
                reason: "no correction's index key".to_owned(),
            })
        };
        Ok(Found { items: items.iter().map(place).collect::<Result<_, _>>()?, next })
    }

    /// The corrections of those ids, in their order, with whose they are.
    async fn corrections_and_people(&self, ids: &[CorrectionId]) -> Result<Vec<(Correction, User)>, StoreError> {
        let people: BTreeSet<UserId> = ids.iter().map(|id| id.owner()).collect();
        let wanted: Vec<Key> =
            ids.iter().copied().map(keys::correction).chain(people.iter().copied().map(keys::profile)).collect();
        let (mut corrections, mut users) = (BTreeMap::new(), BTreeMap::new());
        for chunk in wanted.chunks(BATCH) {
            let mut items = self.read(chunk.iter().cloned()).await?;
            for id in ids {
                corrections.extend(items.take::<Correction>(&keys::correction(*id))?.map(|found| (*id, found)));
            }
            for person in &people {
                users.extend(items.take::<User>(&keys::profile(*person))?.map(|found| (*person, found)));
            }
        }
        let both = |id: &CorrectionId| Some((corrections.remove(id)?, users.get(&id.owner())?.clone()));
        Ok(ids.iter().filter_map(both).collect())
    }
}

impl Position {
    /// The correction that the walk has come to.
    fn correction(&self) -> Option<CorrectionId> {
        keys::correction_of_index(&self.after.as_ref()?.sort)
    }
}

impl Commit {
    /// Puts a correction's next version; version 1 is a new one.
    pub fn put_correction(&mut self, correction: &Correction) -> Result<(), StoreError> {
        let item = Item::new(keys::correction(correction.id), correction)?.indexed(keys::corrections_index(
            correction.department_id,
            correction.status,
            correction.id,
        ));
        self.put(item, When::Version(correction.version.saturating_sub(1)), Some(Guard::Version))
    }
}
