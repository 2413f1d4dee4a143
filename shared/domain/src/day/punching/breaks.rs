//! Breaks: beginning and ending one.

use super::{BreakEndRefusal, BreakStartRefusal, PunchContext, Punched};
use crate::{
    day::Break,
    event::{Fact, PunchFact},
    id::BreakId,
    text::Remark,
};

impl PunchContext<'_> {
    /// Begins a break.
    pub fn start_break(&self, remark: Option<Remark>) -> Result<Punched, BreakStartRefusal> {
        let mut day = self.running_day()?.ok_or(BreakStartRefusal::NotClockedIn)?;
        let date = day.date();
        let session = day.open_session_mut().ok_or(BreakStartRefusal::NotClockedIn)?;
        if session.open_break().is_some() {
            return Err(BreakStartRefusal::AlreadyOnBreak);
        }
        let at = self.at_or_after(session);
        let (session_id, break_id) = (session.id, BreakId::generate(self.at(), self.entropy));
        session.breaks.push(Break::begun(break_id, at, remark));
        Ok(self.punched(day, vec![Fact::Punch(PunchFact::BreakStarted { date, session_id, break_id, at })]))
    }

    /// Ends the open break.
    pub fn end_break(&self) -> Result<Punched, BreakEndRefusal> {
        let mut day = self.running_day()?.ok_or(BreakEndRefusal::NotOnBreak)?;
        let date = day.date();
        let session = day.open_session_mut().ok_or(BreakEndRefusal::NotOnBreak)?;
        let at = self.at_or_after(session);
        let session_id = session.id;
        let pause =
            session.breaks.last_mut().filter(|pause| pause.ended_at.is_none()).ok_or(BreakEndRefusal::NotOnBreak)?;
        pause.ended_at = Some(at);
        let break_id = pause.id;
        Ok(self.punched(day, vec![Fact::Punch(PunchFact::BreakEnded { date, session_id, break_id, at })]))
    }
}
