//! Patterns: the shifts that come back every week, or every few weeks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    FieldRule, Invalid,
    calendar::{Weekday, WorkDate},
    id::SiteId,
    settings::{ShiftTimes, WeeklyOffLimits, WeeklyOffs},
};

/// A shift of a pattern: its times on the wall clock, and the site where they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatternShift {
    /// When.
    pub times: ShiftTimes,
    /// Where; without one at the person's site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_id: Option<SiteId>,
}

/// One week of a pattern. A weekday that is named neither as off nor with shifts is off too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    /// The days off.
    pub weekly_offs: WeeklyOffs,
    /// The shifts that begin on each weekday.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub shifts: BTreeMap<Weekday, Vec<PatternShift>>,
}

/// One week that comes back, or several in turn. Whether shifts overlap depends on the zones of their sites, and is checked
/// where those are known ([`crate::roster`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedRhythm")]
pub struct Rhythm {
    /// Never empty.
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
    /// The most weeks that a rotation may have.
    pub const MAX_WEEKS: usize = 52;

    /// The same week again and again.
    pub fn weekly(week: Week) -> Result<Self, Invalid> {
        Self::checked(vec![week], None)
    }

    /// Several weeks in turn, the first beginning on the Monday `anchor`.
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

    /// Checks the days off that the weeks name: those of a single week by both limits, those of a rotation of several weeks
    /// by the lower limit altogether, so that a week of it may have none or seven (7 days on, 7 days off).
    ///
    /// # Errors
    /// There are too few or too many.
    pub fn check_weekly_offs(&self, limits: WeeklyOffLimits) -> Result<(), Invalid> {
        match self.weeks.as_slice() {
            [week] => limits.check(&week.weekly_offs),
            weeks => limits.check_rotation(weeks.iter().map(|week| &week.weekly_offs)),
        }
    }

    /// The weeks in turn.
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

    /// Returns the index of the week whose turn it is on that date; 0 where one week comes back.
    fn week_on(&self, date: WorkDate) -> usize {
        let weeks = i32::try_from(self.weeks.len()).unwrap_or(1).max(1);
        let turn = self.anchor.map_or(0, |anchor| date.days_since(anchor).div_euclid(7).rem_euclid(weeks));
        usize::try_from(turn).unwrap_or_default()
    }

    /// Returns what the date is called within the pattern: `monday`, or in a rotation `week 2 monday`.
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

/// A rhythm from a date on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// The first date on which it holds.
    pub effective_from: WorkDate,
    /// What comes back.
    pub rhythm: Rhythm,
}
