//! A shift of a roster as the API shows it.

use domain::{
    calendar::Zone,
    id::SiteId,
    schedule::{Assignment, Shift, ShiftId},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::instant::Instant;

/// A shift of a date.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RosterShift)]
pub struct RosterShiftAnswer {
    /// The id of the shift.
    pub id: ShiftId,
    /// The start of the shift.
    pub start_at: Instant,
    /// The end of the shift.
    pub end_at: Instant,
    /// The unpaid break that the shift includes, in minutes.
    break_minutes: i64,
    /// The site of the shift.
    site_id: Option<SiteId>,
    /// Whether approved leave covers the shift, so that the person isn't expected.
    pub on_leave: bool,
}

impl RosterShiftAnswer {
    /// Returns the times of the shift, such as `09:00-18:00`, in the zone of its instants.
    pub fn times_of_day(&self) -> String {
        let time = |at: &Instant| at.to_string().get(11..16).unwrap_or_default().to_owned();
        format!("{}-{}", time(&self.start_at), time(&self.end_at))
    }

    /// Returns the shifts of a date, with their instants in the person's zone.
    pub fn of(assignment: &Assignment) -> Vec<Self> {
        assignment.shifts.iter().map(|shift| Self::new(shift, &assignment.zone)).collect()
    }

    /// Returns a shift, with its instants in the given zone.
    pub fn new(shift: &Shift, zone: &Zone) -> Self {
        Self {
            id: shift.id,
            start_at: Instant::new(shift.start_at, zone),
            end_at: Instant::new(shift.end_at, zone),
            break_minutes: shift.break_minutes(),
            site_id: shift.site_id,
            on_leave: shift.on_leave,
        }
    }
}
