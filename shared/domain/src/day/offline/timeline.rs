//! The recorded punches of some days in order of time, so that others can be inserted among them.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use crate::{
    calendar::WorkDate,
    day::{Break, Day, Punch, PunchAction, Session, Source},
};

/// A recorded punch.
#[derive(Debug, Clone)]
pub(super) struct RecordedPunch {
    pub(super) at: Timestamp,
    pub(super) action: RecordedAction,
}

/// The action of a recorded punch, with its stored data.
#[derive(Debug, Clone)]
pub(super) enum RecordedAction {
    /// A session of that date began. The value has neither breaks nor an end.
    In(WorkDate, Box<Session>),
    /// The open session ended, together with an open break.
    Out(Box<Punch>),
    /// A break began. The value has no end.
    BreakStart(Break),
    /// The open break ended.
    BreakEnd,
}

impl RecordedPunch {
    pub(super) const fn action(&self) -> PunchAction {
        match self.action {
            RecordedAction::In(..) => PunchAction::In,
            RecordedAction::Out(_) => PunchAction::Out,
            RecordedAction::BreakStart(_) => PunchAction::BreakStart,
            RecordedAction::BreakEnd => PunchAction::BreakEnd,
        }
    }
}

/// Splits the sessions of the days into punches. Ends that nobody punched are left out, because they follow from the punches and
/// change if others are inserted.
pub(super) fn recorded_punches(days: &BTreeMap<WorkDate, Day>) -> VecDeque<RecordedPunch> {
    let mut sessions: Vec<(&Day, &Session)> =
        days.values().flat_map(|day| day.sessions().iter().map(move |session| (day, session))).collect();
    sessions.sort_by_key(|(day, session)| (session.clock_in.at, day.date()));
    sessions.into_iter().flat_map(|(day, session)| punches_of(day, session)).collect()
}

fn punches_of(day: &Day, session: &Session) -> Vec<RecordedPunch> {
    let date = day.date();
    // Only an end that Rollcall guessed waits for a review.
    let begun = Session { clock_out: None, breaks: Vec::new(), needs_review: false, ..session.clone() };
    let mut punches =
        vec![RecordedPunch { at: session.clock_in.at, action: RecordedAction::In(date, Box::new(begun)) }];
    for pause in &session.breaks {
        let begun = Break { ended_at: None, ended_with_session: false, ..pause.clone() };
        punches.push(RecordedPunch { at: pause.started_at, action: RecordedAction::BreakStart(begun) });
        let ended_at = pause.ended_at.filter(|_| !pause.ended_with_session);
        punches.extend(ended_at.map(|at| RecordedPunch { at, action: RecordedAction::BreakEnd }));
    }
    punches.extend(
        recorded_clock_out(session)
            .map(|out| RecordedPunch { at: out.at, action: RecordedAction::Out(Box::new(out.clone())) }),
    );
    punches
}

/// The end of the session, if a punch made it.
pub(super) fn recorded_clock_out(session: &Session) -> Option<&Punch> {
    session.clock_out.as_ref().filter(|out| out.source != Source::Auto)
}
