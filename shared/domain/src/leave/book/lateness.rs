//! Deductions for lateness.

use super::{LeaveBook, posting::Draft};
use crate::{
    event::{Fact, LeaveAdjustmentCause, LeaveFact},
    id::SessionId,
    leave::{EntryCause, EntryKind, LeaveMinutes, MonthsOfYear},
    schedule::{LeaveTypeCode, ShiftId},
};

/// A change of what the lateness of a shift costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateCharge {
    /// The shift, whose id contains the date.
    pub shift_id: ShiftId,
    /// The session whose clock-in was late.
    pub session_id: SessionId,
    /// The additional deduction; negative where leave is given back.
    pub minutes: LeaveMinutes,
    /// The number of this evaluation of the shift's lateness; unique for a shift.
    pub revision: u64,
}

impl LeaveBook<'_> {
    /// Deducts lateness from annual leave, or reverses a deduction. A balance that is too small becomes negative.
    pub fn deduct(&mut self, charge: LateCharge) {
        let LateCharge { shift_id, session_id, minutes, revision } = charge;
        if minutes.is_zero() {
            return;
        }
        let annual = LeaveTypeCode::annual();
        self.bring_up_to_date(&annual);
        let date = shift_id.date();
        let year = self.years(&annual).of(date);
        self.open(&annual, year);
        let cause = EntryCause::Lateness { shift_id, session_id, revision };
        let months = MonthsOfYear::one(year.month_of(date), minutes);
        let kind = if minutes.is_negative() { EntryKind::Reversal } else { EntryKind::LateDeduction };
        self.post(&annual, year, Draft::dated(kind, months, date, cause));
        self.facts.push(if minutes.is_negative() {
            Fact::Leave(LeaveFact::LeaveAdjusted {
                leave_type: annual.clone(),
                year: year.year,
                minutes: -minutes.get(),
                cause: LeaveAdjustmentCause::LateDeductionReversed,
            })
        } else {
            Fact::Leave(LeaveFact::LateDeducted { date, minutes: LeaveMinutes::get(minutes) })
        });
        self.settle(&annual, year);
    }
}
