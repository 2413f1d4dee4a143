//! Stored days follow a schedule that changed under them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Day, DayChange};
use crate::{calendar::WorkDate, schedule::Planner};

/// What a changed schedule (a pattern, an override, a swap, leave, a holiday, a setting) changes on days that are stored
/// already: those whose local date isn't over, and only where the day comes out otherwise. `planner` has the schedule
/// after the change. Whoever changes the schedule commits these with it, so that boards and totals follow at once.
pub fn follow_schedule(days: &BTreeMap<WorkDate, Day>, planner: &Planner<'_>, now: Timestamp) -> Vec<DayChange> {
    days.values()
        .filter_map(|day| {
            let after = day.refreshed(planner, now);
            (after != *day).then(|| DayChange::new(Some(day.clone()), after, now))
        })
        .collect()
}
