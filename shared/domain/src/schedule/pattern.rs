//! Patterns: the shifts that come back every week, or every few weeks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::overlap::{Stretch, refuse_overlap};
use crate::{
    Invalid,
    calendar::{Weekday, WorkDate},
    id::SiteId,
    settings::{ShiftTimes, WeeklyOffs},
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
    /// The one or two days off.
    pub weekly_offs: WeeklyOffs,
    /// The shifts that begin on each weekday.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub shifts: BTreeMap<Weekday, Vec<PatternShift>>,
}

/// One week that comes back, or several in turn. The shifts of one never overlap, across midnight and the seam from the
/// last week to the first included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedRhythm")]
pub struct Rhythm {
    /// Never empty.
    weeks: Vec<Week>,
    /// The Monday on which the first week begins; only a rotation has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    anchor: Option<WorkDate>,
}

/// [`Rhythm`] before its shifts are known not to overlap.
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
            return Err(Invalid::new("must have 1 to 52 weeks, and an anchor when it has several"));
        }
        if anchor.is_some_and(|date| date.weekday() != Weekday::Monday) {
            return Err(Invalid::new("must have a Monday as its anchor"));
        }
        for week in &weeks {
            let contradiction =
                week.shifts.iter().find(|(weekday, shifts)| week.weekly_offs.contains(**weekday) && !shifts.is_empty());
            if let Some((weekday, _)) = contradiction {
                return Err(Invalid::new(format!("must not name {weekday:?} both as off and with shifts")));
            }
        }
        let rhythm = Self { weeks, anchor };
        refuse_overlap(rhythm.stretches(), Some(10_080 * i64::try_from(rhythm.weeks.len()).unwrap_or(1)))?;
        Ok(rhythm)
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
        let weeks = i32::try_from(self.weeks.len()).unwrap_or(1).max(1);
        let turn = self.anchor.map_or(0, |anchor| date.days_since(anchor).div_euclid(7).rem_euclid(weeks));
        usize::try_from(turn)
            .ok()
            .and_then(|turn| self.weeks.get(turn))
            .and_then(|week| week.shifts.get(&date.weekday()))
            .map_or(&[], Vec::as_slice)
    }

    /// Every shift as minutes since the beginning of the first week.
    fn stretches(&self) -> Vec<Stretch> {
        let several = self.weeks.len() > 1;
        let mut stretches = Vec::new();
        for (turn, week) in (0i64..).zip(&self.weeks) {
            for (index, weekday) in (0i64..).zip(Weekday::ALL) {
                for shift in week.shifts.get(&weekday).into_iter().flatten() {
                    let label = if several { format!("week {} {weekday:?}", turn + 1) } else { format!("{weekday:?}") };
                    stretches.push(Stretch::of(shift.times, turn * 10_080 + index * 1440, &label.to_lowercase()));
                }
            }
        }
        stretches
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
