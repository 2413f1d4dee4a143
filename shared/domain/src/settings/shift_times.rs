//! Times of shifts, and weekdays off.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::MinutesOfDay;
use crate::{
    FieldRule, Invalid,
    bounded::Bounded,
    calendar::{TimeOfDay, Weekday},
};

/// The times of day at which a shift begins and ends. An `end` at or before `start` is on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "UncheckedShiftTimes")]
pub struct ShiftTimes {
    /// The start of the shift.
    pub start: TimeOfDay,
    /// The end of the shift. If it is at or before `start`, it is on the next day.
    pub end: TimeOfDay,
    /// The unpaid break that the shift's length includes; 0 if absent.
    #[schema(required = false, default = 0)]
    pub break_minutes: MinutesOfDay,
}

/// [`ShiftTimes`] before the break is checked.
#[derive(Deserialize)]
struct UncheckedShiftTimes {
    start: TimeOfDay,
    end: TimeOfDay,
    #[serde(default = "MinutesOfDay::constant::<0>")]
    break_minutes: MinutesOfDay,
}

impl ShiftTimes {
    /// Returns the shift times if the break fits into the shift.
    pub fn new(start: TimeOfDay, end: TimeOfDay, break_minutes: MinutesOfDay) -> Result<Self, Invalid> {
        let times = Self { start, end, break_minutes };
        if break_minutes.get() < times.nominal_minutes() {
            Ok(times)
        } else {
            Err(Invalid::new(FieldRule::BreakShorterThanShift))
        }
    }

    /// Whether the shift ends on the day after its start.
    pub fn ends_next_day(self) -> bool {
        self.end <= self.start
    }

    /// The length on the wall clock, 1 to 1440 minutes. Over a DST change, the elapsed time differs.
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

/// The weekdays off of a week, each once. A setting ([`WeeklyOffLimits`]) limits their number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Vec<Weekday>")]
#[schema(value_type = Vec<Weekday>, max_items = 7)]
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

    /// The number of weekdays that are off, 0 to 7.
    pub const fn count(&self) -> usize {
        self.0.len()
    }
}

impl TryFrom<Vec<Weekday>> for WeeklyOffs {
    type Error = Invalid;

    fn try_from(mut weekdays: Vec<Weekday>) -> Result<Self, Invalid> {
        weekdays.sort_unstable();
        let named = weekdays.len();
        weekdays.dedup();
        if weekdays.len() == named { Ok(Self(weekdays)) } else { Err(Invalid::new(FieldRule::Distinct)) }
    }
}

/// The number of days off that a week must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "UncheckedWeeklyOffLimits")]
pub struct WeeklyOffLimits {
    /// The minimum number of days off in a week. A rotation must have this number on average; a single week of it may have none.
    #[schema(required = false, default = 1)]
    pub min: Bounded<0, 7>,
    /// The maximum number of days off in a week, not less than `min`. The weeks of a rotation may have more.
    #[schema(required = false, default = 2)]
    pub max: Bounded<0, 7>,
}

/// [`WeeklyOffLimits`] before the check that `min` isn't greater than `max`.
#[derive(Deserialize)]
#[serde(default)]
struct UncheckedWeeklyOffLimits {
    min: Bounded<0, 7>,
    max: Bounded<0, 7>,
}

impl Default for UncheckedWeeklyOffLimits {
    fn default() -> Self {
        let WeeklyOffLimits { min, max } = WeeklyOffLimits::default();
        Self { min, max }
    }
}

impl Default for WeeklyOffLimits {
    fn default() -> Self {
        Self { min: Bounded::constant::<1>(), max: Bounded::constant::<2>() }
    }
}

impl TryFrom<UncheckedWeeklyOffLimits> for WeeklyOffLimits {
    type Error = Invalid;

    fn try_from(UncheckedWeeklyOffLimits { min, max }: UncheckedWeeklyOffLimits) -> Result<Self, Invalid> {
        if min <= max {
            Ok(Self { min, max })
        } else {
            Err(Invalid::new(FieldRule::MinAboveMax { min: "min".to_owned(), max: "max".to_owned() }))
        }
    }
}

impl WeeklyOffLimits {
    /// Checks the number of days off in one week.
    ///
    /// # Errors
    /// There are too few or too many days off.
    pub fn check(self, weekly_offs: &WeeklyOffs) -> Result<(), Invalid> {
        let (min, max) = (self.min.get(), self.max.get());
        let within = u32::try_from(weekly_offs.count()).is_ok_and(|count| (min..=max).contains(&count));
        if within { Ok(()) } else { Err(Invalid::new(FieldRule::WeeklyOffs { days: self.to_string() })) }
    }

    /// Checks the number of days off in the weeks of a rotation together.
    ///
    /// # Errors
    /// There are fewer than `min` days off a week.
    pub fn check_rotation<'a>(self, weeks: impl ExactSizeIterator<Item = &'a WeeklyOffs>) -> Result<(), Invalid> {
        let least = weeks.len() * usize::try_from(self.min.get()).unwrap_or_default();
        let count = weeks.len();
        if least <= weeks.map(WeeklyOffs::count).sum() {
            return Ok(());
        }
        Err(Invalid::new(FieldRule::RotationOffs { days: least as u64, weeks: count as u64 }))
    }
}

impl std::fmt::Display for WeeklyOffLimits {
    /// `2`, `1 or 2`, `0 to 3`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.min.get(), self.max.get()) {
            (min, max) if min == max => write!(f, "{min}"),
            (min, max) if min + 1 == max => write!(f, "{min} or {max}"),
            (min, max) => write!(f, "{min} to {max}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(min: u32, max: u32) -> WeeklyOffLimits {
        WeeklyOffLimits { min: Bounded::new(min).unwrap(), max: Bounded::new(max).unwrap() }
    }

    fn offs(count: usize) -> WeeklyOffs {
        Weekday::ALL.into_iter().take(count).collect::<Vec<_>>().try_into().unwrap()
    }

    #[test]
    fn a_week_names_one_or_two_days_off_unless_the_setting_says_otherwise() {
        let allowed = |limits: WeeklyOffLimits| (0..=7).filter(|n| limits.check(&offs(*n)).is_ok()).collect::<Vec<_>>();
        assert_eq!(allowed(WeeklyOffLimits::default()), [1, 2]);
        assert_eq!(allowed(limits(0, 3)), [0, 1, 2, 3]);
        assert_eq!(allowed(limits(7, 7)), [7]);
        let message = |limits: WeeklyOffLimits| limits.check(&offs(4)).unwrap_err().to_string();
        assert_eq!(message(limits(1, 2)), "must name 1 or 2 days off");
        assert_eq!(message(limits(2, 2)), "must name 2 days off");
        assert_eq!(message(limits(0, 3)), "must name 0 to 3 days off");
    }

    #[test]
    fn a_rotation_names_the_least_days_off_of_all_its_weeks_together() {
        let check = |counts: &[usize]| {
            let weeks: Vec<_> = counts.iter().map(|count| offs(*count)).collect();
            WeeklyOffLimits::default().check_rotation(weeks.iter())
        };
        assert!(check(&[0, 7]).is_ok(), "seven on, seven off");
        assert!(check(&[2, 0]).is_ok());
        assert_eq!(check(&[1, 0]).unwrap_err().to_string(), "must name at least 2 days off in 2 weeks");
    }

    #[test]
    fn limits_are_from_0_to_7_and_the_lower_one_isnt_above_the_upper() {
        let read = |text: &str| serde_json::from_str::<WeeklyOffLimits>(text);
        assert_eq!(read("{}").unwrap(), limits(1, 2));
        assert_eq!(read(r#"{"min": 0}"#).unwrap(), limits(0, 2));
        assert_eq!(read(r#"{"min": 7, "max": 7}"#).unwrap(), limits(7, 7));
        for wrong in [r#"{"min": 3}"#, r#"{"max": 0}"#, r#"{"max": 8}"#, r#"{"min": -1}"#] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
