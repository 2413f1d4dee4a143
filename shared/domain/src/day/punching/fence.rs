//! The geofence check of punches.

use super::{ClockInRefusal, PunchContext};
use crate::{
    day::{Day, PunchDetails, Session, Source},
    schedule::{Shift, ShiftId},
    settings::Geofence,
    site::Place,
};

impl PunchContext<'_> {
    /// Returns a clock-in's details with the result of the geofence check, or the refusal.
    pub(super) fn fenced_in(
        &self,
        details: PunchDetails,
        day: &Day,
        shift_id: Option<ShiftId>,
    ) -> Result<PunchDetails, ClockInRefusal> {
        let Some(place) = self.place(details.source, shift_id.and_then(|id| day.shift(id))) else { return Ok(details) };
        let outside_geofence = is_outside(place, &details);
        match (self.planner.settings.geofence, coordinates(&details)) {
            (Geofence::Off, _) => Ok(details),
            (Geofence::Enforce, None) => Err(ClockInRefusal::LocationRequired),
            (Geofence::Enforce, Some(_)) if outside_geofence => {
                Err(ClockInRefusal::OutsideGeofence { radius_m: place.radius_m.get() })
            }
            (Geofence::Flag | Geofence::Enforce, _) => Ok(PunchDetails { outside_geofence, ..details }),
        }
    }

    /// Returns a clock-out's details with the result of the geofence check. A clock-out is never refused. It is compared with the
    /// site of the last shift that the session attends, otherwise of the shift for which the session began.
    pub(super) fn fenced_out(&self, details: PunchDetails, day: &Day, session: &Session) -> PunchDetails {
        let attended = day.shifts().iter().rfind(|shift| session.attends(shift, self.at(), day.policy()));
        let shift = attended.or_else(|| day.shift(session.shift_id?));
        let outside_geofence = match self.planner.settings.geofence {
            Geofence::Off => false,
            Geofence::Flag | Geofence::Enforce => {
                self.place(details.source, shift).is_some_and(|place| is_outside(place, &details))
            }
        };
        PunchDetails { outside_geofence, ..details }
    }

    /// The place with which a punch is compared: the place of the shift's site, otherwise of the person's site. Only punches on
    /// people's own devices are compared. A kiosk and its code already show where the person is, and other sources have no
    /// location.
    fn place(&self, source: Source, shift: Option<&Shift>) -> Option<&Place> {
        let site = shift.and_then(|shift| shift.site_id).or(self.planner.person.site_id)?;
        match source {
            Source::Own | Source::Offline => self.planner.sites.place(site),
            Source::Kiosk
            | Source::KioskCode
            | Source::Correction
            | Source::Manager
            | Source::Auto
            | Source::Import
            | Source::Unknown => None,
        }
    }
}

fn coordinates(details: &PunchDetails) -> Option<&crate::day::Coordinates> {
    details.location.as_ref()?.coordinates.as_ref()
}

/// A punch without coordinates doesn't count as outside.
fn is_outside(place: &Place, details: &PunchDetails) -> bool {
    coordinates(details).is_some_and(|point| place.excludes(point))
}
