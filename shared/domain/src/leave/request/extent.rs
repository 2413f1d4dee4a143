//! The halves of dates that leave covers: its period, without the parts that other leave interrupts.

use serde::{Deserialize, Serialize};

use super::{EndHalf, LeavePeriod, StartHalf};
use crate::{
    calendar::WorkDate,
    holiday::Half,
    id::LeaveRequestId,
    schedule::{DayLeave, LeaveRef},
};

/// Other leave that replaces a part of leave, such as sick leave within annual leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interruption {
    /// The request that interrupts the leave.
    pub request_id: LeaveRequestId,
    /// The dates of that request. They may reach beyond the leave that it interrupts.
    #[serde(flatten)]
    pub period: LeavePeriod,
}

/// The dates that leave covers, borrowed from its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent<'a> {
    /// The dates of the request.
    pub period: LeavePeriod,
    /// The interruptions by other leave.
    pub interruptions: &'a [Interruption],
}

impl From<LeavePeriod> for Extent<'static> {
    fn from(period: LeavePeriod) -> Self {
        Self { period, interruptions: &[] }
    }
}

impl Extent<'_> {
    /// Returns whether the leave covers that half of that date.
    pub fn covers(&self, date: WorkDate, half: Half) -> bool {
        let is_taken = self.interruptions.iter().any(|interruption| interruption.period.covers(date, half));
        self.period.covers(date, half) && !is_taken
    }

    /// Returns what the leave covers of a date, in the form that the schedule stores.
    pub fn on(&self, date: WorkDate, leave: &LeaveRef) -> DayLeave {
        let of = |half| self.covers(date, half).then(|| leave.clone());
        DayLeave { morning: of(Half::Morning), afternoon: of(Half::Afternoon) }
    }

    /// Returns how many halves of a date the leave covers.
    pub fn half_days_on(&self, date: WorkDate) -> u8 {
        u8::from(self.covers(date, Half::Morning)) + u8::from(self.covers(date, Half::Afternoon))
    }

    /// Returns the first date of which both the leave and the period cover the same half.
    pub fn first_common(&self, other: &LeavePeriod) -> Option<WorkDate> {
        let first = self.period.start_date().max(other.start_date());
        let last = self.period.end_date().min(other.end_date());
        (0..=last.days_since(first)).map(|days| first.plus_days(days)).find(|date| {
            [Half::Morning, Half::Afternoon].iter().any(|half| self.covers(*date, *half) && other.covers(*date, *half))
        })
    }

    /// Returns the periods that the leave consists of, in order: one where nothing interrupts it, none where all of it is
    /// interrupted.
    pub fn periods(&self) -> Vec<LeavePeriod> {
        let mut periods = Vec::new();
        let mut begun: Option<((WorkDate, Half), (WorkDate, Half))> = None;
        let halves = self.period.dates().flat_map(|date| [(date, Half::Morning), (date, Half::Afternoon)]);
        for (date, half) in halves {
            if self.covers(date, half) {
                let first = begun.map_or((date, half), |(first, _)| first);
                begun = Some((first, (date, half)));
            } else if let Some((first, last)) = begun.take() {
                periods.push(between(first, last));
            }
        }
        periods.extend(begun.map(|(first, last)| between(first, last)));
        periods.into_iter().flatten().collect()
    }
}

/// Returns the period from the first to the last half, both included.
fn between((start, first): (WorkDate, Half), (end, last): (WorkDate, Half)) -> Option<LeavePeriod> {
    let start_half = match first {
        Half::Morning => None,
        Half::Afternoon => Some(StartHalf::Afternoon),
    };
    let end_half = match last {
        Half::Morning => Some(EndHalf::Morning),
        Half::Afternoon => None,
    };
    LeavePeriod::new(start, end, start_half, end_half).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(start: &str, end: &str, start_half: bool, end_half: bool) -> LeavePeriod {
        let (start_half, end_half) = (start_half.then_some(StartHalf::Afternoon), end_half.then_some(EndHalf::Morning));
        LeavePeriod::new(start.parse().unwrap(), end.parse().unwrap(), start_half, end_half).unwrap()
    }

    fn interrupted_by(period: LeavePeriod) -> Interruption {
        let request_id = "0000000001000000000000000300000000010000000000000001".parse().unwrap();
        Interruption { request_id, period }
    }

    #[test]
    fn interrupted_leave_is_what_is_left_on_either_side() {
        let whole = period("2026-11-02", "2026-11-06", false, false);
        let left = |interruptions: &[Interruption]| Extent { period: whole, interruptions }.periods();
        assert_eq!(left(&[]), [whole]);
        let in_the_middle = [interrupted_by(period("2026-11-03", "2026-11-04", false, false))];
        assert_eq!(
            left(&in_the_middle),
            [period("2026-11-02", "2026-11-02", false, false), period("2026-11-05", "2026-11-06", false, false)]
        );
        let an_afternoon = [interrupted_by(period("2026-11-03", "2026-11-03", true, false))];
        assert_eq!(
            left(&an_afternoon),
            [period("2026-11-02", "2026-11-03", false, true), period("2026-11-04", "2026-11-06", false, false)]
        );
        let all_but_an_afternoon = [
            interrupted_by(period("2026-10-28", "2026-11-04", false, true)),
            interrupted_by(period("2026-11-05", "2026-11-20", false, false)),
        ];
        assert_eq!(left(&all_but_an_afternoon), [period("2026-11-04", "2026-11-04", true, false)]);
        assert_eq!(left(&[interrupted_by(whole)]), []);
    }
}
