//! When a shift lasts, and which weekdays are off.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::MinutesOfDay;
use crate::{
    Invalid,
    calendar::{TimeOfDay, Weekday},
};

/// Times of day between which a shift lasts; an `end` at or before `start` is on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "UncheckedShiftTimes")]
pub struct ShiftTimes {
    /// When the shift begins.
    pub start: TimeOfDay,
    /// When it ends; at or before `start`: on the next day.
    pub end: TimeOfDay,
    /// The unpaid break that the shift's length includes; none where it is left out.
    #[schema(required = false, default = 0)]
    pub break_minutes: MinutesOfDay,
}

/// [`ShiftTimes`] before its break is known to fit.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedShiftTimes {
    start: TimeOfDay,
    end: TimeOfDay,
    #[serde(default = "MinutesOfDay::constant::<0>")]
    break_minutes: MinutesOfDay,
}

impl ShiftTimes {
    /// A shift whose break fits into it.
    pub fn new(start: TimeOfDay, end: TimeOfDay, break_minutes: MinutesOfDay) -> Result<Self, Invalid> {
        let times = Self { start, end, break_minutes };
        if break_minutes.get() < times.nominal_minutes() {
            Ok(times)
        } else {
            Err(Invalid::new("break_minutes must be less than the shift's length"))
        }
    }

    /// Whether the shift ends on the day after it began.
    pub fn ends_next_day(self) -> bool {
        self.end <= self.start
    }

    /// The length on the wall clock, 1 to 1440 minutes; over a DST change the elapsed time differs.
    pub fn nominal_minutes(self) -> u32 {
        let start = u32::from(self.start.minutes_since_midnight());
        let end = u32::from(self.end.minutes_since_midnight());
        if self.ends_next_day() { end + 1440 - start } else { end - start }
    }
}

impl TryFrom<UncheckedShiftTimes> for ShiftTimes {
    type Error = Invalid;

    fn try_from(unchecked: UncheckedShiftTimes) -> Result<Self, Invalid> {
        Self::new(unchecked.start, unchecked.end, unchecked.break_minutes)
    }
}

/// One or two different weekdays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Vec<Weekday>")]
#[schema(value_type = Vec<Weekday>, min_items = 1, max_items = 2)]
pub struct WeeklyOffs(Vec<Weekday>);

impl WeeklyOffs {
    /// Saturday and Sunday.
    pub fn weekend() -> Self {
        Self(vec![Weekday::Saturday, Weekday::Sunday])
    }

    /// Whether that weekday is off.
    pub fn contains(&self, weekday: Weekday) -> bool {
        self.0.contains(&weekday)
    }
}

impl TryFrom<Vec<Weekday>> for WeeklyOffs {
    type Error = Invalid;

    fn try_from(mut weekdays: Vec<Weekday>) -> Result<Self, Invalid> {
        weekdays.sort_unstable();
        let named = weekdays.len();
        weekdays.dedup();
        if weekdays.len() == named && (1..=2).contains(&named) {
            Ok(Self(weekdays))
        } else {
            Err(Invalid::new("must be one or two different weekdays"))
        }
    }
}
