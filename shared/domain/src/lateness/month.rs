//! A month of late punches.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{LateDay, LateShift};
use crate::{
    calendar::WorkDate,
    id::SessionId,
    leave::{LeaveDayLength, LeaveMinutes},
    schedule::ShiftId,
    settings::{LateDeduction, LateDeductionMode},
};

/// The late punches of a person's calendar month. The month is one stored item, derived from the days and never edited.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LateMonth {
    /// The dates with lateness, whether excused or not.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    days: BTreeMap<WorkDate, KeptDay>,
    /// The number of changes; 0 before the first.
    #[serde(default)]
    pub version: u64,
}

/// A date with lateness.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct KeptDay {
    /// The policy under which the lateness of this date was first booked. Later settings don't change it, not even while the day
    /// still follows the settings because its date isn't over.
    policy: LateDeduction,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_excused: bool,
    shifts: Vec<KeptShift>,
}

/// A shift with a late clock-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct KeptShift {
    id: ShiftId,
    session_id: SessionId,
    /// The lateness in whole minutes.
    minutes: i64,
    /// The leave that is booked for the shift.
    #[serde(default, skip_serializing_if = "LeaveMinutes::is_zero")]
    booked: LeaveMinutes,
}

/// A difference to be booked on annual leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateBooking {
    /// The shift, whose id contains the date.
    pub shift_id: ShiftId,
    /// The session whose clock-in was late; for a reversal, the session of the earlier booking.
    pub session_id: SessionId,
    /// The additional deduction; negative where leave is given back. Never zero.
    pub minutes: LeaveMinutes,
}

impl LateMonth {
    /// Returns the month with the current state of these days, and the differences to book, in date order. Ignores days of other
    /// months. Returns none where nothing changes.
    #[must_use]
    pub fn follow(&self, days: &[LateDay], leave_day: LeaveDayLength) -> Option<(Self, Vec<LateBooking>)> {
        let mut after = self.clone();
        for day in days {
            after.take(day);
        }
        after.fold(leave_day);
        if after == *self {
            return None;
        }
        after.version += 1;
        let bookings = self.differences(&after);
        Some((after, bookings))
    }

    /// Returns the total deduction.
    pub fn booked(&self) -> LeaveMinutes {
        self.bookings().values().map(|(_, minutes)| *minutes).sum()
    }

    /// Returns the deduction for the lateness of a date.
    pub fn booked_on(&self, date: WorkDate) -> LeaveMinutes {
        self.days.get(&date).map_or(LeaveMinutes::ZERO, |day| day.shifts.iter().map(|shift| shift.booked).sum())
    }

    /// Copies the lateness of a day. [`Self::fold`] computes what is booked for its shifts.
    fn take(&mut self, day: &LateDay) {
        if day.shifts.is_empty() {
            self.days.remove(&day.date);
            return;
        }
        let kept = self.days.entry(day.date).or_insert_with(|| KeptDay {
            policy: day.policy,
            is_excused: false,
            shifts: Vec::new(),
        });
        kept.is_excused = day.is_excused;
        let late = |LateShift { id, session_id, minutes }: &LateShift| KeptShift {
            id: *id,
            session_id: *session_id,
            minutes: *minutes,
            booked: LeaveMinutes::ZERO,
        };
        kept.shifts = day.shifts.iter().map(late).collect();
    }

    /// Computes the cost of every late shift in date order, each date under the policy that it kept. The free minutes are those
    /// of the date's policy. Only lateness that is charged in the same way counts towards them and towards an Nth day.
    fn fold(&mut self, leave_day: LeaveDayLength) {
        let (mut late_minutes, mut late_days) = (0, 0);
        for day in self.days.values_mut() {
            day.shifts.iter_mut().for_each(|shift| shift.booked = LeaveMinutes::ZERO);
            if day.is_excused {
                continue;
            }
            match day.policy.mode {
                LateDeductionMode::Off => {}
                LateDeductionMode::PerMinute => {
                    let free = day.policy.free_minutes_per_month.as_i64();
                    for shift in &mut day.shifts {
                        late_minutes += shift.minutes;
                        shift.booked = LeaveMinutes::new((late_minutes - free).clamp(0, shift.minutes));
                    }
                }
                LateDeductionMode::PerOccurrence => {
                    late_days += 1;
                    // A day counts as late once, however many of its shifts were late. The deduction is booked for its first late
                    // shift.
                    if late_days % day.policy.every.as_i64() == 0
                        && let Some(shift) = day.shifts.first_mut()
                    {
                        shift.booked = leave_day.of_cost(day.policy.days);
                    }
                }
            }
        }
    }

    /// Returns what is booked for each shift.
    fn bookings(&self) -> BTreeMap<ShiftId, (SessionId, LeaveMinutes)> {
        let shifts = self.days.values().flat_map(|day| &day.shifts).filter(|shift| !shift.booked.is_zero());
        shifts.map(|shift| (shift.id, (shift.session_id, shift.booked))).collect()
    }

    /// Returns the bookings that change what is booked to what `after` has.
    fn differences(&self, after: &Self) -> Vec<LateBooking> {
        let (before, after) = (self.bookings(), after.bookings());
        let mut shifts: Vec<ShiftId> = before.keys().chain(after.keys()).copied().collect();
        shifts.sort_unstable();
        shifts.dedup();
        let difference = |shift_id: ShiftId| {
            let (was, is) = (before.get(&shift_id), after.get(&shift_id));
            let amount = |booked: Option<&(SessionId, LeaveMinutes)>| booked.map_or(LeaveMinutes::ZERO, |(_, it)| *it);
            let minutes = amount(is) - amount(was);
            // A reversal names the punch that the deduction was booked for.
            let named = if minutes.is_negative() { was.or(is) } else { is.or(was) };
            named.filter(|_| !minutes.is_zero()).map(|(session_id, _)| LateBooking {
                shift_id,
                session_id: *session_id,
                minutes,
            })
        };
        shifts.into_iter().filter_map(difference).collect()
    }
}
