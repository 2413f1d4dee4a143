//! The recorded presses of some days in their order, so that others can be put among them.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use crate::{
    calendar::WorkDate,
    day::{Break, Day, Punch, PunchAction, Session, Source},
};

/// A press that is recorded.
#[derive(Debug, Clone)]
pub(super) struct Press {
    pub(super) at: Timestamp,
    pub(super) what: Pressed,
}

/// What was pressed, with all that is kept of it.
#[derive(Debug, Clone)]
pub(super) enum Pressed {
    /// A session of that date began. It has neither breaks nor an end here.
    In(WorkDate, Box<Session>),
    /// The open session ended, and an open break with it.
    Out(Box<Punch>),
    /// A break began. It has no end here.
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

/// Takes the sessions of the days apart. Ends that nobody pressed are left out: they follow from the presses, and change when
/// others come among them.
pub(super) fn presses(days: &BTreeMap<WorkDate, Day>) -> VecDeque<Press> {
    let mut sessions: Vec<(&Day, &Session)> =
        days.values().flat_map(|day| day.sessions().iter().map(move |session| (day, session))).collect();
    sessions.sort_by_key(|(day, session)| (session.clock_in.at, day.date()));
    sessions.into_iter().flat_map(|(day, session)| presses_of(day, session)).collect()
}

fn presses_of(day: &Day, session: &Session) -> Vec<Press> {
    let date = day.date();
    let ended_without_press = break_ended_without_press(day, session);
    // Only an end that Rollcall guessed waits for a review.
    let begun = Session { clock_out: None, breaks: Vec::new(), needs_review: false, ..session.clone() };
    let mut presses = vec![Press { at: session.clock_in.at, what: Pressed::In(date, Box::new(begun)) }];
    for pause in &session.breaks {
        let begun = Break { ended_at: None, ..pause.clone() };
        presses.push(Press { at: pause.started_at, what: Pressed::BreakStart(begun) });
        let ended_at = pause.ended_at.filter(|ended_at| ended_without_press != Some(*ended_at));
        presses.extend(ended_at.map(|at| Press { at, what: Pressed::BreakEnd }));
    }
    presses.extend(pressed_out(session).map(|out| Press { at: out.at, what: Pressed::Out(Box::new(out.clone())) }));
    presses
}

/// The end of the session, where somebody pressed it.
pub(super) fn pressed_out(session: &Session) -> Option<&Punch> {
    session.clock_out.as_ref().filter(|out| out.source != Source::Auto)
}

/// When the last break ended, where the end of its session ended it. Nothing tells the end that Rollcall gives a session from that
/// of a break in the same second, unless Rollcall would have given another one.
pub(super) fn break_ended_without_press(day: &Day, session: &Session) -> Option<Timestamp> {
    let (out, pause) = (session.clock_out.as_ref()?, session.breaks.last()?);
    if pause.ended_at != Some(out.at) {
        return None;
    }
    let mut open = Session { clock_out: None, ..session.clone() };
    open.breaks.last_mut()?.ended_at = None;
    let is_end_of_break = out.source == Source::Auto && day.booked_end(&open, day.closes_at(&open)).at != out.at;
    (!is_end_of_break).then_some(out.at)
}
