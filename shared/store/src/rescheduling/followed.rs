//! The effects of a change of a person's schedule.

use domain::{
    event::{Fact, JobFact, Subject},
    roster::Rescheduled,
};

use super::snapshot::{PersonSchedule, ScheduleSnapshot};
use crate::{
    Commit, Stamp, StoreError,
    leave_recount::{Around, Recount},
};

/// A change of a person's schedule with its effects: stored days, the cost of their lateness, and leave that is recounted.
pub(super) struct Followed<'a> {
    pub(super) of: &'a PersonSchedule,
    pub(super) change: &'a Rescheduled,
    recount: Option<Recount>,
    facts: Vec<Fact>,
}

impl<'a> Followed<'a> {
    /// Computes the effects, with at most `most` requests. If there are more, a fact asks `jobs` to continue.
    pub(super) fn of(
        snapshot: &ScheduleSnapshot,
        of: &'a PersonSchedule,
        change: &'a Rescheduled,
        stamp: &Stamp,
        most: usize,
    ) -> Self {
        let (schedule, years) = (change.schedule_after(&of.schedule), change.years_after(&of.years));
        let planner = snapshot.planner_with(&of.person, schedule, &years);
        let around = Around { days: &of.days, late_months: &of.late_months, presence: &of.presence };
        let recount = of.leave.recount(&planner, around, most, stamp.actor, snapshot.now);
        let mut facts: Vec<Fact> = recount.iter().flat_map(Recount::facts).cloned().collect();
        if recount.as_ref().is_some_and(|recount| most <= recount.counted()) {
            facts.push(Fact::Job(JobFact::WorkContinues { cause: stamp.event_id }));
        }
        Self { of, change, recount, facts }
    }

    /// Returns the subject of the change.
    pub(super) const fn subject(&self) -> Subject {
        Subject::User(self.of.person.id)
    }

    /// Returns the facts of the change.
    pub(super) fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Puts the effects.
    pub(super) fn put(&self, commit: &mut Commit, snapshot: &ScheduleSnapshot) -> Result<(), StoreError> {
        let PersonSchedule { person, leave, .. } = self.of;
        if let Some(recount) = &self.recount {
            commit.put_recount(snapshot.new_id(), person, &snapshot.settings, leave, recount)
        } else {
            let today = snapshot.planner(self.of).today(snapshot.now);
            commit.put_open_leave(person.id, &leave.untouched(today))
        }
    }
}
