//! The mark below which annual leave is low: told once when it is crossed.

use super::LeaveBook;
use crate::{
    event::Fact,
    leave::{LeaveMinutes, LeaveYear},
    schedule::LeaveTypeCode,
    user::UserStatus,
};

impl LeaveBook<'_> {
    /// Tells that annual leave is low where that hasn't been told: for the daily check, since the settings may have moved
    /// the mark.
    pub fn check_mark(&mut self) {
        self.bring_up_to_date(&LeaveTypeCode::annual());
    }

    /// What is left was possibly below an earlier mark and isn't below this one: then crossing it is news again.
    pub(super) fn recall_mark(&mut self, leave_type: &LeaveTypeCode) {
        let Some(current) = self.watched().filter(|_| *leave_type == LeaveTypeCode::annual()) else { return };
        let mark = self.mark();
        let balance = self.balances.of_year(leave_type, current);
        if balance.is_low == Some(true) && mark <= balance.left() {
            balance.is_low = Some(false);
        }
    }

    /// Compares what is left of this leave year's annual leave with the mark, and tells when it has fallen below. A balance
    /// that nobody looked at before starts where it is.
    pub(super) fn watch(&mut self) {
        let annual = LeaveTypeCode::annual();
        let Some(current) = self.watched().filter(|_| self.prepared.contains(&annual)) else { return };
        let mark = self.mark();
        let balance = self.balances.of_year(&annual, current);
        let is_low = balance.left() < mark;
        let was_low = balance.is_low.replace(is_low);
        if is_low && was_low == Some(false) {
            let (year, minutes) = (current.year, balance.left().get());
            self.facts.push(Fact::LeaveBalanceLow { leave_type: annual, year, minutes });
        }
    }

    /// This leave year, where there is a balance of it. The balance of a person who has left isn't watched: the settlement of
    /// their grant is no shortage.
    fn watched(&self) -> Option<LeaveYear> {
        match self.person.status {
            UserStatus::Pending | UserStatus::Active => {}
            UserStatus::Disabled => return None,
        }
        let annual = LeaveTypeCode::annual();
        let current = self.current(&annual);
        self.balances.get(&annual, current.year).map(|balance| balance.year)
    }

    fn mark(&self) -> LeaveMinutes {
        self.day().of_allowance(self.settings.low_balance_days)
    }
}
