//! Switching the cost center within a session.

use super::{ClockOutRefusal, PunchContext, Punched};
use crate::{
    day::NamedCostCenter,
    event::{Fact, PunchFact},
    pay::CostCenterCode,
};

impl PunchContext<'_> {
    /// Assigns the work of the open session to a cost center from now on; `None` for that of the person's pay profile.
    pub fn switch_cost_center(&self, cost_center: Option<CostCenterCode>) -> Result<Punched, ClockOutRefusal> {
        let mut day = self.running_day()?.ok_or(ClockOutRefusal::NotClockedIn)?;
        let date = day.date();
        let session = day.open_session_mut().ok_or(ClockOutRefusal::NotClockedIn)?;
        let (session_id, from) = (session.id, self.at_or_after(session));
        session.cost_centers.retain(|named| named.from != from);
        session.cost_centers.push(NamedCostCenter { from, cost_center });
        Ok(self.punched(day, vec![Fact::Punch(PunchFact::CostCenterSwitched { date, session_id, at: from })]))
    }
}
