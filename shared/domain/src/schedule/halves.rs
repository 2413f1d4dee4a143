//! Splits the shifts of a day into its halves, at the midpoint of the day's scheduled time.

use jiff::Timestamp;

use super::{
    Shift,
    shift::{later, seconds_between},
};
use crate::holiday::Half;

/// The instant that divides the time to be worked into two equal halves. A break counts as spread evenly over its shift, so that
/// each half contains half of the break. `None` if there is no time to be worked.
pub(super) fn midpoint(shifts: &[Shift]) -> Option<Timestamp> {
    let total: i64 = shifts.iter().map(Shift::net_seconds).sum();
    let mut remaining = total / 2;
    for shift in shifts.iter().filter(|shift| shift.net_seconds() > 0) {
        let net = shift.net_seconds();
        if remaining <= net {
            return Some(later(shift.start_at, remaining * shift.length_seconds() / net));
        }
        remaining -= net;
    }
    None
}

/// Whether a part of the shift lies in that half of the day.
pub(super) fn touches(shift: &Shift, half: Half, midpoint: Timestamp) -> bool {
    match half {
        Half::Morning => shift.start_at < midpoint,
        Half::Afternoon => midpoint < shift.end_at,
    }
}

/// The part of the shift in that half of the day, with the same share of the break.
pub(super) fn part(shift: &Shift, half: Half, midpoint: Timestamp) -> Option<Shift> {
    if !touches(shift, half, midpoint) {
        return None;
    }
    if shift.end_at <= midpoint || midpoint <= shift.start_at {
        return Some(shift.clone());
    }
    let morning_break = shift.break_seconds * seconds_between(shift.start_at, midpoint) / shift.length_seconds().max(1);
    Some(match half {
        Half::Morning => Shift { end_at: midpoint, break_seconds: morning_break, ..shift.clone() },
        Half::Afternoon => {
            Shift { start_at: midpoint, break_seconds: shift.break_seconds - morning_break, ..shift.clone() }
        }
    })
}
