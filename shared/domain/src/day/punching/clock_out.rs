//! Clocking out.

use super::{ClockOutRefusal, PunchContext, Punched};
use crate::{
    day::PunchDetails,
    event::{Fact, PunchFact},
    id::PunchId,
};

impl PunchContext<'_> {
    /// Ends the open session, regardless of its date, together with an open break. A session that counts as forgotten has ended,
    /// whether `close-day` has closed it or not.
    pub fn clock_out(&self, details: PunchDetails) -> Result<Punched, ClockOutRefusal> {
        let mut day = self.running_day()?.ok_or(ClockOutRefusal::NotClockedIn)?;
        let date = day.date();
        let open = day.open_session().ok_or(ClockOutRefusal::NotClockedIn)?;
        let details = self.fenced_out(details, &day, open);
        let grace = day.policy().early_leave_grace_minutes;
        let follows_unknown_rules = day.follows_unknown_rules();
        let session = day.open_session_mut().ok_or(ClockOutRefusal::NotClockedIn)?;
        let at = self.at_or_after(session);
        let session_id = session.id;
        let break_ended = session
            .open_break()
            .map(|pause| Fact::Punch(PunchFact::BreakEnded { date, session_id, break_id: pause.id, at }));
        let punch_id = PunchId::generate(self.at(), self.entropy);
        session.close(details.into_punch(punch_id, at, self.planner.settings.photo, grace));
        session.needs_review |= follows_unknown_rules;
        let facts =
            break_ended.into_iter().chain([Fact::Punch(PunchFact::ClockedOut { date, session_id, at })]).collect();
        Ok(self.punched(day, facts))
    }
}
