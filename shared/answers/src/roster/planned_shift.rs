//! Shifts of patterns and planned days in requests and answers.

use domain::{
    Invalid,
    calendar::TimeOfDay,
    id::SiteId,
    schedule::{PatternShift, Planner, Shift},
    settings::{MinutesOfDay, ShiftTimes},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A shift on the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlannedShift)]
#[serde(try_from = "UncheckedShift")]
pub struct ShiftTimesBody {
    /// The start on the wall clock.
    start: TimeOfDay,
    /// The end on the wall clock; an end at or before `start` is on the next day.
    end: TimeOfDay,
    /// The unpaid break that the shift includes, in minutes.
    #[schema(required = false, default = 0, minimum = 0, maximum = 1440)]
    break_minutes: MinutesOfDay,
    /// The site of the shift; the person's site by default. The times are in the time zone of the site.
    site_id: Option<SiteId>,
}

/// A [`ShiftTimesBody`] before its break is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedShift {
    start: TimeOfDay,
    end: TimeOfDay,
    #[serde(default = "MinutesOfDay::constant::<0>")]
    break_minutes: MinutesOfDay,
    #[serde(default)]
    site_id: Option<SiteId>,
    /// The name of the site, which answers have in addition to the id. It is ignored, so that clients can send a
    /// shift back as they read it.
    #[serde(default, rename = "site_name")]
    _site_name: Option<String>,
}

impl TryFrom<UncheckedShift> for ShiftTimesBody {
    type Error = Invalid;

    fn try_from(unchecked: UncheckedShift) -> Result<Self, Invalid> {
        let UncheckedShift { start, end, break_minutes, site_id, .. } = unchecked;
        ShiftTimes::new(start, end, break_minutes)?;
        Ok(Self { start, end, break_minutes, site_id })
    }
}

impl ShiftTimesBody {
    /// Returns a stored shift on the wall clock of its site, or of the person if it has no site.
    pub fn on_the_wall(planner: &Planner<'_>, shift: &Shift) -> Self {
        let zone = shift.site_id.and_then(|site| planner.sites.zone(site)).unwrap_or_else(|| planner.zone());
        let wall = |at| TimeOfDay::from(zone.at(at).time());
        Self {
            start: wall(shift.start_at),
            end: wall(shift.end_at),
            // A break is shorter than its shift, which lasts at most a day.
            break_minutes: MinutesOfDay::try_from(shift.break_minutes()).unwrap_or(MinutesOfDay::constant::<0>()),
            site_id: shift.site_id,
        }
    }

    /// Returns the site of the shift, if the shift has one of its own.
    pub const fn site_id(self) -> Option<SiteId> {
        self.site_id
    }
}

impl From<ShiftTimesBody> for PatternShift {
    fn from(body: ShiftTimesBody) -> Self {
        let ShiftTimesBody { start, end, break_minutes, site_id } = body;
        Self { times: ShiftTimes { start, end, break_minutes }, site_id }
    }
}

impl From<PatternShift> for ShiftTimesBody {
    fn from(shift: PatternShift) -> Self {
        let ShiftTimes { start, end, break_minutes } = shift.times;
        Self { start, end, break_minutes, site_id: shift.site_id }
    }
}
