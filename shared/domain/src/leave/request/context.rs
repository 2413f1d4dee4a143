//! What is decided about leave, and everything that a decision changes.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    Extent, HalfDays, LeaveEffects, LeavePeriod, LeaveRequest, LeaveStatus, NewRequest, NotPending, NotThere,
    OpenLeave, OpenRefusal, Placed, ProfileUpdate, Unapplied, applying::changed, place,
};
use crate::{
    audit::Actor,
    calendar::WorkDate,
    correction::{Decision, Verdict},
    day::{Day, Month, Presence},
    event::Fact,
    id::{LeaveRequestId, UserId},
    lateness::LateMonth,
    leave::{
        Balances, Booking, Charges, LeaveBook, LeaveDayLength, LeaveMinutes, LeaveType, LeaveTypes, NotEnough,
        Requested,
    },
    schedule::{DayKind, LeaveTypeCode, Planner, ScheduleYear},
    text::Reason,
};

/// How many days ago leave may begin that somebody in charge enters. What a person asks for begins at most as many days ago
/// as its type says.
pub const MAX_DAYS_BACK: i32 = 400;

/// When what follows from approved leave is applied: days that are over, and other leave that it interrupts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowUp {
    /// With the decision.
    AtOnce,
    /// By `jobs`, because it is too much for one transaction.
    ByJobs,
}

/// What someone asks for, before it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaveDraft {
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
    /// The other requests of the person on the dates concerned, where the leave may interrupt them, or did.
    pub others: &'a [LeaveRequest],
    /// When what follows from approved leave is applied.
    pub follow_up: FollowUp,
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
    /// The person is expected on none of its dates.
    #[error("no working days on these dates")]
    NoWorkingDays,
    /// The person has other leave, pending or approved.
    #[error("there is other leave on {0}")]
    Overlaps(WorkDate),
    /// The person has asked for as much as anyone can.
    #[error("too many requests are pending or upcoming")]
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
    /// The requests that it interrupts, or no longer does, in their next versions.
    pub others: Vec<LeaveRequest>,
    /// The rest.
    pub effects: LeaveEffects,
}

/// What a period comes to.
pub(super) struct Counted {
    pub(super) half_days: HalfDays,
    pub(super) charges: Charges,
}

impl Outcome {
    /// All requests that change.
    pub fn requests(&self) -> Vec<LeaveRequest> {
        std::iter::once(&self.request).chain(&self.others).cloned().collect()
    }
}

impl LeaveContext<'_> {
    /// Asks for leave, which waits for a decision.
    pub fn request(&self, id: LeaveRequestId, asked: LeaveDraft) -> Result<Outcome, LeaveRefusal> {
        let mut book = self.book();
        let (leave_type, wish) = self.wish(&book, id, asked, Asking::Person { before: None })?;
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
        Ok(Outcome { request, others: Vec::new(), effects })
    }

    /// Enters leave for the person: approved at once.
    pub fn enter(&self, id: LeaveRequestId, asked: LeaveDraft, by: UserId) -> Result<Outcome, LeaveRefusal> {
        let mut book = self.book();
        let (leave_type, wish) = self.wish(&book, id, asked, Asking::Manager)?;
        let request = LeaveRequest::entered(self.new_request(id, wish), by);
        if leave_type.counted {
            book.take(&requested(&request), &request.charges)?;
        }
        let placed = self.placed(&request, &leave_type)?;
        Ok(self.approved(book, request, &leave_type, placed))
    }

    /// Approved leave with all that follows from it, or what of that is left to `jobs`.
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
                facts.push(Fact::LeaveToApply { request_id: request.id });
                None
            }
        };
        let effects = self.effects(&changed(&request, &others), book, years, retroactive, facts);
        Outcome { request, others, effects }
    }

    /// Changes a pending request.
    pub fn change(&self, before: &LeaveRequest, asked: LeaveDraft) -> Result<Outcome, LeaveRefusal> {
        if before.status != LeaveStatus::Pending {
            return Err(NotPending(before.status).into());
        }
        let mut book = self.book();
        let (leave_type, wish) = self.wish(&book, before.id, asked, Asking::Person { before: Some(before) })?;
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
        Ok(Outcome { request, others: Vec::new(), effects })
    }

    /// Decides a pending request. What it costs is counted anew, and must be there.
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

    fn new_request(&self, id: LeaveRequestId, wish: ProfileUpdate) -> NewRequest {
        let (department_id, zone) = (self.planner.person.department_id, self.planner.zone().clone());
        NewRequest { id, department_id, zone, wish, at: self.now }
    }

    /// The request in the person's present department, whose managers are to have it in their list.
    pub(super) fn up_to_date(&self, request: &LeaveRequest) -> LeaveRequest {
        LeaveRequest { department_id: self.planner.person.department_id, ..request.clone() }
    }

    /// What is asked for, counted and checked against everything but the balance.
    fn wish(
        &self,
        book: &LeaveBook<'_>,
        id: LeaveRequestId,
        asked: LeaveDraft,
        asking: Asking<'_>,
    ) -> Result<(LeaveType, ProfileUpdate), LeaveRefusal> {
        let LeaveDraft { leave_type, period, reason } = asked;
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
        // What other leave has taken stays so, unless it is to be leave that nothing interrupts.
        let interrupted = before.filter(|_| !leave_type.interrupts());
        let interruptions = interrupted.map(|before| before.interruptions_within(&period)).unwrap_or_default();
        let extent = Extent { period, interruptions: &interruptions };
        self.open.admit(id, extent, self.yields(&leave_type))?;
        let Counted { half_days, charges } = self.counted(book, id, &leave_type, extent);
        if half_days.total() == 0 {
            return Err(LeaveRefusal::NoWorkingDays);
        }
        let wish =
            ProfileUpdate { leave_type: leave_type.code.clone(), period, half_days, charges, interruptions, reason };
        let as_placed = LeaveRequest::requested(self.new_request(id, wish.clone()));
        let placed = self.placed(&as_placed, &leave_type)?;
        self.must_not_be_worked(&as_placed, &placed.years)?;
        Ok((leave_type, wish))
    }

    pub(super) fn counted(
        &self,
        book: &LeaveBook<'_>,
        id: LeaveRequestId,
        leave_type: &LeaveType,
        extent: Extent<'_>,
    ) -> Counted {
        let leave = crate::schedule::LeaveRef { request_id: id, leave_type: leave_type.code.clone() };
        let half_days = HalfDays::count(self.planner, extent, &leave, leave_type.holidays_count);
        let charges = if leave_type.counted {
            let dated = half_days.dated(extent.period.start_date());
            book.charges(&leave_type.code, dated.map(|(date, half_days)| (date, self.minutes(half_days))))
        } else {
            Charges::default()
        };
        Counted { half_days, charges }
    }

    /// What one or two half days of a date take.
    pub(super) fn minutes(&self, half_days: i64) -> LeaveMinutes {
        let day = LeaveDayLength::of(self.planner.settings);
        if half_days == 2 { day.whole() } else { day.half() }
    }

    /// The schedule's years with the leave in them, where no other leave is in the way.
    fn placed(&self, request: &LeaveRequest, leave_type: &LeaveType) -> Result<Placed, LeaveRefusal> {
        let (extent, leave) = (request.extent(), request.leave_ref());
        place(self.planner.years, extent, &leave, self.yields(leave_type)).map_err(LeaveRefusal::Overlaps)
    }

    /// Leave that covers all that was expected of a date, and work on that date, exclude each other.
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

/// Who asks for leave: it decides how long ago the leave may begin.
#[derive(Debug, Clone, Copy)]
enum Asking<'a> {
    /// The person, for themselves.
    Person {
        /// The request that is changed, if it is no new one.
        before: Option<&'a LeaveRequest>,
    },
    /// Somebody in charge of the person.
    Manager,
}

/// What the book knows a request by.
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
    Fact::LeaveDecided {
        request_id: request.id,
        start_date: request.period.start_date(),
        end_date: request.period.end_date(),
        decision,
    }
}
