//! Corrections: by their id, a person's own, and those that a manager decides.

use domain::{
    correction::{Correction, CorrectionId, CorrectionStatus},
    id::UserId,
    user::User,
};

use crate::{
    Commit, CommitError, Guard, Stamp, Store, StoreError,
    commit::When,
    item::Item,
    keys::{self, Index},
    owned_lists::{OwnedIndex, Places},
    people_lists::{Position, Walk},
    read::{Found, KeyRange, Range},
};

/// How many corrections one query looks at when a filter may drop most of them.
const LOOKED_AT: usize = 200;

/// A page of corrections.
#[derive(Debug)]
pub struct CorrectionsPage<T, P> {
    /// The corrections, in the list's order.
    pub corrections: Vec<T>,
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
    ) -> Result<CorrectionsPage<Correction, CorrectionId>, StoreError> {
        let mut corrections: Vec<Correction> = Vec::new();
        let mut after = before;
        loop {
            let missing = limit + 1 - corrections.len();
            let key_range = KeyRange {
                index: None,
                pk: keys::user_partition(person),
                range: Range::Prefix(keys::CORRECTION.to_owned()),
                descending: true,
                limit: if status.is_some() { LOOKED_AT } else { missing },
                after: after.map(|id| keys::correction(id).attributes()),
            };
            let found: Found<Correction> = self.query(key_range).await?;
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
    ) -> Result<CorrectionsPage<(Correction, User), Position>, StoreError> {
        let index = OwnedIndex {
            index: Index::Gsi1,
            partition: keys::corrections_index_partition,
            range: status.map_or(Range::All, |status| Range::Prefix(keys::corrections_of_status(status).to_owned())),
            descending: true,
            key: |sort| keys::owned_of_index(sort).map(keys::correction),
        };
        let Places { found, next } = self.owned_places(walk, &index, position, limit).await?;
        let mut corrections: Vec<(Correction, User)> = self.owned_things(index.key, &found).await?;
        corrections
            .retain(|(correction, person)| visible(person) && status.is_none_or(|status| correction.status == status));
        Ok(CorrectionsPage { corrections, next })
    }
}

impl Store {
    /// Moves the pending corrections of a person to the list of the person's present department, because access follows it.
    /// Corrections that are listed there already aren't written. Returns how many were moved.
    ///
    /// # Errors
    ///
    /// The table is unavailable. Corrections that were moved before stay moved.
    pub async fn move_corrections(&self, person: UserId, stamp: &Stamp) -> Result<usize, StoreError> {
        let pending =
            self.corrections_of(person, Some(CorrectionStatus::Pending), None, usize::MAX - 1).await?.corrections;
        if pending.is_empty() {
            return Ok(0);
        }
        let Some(person) = self.user(person).await? else { return Ok(0) };
        let mut moved = 0;
        for correction in pending.iter().filter(|correction| correction.department_id != person.department_id) {
            let mut commit = Commit::without_event(stamp.clone());
            commit.put_correction(&person, &correction.moved(person.department_id))?;
            match commit.send(self).await {
                Ok(()) => moved += 1,
                // Somebody has decided it meanwhile, or the person has moved on, which is followed by itself.
                Err(CommitError::ConditionFailed(_)) => {}
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
        Ok(moved)
    }
}

impl Commit {
    /// Puts a correction's next version, as it was decided on the person's profile; version 1 is a new one.
    pub fn put_correction(&mut self, person: &User, correction: &Correction) -> Result<(), StoreError> {
        self.guard_person(person)?;
        self.end_correction(correction)
    }

    /// Puts a correction that ended without changing anything, whatever becomes of the person.
    pub fn end_correction(&mut self, correction: &Correction) -> Result<(), StoreError> {
        let item = Item::next(keys::correction(correction.id), correction)?.indexed(keys::corrections_index(
            correction.department_id,
            correction.status,
            correction.id,
        ));
        self.put(item, When::Version(correction.version.saturating_sub(1)), Some(Guard::Version))
    }
}
