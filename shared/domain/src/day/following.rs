//! The update of stored days after a change of the schedule.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Day, DayChange};
use crate::{calendar::WorkDate, schedule::Planner};

/// Returns the changes of stored days that follow from a changed schedule (a pattern, an override, a swap, leave, a holiday, a
/// setting). Only days whose local date isn't over and whose content differs are changed. `planner` has the schedule after the
/// change. The caller commits these changes together with the schedule, so that boards and totals are up to date at once.
pub fn follow_schedule(days: &BTreeMap<WorkDate, Day>, planner: &Planner<'_>, now: Timestamp) -> Vec<DayChange> {
    days.values()
        .filter_map(|day| {
            let after = day.refreshed(planner, now);
            (after != *day).then(|| DayChange::new(Some(day.clone()), after, now))
        })
        .collect()
}
