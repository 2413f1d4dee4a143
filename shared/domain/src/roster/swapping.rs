//! Swaps: the schedules that result from a swap, and the rules for swaps.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    Clash, HORIZON_DAYS, Rescheduled,
    clash::{around, clash_on, names},
};
use crate::{
    calendar::{TimeOfDay, WorkDate},
    day::Day,
    id::UserId,
    ports::Entropy,
    schedule::{DayPlan, PlanCause, Planner, Shift, ShiftId, instant_of},
    swap::{Approval, Swap, SwapId, SwapStatus},
    text::Remark,
    user::UserStatus,
};

/// One of the two people of a swap.
#[derive(Debug, Clone, Copy)]
pub struct Party<'a> {
    /// The person's present schedule.
    pub planner: Planner<'a>,
    /// The person's stored days of the dates concerned.
    pub days: &'a BTreeMap<WorkDate, Day>,
}

/// The data that requests, acceptances and approvals of a swap depend on.
#[derive(Debug, Clone, Copy)]
pub struct Swapping<'a> {
    /// The person who asks.
    pub asker: Party<'a>,
    /// The person who is asked.
    pub other: Party<'a>,
    /// The present instant.
    pub now: Timestamp,
}

/// A swap that someone asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The date of the person who asks.
    pub my_date: WorkDate,
    /// The date of the person who is asked; absent where that person only takes over a shift.
    pub their_date: Option<WorkDate>,
    /// The note of the person who asks.
    pub note: Option<Remark>,
}

/// The two schedules after the swap.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The schedule of the person who asks.
    pub asker: Rescheduled,
    /// The schedule of the person who is asked.
    pub other: Rescheduled,
}

/// Two shifts with less rest between them than the settings require.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{minutes} minutes between {earlier} and {later}, but at least {wanted} are required")]
pub struct TooLittleRest {
    /// The earlier shift.
    pub earlier: String,
    /// The later shift.
    pub later: String,
    /// The minutes of rest between them.
    pub minutes: i64,
    /// The minutes of rest that the settings require.
    pub wanted: i64,
}

/// The reason why a swap is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SwapRefusal {
    /// A date of the swap has begun, or is over.
    #[error("{0} has begun")]
    Begun(WorkDate),
    /// The date is too far ahead.
    #[error("{0} is more than {HORIZON_DAYS} days ahead")]
    TooFarAhead(WorkDate),
    /// The person who would give a date away has no shift on it.
    #[error("there is no shift on {date}")]
    NoShift {
        /// The person.
        user_id: UserId,
        /// The date.
        date: WorkDate,
    },
    /// The person who would take a date isn't expected to work on it: they left, weren't hired yet, or aren't tracked.
    #[error("not scheduled to work on {date}")]
    NotEmployed {
        /// The person.
        user_id: UserId,
        /// The date.
        date: WorkDate,
    },
    /// One of the two people is on leave on a date of the swap.
    #[error("one of the two is on leave on {0}")]
    OnLeave(WorkDate),
    /// Someone has already worked on a date of the swap.
    #[error("someone has clocked in for {0}")]
    DayWorked(WorkDate),
    /// The roster changed, so that an offered shift no longer exists.
    #[error("the shifts have changed since the swap was requested")]
    RosterChanged,
    /// Someone would have two shifts at the same time.
    #[error(transparent)]
    WouldOverlap(#[from] Clash),
    /// Someone would have too little rest.
    #[error(transparent)]
    TooLittleRest(#[from] TooLittleRest),
}

impl Party<'_> {
    const fn id(&self) -> UserId {
        self.planner.person.id
    }

    /// Returns the expected shifts of a date, ignoring leave but not holidays.
    fn shifts(&self, date: WorkDate) -> Vec<Shift> {
        self.planner.assignment_without_leave(date).shifts
    }

    fn is_on_leave(&self, date: WorkDate) -> bool {
        self.planner.years.get(&date.year()).is_some_and(|year| year.leave.contains_key(&date))
    }

    /// Returns when the date begins for the person: at midnight, or with a shift that begins before it at a site far to the east.
    fn begin_of(&self, date: WorkDate) -> Timestamp {
        let midnight = instant_of(self.planner.zone(), date, TimeOfDay::constant::<0, 0>());
        self.shifts(date).iter().map(|shift| shift.start_at).fold(midnight, Timestamp::min)
    }

    /// Returns the person's dates after the swap.
    fn rescheduled(&self, swap: &Swap, plans: BTreeMap<WorkDate, Vec<Shift>>) -> Rescheduled {
        let cause = PlanCause::Swap { swap_id: swap.id };
        let plan = |shifts: Vec<Shift>| if shifts.is_empty() { DayPlan::Off } else { DayPlan::Given(shifts) };
        let plans = plans.into_iter().map(|(date, shifts)| (date, Some((plan(shifts), cause.clone())))).collect();
        Rescheduled::with_dates(&self.planner, &plans, swap.my_date.min(swap.their_date.unwrap_or(swap.my_date)))
    }

    /// Refuses shifts at the same time, and too little rest around the shifts that the person receives on `date`.
    fn check(&self, after: &Rescheduled, date: WorkDate, received: &[ShiftId]) -> Result<(), SwapRefusal> {
        let years = after.years_after(self.planner.years);
        let planner = Planner { years: &years, ..self.planner };
        if let Some(clash) = clash_on(&planner, date) {
            return Err(clash.into());
        }
        too_little_rest(&planner, date, |shift| received.contains(&shift.id)).map_or(Ok(()), |rest| Err(rest.into()))
    }
}

/// Returns the first two shifts around a date with less rest between them than the settings require. The condition must hold for
/// one of them. Shifts that leave covers need no rest.
pub(super) fn too_little_rest(
    planner: &Planner<'_>,
    date: WorkDate,
    picks: impl Fn(&Shift) -> bool,
) -> Option<TooLittleRest> {
    let near: Vec<Shift> = around(date).flat_map(|date| planner.assignment(date).shifts).collect();
    let others = || near.iter().filter(|shift| !shift.on_leave && !picks(shift));
    let wanted = planner.settings.min_rest_minutes.as_i64();
    for shift in near.iter().filter(|shift| picks(shift)) {
        for other in others() {
            let (earlier, later) = if other.start_at < shift.start_at { (other, shift) } else { (shift, other) };
            let minutes = (later.start_at.as_second() - earlier.end_at.as_second()).div_euclid(60);
            if minutes < wanted {
                let [earlier, later] = names(planner, earlier, later);
                return Some(TooLittleRest { earlier, later, minutes, wanted });
            }
        }
    }
    None
}

/// The people whose leave prevents a swap at one of its steps.
#[derive(Debug, Clone, Copy)]
enum ConsideredLeave {
    OfBoth,
    OfAsker,
}

impl Swapping<'_> {
    /// Creates a swap that waits for the other person's answer. Whether the swap is possible is checked when they accept it.
    pub fn ask(&self, proposal: Proposal, entropy: &dyn Entropy) -> Result<Swap, SwapRefusal> {
        let Proposal { my_date, their_date, note } = proposal;
        if let Some(refusal) = self.refusal_of_dates(my_date, their_date, self.leave_the_asker_sees()) {
            return Err(refusal);
        }
        let offered = given(&self.asker, my_date)?;
        let wanted = their_date.map(|date| given(&self.other, date)).transpose()?.unwrap_or_default();
        let person = self.asker.planner.person;
        Ok(Swap {
            id: SwapId::generate(person.id, self.now, entropy),
            from_user_id: person.id,
            from_department_id: person.department_id,
            with_user_id: self.other.id(),
            with_department_id: self.other.planner.person.department_id,
            zone: self.asker.planner.zone().clone(),
            my_date,
            their_date,
            offered,
            wanted,
            note,
            status: SwapStatus::Pending,
            approval: None,
            begins_at: self.begin(my_date, their_date),
            answered_at: None,
            answer_note: None,
            decided_by: None,
            decided_at: None,
            decision_note: None,
            self_decided: false,
            created_at: self.now,
            version: 1,
        })
    }

    /// Returns whether a manager must approve the swap: where the settings require it, and always between departments.
    pub fn approval(&self) -> Approval {
        let across = self.asker.planner.person.department_id != self.other.planner.person.department_id;
        if across || self.asker.planner.settings.swap_needs_manager { Approval::Needed } else { Approval::NotNeeded }
    }

    /// Returns both schedules after the swap. Shifts move unchanged, each date as a whole. A person who has other shifts on a
    /// date that they take keeps them, as long as nothing overlaps.
    pub fn make(&self, swap: &Swap) -> Result<Made, SwapRefusal> {
        let Swap { my_date, their_date, offered, wanted, .. } = swap;
        let (my_date, their_date) = (*my_date, *their_date);
        if let Some(refusal) = self.refusal_of_dates(my_date, their_date, ConsideredLeave::OfBoth) {
            let has_left = matches!(refusal, SwapRefusal::NotEmployed { .. });
            return Err(if has_left { SwapRefusal::RosterChanged } else { refusal });
        }
        let still = |party: &Party<'_>, date, shifts: &[Shift]| party.shifts(date) == shifts;
        if !still(&self.asker, my_date, offered) || !their_date.is_none_or(|date| still(&self.other, date, wanted)) {
            return Err(SwapRefusal::RosterChanged);
        }
        let to_other = Handed { from: &self.asker, to: &self.other, gives: their_date, date: my_date, shifts: offered };
        let (of_other, received_by_other) = to_other.taken();
        let mut askers = BTreeMap::from([(my_date, Vec::new())]);
        let mut others = BTreeMap::from([(my_date, of_other)]);
        let mut received_by_asker = Vec::new();
        if let Some(date) = their_date {
            let to_asker = Handed { from: &self.other, to: &self.asker, gives: Some(my_date), date, shifts: wanted };
            let (of_asker, received) = to_asker.taken();
            received_by_asker = received;
            askers.insert(date, of_asker);
            others.entry(date).or_default();
        }
        let made = Made { asker: self.asker.rescheduled(swap, askers), other: self.other.rescheduled(swap, others) };
        self.other.check(&made.other, my_date, &received_by_other)?;
        if let Some(date) = their_date {
            self.asker.check(&made.asker, date, &received_by_asker)?;
        }
        Ok(made)
    }

    /// Returns when the first of the dates begins, for whichever of the two people it begins first.
    fn begin(&self, my_date: WorkDate, their_date: Option<WorkDate>) -> Timestamp {
        let begins = |date| self.asker.begin_of(date).min(self.other.begin_of(date));
        their_date.map_or_else(|| begins(my_date), |date| begins(date).min(begins(my_date)))
    }

    /// People see approved leave of their own department only. A refusal must not tell of other leave: the swap is refused when the
    /// other person accepts it.
    fn leave_the_asker_sees(&self) -> ConsideredLeave {
        match (self.asker.planner.person.department_id, self.other.planner.person.department_id) {
            (Some(asker), Some(other)) if asker == other => ConsideredLeave::OfBoth,
            (Some(_) | None, Some(_) | None) => ConsideredLeave::OfAsker,
        }
    }

    /// Returns the reason why the dates are refused, at any step of the swap.
    fn refusal_of_dates(
        &self,
        my_date: WorkDate,
        their_date: Option<WorkDate>,
        leave: ConsideredLeave,
    ) -> Option<SwapRefusal> {
        [Some(my_date), their_date].into_iter().flatten().find_map(|date| self.refusal_of(date, leave))
    }

    fn refusal_of(&self, date: WorkDate, leave: ConsideredLeave) -> Option<SwapRefusal> {
        if self.begin(date, None) <= self.now {
            return Some(SwapRefusal::Begun(date));
        }
        if self.asker.planner.today(self.now).plus_days(HORIZON_DAYS) < date {
            return Some(SwapRefusal::TooFarAhead(date));
        }
        let of_other = match leave {
            ConsideredLeave::OfBoth => true,
            ConsideredLeave::OfAsker => false,
        };
        [(&self.asker, true), (&self.other, of_other)].into_iter().find_map(|(party, counts_leave)| {
            let person = party.planner.person;
            if person.status != UserStatus::Active || !person.is_employed_on(date) {
                Some(SwapRefusal::NotEmployed { user_id: person.id, date })
            } else if counts_leave && party.is_on_leave(date) {
                Some(SwapRefusal::OnLeave(date))
            } else if party.days.get(&date).is_some_and(|day| !day.sessions().is_empty()) {
                Some(SwapRefusal::DayWorked(date))
            } else {
                None
            }
        })
    }
}

/// Returns the shifts that a person gives away with a date.
fn given(party: &Party<'_>, date: WorkDate) -> Result<Vec<Shift>, SwapRefusal> {
    let shifts = party.shifts(date);
    if shifts.is_empty() { Err(SwapRefusal::NoShift { user_id: party.id(), date }) } else { Ok(shifts) }
}

/// The shifts of a date that one person hands to the other.
struct Handed<'a> {
    from: &'a Party<'a>,
    to: &'a Party<'a>,
    /// The date that the taker gives away.
    gives: Option<WorkDate>,
    date: WorkDate,
    shifts: &'a [Shift],
}

impl Handed<'_> {
    /// Returns all shifts of the taker on the date after the swap, in order, and the ids of those that they receive.
    fn taken(&self) -> (Vec<Shift>, Vec<ShiftId>) {
        let mut all = if self.gives == Some(self.date) { Vec::new() } else { self.to.shifts(self.date) };
        let mut received = Vec::new();
        let (theirs, own) = (self.from.planner.person.site_id, self.to.planner.person.site_id);
        for shift in self.shifts {
            let id = ShiftId::new(self.date, shift.id.start()).apart_from(&all);
            received.push(id);
            // The shift keeps its place of work.
            let site_id = shift.site_id.or(if theirs == own { None } else { theirs });
            all.push(Shift { id, site_id, ..shift.clone() });
        }
        all.sort_by_key(|shift| shift.start_at);
        (all, received)
    }
}
