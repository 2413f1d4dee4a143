//! Recognizes offline punches that already count.

use jiff::Timestamp;

use super::{Merging, trial::TrialResult, whole_seconds};
use crate::{
    calendar::WorkDate,
    day::{Day, OfflinePunch, PunchAction, RowOutcome, offline::timeline::recorded_clock_out},
    schedule::seconds_between,
};

/// The seconds within which a punch without an action is the one before it once more.
const REPEAT_SECONDS: i64 = 60;

/// A punch that already counts.
pub(super) struct Known {
    pub(super) action: PunchAction,
    pub(super) at: Timestamp,
    pub(super) date: WorkDate,
}

impl Merging<'_, '_> {
    /// The outcome of a punch without an action that is the person's punch before it once more: people hold a finger twice.
    pub(super) fn repeated(&self, at: Timestamp) -> Option<RowOutcome> {
        let zone = self.context.planner.zone();
        let counted = self.known.iter().map(|known| (known.at, known.date));
        let tried = self.tried.iter().map(|tried| match &tried.result {
            TrialResult::Fits { date, .. } => (tried.at, *date),
            TrialResult::Refused { .. } => (tried.at, zone.date_of(tried.at)),
        });
        let (before, date) =
            counted.chain(tried).filter(|(before, _)| *before <= at).max_by_key(|(before, _)| *before)?;
        (seconds_between(before, at) < REPEAT_SECONDS).then_some(RowOutcome::Recorded { date, at: before })
    }

    /// The day of the same offline punch, if it was received before.
    pub(super) fn came_before(&self, action: PunchAction, at: Timestamp) -> Option<WorkDate> {
        let is_same = |punch: &OfflinePunch| (punch.action, whole_seconds(punch.occurred_at)) == (action, at);
        self.recorded.values().find(|day| day.offline_punches().iter().any(is_same)).map(Day::date)
    }

    /// The outcome of a punch that already counts, if there is one with that action near that instant.
    pub(super) fn recorded_near(&self, action: PunchAction, at: Timestamp) -> Option<RowOutcome> {
        self.nearest(action, at).map(Known::outcome)
    }

    /// The outcome of a punch that already counts, if there is one with that action near that instant and no other punch between
    /// the two. This decides about a punch that isn't tried: a punch between the two shows that they are different.
    pub(super) fn recorded_as_same(&self, action: PunchAction, at: Timestamp) -> Option<RowOutcome> {
        let near = self.nearest(action, at)?;
        let (first, second) = (near.at.min(at), near.at.max(at));
        let known = self.known.iter().map(|known| known.at);
        let sent = self.batch.rows.iter().map(|row| self.instant(row));
        let are_different = known.chain(sent).any(|other| first < other && other < second);
        (!are_different).then(|| near.outcome())
    }

    /// The punch with that action that is the nearest to that instant, within the difference that clocks may have.
    fn nearest(&self, action: PunchAction, at: Timestamp) -> Option<&Known> {
        let skew = self.context.planner.settings.offline.max_skew_seconds.as_i64();
        let apart = |known: &&Known| seconds_between(known.at, at).abs();
        self.known.iter().filter(|known| known.action == action && apart(known) <= skew).min_by_key(apart)
    }
}

impl Known {
    /// The outcome of a punch that is this one.
    const fn outcome(&self) -> RowOutcome {
        RowOutcome::Recorded { date: self.date, at: self.at }
    }
}

/// The punches of a day. If Rollcall closed a session, its end isn't a punch.
pub(super) fn known_of(day: &Day) -> Vec<Known> {
    let mut known = Vec::new();
    let mut add = |action, at| known.push(Known { action, at, date: day.date() });
    for session in day.sessions() {
        add(PunchAction::In, session.clock_in.at);
        for pause in &session.breaks {
            add(PunchAction::BreakStart, pause.started_at);
            if let Some(ended_at) = pause.ended_at.filter(|_| !pause.ended_with_session) {
                add(PunchAction::BreakEnd, ended_at);
            }
        }
        if let Some(out) = recorded_clock_out(session) {
            add(PunchAction::Out, out.at);
        }
    }
    known
}
