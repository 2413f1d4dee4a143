//! A person's schedule: the item of the patterns, and one item with the overrides of each calendar year.

use domain::{
    id::UserId,
    schedule::{Schedule, ScheduleYear},
};

use crate::{Commit, Condition, StoreError, commit::When, item::Item, keys};

impl Commit {
    /// Puts a person's patterns; `after.version` is already the next one.
    pub fn put_schedule(&mut self, user: UserId, after: &Schedule) -> Result<(), StoreError> {
        let before = When::Version(after.version.saturating_sub(1));
        self.put(Item::next(keys::schedule(user), after)?, before, Some(Condition::Version))
    }

    /// Puts the overrides of a year of a person's schedule; `after.version` is already the next one.
    pub fn put_schedule_year(&mut self, user: UserId, year: i16, after: &ScheduleYear) -> Result<(), StoreError> {
        let before = When::Version(after.version.saturating_sub(1));
        self.put(Item::next(keys::schedule_year(user, year), after)?, before, Some(Condition::Version))
    }
}
