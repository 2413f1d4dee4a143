//! The only way to change a person's days. One transaction writes the days, the totals of their months, the presence, the
//! cost of lateness and the event.
//!
//! Code outside this crate can't write the parts one by one, so no caller can forget one of them. Changes of the schedule
//! and of leave use [`crate::rescheduling`] and [`crate::leave_snapshot`], which write the same parts.

use domain::{
    day::{DayChange, Presence},
    event::{Fact, Subject},
    lateness::SameLateness,
    user::User,
};

use crate::{
    Commit, Stamp, StoreError, attendance::AttendanceSnapshot, lateness::LateCosts, leave_book::StoredBook,
    pay::closing::SignOff,
};

/// The effect of changed days on the presence.
#[derive(Debug, Clone, Copy)]
pub enum PresenceUpdate<'a> {
    /// The presence is replaced by this one. Punches and edits always write it, so that they are serialized.
    Becomes(&'a Presence),
    /// The presence doesn't change.
    Stays,
}

/// A person's changed days with all items that the decision depended on.
#[derive(Debug, Clone, Copy)]
pub struct DayUpdate<'a> {
    /// The person.
    pub person: &'a User,
    /// The attendance that the decision about the change depended on.
    pub attendance: &'a AttendanceSnapshot,
    /// The annual leave to which lateness is charged.
    pub book: &'a StoredBook,
    /// The changed days, each once.
    pub changes: &'a [DayChange],
    /// The effect on the presence.
    pub presence: PresenceUpdate<'a>,
    /// The timesheets that the decision depended on.
    pub sign_off: SignOff<'a>,
}

impl DayUpdate<'_> {
    /// Returns the transaction. Its event has `facts` and the facts of the balance; if there are no facts, it has no event.
    ///
    /// # Errors
    ///
    /// The pay period of a day is closed, or a value can't be written.
    pub fn commit(&self, stamp: Stamp, facts: &[Fact]) -> Result<Commit, StoreError> {
        let Self { person, attendance, book, changes, presence, sign_off } = *self;
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
        commit.change_days(person, changes, sign_off)?;
        commit.charge_lateness(person.id, &costs)?;
        Ok(commit)
    }
}

impl Commit {
    /// Puts changed days whose lateness stays the same, and the totals of their months. Scheduled jobs use it to record
    /// changes of many people in one transaction. The days aren't over, or only the alerts of them change. All days of a person must be in one call.
    pub fn note_days(&mut self, person: &User, changes: &[SameLateness<'_>]) -> Result<(), StoreError> {
        let changes: Vec<DayChange> = changes.iter().map(|unchanged| unchanged.change().clone()).collect();
        self.change_days(person, &changes, SignOff::Live)
    }
}
