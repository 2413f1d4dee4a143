//! Patterns: shifts that repeat every week, or every few weeks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    FieldRule, Invalid,
    calendar::{Weekday, WorkDate},
    id::SiteId,
    settings::{ShiftTimes, WeeklyOffLimits, WeeklyOffs},
};

/// A shift of a pattern: its times on the wall clock, and the site in whose time zone they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatternShift {
    /// The shift's times of day.
    pub times: ShiftTimes,
    /// The shift's site; absent for the person's site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_id: Option<SiteId>,
}

/// One week of a pattern. A weekday that is neither in `weekly_offs` nor in `shifts` is off too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    /// The days off.
    pub weekly_offs: WeeklyOffs,
    /// The shifts that begin on each weekday.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub shifts: BTreeMap<Weekday, Vec<PatternShift>>,
}

/// One week that repeats, or a rotation of several weeks. Whether shifts overlap depends on the time zones of their sites.
/// [`crate::roster`], which knows the zones, checks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedRhythm")]
pub struct Rhythm {
    /// The weeks of the rotation; never empty.
    weeks: Vec<Week>,
    /// The Monday on which the first week begins; only a rotation has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    anchor: Option<WorkDate>,
}

/// [`Rhythm`] before its weeks are checked.
#[derive(Deserialize)]
struct UncheckedRhythm {
    weeks: Vec<Week>,
    #[serde(default)]
    anchor: Option<WorkDate>,
}

impl Rhythm {
    /// The maximum number of weeks in a rotation.
    pub const MAX_WEEKS: usize = 52;

    /// A rhythm of one week that repeats.
    pub fn weekly(week: Week) -> Result<Self, Invalid> {
        Self::checked(vec![week], None)
    }

    /// A rotation of several weeks. The first week begins on the Monday `anchor`.
    pub fn rotation(weeks: Vec<Week>, anchor: WorkDate) -> Result<Self, Invalid> {
        Self::checked(weeks, Some(anchor))
    }

    fn checked(weeks: Vec<Week>, anchor: Option<WorkDate>) -> Result<Self, Invalid> {
        if weeks.is_empty() || weeks.len() > Self::MAX_WEEKS || (anchor.is_none() && weeks.len() != 1) {
            return Err(Invalid::new(FieldRule::Rotation { max: Self::MAX_WEEKS as u64 }));
        }
        if anchor.is_some_and(|date| date.weekday() != Weekday::Monday) {
            return Err(Invalid::new(FieldRule::Monday));
        }
        for week in &weeks {
            let contradiction =
                week.shifts.iter().find(|(weekday, shifts)| week.weekly_offs.contains(**weekday) && !shifts.is_empty());
            if let Some((weekday, _)) = contradiction {
                return Err(Invalid::new(FieldRule::OffAndWithShifts {
                    weekday: format!("{weekday:?}").to_lowercase(),
                }));
            }
        }
        Ok(Self { weeks, anchor })
    }

    /// Checks the number of days off. A single week must meet both limits. The weeks of a rotation must meet the lower limit on
    /// average, so that a week of it may have no days off or seven (7 days on, 7 days off).
    ///
    /// # Errors
    /// There are too few or too many days off.
    pub fn check_weekly_offs(&self, limits: WeeklyOffLimits) -> Result<(), Invalid> {
        match self.weeks.as_slice() {
            [week] => limits.check(&week.weekly_offs),
            weeks => limits.check_rotation(weeks.iter().map(|week| &week.weekly_offs)),
        }
    }

    /// The weeks, in order.
    pub fn weeks(&self) -> &[Week] {
        &self.weeks
    }

    /// The Monday on which the first week of a rotation begins.
    pub const fn anchor(&self) -> Option<WorkDate> {
        self.anchor
    }

    /// The shifts that begin on that date; none on a day off.
    pub fn shifts_on(&self, date: WorkDate) -> &[PatternShift] {
        let week = self.weeks.get(self.week_on(date));
        week.and_then(|week| week.shifts.get(&date.weekday())).map_or(&[], Vec::as_slice)
    }

    /// Returns the index of the week that applies on that date; 0 if there is only one week.
    fn week_on(&self, date: WorkDate) -> usize {
        let weeks = i32::try_from(self.weeks.len()).unwrap_or(1).max(1);
        let turn = self.anchor.map_or(0, |anchor| date.days_since(anchor).div_euclid(7).rem_euclid(weeks));
        usize::try_from(turn).unwrap_or_default()
    }

    /// Returns the name of the date within the pattern: `monday`, or in a rotation `week 2 monday`.
    pub(crate) fn day_name(&self, date: WorkDate) -> String {
        let weekday = format!("{:?}", date.weekday()).to_lowercase();
        if self.weeks.len() > 1 { format!("week {} {weekday}", self.week_on(date) + 1) } else { weekday }
    }
}

impl TryFrom<UncheckedRhythm> for Rhythm {
    type Error = Invalid;

    fn try_from(unchecked: UncheckedRhythm) -> Result<Self, Invalid> {
        Self::checked(unchecked.weeks, unchecked.anchor)
    }
}

/// A rhythm with the date from which it applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// The first date on which the pattern applies.
    pub effective_from: WorkDate,
    /// The rhythm of the pattern's shifts.
    pub rhythm: Rhythm,
}
