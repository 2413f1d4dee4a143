//! What is decided about leave, and everything that a decision changes.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    Cancelled, HalfDays, LeavePeriod, LeaveRequest, LeaveStatus, NewRequest, NotPending, NotThere, OpenLeave,
    OpenRefusal, Wish, begun_until, cover_past_days, place, remove,
};
use crate::{
    audit::Actor,
    calendar::WorkDate,
    correction::{Decision, Verdict},
    day::{Day, DayChange, Month, Presence, follow_schedule},
    event::Fact,
    id::{LeaveRequestId, UserId},
    lateness::{LateMonth, follow_days},
    leave::{
        Balances, Booked, Booking, Charges, LeaveBook, LeaveDayLength, LeaveType, LeaveTypes, NotEnough,
        Requested,
    },
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

/// What changes along with requests.
#[derive(Debug, Clone, PartialEq)]
pub struct LeaveEffects {
    /// What the person has pending or ahead, in its next version.
    pub open: OpenLeave,
    /// The years of the schedule that change, in their next versions.
    pub years: BTreeMap<i16, ScheduleYear>,
    /// The stored days that change.
    pub days: Vec<DayChange>,
    /// The months of lateness that change, in their next versions.
    pub late_months: BTreeMap<Month, LateMonth>,
    /// The next presence, where a punch at this moment must not go by the schedule as it was.
    pub presence: Option<Presence>,
    /// What is booked.
    pub booked: Booked,
    /// What happened.
    pub facts: Vec<Fact>,
}

/// What a period comes to.
struct Counted {
    half_days: HalfDays,
    charges: Charges,
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

    /// Withdraws a pending request, or cancels approved leave as far as it hasn't begun.
    pub fn cancel(&self, before: &LeaveRequest) -> Result<Outcome, LeaveRefusal> {
        let mut book = self.book();
        let (request, years, fact) = self.cancelled(&mut book, before)?;
        let mut effects = self.effects(&[&request], book, years, None, vec![fact]);
        if effects.presence.is_none() && self.concerns_today(&before.period) && !effects.years.is_empty() {
            effects.presence = Some(self.next_presence());
        }
        Ok(Outcome { request, effects })
    }

    /// Ends everything that someone who leaves has pending or ahead. Gives nothing where there is nothing.
    pub fn end_all(&self, requests: &[LeaveRequest]) -> Option<(Vec<LeaveRequest>, LeaveEffects)> {
        let mut book = self.book();
        let (mut ended, mut facts) = (Vec::new(), Vec::new());
        let mut years: BTreeMap<i16, ScheduleYear> = BTreeMap::new();
        for before in requests {
            // The leave of all of them is taken out of the same years, which change once.
            let mut so_far = self.planner.years.clone();
            so_far.extend(years.clone());
            let planner = Planner { years: &so_far, ..*self.planner };
            let context = LeaveContext { planner: &planner, ..*self };
            if let Ok((request, changed, fact)) = context.cancelled(&mut book, before) {
                ended.push(request);
                facts.push(fact);
                years.extend(changed);
            }
        }
        for (year, after) in &mut years {
            after.version = self.planner.years.get(year).map_or(0, |before| before.version) + 1;
        }
        if ended.is_empty() {
            return None;
        }
        let changed: Vec<&LeaveRequest> = ended.iter().collect();
        let effects = self.effects(&changed, book, years, None, facts);
        Some((ended, effects))
    }

    fn cancelled(
        &self,
        book: &mut LeaveBook<'_>,
        before: &LeaveRequest,
    ) -> Result<(LeaveRequest, BTreeMap<i16, ScheduleYear>, Fact), NotThere> {
        let begun = begun_until(self.planner, &before.period, &before.leave_ref(), self.now);
        let Cancelled { request, given_back } = self.up_to_date(before).cancelled(self.by, self.now, begun)?;
        let was_approved = before.status == LeaveStatus::Approved;
        if !given_back.is_empty() {
            if was_approved {
                book.give_back(&requested(&request), &given_back);
            } else {
                book.release(&requested(&request), &given_back);
            }
        }
        let kept_until = (request.status == LeaveStatus::Approved).then(|| request.period.end_date());
        let years = if was_approved { remove(self.planner.years, before, kept_until) } else { BTreeMap::new() };
        let fact = Fact::LeaveCancelled {
            request_id: request.id,
            start_date: request.period.start_date(),
            end_date: request.period.end_date(),
        };
        Ok((request, years, fact))
    }

    /// Counts open requests anew, from today on, after a holiday or the roster changed; the planner has the schedule after
    /// the change. Gives at most `most` of the requests that come out otherwise, and the days that follow; nothing where
    /// there is neither.
    pub fn recount(&self, requests: &[LeaveRequest], most: usize) -> Option<(Vec<LeaveRequest>, LeaveEffects)> {
        let mut book = self.book();
        let differing = requests.iter().filter_map(|before| self.recounted(&mut book, before));
        let recounted: Vec<LeaveRequest> = differing.take(most).collect();
        let changed: Vec<&LeaveRequest> = recounted.iter().collect();
        let effects = self.effects(&changed, book, BTreeMap::new(), None, Vec::new());
        (!recounted.is_empty() || !effects.days.is_empty()).then_some((recounted, effects))
    }

    fn recounted(&self, book: &mut LeaveBook<'_>, before: &LeaveRequest) -> Option<LeaveRequest> {
        let leave_type = self.types.get(&before.leave_type)?;
        let (today, start) = (self.today(), before.period.start_date());
        let newer = self.counted(book, before.id, &leave_type, &before.period);
        let half_days = before.half_days.recounted_from(start, today, &newer.half_days);
        // What was booked while the type wasn't counted stays unbooked.
        let was_counted = !before.charges.is_empty() || before.half_days.total() == 0;
        let charges = if was_counted {
            let kept = before.charges.filtered(|date| date < today);
            let ahead = newer.charges.filtered(|date| today <= date);
            Charges::new(kept.dates().chain(ahead.dates()))
        } else {
            Charges::default()
        };
        let after = before.recounted(half_days, charges, self.now)?;
        if after.charges != before.charges {
            match before.status {
                LeaveStatus::Pending => book.recount_pending(&requested(&after), &before.charges, &after.charges),
                LeaveStatus::Approved => book.recount_approved(&requested(&after), &before.charges, &after.charges),
                LeaveStatus::Rejected | LeaveStatus::Cancelled => {}
            }
        }
        Some(after)
    }

    fn book(&self) -> LeaveBook<'_> {
        let booking = Booking { at: self.now, today: self.today(), by: self.by };
        LeaveBook::new(self.planner.person, self.planner.settings, self.types, self.balances.clone(), booking)
    }

    fn today(&self) -> WorkDate {
        self.planner.today(self.now)
    }

    fn new_request(&self, id: LeaveRequestId, wish: Wish) -> NewRequest {
        let (department_id, zone) = (self.planner.person.department_id, self.planner.zone().clone());
        NewRequest { id, department_id, zone, wish, at: self.now }
    }

    /// The request in the person's present department, whose managers are to have it in their list.
    fn up_to_date(&self, request: &LeaveRequest) -> LeaveRequest {
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

    fn counted(
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

    fn years_with(&self, changed: &BTreeMap<i16, ScheduleYear>) -> BTreeMap<i16, ScheduleYear> {
        let mut years = self.planner.years.clone();
        years.extend(changed.iter().map(|(year, after)| (*year, after.clone())));
        years
    }

    /// Everything that follows: `years` are those of the schedule that change, `covering` the leave that has just come to be
    /// approved, and may cover days that are over.
    fn effects(
        &self,
        requests: &[&LeaveRequest],
        mut book: LeaveBook<'_>,
        years: BTreeMap<i16, ScheduleYear>,
        covering: Option<&LeaveRequest>,
        mut facts: Vec<Fact>,
    ) -> LeaveEffects {
        let all_years = self.years_with(&years);
        let after = Planner { years: &all_years, ..*self.planner };
        let mut days = follow_schedule(self.days, &after, self.now);
        if let Some(request) = covering {
            days.extend(cover_past_days(self.days, self.planner, &after, request, self.now));
        }
        // Lateness in time that leave covers is none: its deductions are taken back.
        let leave_day = LeaveDayLength::of(self.planner.settings);
        let late_months = follow_days(self.late_months, &days, &mut book, leave_day, self.now);
        let touches_now = !years.is_empty() && requests.iter().any(|request| self.concerns_today(&request.period));
        let presence = touches_now.then(|| self.next_presence());
        let booked = book.finish();
        facts.extend(booked.facts.iter().cloned());
        let open = self.open.with(requests.iter().copied(), self.today());
        LeaveEffects { open, years, days, late_months, presence, booked, facts }
    }

    /// Whether a punch at this moment could be about a date of the period.
    fn concerns_today(&self, period: &LeavePeriod) -> bool {
        let today = self.today();
        period.start_date() <= today.next() && today.previous() <= period.end_date()
    }

    /// Written though nobody moves: a punch that was decided by the schedule before, and commits after, loses on it.
    fn next_presence(&self) -> Presence {
        Presence { version: self.presence.version + 1, ..self.presence.clone() }
    }
}

/// What the book knows a request by.
fn requested(request: &LeaveRequest) -> Requested {
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
