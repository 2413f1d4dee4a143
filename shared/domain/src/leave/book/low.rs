//! The threshold of low annual leave: crossing it is announced once.

use super::LeaveBook;
use crate::{
    event::{Fact, LeaveFact},
    leave::{LeaveMinutes, LeaveYear},
    schedule::LeaveTypeCode,
    user::UserStatus,
};

impl LeaveBook<'_> {
    /// Announces that annual leave is low where that hasn't been announced. The daily check calls this, because a change of
    /// settings may have moved the threshold.
    pub fn check_mark(&mut self) {
        self.bring_up_to_date(&LeaveTypeCode::annual());
    }

    /// Resets the low state where the remaining leave was possibly below an earlier threshold and isn't below this one. Crossing
    /// the threshold is then announced again.
    pub(super) fn recall_mark(&mut self, leave_type: &LeaveTypeCode) {
        let Some(current) = self.watched().filter(|_| *leave_type == LeaveTypeCode::annual()) else { return };
        let mark = self.mark();
        let balance = self.balances.of_year(leave_type, current);
        if balance.is_low == Some(true) && mark <= balance.left() {
            balance.is_low = Some(false);
        }
    }

    /// Compares the remaining annual leave of this leave year with the threshold, and announces when it has fallen below. The
    /// first check of a balance only records its state.
    pub(super) fn watch(&mut self) {
        let annual = LeaveTypeCode::annual();
        let Some(current) = self.watched().filter(|_| self.prepared.contains(&annual)) else { return };
        let mark = self.mark();
        let balance = self.balances.of_year(&annual, current);
        let is_low = balance.left() < mark;
        let was_low = balance.is_low.replace(is_low);
        if is_low && was_low == Some(false) {
            let (year, minutes) = (current.year, balance.left().get());
            self.facts.push(Fact::Leave(LeaveFact::LeaveBalanceLow { leave_type: annual, year, minutes }));
        }
    }

    /// Returns this leave year, where it has a balance. The balance of a person who has left isn't checked, because the
    /// settlement of their grant isn't a shortage.
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
