//! Refuses shifts of one person that overlap, naming both.

use crate::{Invalid, settings::ShiftTimes};

/// A shift as minutes on an endless wall clock, with the words that name it.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    from: i64,
    until: i64,
    label: String,
}

impl Stretch {
    /// The shift of the day that begins at the minute `midnight`.
    pub(super) fn of(times: ShiftTimes, midnight: i64, day: &str) -> Self {
        let from = midnight + i64::from(times.start.minutes_since_midnight());
        Self {
            from,
            until: from + i64::from(times.nominal_minutes()),
            label: format!("{day} {}-{}", times.start, times.end),
        }
    }
}

/// Refuses two that overlap. With a `cycle` in minutes the last meets the first again.
pub(super) fn refuse_overlap(mut stretches: Vec<Stretch>, cycle: Option<i64>) -> Result<(), Invalid> {
    stretches.sort_by_key(|stretch| stretch.from);
    if let (Some(cycle), Some(first)) = (cycle, stretches.first().cloned()) {
        stretches.push(Stretch { from: first.from + cycle, until: first.until + cycle, label: first.label });
    }
    // In order of their starts, the neighbour is the first that one could run into.
    match stretches.array_windows().find(|[earlier, later]| earlier.until > later.from) {
        Some([earlier, later]) => {
            Err(Invalid::new(format!("must not have shifts that overlap: {} and {}", earlier.label, later.label)))
        }
        None => Ok(()),
    }
}
