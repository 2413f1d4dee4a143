//! What leave would come to, before anybody asks for it.

use super::{Extent, LeaveContext, LeaveDraft, LeaveRefusal, context::Counted};
use crate::{
    calendar::WorkDate,
    holiday::Holiday,
    id::{LeaveRequestId, UserId},
    leave::{Balance, LeaveMinutes, LeaveYear},
    schedule::DayKind,
};

/// The person who would ask for leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// The person who is to be away.
    Person,
    /// A manager, who enters it.
    Manager(UserId),
}

/// What leave would come to.
#[derive(Debug, Clone, PartialEq)]
pub struct LeavePreview {
    /// Every date of the period, in order.
    pub dates: Vec<PreviewedDate>,
    /// The half days that count.
    pub half_days: i64,
    /// The leave years that pay for it.
    pub balances: Vec<PreviewedBalance>,
    /// Why it would be refused; absent where it would be taken.
    pub refusal: Option<LeaveRefusal>,
}

/// A date of the period.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviewedDate {
    /// The date.
    pub date: WorkDate,
    /// The half days that it counts.
    pub half_days: i64,
    /// What it is without leave.
    pub kind: DayKind,
    /// Its holiday.
    pub holiday: Option<Holiday>,
}

/// What there is of a leave year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewedBalance {
    /// The leave year.
    pub year: LeaveYear,
    /// What may be taken without the leave.
    pub before: LeaveMinutes,
    /// What may be taken with it.
    pub after: LeaveMinutes,
}

impl LeaveContext<'_> {
    /// What leave would come to, and whether it would be taken.
    ///
    /// # Errors
    ///
    /// [`LeaveRefusal::UnknownType`]: then nothing can be counted.
    pub fn preview(&self, id: LeaveRequestId, asked: LeaveDraft, by: Asker) -> Result<LeavePreview, LeaveRefusal> {
        let leave_type = self.types.get(&asked.leave_type).ok_or(LeaveRefusal::UnknownType)?;
        let mut book = self.book();
        let period = asked.period;
        let Counted { half_days, charges } = self.counted(&book, id, &leave_type, Extent::from(period));
        let counts: std::collections::BTreeMap<WorkDate, i64> = half_days.dated(period.start_date()).collect();
        let dates = period.dates().map(|date| {
            let assignment = self.planner.assignment_without_leave(date);
            let half_days = counts.get(&date).copied().unwrap_or_default();
            PreviewedDate { date, half_days, kind: assignment.kind, holiday: assignment.holiday }
        });
        let dates = dates.collect();
        let mut balances = Vec::new();
        for year in charges.years() {
            let year = book.years(&leave_type.code).named(year);
            book.look_at(&leave_type.code, year.year);
            let none = Balance::new(year, leave_type.code.clone());
            let before = book.balances().get(&leave_type.code, year.year).unwrap_or(&none).available();
            balances.push(PreviewedBalance { year, before, after: before - charges.in_year(year.year) });
        }
        let refusal = match by {
            Asker::Person => self.request(id, asked).err(),
            Asker::Manager(manager) => self.enter(id, asked, manager).err(),
        };
        Ok(LeavePreview { dates, half_days: half_days.total(), balances, refusal })
    }
}
