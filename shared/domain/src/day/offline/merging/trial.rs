//! Tries an offline punch on the days with the punches before it.

use jiff::Timestamp;

use super::Merging;
use crate::{
    calendar::WorkDate,
    day::{
        BreakEndRefusal, BreakStartRefusal, ClockInRefusal, ClockOutRefusal, Day, OfflineRow, PunchAction,
        PunchContext, PunchRefusal, WaitReason, punching::is_forgotten,
    },
    event::{Fact, PunchFact},
    id::SessionId,
    settings::PhotoRule,
};

/// A punch that was tried between two recorded punches.
pub(super) struct Tried<'a> {
    pub(super) place: usize,
    pub(super) row: &'a OfflineRow,
    pub(super) action: PunchAction,
    pub(super) at: Timestamp,
    pub(super) result: TrialResult,
}

/// Whether a punch fits between the recorded punches.
pub(super) enum TrialResult {
    /// The punch fits at its time.
    Fits { date: WorkDate, at: Timestamp, session_id: SessionId, facts: Vec<Fact> },
    /// The punch doesn't fit.
    Refused { date: WorkDate, at: Timestamp, reason: WaitReason },
}

impl Merging<'_, '_> {
    /// Tries a punch on the days in their current state.
    pub(super) fn attempt(&mut self, row: &OfflineRow, action: PunchAction, at: Timestamp) -> TrialResult {
        let open = self.open_day().and_then(|day| Some((day.date(), day.open_session()?.clone())));
        let local_date = self.context.planner.zone().date_of(at);
        let refused = |date: WorkDate, reason| TrialResult::Refused { date, at, reason };
        if let Some((date, session)) = &open
            && action == PunchAction::In
            && self.days.get(date).is_some_and(|day| is_forgotten(day, session, at))
        {
            // The session was closed by then, according to the record.
            self.restore_end(at);
        }
        let presence = self.presence();
        let context = PunchContext {
            presence: &presence,
            days: &self.days,
            punched_at: Some(at),
            planner: self.context.planner,
            now: self.context.now,
            entropy: self.context.entropy,
        };
        let punched = match context.punch(action, row.details.clone()) {
            Ok(punched) => punched,
            Err(refusal) => return refused(open.map_or(local_date, |(date, _)| date), reason_of(&refusal)),
        };
        let date = punched.date;
        if self.recorded.get(&date).is_some_and(|day| day.edits().iter().any(|edit| at <= edit.at)) {
            return refused(date, WaitReason::DayEdited);
        }
        let needs_photo = action == PunchAction::In && self.context.planner.settings.photo == PhotoRule::Required;
        if needs_photo && row.details.photo.is_none() {
            return refused(date, WaitReason::PhotoRequired);
        }
        let begun = punched.day().and_then(|day| day.sessions().last()).map(|session| session.id);
        let Some(session_id) = open.map(|(_, session)| session.id).filter(|_| action != PunchAction::In).or(begun)
        else {
            return refused(date, WaitReason::NotClockedIn);
        };
        for change in punched.changes {
            self.days.insert(change.after().date(), change.after().clone());
        }
        let facts = punched.facts.into_iter().filter(|fact| !self.is_stale(fact)).collect();
        TrialResult::Fits { date, at, session_id, facts }
    }

    /// Whether the fact is outdated: lateness for a shift that is over.
    fn is_stale(&self, fact: &Fact) -> bool {
        let Fact::Punch(PunchFact::Late { date, shift_id, .. }) = fact else { return false };
        let shifts = self.days.get(date).map_or(&[][..], Day::shifts);
        let shift = shifts.iter().find(|shift| shift.id.to_string() == *shift_id);
        shift.is_some_and(|shift| shift.end_at <= self.context.decided_at())
    }
}

/// The reason why a late punch waits if the same punch in time would have been refused.
const fn reason_of(refusal: &PunchRefusal) -> WaitReason {
    match refusal {
        PunchRefusal::ClockIn(refusal) => match refusal {
            ClockInRefusal::AlreadyClockedIn | ClockInRefusal::DayNotLoaded { .. } => WaitReason::AlreadyClockedIn,
            ClockInRefusal::OutsideWindow { .. } => WaitReason::OutsideWindow,
            ClockInRefusal::NotScheduled => WaitReason::NotScheduled,
            ClockInRefusal::OnLeave => WaitReason::OnLeave,
            ClockInRefusal::LocationRequired => WaitReason::LocationRequired,
            ClockInRefusal::OutsideGeofence { .. } => WaitReason::OutsideGeofence,
        },
        PunchRefusal::ClockOut(ClockOutRefusal::NotClockedIn | ClockOutRefusal::DayNotLoaded { .. })
        | PunchRefusal::BreakStart(BreakStartRefusal::NotClockedIn | BreakStartRefusal::DayNotLoaded { .. }) => {
            WaitReason::NotClockedIn
        }
        PunchRefusal::BreakStart(BreakStartRefusal::AlreadyOnBreak) => WaitReason::AlreadyOnBreak,
        PunchRefusal::BreakEnd(BreakEndRefusal::NotOnBreak | BreakEndRefusal::DayNotLoaded { .. }) => {
            WaitReason::NotOnBreak
        }
    }
}
