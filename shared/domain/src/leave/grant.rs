//! How much of a year's leave a person is granted.

use super::{Accrual, Granted, LeaveDayLength, LeaveMinutes, LeaveYear};
use crate::{calendar::WorkDate, employment::Employments};

/// What a grant hangs on beside the rules that it was booked by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entitled<'a> {
    /// The person's own allowance a year.
    pub(super) own: Option<LeaveMinutes>,
    /// When they are employed.
    pub(super) employments: &'a Employments,
    /// The company's measure.
    pub(super) day: LeaveDayLength,
}

impl Granted {
    /// What is granted of a year up to its month `months`, all together.
    pub(super) fn amount(&self, year: LeaveYear, months: u8, entitled: Entitled<'_>) -> LeaveMinutes {
        let Entitled { own, employments, day } = entitled;
        let allowance = own.unwrap_or(self.allowance);
        match self.accrual {
            Accrual::Yearly => self.part(allowance, year.from, year.to, employments, day),
            Accrual::Monthly => (1..=months)
                .map(|month| {
                    let part = of_months(allowance, month) - of_months(allowance, month - 1);
                    self.part(part, year.first_of_month(month), year.last_of_month(month), employments, day)
                })
                .sum(),
        }
    }

    /// What someone gets of an amount for the time from `from` to `to`: nothing where they are hired later; hired within
    /// it, by its remaining days rounded up to half a day where the rules say so, else all of it.
    fn part(
        &self,
        amount: LeaveMinutes,
        from: WorkDate,
        to: WorkDate,
        employments: &Employments,
        day: LeaveDayLength,
    ) -> LeaveMinutes {
        match employments.first_within(from, to) {
            None if !employments.begin_by(to) => LeaveMinutes::ZERO,
            Some(first) if from < first && self.is_prorated => {
                let remaining = i64::from(to.days_since(first)) + 1;
                let days = i64::from(to.days_since(from)) + 1;
                let halves = ceiling(2 * amount.get() * remaining, days * day.minutes());
                LeaveMinutes::new(ceiling(halves * day.minutes(), 2)).min(amount)
            }
            Some(_) | None => amount,
        }
    }
}

/// The twelfths of an allowance up to a month, so that twelve of them are the whole.
fn of_months(allowance: LeaveMinutes, months: u8) -> LeaveMinutes {
    LeaveMinutes::new(allowance.get() * i64::from(months) / i64::from(LeaveYear::MONTHS))
}

const fn ceiling(number: i64, of: i64) -> i64 {
    (number + of - 1) / of
}
