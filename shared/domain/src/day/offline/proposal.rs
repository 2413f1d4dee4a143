//! The proposed sessions of a day with the punches that wait for a manager.

use jiff::Timestamp;

use super::WaitingPunch;
use crate::{
    day::{BreakTimes, Day, NamedCostCenter, PunchAction, SessionTimes, WaitReason},
    pay::CostCenterCode,
};

impl Day {
    /// Returns the sessions of the day with the waiting punches added, as far as they fit. A clock-in before a session without a
    /// punched end moves the beginning of that session. A clock-out after such a session moves its end. Punches that contradict
    /// the day are left out; the manager sees them separately.
    pub fn sessions_with(&self, waiting: &[WaitingPunch]) -> Vec<SessionTimes> {
        let mut ordered: Vec<&WaitingPunch> = waiting.iter().collect();
        ordered.sort_by_key(|punch| punch.occurred_at);
        let mut sessions: Vec<SessionTimes> = self.sessions().iter().map(SessionTimes::of).collect();
        for punch in ordered {
            let at = Timestamp::from_second(punch.occurred_at.as_second()).unwrap_or(punch.occurred_at);
            work_in(&mut sessions, punch, at);
        }
        joined(sessions)
    }
}

impl WaitingPunch {
    /// The cost center that is proposed for the session; none if it isn't active.
    fn proposed_cost_center(&self) -> Option<CostCenterCode> {
        self.cost_center.clone().filter(|_| self.reason != WaitReason::CostCenterInactive)
    }
}

fn work_in(sessions: &mut Vec<SessionTimes>, punch: &WaitingPunch, at: Timestamp) {
    let next = sessions.partition_point(|session| session.clock_in <= at);
    let latest_out = sessions.get(next).map_or(Timestamp::MAX, |session| session.clock_in);
    let current = next.checked_sub(1).and_then(|current| sessions.get_mut(current));
    let lasts = |session: &SessionTimes| session.clock_out.is_none_or(|out| at < out);
    match (punch.action, current) {
        (PunchAction::In, current) => {
            if !current.is_some_and(|session| lasts(session)) {
                let cost_centers = punch
                    .proposed_cost_center()
                    .map(|code| vec![NamedCostCenter { from: at, cost_center: Some(code) }]);
                let session =
                    SessionTimes { id: None, clock_in: at, clock_out: None, breaks: Vec::new(), cost_centers };
                sessions.insert(next, session);
            }
        }
        (PunchAction::Out, Some(session)) => {
            if session.clock_out.is_none_or(|out| out < at && at <= latest_out) {
                session.clock_out = Some(at);
            }
        }
        (PunchAction::BreakStart, Some(session)) if lasts(session) => {
            let place = session.breaks.partition_point(|pause| pause.started_at <= at);
            let before = place.checked_sub(1).and_then(|before| session.breaks.get(before));
            if before.is_none_or(|before| before.ended_at.is_some_and(|ended_at| ended_at <= at)) {
                session.breaks.insert(place, BreakTimes { started_at: at, ended_at: None });
            }
        }
        (PunchAction::BreakEnd, Some(session)) if lasts(session) => {
            let open = session.breaks.iter_mut().rfind(|pause| pause.started_at <= at);
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
