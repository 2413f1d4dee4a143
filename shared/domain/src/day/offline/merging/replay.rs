//! Puts recorded punches back in their order, with the ends that Rollcall gave forgotten sessions.

use jiff::Timestamp;

use super::Merging;
use crate::day::{
    Day, Presence, PresenceState, Session, Source,
    offline::timeline::{RecordedAction, RecordedPunch},
    punching::close_forgotten,
};

impl Merging<'_, '_> {
    /// Puts a recorded punch back.
    pub(super) fn put_back(&mut self, recorded: RecordedPunch) {
        match recorded.action {
            RecordedAction::In(date, session) => {
                if self.open_day().is_some() {
                    self.close_open_session(recorded.at);
                }
                if let Some(day) = self.days.get_mut(&date) {
                    day.push_session(*session);
                }
            }
            RecordedAction::Out(punch) => {
                if let Some(session) = self.open_session_mut() {
                    session.close(*punch);
                }
            }
            RecordedAction::BreakStart(pause) => {
                if let Some(session) = self.open_session_mut() {
                    session.breaks.push(pause);
                }
            }
            RecordedAction::BreakEnd => {
                if let Some(pause) = self.open_session_mut().and_then(|session| session.breaks.last_mut()) {
                    pause.ended_at = Some(recorded.at);
                }
            }
        }
    }

    /// Ends the open session, which nobody closed, at the recorded end, otherwise as forgotten by `by`.
    pub(super) fn close_open_session(&mut self, by: Timestamp) {
        self.restore_end(by);
        let entropy = self.context.entropy;
        let open = self.days.values_mut().find(|day| day.open_session().is_some());
        let facts = open.map(|day| close_forgotten(day, by, entropy)).unwrap_or_default();
        self.facts.extend(facts);
    }

    /// Gives the open session the end before `by` that Rollcall recorded for it, if the session's punches are the same as then.
    pub(super) fn restore_end(&mut self, by: Timestamp) {
        let recorded: Option<Session> = self.open_day().and_then(Day::open_session).and_then(|session| {
            let recorded = self.recorded.values().find_map(|day| day.session(session.id))?;
            let out = recorded.clock_out.as_ref().filter(|out| out.source == Source::Auto && out.at <= by)?;
            let mut closed = session.clone();
            closed.close(out.clone());
            (closed.breaks == recorded.breaks && closed.clock_in == recorded.clock_in).then(|| recorded.clone())
        });
        if let Some(recorded) = recorded
            && let Some(session) = self.open_session_mut()
        {
            *session = recorded;
        }
    }

    pub(super) fn open_day(&self) -> Option<&Day> {
        self.days.values().find(|day| day.open_session().is_some())
    }

    pub(super) fn open_session_mut(&mut self) -> Option<&mut Session> {
        self.days.values_mut().find_map(Day::open_session_mut)
    }

    /// The person's presence according to the punches so far.
    pub(super) fn presence(&self) -> Presence {
        if let Some(day) = self.open_day() {
            return self.context.presence.after(day);
        }
        let last_out = self.days.values().filter_map(Day::last_out).max();
        let before = match self.context.presence.state {
            PresenceState::Out { since } => since,
            PresenceState::Working { .. } | PresenceState::OnBreak { .. } => None,
        };
        Presence {
            state: PresenceState::Out { since: last_out.max(before) },
            version: self.context.presence.version + 1,
        }
    }
}
