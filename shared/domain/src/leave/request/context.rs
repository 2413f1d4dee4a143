//! Decisions about leave, and all changes that follow from them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    Extent, HalfDays, LeaveEffects, LeavePeriod, LeaveRequest, LeaveStatus, NewRequest, NotPending, NotThere,
    OpenLeave, OpenRefusal, Placed, RequestedLeave, Unapplied, applying::changed, place,
};
use crate::{
    audit::Actor,
    calendar::WorkDate,
    correction::{Decision, Verdict},
    day::{Day, Month, Presence},
    event::{Fact, LeaveFact},
    id::{LeaveRequestId, UserId},
    lateness::LateMonth,
    leave::{
        Balances, Booking, Charges, LeaveBook, LeaveDayLength, LeaveMinutes, LeaveType, LeaveTypes, NotEnough,
        Requested,
    },
    schedule::{DayKind, LeaveTypeCode, Planner, ScheduleYear},
    text::Reason,
};

/// The maximum number of days in the past at which leave may begin when a manager enters it. For leave that a person requests,
/// the leave type sets this limit.
pub const MAX_DAYS_BACK: i32 = 400;

/// The time at which the consequences of approved leave are applied: changes of days that are over, and of other leave that it
/// interrupts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowUp {
    /// Together with the decision.
    AtOnce,
    /// By `jobs`, because the changes don't fit into one transaction.
    ByJobs,
}

/// A request as someone makes it, before it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaveDraft {
    /// The type of leave.
    pub leave_type: LeaveTypeCode,
    /// The dates of the leave.
    pub period: LeavePeriod,
    /// The reason that the person gives.
    pub reason: Option<Reason>,
}

/// The data that decisions about a person's leave need, borrowed from what was read.
#[derive(Debug, Clone, Copy)]
pub struct LeaveContext<'a> {
    /// The person's expected work. For a recount, the planner has the schedule after the change.
    pub planner: &'a Planner<'a>,
    /// The company's types of leave.
    pub types: &'a LeaveTypes,
    /// The person's balances of the types concerned and of annual leave, for all years in reach.
    pub balances: &'a Balances,
    /// The person's open requests: pending, or approved and not over.
    pub open: &'a OpenLeave,
    /// The person's other requests on the dates concerned, where the leave may interrupt them, or did.
    pub others: &'a [LeaveRequest],
    /// The time at which the consequences of approved leave are applied.
    pub follow_up: FollowUp,
    /// The stored days of the period, and those around today.
    pub days: &'a BTreeMap<WorkDate, Day>,
    /// The late months of those days.
    pub late_months: &'a BTreeMap<Month, LateMonth>,
    /// The person's presence.
    pub presence: &'a Presence,
    /// The present instant.
    pub now: Timestamp,
    /// The user or job that acts.
    pub by: Actor,
}

/// The reason why leave is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeaveRefusal {
    /// The leave type doesn't exist.
    #[error("no such type of leave")]
    UnknownType,
    /// The type can only be taken in whole days.
    #[error("{0} must not be given: this type is taken in whole days")]
    WholeDaysOnly(&'static str),
    /// The leave begins too long ago.
    #[error("leave of this type begins on {0} at the earliest")]
    InThePast(WorkDate),
    /// The person isn't expected to work on any of its dates.
    #[error("no working days on these dates")]
    NoWorkingDays,
    /// The person has other leave, pending or approved.
    #[error("there is other leave on {0}")]
    Overlaps(WorkDate),
    /// The person has reached the limit of open requests.
    #[error("too many requests are pending or upcoming")]
    TooManyOpen,
    /// The person worked on the date.
    #[error("{0} is a day already worked")]
    DayWorked(WorkDate),
    /// The balance isn't enough for the leave.
    #[error(transparent)]
    NotEnough(#[from] NotEnough),
    /// The request was decided or withdrawn already.
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

/// A request after a change, with everything else that changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The request in its next version.
    pub request: LeaveRequest,
    /// The next versions of the requests that it interrupts, or no longer interrupts.
    pub others: Vec<LeaveRequest>,
    /// The other changes.
    pub effects: LeaveEffects,
}

/// The count of a period.
pub(super) struct Counted {
    pub(super) half_days: HalfDays,
    pub(super) charges: Charges,
}

impl Outcome {
    /// Returns all requests that change.
    pub fn requests(&self) -> Vec<LeaveRequest> {
        std::iter::once(&self.request).chain(&self.others).cloned().collect()
    }
}

impl LeaveContext<'_> {
    /// Creates a request that waits for a decision.
    pub fn request(&self, id: LeaveRequestId, draft: LeaveDraft) -> Result<Outcome, LeaveRefusal> {
        let mut book = self.book();
        let (leave_type, requested_leave) = self.requested_leave(&book, id, draft, Asking::Person { before: None })?;
        let request = LeaveRequest::requested(self.new_request(id, requested_leave));
        if leave_type.counted {
            book.reserve(&requested(&request), &request.charges)?;
        }
        let fact = Fact::Leave(LeaveFact::LeaveRequested {
            request_id: id,
            start_date: request.period.start_date(),
            end_date: request.period.end_date(),
        });
        let effects = self.effects(&[&request], book, BTreeMap::new(), None, vec![fact]);
        Ok(Outcome { request, others: Vec::new(), effects })
    }

    /// Enters leave for the person. It is approved at once.
    pub fn enter(&self, id: LeaveRequestId, draft: LeaveDraft, by: UserId) -> Result<Outcome, LeaveRefusal> {
        let mut book = self.book();
        let (leave_type, requested_leave) = self.requested_leave(&book, id, draft, Asking::Manager)?;
        let request = LeaveRequest::entered(self.new_request(id, requested_leave), by);
        if leave_type.counted {
            book.take(&requested(&request), &request.charges)?;
        }
        let placed = self.placed(&request, &leave_type)?;
        Ok(self.approved(book, request, &leave_type, placed))
    }

    /// Returns approved leave with all its consequences, or with a note of those that are left to `jobs`.
    fn approved(
        &self,
        mut book: LeaveBook<'_>,
        request: LeaveRequest,
        leave_type: &LeaveType,
        placed: Placed,
    ) -> Outcome {
        let Placed { years, interrupted } = placed;
        let interrupted = self.interrupts(&request, leave_type, interrupted);
        let (request, others) = match self.follow_up {
            FollowUp::AtOnce => {
                let others = self.interrupt(&mut book, &request, &interrupted);
                (request, others)
            }
            FollowUp::ByJobs => {
                let unapplied = Unapplied { requests: interrupted, from: request.period.start_date() };
                (LeaveRequest { unapplied: Some(unapplied), ..request }, Vec::new())
            }
        };
        let mut facts = vec![decided_fact(&request, Decision::Approved)];
        let retroactive = match self.follow_up {
            FollowUp::AtOnce => Some(&request),
            FollowUp::ByJobs => {
                facts.push(Fact::Leave(LeaveFact::LeaveToApply { request_id: request.id }));
                None
            }
        };
        let effects = self.effects(&changed(&request, &others), book, years, retroactive, facts);
        Outcome { request, others, effects }
    }

    /// Changes a pending request.
    pub fn change(&self, before: &LeaveRequest, draft: LeaveDraft) -> Result<Outcome, LeaveRefusal> {
        if before.status != LeaveStatus::Pending {
            return Err(NotPending(before.status).into());
        }
        let mut book = self.book();
        let (leave_type, requested_leave) =
            self.requested_leave(&book, before.id, draft, Asking::Person { before: Some(before) })?;
        let request = self.up_to_date(before).changed(requested_leave, self.now)?;
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
        let fact = Fact::Leave(LeaveFact::LeaveRequestChanged {
            request_id: request.id,
            start_date: request.period.start_date(),
            end_date: request.period.end_date(),
        });
        let effects = self.effects(&[&request], book, BTreeMap::new(), None, vec![fact]);
        Ok(Outcome { request, others: Vec::new(), effects })
    }

    /// Decides a pending request. The cost is counted again, and the balance must be enough for it.
    pub fn decide(&self, before: &LeaveRequest, verdict: Verdict) -> Result<Outcome, LeaveRefusal> {
        if before.status != LeaveStatus::Pending {
            return Err(NotPending(before.status).into());
        }
        let mut book = self.book();
        let before = self.up_to_date(before);
        match verdict.decision {
            Decision::Rejected => {
                let request = before.decided(verdict, before.half_days.clone(), Charges::default())?;
                if !before.charges.is_empty() {
                    book.release(&requested(&request), &before.charges);
                }
                let fact = decided_fact(&request, Decision::Rejected);
                let effects = self.effects(&[&request], book, BTreeMap::new(), None, vec![fact]);
                Ok(Outcome { request, others: Vec::new(), effects })
            }
            Decision::Approved => {
                let leave_type = self.types.get(&before.leave_type).ok_or(LeaveRefusal::UnknownType)?;
                let counted = self.counted(&book, before.id, &leave_type, before.extent());
                let approved = before.decided(verdict, counted.half_days, counted.charges)?;
                let placed = self.placed(&approved, &leave_type)?;
                self.must_not_be_worked(&approved, &placed.years)?;
                if leave_type.counted || !before.charges.is_empty() {
                    book.approve(&requested(&approved), &before.charges, &approved.charges)?;
                }
                Ok(self.approved(book, approved, &leave_type, placed))
            }
        }
    }

    pub(super) fn book(&self) -> LeaveBook<'_> {
        let booking = Booking { at: self.now, today: self.today(), by: self.by };
        LeaveBook::new(self.planner.person, self.planner.settings, self.types, self.balances.clone(), booking)
    }

    pub(super) fn today(&self) -> WorkDate {
        self.planner.today(self.now)
    }

    fn new_request(&self, id: LeaveRequestId, requested_leave: RequestedLeave) -> NewRequest {
        let (department_id, zone) = (self.planner.person.department_id, self.planner.zone().clone());
        NewRequest { id, department_id, zone, requested_leave, at: self.now }
    }

    /// Returns the request with the person's present department, whose managers see it in their list.
    pub(super) fn up_to_date(&self, request: &LeaveRequest) -> LeaveRequest {
        LeaveRequest { department_id: self.planner.person.department_id, ..request.clone() }
    }

    /// Counts a request and checks it against everything but the balance.
    fn requested_leave(
        &self,
        book: &LeaveBook<'_>,
        id: LeaveRequestId,
        draft: LeaveDraft,
        asking: Asking<'_>,
    ) -> Result<(LeaveType, RequestedLeave), LeaveRefusal> {
        let LeaveDraft { leave_type, period, reason } = draft;
        let leave_type = self.types.get(&leave_type).ok_or(LeaveRefusal::UnknownType)?;
        if !leave_type.half_days && period.has_halves() {
            let field = if period.start_half().is_some() { "start_half" } else { "end_half" };
            return Err(LeaveRefusal::WholeDaysOnly(field));
        }
        let (days_back, before) = match asking {
            Asking::Person { before } => (i32::try_from(leave_type.backdate_days.get()).unwrap_or(0), before),
            Asking::Manager => (MAX_DAYS_BACK, None),
        };
        let earliest = self.today().plus_days(-days_back);
        let stays = before.is_some_and(|before| before.period.start_date() == period.start_date());
        if period.start_date() < earliest && !stays {
            return Err(LeaveRefusal::InThePast(earliest));
        }
        // Interruptions by other leave stay, unless the new type is one that nothing interrupts.
        let interrupted = before.filter(|_| !leave_type.interrupts());
        let interruptions = interrupted.map(|before| before.interruptions_within(&period)).unwrap_or_default();
        let extent = Extent { period, interruptions: &interruptions };
        self.open.admit(id, extent, self.yields(&leave_type))?;
        let Counted { half_days, charges } = self.counted(book, id, &leave_type, extent);
        if half_days.total() == 0 {
            return Err(LeaveRefusal::NoWorkingDays);
        }
        let requested_leave =
            RequestedLeave { leave_type: leave_type.code.clone(), period, half_days, charges, interruptions, reason };
        let as_placed = LeaveRequest::requested(self.new_request(id, requested_leave.clone()));
        let placed = self.placed(&as_placed, &leave_type)?;
        self.must_not_be_worked(&as_placed, &placed.years)?;
        Ok((leave_type, requested_leave))
    }

    pub(super) fn counted(
        &self,
        book: &LeaveBook<'_>,
        id: LeaveRequestId,
        leave_type: &LeaveType,
        extent: Extent<'_>,
    ) -> Counted {
        let leave = crate::schedule::LeaveRef { request_id: id, leave_type: leave_type.code.clone() };
        let half_days = HalfDays::count(self.planner, (self.days, self.now), extent, &leave, leave_type.holidays_count);
        let charges = if leave_type.counted {
            let dated = half_days.dated(extent.period.start_date());
            book.charges(&leave_type.code, dated.map(|(date, half_days)| (date, self.minutes(half_days))))
        } else {
            Charges::default()
        };
        Counted { half_days, charges }
    }

    /// Returns the minutes of one or two half days.
    pub(super) fn minutes(&self, half_days: i64) -> LeaveMinutes {
        let day = LeaveDayLength::of(self.planner.settings);
        if half_days == 2 { day.whole() } else { day.half() }
    }

    /// Returns the schedule's years with the leave in them. Fails where other leave is in the way.
    fn placed(&self, request: &LeaveRequest, leave_type: &LeaveType) -> Result<Placed, LeaveRefusal> {
        let (extent, leave) = (request.extent(), request.leave_ref());
        place(self.planner.years, extent, &leave, self.yields(leave_type)).map_err(LeaveRefusal::Overlaps)
    }

    /// Refuses leave that covers all expected work of a date on which the person worked.
    fn must_not_be_worked(
        &self,
        request: &LeaveRequest,
        years: &BTreeMap<i16, ScheduleYear>,
    ) -> Result<(), LeaveRefusal> {
        let years = self.years_with(years);
        let planner = Planner { years: &years, ..*self.planner };
        let leave = request.leave_ref();
        let is_covered = |date: WorkDate| {
            let on_date = request.extent().on(date, &leave);
            planner.half_days_of_leave(date, &on_date) > 0 && planner.assignment(date).kind == DayKind::Leave
        };
        let worked = self.days.values().filter(|day| !day.sessions().is_empty()).map(Day::date);
        worked.into_iter().find(|date| is_covered(*date)).map_or(Ok(()), |date| Err(LeaveRefusal::DayWorked(date)))
    }
}

/// The user who makes the request. This decides how long ago the leave may begin.
#[derive(Debug, Clone, Copy)]
enum Asking<'a> {
    /// The person who will be away.
    Person {
        /// The request that is changed; absent for a new request.
        before: Option<&'a LeaveRequest>,
    },
    /// Someone in charge of the person.
    Manager,
}

/// Returns the data by which the leave book identifies a request.
pub(super) fn requested(request: &LeaveRequest) -> Requested {
    Requested {
        request_id: request.id,
        leave_type: request.leave_type.clone(),
        version: request.version,
        note: request.reason.clone(),
        interrupted_by: None,
    }
}

fn decided_fact(request: &LeaveRequest, decision: Decision) -> Fact {
    Fact::Leave(LeaveFact::LeaveDecided {
        request_id: request.id,
        start_date: request.period.start_date(),
        end_date: request.period.end_date(),
        decision,
    })
}
