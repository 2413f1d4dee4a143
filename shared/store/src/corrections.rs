//! Corrections: by id, by person, and those that a manager decides.

use domain::{
    correction::{Correction, CorrectionId, CorrectionStatus},
    id::UserId,
    user::User,
};

use crate::{
    Commit, Condition, Stamp, Store, StoreError,
    commit::When,
    item::Item,
    keys::{self, Index},
    owned_lists::{OwnedIndex, Places},
    people_lists::{ListScope, Position},
    read::{Found, KeyRange, Range},
};

/// The number of corrections that one query reads when a filter may drop most of them.
const LOOKED_AT: usize = 200;

/// A page of corrections.
#[derive(Debug)]
pub struct CorrectionsPage<T, P> {
    /// The corrections, in the list's order.
    pub corrections: Vec<T>,
    /// The position of the next page; absent at the end.
    pub next: Option<P>,
}

impl Store {
    /// Returns a correction.
    pub async fn correction(&self, id: CorrectionId) -> Result<Option<Correction>, StoreError> {
        self.get(keys::correction(id)).await
    }

    /// Returns a person's corrections, newest first: at most `limit` of those before `before`, optionally only of one
    /// status. One Query for each 200 corrections that are examined.
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

    /// Returns all corrections of a person that wait for a decision, newest first. One Query for each 200 corrections of the
    /// person.
    pub async fn pending_corrections_of(&self, person: UserId) -> Result<Vec<Correction>, StoreError> {
        // The query reads one more than the limit, to know whether there is a next page.
        let all = usize::MAX - 1;
        Ok(self.corrections_of(person, Some(CorrectionStatus::Pending), None, all).await?.corrections)
    }

    /// Returns at most `limit` corrections of the people of a scope's departments from `position` on, department by
    /// department. Pending corrections come first, and each kind is newest first. Only corrections of people whom `visible`
    /// accepts are included. The index lags behind writes by a moment, so the listed corrections are read again from the
    /// table.
    pub async fn corrections(
        &self,
        scope: &ListScope,
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
            key: |_, sort| keys::owned_of_index(sort).map(keys::correction),
        };
        let Places { found, next } = self.owned_places(scope, &index, position, limit).await?;
        let mut corrections: Vec<(Correction, User)> = self.owned_things(index.key, &found).await?;
        corrections
            .retain(|(correction, person)| visible(person) && status.is_none_or(|status| correction.status == status));
        Ok(CorrectionsPage { corrections, next })
    }
}

impl Store {
    /// Moves a person's pending corrections to the list of the person's present department, because access follows the
    /// department. Corrections that are already listed there aren't written. Returns the number of moved corrections.
    ///
    /// # Errors
    ///
    /// The table is unavailable. Corrections that were already moved stay moved.
    pub async fn move_corrections(&self, person: UserId, stamp: &Stamp) -> Result<usize, StoreError> {
        let pending = self.pending_corrections_of(person).await?;
        if pending.is_empty() {
            return Ok(0);
        }
        let Some(person) = self.user(person).await? else { return Ok(0) };
        let mut moved = 0;
        for correction in pending.iter().filter(|correction| correction.department_id != person.department_id) {
            let mut commit = Commit::without_event(stamp.clone());
            commit.put_correction(&person, &correction.moved(person.department_id))?;
            // A manager may have decided the correction in the meantime, or the person has moved again, which causes a
            // separate run.
            moved += usize::from(commit.send_if_unchanged(self).await?);
        }
        Ok(moved)
    }
}

impl Commit {
    /// Puts a correction's next version, on condition of the profile that it was decided on. Version 1 is a new correction.
    pub fn put_correction(&mut self, person: &User, correction: &Correction) -> Result<(), StoreError> {
        self.guard_person(person)?;
        self.end_correction(correction)
    }

    /// Puts a correction that ended without a change, without a condition on the person's profile.
    pub fn end_correction(&mut self, correction: &Correction) -> Result<(), StoreError> {
        let item = Item::next(keys::correction(correction.id), correction)?.indexed(keys::corrections_index(
            correction.department_id,
            correction.status,
            correction.id,
        ));
        self.put(item, When::Version(correction.version.saturating_sub(1)), Some(Condition::Version))
    }
}
