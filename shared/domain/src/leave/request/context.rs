//! What is decided about leave, and everything that a decision changes.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    HalfDays, LeaveEffects, LeavePeriod, LeaveRequest, LeaveStatus, NewRequest, NotPending, NotThere, OpenLeave,
    OpenRefusal, Wish, place,
};
use crate::{
    audit::Actor,
    calendar::WorkDate,
    correction::{Decision, Verdict},
    day::{Day, Month, Presence},
    event::Fact,
    id::{LeaveRequestId, UserId},
    lateness::LateMonth,
    leave::{Balances, Booking, Charges, LeaveBook, LeaveDayLength, LeaveType, LeaveTypes, NotEnough, Requested},
    schedule::{DayKind, LeaveTypeCode, Planner, ScheduleYear},
    text::Reason,
};

/// How many days ago leave may begin at most, whatever its type says, and be approved at most: what changes on the days
/// since then is one transaction of a hundred actions.
pub const MOST_DAYS_AGO: i32 = 45;

/// What someone asks for, before it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Leave of which type.
    pub leave_type: LeaveTypeCode,
    /// From when to when.
    pub period: LeavePeriod,
    /// Why.
    pub reason: Option<Reason>,
}

/// All that decides about a person's leave, borrowed from what was read.
#[derive(Debug, Clone, Copy)]
pub struct LeaveContext<'a> {
    /// Who is expected when. For a recount the schedule after the change.
    pub planner: &'a Planner<'a>,
    /// The company's types of leave.
    pub types: &'a LeaveTypes,
    /// The person's balances of the types concerned and of annual leave, of all years in reach.
    pub balances: &'a Balances,
    /// What the person has pending or ahead.
    pub open: &'a OpenLeave,
    /// The stored days of the period, and those around today.
    pub days: &'a BTreeMap<WorkDate, Day>,
    /// What lateness cost in the months of those days.
    pub late_months: &'a BTreeMap<Month, LateMonth>,
    /// Where the person is.
    pub presence: &'a Presence,
    /// The instant.
    pub now: Timestamp,
    /// Who acts.
    pub by: Actor,
}

/// Why leave can't be so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeaveRefusal {
    /// There is no such type.
    #[error("no such type of leave")]
    UnknownType,
    /// The type is taken in whole days.
    #[error("{0} must not be given: this type is taken in whole days")]
    WholeDaysOnly(&'static str),
    /// It begins too long ago.
    #[error("leave of this type begins on {0} at the earliest")]
    InThePast(WorkDate),
    /// It began too long ago to be approved.
    #[error("it began before {0}")]
    TooLongAgo(WorkDate),
    /// The person is expected on none of its dates.
    #[error("nobody expects the person on any of these dates")]
    NoWorkingDays,
    /// The person has other leave, pending or approved.
    #[error("there is other leave on {0}")]
    Overlaps(WorkDate),
    /// The person has asked for as much as anyone can.
    #[error("as many requests are pending or ahead as can be")]
    TooManyOpen,
    /// The person was at work.
    #[error("{0} is a day already worked")]
    DayWorked(WorkDate),
    /// There isn't as much leave as is asked for.
    #[error(transparent)]
    NotEnough(#[from] NotEnough),
    /// It was decided or withdrawn already.
    #[error(transparent)]
    NotPending(#[from] NotPending),
    /// There is nothing to cancel.
    #[error(transparent)]
    NotThere(#[from] NotThere),
}

impl From<OpenRefusal> for LeaveRefusal {
    fn from(refusal: OpenRefusal) -> Self {
        match refusal {
            OpenRefusal::Overlaps(date) => Self::Overlaps(date),
            OpenRefusal::TooMany => Self::TooManyOpen,
        }
    }
}

/// A request as it is now, and all else that changes with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The request in its next version.
    pub request: LeaveRequest,
    /// The rest.
    pub effects: LeaveEffects,
}

/// What a period comes to.
pub(super) struct Counted {
    pub(super) half_days: HalfDays,
    pub(super) charges: Charges,
}

impl LeaveContext<'_> {
    /// Asks for leave, which waits for a decision.
    pub fn request(&self, id: LeaveRequestId, asked: Asked) -> Result<Outcome, LeaveRefusal> {
        let mut book = self.book();
        let (leave_type, wish) = self.wish(&book, id, asked, None)?;
        let request = LeaveRequest::requested(self.new_request(id, wish));
        if leave_type.counted {
            book.reserve(&requested(&request), &request.charges)?;
        }
        let fact = Fact::LeaveRequested {
            request_id: id,
            start_date: request.period.start_date(),
            end_date: request.period.end_date(),
        };
        let effects = self.effects(&[&request], book, BTreeMap::new(), None, vec![fact]);
        Ok(Outcome { request, effects })
    }

    /// Enters leave for the person: approved at once.
    pub fn enter(&self, id: LeaveRequestId, asked: Asked, by: UserId) -> Result<Outcome, LeaveRefusal> {
        let mut book = self.book();
        let (leave_type, wish) = self.wish(&book, id, asked, None)?;
        let request = LeaveRequest::entered(self.new_request(id, wish), by);
        if leave_type.counted {
            book.take(&requested(&request), &request.charges)?;
        }
        let years = self.placed(&request)?;
        let fact = decided_fact(&request, Decision::Approved);
        let effects = self.effects(&[&request], book, years, Some(&request), vec![fact]);
        Ok(Outcome { request, effects })
    }

    /// Changes a pending request.
    pub fn change(&self, before: &LeaveRequest, asked: Asked) -> Result<Outcome, LeaveRefusal> {
        if before.status != LeaveStatus::Pending {
            return Err(NotPending(before.status).into());
        }
        let mut book = self.book();
        let (leave_type, wish) = self.wish(&book, before.id, asked, Some(before))?;
        let request = self.up_to_date(before).changed(wish, self.now)?;
        if leave_type.code == before.leave_type {
            if leave_type.counted || !before.charges.is_empty() {
                book.reserve_anew(&requested(&request), &before.charges, &request.charges)?;
            }
        } else {
            if !before.charges.is_empty() {
                let of_old_type = Requested { leave_type: before.leave_type.clone(), ..requested(&request) };
                book.release(&of_old_type, &before.charges);
            }
            if leave_type.counted {
                book.reserve(&requested(&request), &request.charges)?;
            }
        }
        let fact = Fact::LeaveRequestChanged {
            request_id: request.id,
            start_date: request.period.start_date(),
            end_date: request.period.end_date(),
        };
        let effects = self.effects(&[&request], book, BTreeMap::new(), None, vec![fact]);
        Ok(Outcome { request, effects })
    }

    /// Decides a pending request. What it costs is counted anew, and must be there.
    pub fn decide(&self, before: &LeaveRequest, verdict: Verdict) -> Result<Outcome, LeaveRefusal> {
        if before.status != LeaveStatus::Pending {
            return Err(NotPending(before.status).into());
        }
        let decision = verdict.decision;
        let mut book = self.book();
        let before = self.up_to_date(before);
        let (request, years) = match decision {
            Decision::Rejected => {
                let rejected = before.decided(verdict, before.half_days.clone(), Charges::default())?;
                if !before.charges.is_empty() {
                    book.release(&requested(&rejected), &before.charges);
                }
                (rejected, BTreeMap::new())
            }
            Decision::Approved => {
                let earliest = self.today().plus_days(-MOST_DAYS_AGO);
                if before.period.start_date() < earliest {
                    return Err(LeaveRefusal::TooLongAgo(earliest));
                }
                let leave_type = self.types.get(&before.leave_type).ok_or(LeaveRefusal::UnknownType)?;
                let counted = self.counted(&book, before.id, &leave_type, &before.period);
                let approved = before.decided(verdict, counted.half_days, counted.charges)?;
                let years = self.placed(&approved)?;
                self.must_not_be_worked(&approved.period, &approved, &years)?;
                if leave_type.counted || !before.charges.is_empty() {
                    book.approve(&requested(&approved), &before.charges, &approved.charges)?;
                }
                (approved, years)
            }
        };
        let fact = decided_fact(&request, decision);
        let covering = (request.status == LeaveStatus::Approved).then_some(&request);
        let effects = self.effects(&[&request], book, years, covering, vec![fact]);
        Ok(Outcome { request, effects })
    }

    pub(super) fn book(&self) -> LeaveBook<'_> {
        let booking = Booking { at: self.now, today: self.today(), by: self.by };
        LeaveBook::new(self.planner.person, self.planner.settings, self.types, self.balances.clone(), booking)
    }

    pub(super) fn today(&self) -> WorkDate {
        self.planner.today(self.now)
    }

    fn new_request(&self, id: LeaveRequestId, wish: Wish) -> NewRequest {
        let (department_id, zone) = (self.planner.person.department_id, self.planner.zone().clone());
        NewRequest { id, department_id, zone, wish, at: self.now }
    }

    /// The request in the person's present department, whose managers are to have it in their list.
    pub(super) fn up_to_date(&self, request: &LeaveRequest) -> LeaveRequest {
        LeaveRequest { department_id: self.planner.person.department_id, ..request.clone() }
    }

    /// What is asked for, counted and checked against everything but the balance; `before` is the request that it changes.
    fn wish(
        &self,
        book: &LeaveBook<'_>,
        id: LeaveRequestId,
        asked: Asked,
        before: Option<&LeaveRequest>,
    ) -> Result<(LeaveType, Wish), LeaveRefusal> {
        let Asked { leave_type, period, reason } = asked;
        let leave_type = self.types.get(&leave_type).ok_or(LeaveRefusal::UnknownType)?;
        if !leave_type.half_days && period.has_halves() {
            let field = if period.start_half().is_some() { "start_half" } else { "end_half" };
            return Err(LeaveRefusal::WholeDaysOnly(field));
        }
        let backdated = i32::try_from(leave_type.backdate_days.get()).unwrap_or(MOST_DAYS_AGO).min(MOST_DAYS_AGO);
        let earliest = self.today().plus_days(-backdated);
        let stays = before.is_some_and(|before| before.period.start_date() == period.start_date());
        if period.start_date() < earliest && !stays {
            return Err(LeaveRefusal::InThePast(earliest));
        }
        self.open.admit(id, &period)?;
        let Counted { half_days, charges } = self.counted(book, id, &leave_type, &period);
        if half_days.total() == 0 {
            return Err(LeaveRefusal::NoWorkingDays);
        }
        let wish = Wish { leave_type: leave_type.code.clone(), period, half_days, charges, reason };
        let as_placed = LeaveRequest::requested(self.new_request(id, wish.clone()));
        let years = self.placed(&as_placed)?;
        self.must_not_be_worked(&period, &as_placed, &years)?;
        Ok((leave_type, wish))
    }

    pub(super) fn counted(
        &self,
        book: &LeaveBook<'_>,
        id: LeaveRequestId,
        leave_type: &LeaveType,
        period: &LeavePeriod,
    ) -> Counted {
        let leave = crate::schedule::LeaveRef { request_id: id, leave_type: leave_type.code.clone() };
        let half_days = HalfDays::count(self.planner, period, &leave, leave_type.holidays_count);
        let day = LeaveDayLength::of(self.planner.settings);
        let charges = if leave_type.counted {
            let minutes = |half_days| if half_days == 2 { day.whole() } else { day.half() };
            let dated = half_days.dated(period.start_date()).map(|(date, half_days)| (date, minutes(half_days)));
            book.charges(&leave_type.code, dated)
        } else {
            Charges::default()
        };
        Counted { half_days, charges }
    }

    /// The schedule's years with the leave in them, where no other leave is in the way.
    fn placed(&self, request: &LeaveRequest) -> Result<BTreeMap<i16, ScheduleYear>, LeaveRefusal> {
        place(self.planner.years, &request.period, &request.leave_ref()).map_err(LeaveRefusal::Overlaps)
    }

    /// Leave that covers all that was expected of a date, and work on that date, exclude each other.
    fn must_not_be_worked(
        &self,
        period: &LeavePeriod,
        request: &LeaveRequest,
        years: &BTreeMap<i16, ScheduleYear>,
    ) -> Result<(), LeaveRefusal> {
        let years = self.years_with(years);
        let planner = Planner { years: &years, ..*self.planner };
        let leave = request.leave_ref();
        let is_covered = |date: WorkDate| {
            let on_date = period.on(date, &leave);
            planner.half_days_of_leave(date, &on_date) > 0 && planner.assignment(date).kind == DayKind::Leave
        };
        let worked = self.days.values().filter(|day| !day.sessions().is_empty()).map(Day::date);
        worked.into_iter().find(|date| is_covered(*date)).map_or(Ok(()), |date| Err(LeaveRefusal::DayWorked(date)))
    }
}

/// What the book knows a request by.
pub(super) fn requested(request: &LeaveRequest) -> Requested {
    Requested {
        request_id: request.id,
        leave_type: request.leave_type.clone(),
        version: request.version,
        note: request.reason.clone(),
    }
}

fn decided_fact(request: &LeaveRequest, decision: Decision) -> Fact {
    Fact::LeaveDecided {
        request_id: request.id,
        start_date: request.period.start_date(),
        end_date: request.period.end_date(),
        decision,
    }
}
