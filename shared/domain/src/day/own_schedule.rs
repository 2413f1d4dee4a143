//! The schedule by which a day was computed.
//!
//! A move to another time zone counts from the next date once a date has begun. A change of the company's default schedule or of
//! a site's zone does once work on the date has begun (docs/rules.md, "When a change takes effect"). Leave, plans and holidays of
//! the date still count. So a day is computed again with the zone, the defaults and the sites that it had. A day stores its zone
//! and its shifts, but not what the shifts come from. Of the present schedule and those before the last change, the one that gives
//! these shifts applies (docs/adr/0052-a-day-finds-the-schedule-that-gives-its-shifts.md).

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Day;
use crate::{
    calendar::WorkDate,
    schedule::{Assignment, Planner},
    user::User,
};

/// Returns a person's assignment on a date, as the person's day will be judged. Of the stored `days`, one that has begun and isn't
/// over keeps what it had.
pub fn assignment_on(
    days: &BTreeMap<WorkDate, Day>,
    planner: &Planner<'_>,
    date: WorkDate,
    now: Timestamp,
) -> Assignment {
    let Some(day) = days.get(&date).filter(|day| day.begins_at() <= now && !day.is_frozen(now)) else {
        return planner.assignment(date);
    };
    let day = day.refreshed(planner, now);
    Assignment {
        zone: day.zone().clone(),
        kind: day.kind(),
        shifts: day.shifts().to_vec(),
        leave: day.leave().cloned(),
        ..planner.assignment(date)
    }
}

impl Day {
    /// Calls `with` with the data by which the day is computed at an instant.
    pub(crate) fn by_schedule_at<T>(
        &self,
        planner: &Planner<'_>,
        now: Timestamp,
        with: impl FnOnce(&Planner<'_>) -> T,
    ) -> T {
        if now < self.begins_at() {
            with(planner)
        } else if self.work_has_begun(now) {
            self.by_own_schedule(planner, with)
        } else {
            self.in_own_zone(planner, with)
        }
    }

    /// Calls `with` with the data by which the day was computed when work on it began.
    pub(crate) fn by_own_schedule<T>(&self, planner: &Planner<'_>, with: impl FnOnce(&Planner<'_>) -> T) -> T {
        self.in_own_zone(planner, |planner| {
            let changed = planner.settings.before_change_of_defaults(self.date());
            let settings = match &changed {
                Some((before, Some(at))) if self.had_begun_by(*at) => before,
                Some(_) | None => planner.settings,
            };
            let present = Planner { settings, ..*planner };
            // Almost always, and then nothing is copied.
            if self.is_explained_by(&present) {
                return with(&present);
            }
            // Whether work had begun before a change of an earlier release isn't known, so both are tried.
            let before = match &changed {
                Some((before, None)) => before,
                Some((_, Some(_))) | None => settings,
            };
            let sites = planner.sites.in_zone(&planner.sites_on(self.date()), self.zone());
            let of_settings = Planner { settings: before, ..present };
            let of_sites = Planner { sites: &sites, ..present };
            let of_both = Planner { settings: before, ..of_sites };
            let own = [&of_settings, &of_sites, &of_both].into_iter().find(|own| self.is_explained_by(own));
            with(own.unwrap_or(&present))
        })
    }

    /// Whether work on the date had begun at an instant.
    fn had_begun_by(&self, at: Timestamp) -> bool {
        self.sessions().first().is_some_and(|session| session.clock_in.at <= at)
            || self.shifts().first().is_some_and(|shift| shift.start_at <= at)
    }

    /// Calls `with` with a planner of the person in the zone of the day.
    fn in_own_zone<T>(&self, planner: &Planner<'_>, with: impl FnOnce(&Planner<'_>) -> T) -> T {
        if planner.zone() == self.zone() {
            return with(planner);
        }
        let person = User { time_zone: Some(self.zone().clone()), ..planner.person.clone() };
        with(&Planner { person: &person, ..*planner })
    }

    /// Whether the day has the shifts that the planner gives it with the leave that the day has. The holidays may be newer than the
    /// day.
    fn is_explained_by(&self, planner: &Planner<'_>) -> bool {
        let gives = |planner: &Planner<'_>| planner.assignment_with(self.date(), self.leave()).shifts == self.shifts();
        gives(planner) || gives(&Planner { holidays: &[], ..*planner })
    }
}
