//! Previews of leave, before someone requests it or changes their request.

use super::{Extent, LeaveContext, LeaveDraft, LeaveRefusal, LeaveRequest, context::Counted};
use crate::{
    calendar::WorkDate,
    holiday::Holiday,
    id::{LeaveRequestId, UserId},
    leave::{Balance, LeaveMinutes, LeaveYear},
    schedule::DayKind,
};

/// The user who would request the leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// The person who will be away.
    Person,
    /// A manager, who enters the leave.
    Manager(UserId),
}

/// The change that a preview is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Previewed<'a> {
    /// A new request with this id.
    New(LeaveRequestId, Asker),
    /// A change of this pending request by the person. Its days count as not reserved.
    Change(&'a LeaveRequest),
}

/// The preview of leave.
#[derive(Debug, Clone, PartialEq)]
pub struct LeavePreview {
    /// Every date of the period, in order.
    pub dates: Vec<PreviewedDate>,
    /// The total of half days that count.
    pub half_days: i64,
    /// The balances of the leave years that pay for the leave.
    pub balances: Vec<PreviewedBalance>,
    /// The reason why the leave would be refused; absent where it would be accepted.
    pub refusal: Option<LeaveRefusal>,
}

/// A date of the period.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviewedDate {
    /// The date.
    pub date: WorkDate,
    /// The half days that the date counts.
    pub half_days: i64,
    /// The kind of day without the leave.
    pub kind: DayKind,
    /// The holiday of the date.
    pub holiday: Option<Holiday>,
}

/// The preview of a leave year's balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewedBalance {
    /// The leave year.
    pub year: LeaveYear,
    /// The available leave before the request.
    pub before: LeaveMinutes,
    /// The available leave after the request.
    pub after: LeaveMinutes,
}

impl LeaveContext<'_> {
    /// Previews the cost of leave, and whether it would be accepted.
    ///
    /// # Errors
    ///
    /// [`LeaveRefusal::UnknownType`]: the leave can't be counted.
    pub fn preview(&self, previewed: Previewed<'_>, draft: LeaveDraft) -> Result<LeavePreview, LeaveRefusal> {
        let (id, replaced) = match previewed {
            Previewed::New(id, _) => (id, None),
            Previewed::Change(before) => (before.id, Some(before)),
        };
        let leave_type = self.types.get(&draft.leave_type).ok_or(LeaveRefusal::UnknownType)?;
        let mut book = self.book();
        let period = draft.period;
        let Counted { half_days, charges } = self.counted(&book, id, &leave_type, Extent::from(period));
        let counts: std::collections::BTreeMap<WorkDate, i64> = half_days.dated(period.start_date()).collect();
        let dates = period.dates().map(|date| {
            let assignment = self.planner.assignment_for_leave(date);
            let half_days = counts.get(&date).copied().unwrap_or_default();
            PreviewedDate { date, half_days, kind: assignment.kind, holiday: assignment.holiday }
        });
        let dates = dates.collect();
        let replaced = replaced.filter(|before| before.leave_type == leave_type.code);
        let mut balances = Vec::new();
        for year in charges.years() {
            let year = book.years(&leave_type.code).named(year);
            book.include_year(&leave_type.code, year.year);
            let none = Balance::new(year, leave_type.code.clone());
            let available = book.balances().get(&leave_type.code, year.year).unwrap_or(&none).available();
            let before = replaced.map_or(available, |before| available + before.charges.in_year(year.year));
            balances.push(PreviewedBalance { year, before, after: before - charges.in_year(year.year) });
        }
        let refusal = match previewed {
            Previewed::New(id, Asker::Person) => self.request(id, draft).err(),
            Previewed::New(id, Asker::Manager(manager)) => self.enter(id, draft, manager).err(),
            Previewed::Change(before) => self.change(before, draft).err(),
        };
        Ok(LeavePreview { dates, half_days: half_days.total(), balances, refusal })
    }
}
