//! The recorded punches of some days in order of time, so that others can be inserted among them.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use crate::{
    calendar::WorkDate,
    day::{Break, Day, Punch, PunchAction, Session, Source},
};

/// A recorded punch.
#[derive(Debug, Clone)]
pub(super) struct Press {
    pub(super) at: Timestamp,
    pub(super) what: Pressed,
}

/// The action of a recorded punch, with its stored data.
#[derive(Debug, Clone)]
pub(super) enum Pressed {
    /// A session of that date began. The value has neither breaks nor an end.
    In(WorkDate, Box<Session>),
    /// The open session ended, together with an open break.
    Out(Box<Punch>),
    /// A break began. The value has no end.
    BreakStart(Break),
    /// The open break ended.
    BreakEnd,
}

impl Press {
    pub(super) const fn action(&self) -> PunchAction {
        match self.what {
            Pressed::In(..) => PunchAction::In,
            Pressed::Out(_) => PunchAction::Out,
            Pressed::BreakStart(_) => PunchAction::BreakStart,
            Pressed::BreakEnd => PunchAction::BreakEnd,
        }
    }
}

/// Splits the sessions of the days into punches. Ends that nobody punched are left out, because they follow from the punches and
/// change if others are inserted.
pub(super) fn presses(days: &BTreeMap<WorkDate, Day>) -> VecDeque<Press> {
    let mut sessions: Vec<(&Day, &Session)> =
        days.values().flat_map(|day| day.sessions().iter().map(move |session| (day, session))).collect();
    sessions.sort_by_key(|(day, session)| (session.clock_in.at, day.date()));
    sessions.into_iter().flat_map(|(day, session)| presses_of(day, session)).collect()
}

fn presses_of(day: &Day, session: &Session) -> Vec<Press> {
    let date = day.date();
    // Only an end that Rollcall guessed waits for a review.
    let begun = Session { clock_out: None, breaks: Vec::new(), needs_review: false, ..session.clone() };
    let mut presses = vec![Press { at: session.clock_in.at, what: Pressed::In(date, Box::new(begun)) }];
    for pause in &session.breaks {
        let begun = Break { ended_at: None, ended_with_session: false, ..pause.clone() };
        presses.push(Press { at: pause.started_at, what: Pressed::BreakStart(begun) });
        let ended_at = pause.ended_at.filter(|_| !pause.ended_with_session);
        presses.extend(ended_at.map(|at| Press { at, what: Pressed::BreakEnd }));
    }
    presses.extend(pressed_out(session).map(|out| Press { at: out.at, what: Pressed::Out(Box::new(out.clone())) }));
    presses
}

/// The end of the session, if a punch made it.
pub(super) fn pressed_out(session: &Session) -> Option<&Punch> {
    session.clock_out.as_ref().filter(|out| out.source != Source::Auto)
}
