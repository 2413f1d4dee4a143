//! The proposed sessions of a day with the punches that wait for a manager.

use jiff::Timestamp;

use super::{WaitingPunch, timeline::recorded_clock_out};
use crate::{
    day::{BreakTimes, Day, NamedCostCenter, PunchAction, Session, SessionTimes, WaitReason},
    pay::CostCenterCode,
};

/// A session into which punches are worked.
struct Draft {
    /// The punched times. An end that nobody punched is left out: that of the session, and that of a break that ended with it.
    times: SessionTimes,
    /// The end that Rollcall guessed. It is the end of the session unless a punch of its end is among those that are worked in.
    guessed_end: Option<Timestamp>,
}

impl Day {
    /// Returns the sessions of the day with the waiting punches added, as far as they fit. A clock-in before a session without an
    /// end moves the beginning of that session. A clock-out replaces an end that Rollcall guessed, and moves a punched one to a later
    /// instant. Punches that contradict the day are left out; the manager sees them separately.
    pub fn sessions_with(&self, waiting: &[WaitingPunch]) -> Vec<SessionTimes> {
        let mut ordered: Vec<&WaitingPunch> = waiting.iter().collect();
        ordered.sort_by_key(|punch| punch.occurred_at);
        let mut drafts: Vec<Draft> = self.sessions().iter().map(Draft::of).collect();
        for punch in ordered {
            let at = Timestamp::from_second(punch.occurred_at.as_second()).unwrap_or(punch.occurred_at);
            work_in(&mut drafts, punch, at);
        }
        joined(drafts.into_iter().map(Draft::ended).collect())
    }
}

impl Draft {
    fn of(session: &Session) -> Self {
        let punched_end = recorded_clock_out(session).map(|out| out.at);
        let mut times = SessionTimes::of(session);
        let guessed_end = times.clock_out.filter(|_| punched_end.is_none());
        times.clock_out = punched_end;
        for (pause, stored) in times.breaks.iter_mut().zip(&session.breaks) {
            if stored.ended_with_session {
                pause.ended_at = None;
            }
        }
        Self { times, guessed_end }
    }

    /// Whether somebody who clocked in with the session was still clocked in at an instant, as far as is known.
    fn lasts_until(&self, at: Timestamp) -> bool {
        self.times.clock_out.or(self.guessed_end).is_none_or(|end| at < end)
    }

    /// Whether the session may have a break at an instant. A guessed end may be too early.
    fn may_have_break_at(&self, at: Timestamp) -> bool {
        self.times.clock_out.is_none_or(|end| at < end)
    }

    /// Whether the session can end at an instant: all of its breaks are before it.
    fn can_end_at(&self, at: Timestamp) -> bool {
        let is_before =
            |pause: &BreakTimes| pause.started_at < at && pause.ended_at.is_none_or(|ended_at| ended_at <= at);
        self.times.clock_out.is_none_or(|end| end < at) && self.times.breaks.iter().all(is_before)
    }

    /// Returns the times with the guessed end, if no punch has replaced it.
    fn ended(self) -> SessionTimes {
        let Self { mut times, guessed_end } = self;
        if let (None, Some(end)) = (times.clock_out, guessed_end) {
            times.clock_out = Some(end);
            times.breaks.retain(|pause| pause.started_at < end);
            for pause in &mut times.breaks {
                pause.ended_at = pause.ended_at.filter(|ended_at| *ended_at <= end);
            }
        }
        times
    }
}

impl WaitingPunch {
    /// The cost center that is proposed for the session; none if it isn't active.
    fn proposed_cost_center(&self) -> Option<CostCenterCode> {
        self.cost_center.clone().filter(|_| self.reason != WaitReason::CostCenterInactive)
    }
}

fn work_in(drafts: &mut Vec<Draft>, punch: &WaitingPunch, at: Timestamp) {
    let next = drafts.partition_point(|draft| draft.times.clock_in <= at);
    let current = next.checked_sub(1).and_then(|current| drafts.get_mut(current));
    match (punch.action, current) {
        (PunchAction::In, current) => {
            if !current.is_some_and(|draft| draft.lasts_until(at)) {
                let cost_centers = punch
                    .proposed_cost_center()
                    .map(|code| vec![NamedCostCenter { from: at, cost_center: Some(code) }]);
                let times = SessionTimes { id: None, clock_in: at, clock_out: None, breaks: Vec::new(), cost_centers };
                drafts.insert(next, Draft { times, guessed_end: None });
            }
        }
        (PunchAction::Out, Some(draft)) => {
            if draft.can_end_at(at) {
                draft.times.clock_out = Some(at);
            }
        }
        (PunchAction::BreakStart, Some(draft)) if draft.may_have_break_at(at) => {
            let breaks = &mut draft.times.breaks;
            let place = breaks.partition_point(|pause| pause.started_at <= at);
            let before = place.checked_sub(1).and_then(|before| breaks.get(before));
            if before.is_none_or(|before| before.ended_at.is_some_and(|ended_at| ended_at <= at)) {
                breaks.insert(place, BreakTimes { started_at: at, ended_at: None });
            }
        }
        (PunchAction::BreakEnd, Some(draft)) if draft.may_have_break_at(at) => {
            let open = draft.times.breaks.iter_mut().rfind(|pause| pause.started_at <= at);
            if let Some(pause) = open.filter(|pause| pause.ended_at.is_none()) {
                pause.ended_at = Some(at);
            }
        }
        (PunchAction::Out | PunchAction::BreakStart | PunchAction::BreakEnd, Some(_) | None) => {}
    }
}

/// Joins a session without an end to the next session. Ends breaks without an end at the next break or at the end of their
/// session.
fn joined(sessions: Vec<SessionTimes>) -> Vec<SessionTimes> {
    let mut joined: Vec<SessionTimes> = Vec::new();
    for session in sessions {
        match joined.last_mut().filter(|before| before.clock_out.is_none()) {
            Some(before) => {
                let breaks = std::mem::take(&mut before.breaks);
                let named: Vec<NamedCostCenter> =
                    [before.cost_centers.take(), session.cost_centers].into_iter().flatten().flatten().collect();
                *before = SessionTimes {
                    id: session.id.or(before.id),
                    clock_in: before.clock_in,
                    clock_out: session.clock_out,
                    breaks: breaks.into_iter().chain(session.breaks).collect(),
                    cost_centers: (!named.is_empty()).then_some(named),
                };
            }
            None => joined.push(session),
        }
    }
    for session in &mut joined {
        let ends: Vec<Option<Timestamp>> =
            session.breaks.iter().skip(1).map(|next| Some(next.started_at)).chain([session.clock_out]).collect();
        for (pause, end) in session.breaks.iter_mut().zip(ends) {
            pause.ended_at = pause.ended_at.or(end);
        }
    }
    joined
}
