//! The one way to change a person's days: the days, the totals of their months, the presence, what lateness costs, and the
//! event are one transaction.
//!
//! The parts can't be written one by one outside this crate, so that no caller can forget one of them. Changes of the
//! schedule and of leave have ways of their own ([`crate::rescheduling`], [`crate::leave_snapshot`]), which write the same parts.

use domain::{
    day::{DayChange, Presence},
    event::{Fact, Subject},
    lateness::SameLateness,
    user::User,
};

use crate::{Commit, Stamp, StoreError, attendance::AttendanceSnapshot, lateness::LateCosts, leave_book::StoredBook};

/// What a change of days does to the presence.
#[derive(Debug, Clone, Copy)]
pub enum PresenceUpdate<'a> {
    /// The presence becomes this one. Punches and edits write it in any case, which puts them in order.
    Becomes(&'a Presence),
    /// The presence stays as it is.
    Stays,
}

/// Changed days of a person with everything that they were decided on.
#[derive(Debug, Clone, Copy)]
pub struct DayUpdate<'a> {
    /// The person.
    pub person: &'a User,
    /// The attendance that the change was decided on.
    pub attendance: &'a AttendanceSnapshot,
    /// The annual leave to which lateness is charged.
    pub book: &'a StoredBook,
    /// The changed days, each once.
    pub changes: &'a [DayChange],
    /// What becomes of the presence.
    pub presence: PresenceUpdate<'a>,
}

impl DayUpdate<'_> {
    /// Returns the transaction. Its event has `facts` and those of the balance; where there are none, it has no event.
    ///
    /// # Errors
    ///
    /// A value can't be written.
    pub fn commit(&self, stamp: Stamp, facts: &[Fact]) -> Result<Commit, StoreError> {
        let Self { person, attendance, book, changes, presence } = *self;
        let costs = LateCosts::of(attendance, book, person, changes, stamp.actor, stamp.at);
        let facts: Vec<Fact> = facts.iter().chain(costs.facts()).cloned().collect();
        let mut commit = if facts.is_empty() {
            Commit::without_event(stamp)
        } else {
            Commit::new(stamp, Subject::User(person.id), facts)?
        };
        match presence {
            PresenceUpdate::Becomes(presence) => commit.change_presence(person.id, presence)?,
            PresenceUpdate::Stays => {}
        }
        commit.change_days(person, changes)?;
        commit.charge_lateness(person.id, &costs)?;
        Ok(commit)
    }
}

impl Commit {
    /// Puts changed days whose lateness is as it was, and the totals of their months: what a scheduled job notes about many
    /// people in one transaction. All of a person's days in one call.
    pub fn note_days(&mut self, person: &User, changes: &[SameLateness<'_>]) -> Result<(), StoreError> {
        let changes: Vec<DayChange> = changes.iter().map(|unchanged| unchanged.change().clone()).collect();
        self.change_days(person, &changes)
    }
}
