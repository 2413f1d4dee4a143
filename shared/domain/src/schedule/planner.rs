//! The computation of a person's assignment from patterns, overrides, swaps, holidays and leave.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    Assignment, DayKind, DayLeave, DayPlan, PatternShift, PlanCause, Schedule, ScheduleYear, Shift, ShiftId, SiteBook,
    halves, instant_of, shift::later,
};
use crate::{
    calendar::{WorkDate, Zone},
    holiday::{Half, Holiday},
    id::SiteId,
    settings::Settings,
    user::User,
};

/// All data that determines when a person is expected, borrowed from what the store has read.
#[derive(Debug, Clone, Copy)]
pub struct Planner<'a> {
    /// The person.
    pub person: &'a User,
    /// The company's settings.
    pub settings: &'a Settings,
    /// The time zones of the sites.
    pub sites: &'a SiteBook,
    /// The person's patterns.
    pub schedule: &'a Schedule,
    /// The differences from the patterns, by calendar year. A missing year has no differences.
    pub years: &'a BTreeMap<i16, ScheduleYear>,
    /// The holidays of the requested years, of the company and of all sites, in any order.
    pub holidays: &'a [Holiday],
}

impl<'a> Planner<'a> {
    /// The time zone in which the person's dates begin and end: their own zone, their site's, or the company's.
    pub fn zone(&self) -> &'a Zone {
        self.person.zone_at(self.sites, &self.settings.time_zone)
    }

    /// The person's local date.
    pub fn today(&self, now: Timestamp) -> WorkDate {
        self.zone().date_of(now)
    }

    /// The person's assignment on that date. The first of these that exists applies: leave, override or swap, holiday, pattern,
    /// the company's default.
    pub fn assignment(&self, date: WorkDate) -> Assignment {
        self.fold(date, self.leave_on(date))
    }

    /// The approved leave of that date, even if the person isn't expected on it.
    pub fn leave_on(&self, date: WorkDate) -> Option<&'a DayLeave> {
        self.years.get(&date.year())?.leave.get(&date)
    }

    /// Whether the date has a stored plan or leave that this release doesn't know.
    pub(crate) fn has_unknown_plan(&self, date: WorkDate) -> bool {
        self.years.get(&date.year()).is_some_and(|year| year.unknown.contains(&date))
    }

    /// The assignment on that date with another leave than the schedule has.
    pub(crate) fn assignment_with(&self, date: WorkDate, leave: Option<&DayLeave>) -> Assignment {
        self.fold(date, leave)
    }

    /// The assignment on that date without any leave. Leave is counted by this assignment.
    pub fn assignment_without_leave(&self, date: WorkDate) -> Assignment {
        self.fold(date, None)
    }

    /// The assignment of that date by which leave is counted: without leave, and also for a person who doesn't track attendance.
    pub fn assignment_for_leave(&self, date: WorkDate) -> Assignment {
        self.fold_while(self.person.employments.hold(date), date, None)
    }

    /// The number of half days (0 to 2) that a leave costs on that date: the halves that the leave covers and in which the person
    /// would have to work without any leave. A person who doesn't track attendance takes leave by the same schedule.
    pub fn half_days_of_leave(&self, date: WorkDate, leave: &DayLeave) -> u8 {
        let covers = self.fold_while(self.person.employments.hold(date), date, Some(leave)).leave;
        covers.map_or(0, |leave| u8::from(leave.morning.is_some()) + u8::from(leave.afternoon.is_some()))
    }

    /// The number of half days (0 to 2) that holidays take from the plan of that date.
    pub fn half_days_of_holidays(&self, date: WorkDate) -> u8 {
        let (planned, _) = self.planned(date);
        let Some(midpoint) = halves::midpoint(&planned) else { return 0 };
        let left = self.assignment_without_leave(date).shifts;
        let is_taken = |half: Half| !left.iter().any(|shift| halves::touches(shift, half, midpoint));
        u8::from(is_taken(Half::Morning)) + u8::from(is_taken(Half::Afternoon))
    }

    /// The scheduled seconds that a leave takes on that date, by the schedule without any leave.
    pub fn leave_seconds(&self, date: WorkDate, leave: &DayLeave) -> i64 {
        let scheduled = |assignment: Assignment| assignment.shifts.iter().map(Shift::scheduled_seconds).sum::<i64>();
        scheduled(self.fold(date, None)) - scheduled(self.fold(date, Some(leave)))
    }

    /// The beginning of the first time that a leave covers on that date; `None` if it covers no time.
    pub fn leave_begins_at(&self, date: WorkDate, leave: &DayLeave) -> Option<Timestamp> {
        let expected = self.assignment_for_leave(date).shifts;
        let left = self.fold_while(self.person.employments.hold(date), date, Some(leave)).shifts;
        let covered_from = |(before, after): (&Shift, &Shift)| {
            if after.on_leave || before.start_at < after.start_at {
                Some(before.start_at)
            } else {
                (after.end_at < before.end_at).then_some(after.end_at)
            }
        };
        // Leave removes parts of shifts but never whole shifts, so both lists have the same length.
        expected.iter().zip(&left).filter_map(covered_from).min()
    }

    fn fold(&self, date: WorkDate, leave: Option<&DayLeave>) -> Assignment {
        self.fold_while(self.person.is_employed_on(date), date, leave)
    }

    /// The assignment of a date; without shifts if the schedule doesn't apply to the person then.
    fn fold_while(&self, applies: bool, date: WorkDate, leave: Option<&DayLeave>) -> Assignment {
        let holiday =
            self.holidays_of(date, self.person.site_on(date)).min_by_key(|holiday| holiday.half_day.is_some());
        let assignment = Assignment {
            date,
            zone: self.zone().clone(),
            kind: DayKind::Unscheduled,
            shifts: Vec::new(),
            leave: None,
            holiday: holiday.cloned(),
            changed_by: None,
        };
        if !applies {
            return assignment;
        }
        let (planned, changed_by) = self.planned(date);
        let midpoint = halves::midpoint(&planned);
        let whole_holiday = holiday.is_some_and(|holiday| holiday.half_day.is_none()) && changed_by.is_none();
        let was_planned = !planned.is_empty();
        let expected = match (&changed_by, midpoint) {
            (None, Some(midpoint)) => {
                planned.into_iter().filter_map(|shift| self.without_holidays(date, shift, midpoint)).collect()
            }
            (None, None) | (Some(_), _) => planned,
        };
        let (shifts, leave) = match (leave, midpoint) {
            (Some(leave), Some(midpoint)) => take_leave(expected, leave, midpoint),
            (None, _) | (_, None) => (expected, None),
        };
        let kind = if shifts.is_empty() {
            if whole_holiday || was_planned { DayKind::Holiday } else { DayKind::WeeklyOff }
        } else if shifts.iter().all(|shift| shift.on_leave) {
            DayKind::Leave
        } else {
            DayKind::Workday
        };
        Assignment { kind, shifts, leave, changed_by, ..assignment }
    }

    /// The sites in the plan of a date, including unknown ones. The result doesn't depend on the zones of sites.
    pub fn sites_on(&self, date: WorkDate) -> Vec<SiteId> {
        if let Some(day) = self.years.get(&date.year()).and_then(|year| year.days.get(&date)) {
            return day.plan.sites();
        }
        let shifts = self.schedule.pattern_on(date).into_iter().flat_map(|pattern| pattern.rhythm.shifts_on(date));
        shifts.filter_map(|shift| shift.site_id).collect()
    }

    /// The shifts planned for the date, in order, before holidays and leave are applied, because both can be withdrawn.
    pub fn planned_shifts(&self, date: WorkDate) -> Vec<Shift> {
        self.planned(date).0
    }

    /// The shifts planned for the date before holidays and leave are applied, and the cause of a difference from the pattern.
    fn planned(&self, date: WorkDate) -> (Vec<Shift>, Option<PlanCause>) {
        let on_date = |shifts: &[PatternShift]| shifts.iter().map(|shift| self.shift_on(date, *shift)).collect();
        if let Some(day) = self.years.get(&date.year()).and_then(|year| year.days.get(&date)) {
            let shifts = match &day.plan {
                DayPlan::Off => Vec::new(),
                DayPlan::Shifts(shifts) => on_date(shifts),
                DayPlan::Given(shifts) => shifts.clone(),
            };
            return (in_order(shifts), Some(day.cause.clone()));
        }
        let shifts = match self.schedule.pattern_on(date) {
            Some(pattern) => on_date(pattern.rhythm.shifts_on(date)),
            None => match self.settings.default_schedule_on(date) {
                (_, offs) if offs.contains(date.weekday()) => Vec::new(),
                (times, _) => on_date(&[PatternShift { times, site_id: None }]),
            },
        };
        (in_order(shifts), None)
    }

    /// The shift as instants, in the time zone of its site, otherwise the person's.
    fn shift_on(&self, date: WorkDate, shift: PatternShift) -> Shift {
        let times = shift.times;
        let zone = shift.site_id.and_then(|site| self.sites.zone(site)).unwrap_or_else(|| self.zone());
        let start_at = instant_of(zone, date, times.start);
        let last_date = if times.ends_next_day() { date.next() } else { date };
        let end_at = instant_of(zone, last_date, times.end);
        // A shift that begins within the hour that a DST change skips may end before it begins. Such a shift gets its nominal
        // length.
        let end_at = if start_at < end_at { end_at } else { later(start_at, 60 * i64::from(times.nominal_minutes())) };
        Shift {
            id: ShiftId::new(date, times.start),
            start_at,
            end_at,
            break_seconds: 60 * times.break_minutes.as_i64(),
            site_id: shift.site_id,
            on_leave: false,
        }
    }

    /// The part of the shift that remains after the holidays of its site (of the person's site if the shift has none).
    fn without_holidays(&self, date: WorkDate, shift: Shift, midpoint: Timestamp) -> Option<Shift> {
        self.holidays_of(date, shift.site_id.or(self.person.site_on(date))).try_fold(shift, |shift, holiday| {
            match holiday.half_day? {
                Half::Morning => halves::part(&shift, Half::Afternoon, midpoint),
                Half::Afternoon => halves::part(&shift, Half::Morning, midpoint),
            }
        })
    }

    /// The holidays of the whole company and of that site.
    fn holidays_of(&self, date: WorkDate, site: Option<SiteId>) -> impl Iterator<Item = &'a Holiday> {
        self.holidays
            .iter()
            .filter(move |holiday| holiday.date == date && holiday.site_id.is_none_or(|there| site == Some(there)))
    }
}

/// Returns the shifts in order of their starts, each with a unique id.
fn in_order(mut shifts: Vec<Shift>) -> Vec<Shift> {
    shifts.sort_by_key(|shift| shift.start_at);
    for index in 1..shifts.len() {
        let (earlier, others) = shifts.split_at_mut(index);
        if let Some(shift) = others.first_mut() {
            shift.id = shift.id.apart_from(earlier);
        }
    }
    shifts
}

/// Applies leave to shifts from which some leave may already be removed, as a day stores them. The part that an earlier half
/// removed is no longer there, so the other half is all of the remaining time.
pub(crate) fn lay_leave(
    shifts: Vec<Shift>,
    earlier: Option<&DayLeave>,
    leave: &DayLeave,
) -> (Vec<Shift>, Option<DayLeave>) {
    match (earlier, halves::midpoint(&shifts)) {
        (Some(earlier), _) => {
            let both = leave.over(earlier);
            let covers_rest = both.half_days() == 2;
            let shifts = shifts.into_iter().map(|shift| Shift { on_leave: shift.on_leave || covers_rest, ..shift });
            (shifts.collect(), Some(both))
        }
        (None, Some(midpoint)) => take_leave(shifts, leave, midpoint),
        (None, None) => (shifts, None),
    }
}

/// Applies leave to the shifts. A shift that the leave covers completely is marked as on leave. A shift that it covers in part
/// keeps its other half. Also returns the leave if it covers any time.
fn take_leave(shifts: Vec<Shift>, leave: &DayLeave, midpoint: Timestamp) -> (Vec<Shift>, Option<DayLeave>) {
    let any = |half| shifts.iter().any(|shift| halves::touches(shift, half, midpoint));
    let retroactive_leave = DayLeave {
        morning: leave.morning.clone().filter(|_| any(Half::Morning)),
        afternoon: leave.afternoon.clone().filter(|_| any(Half::Afternoon)),
    };
    let shifts = shifts
        .into_iter()
        .map(|shift| {
            let left = |half| if leave.covers(half) { None } else { halves::part(&shift, half, midpoint) };
            match (left(Half::Morning), left(Half::Afternoon)) {
                (None, None) => Shift { on_leave: true, ..shift },
                (Some(_), Some(_)) => shift,
                (Some(part), None) | (None, Some(part)) => part,
            }
        })
        .collect();
    (shifts, Some(retroactive_leave).filter(|leave| leave.half_days() > 0))
}
