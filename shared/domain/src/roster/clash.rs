//! Overlapping shifts of one person. They are compared as instants, because shifts of different sites have different zones, and
//! because a night shift reaches into the next date.

use jiff::Timestamp;

use crate::{
    FieldRule,
    calendar::{WorkDate, Zone},
    schedule::{Planner, Rhythm, Shift},
};

/// The number of dates before and after a date that may have a shift that overlaps with one of its own. A shift lasts up to a
/// day, and zones are up to 26 hours apart.
pub(super) const NEIGHBOURS: i32 = 3;

/// Two shifts of one person that would overlap, with their display names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.rule())]
pub struct Clash {
    /// The shifts, in order of their starts. They are boxed because refusals that contain a clash are returned by value.
    shifts: Box<[Shift; 2]>,
    names: [String; 2],
}

impl Clash {
    /// Returns the two shifts, in order of their starts.
    pub fn shifts(&self) -> &[Shift; 2] {
        &self.shifts
    }

    /// Returns the display names of both shifts: `2026-11-06 22:00-12:00 and 2026-11-07 10:00-14:00`.
    pub fn both(&self) -> String {
        self.names.join(" and ")
    }

    /// Returns the rule that the shifts break.
    pub fn rule(&self) -> FieldRule {
        FieldRule::Overlap { shifts: self.both() }
    }

    /// Names both shifts by their work dates.
    fn by_dates(planner: &Planner<'_>, (earlier, later): (Shift, Shift)) -> Self {
        let zones = zones(planner, &earlier, &later);
        let name = |shift: &Shift| format!("{} {}", shift.id.date(), times(planner, shift, zones));
        Self { names: [name(&earlier), name(&later)], shifts: Box::new([earlier, later]) }
    }

    /// Names both shifts by their weekdays, and the date on which they first overlap.
    fn by_weekdays(planner: &Planner<'_>, rhythm: &Rhythm, (earlier, later): (Shift, Shift)) -> Self {
        let zones = zones(planner, &earlier, &later);
        let name = |shift: &Shift| format!("{} {}", rhythm.day_name(shift.id.date()), times(planner, shift, zones));
        let names = [name(&earlier), format!("{}, first on {}", name(&later), later.id.date())];
        Self { names, shifts: Box::new([earlier, later]) }
    }
}

/// Returns the dates of a range, both ends included.
pub(super) fn dates(from: WorkDate, to: WorkDate) -> impl Iterator<Item = WorkDate> {
    (0..=to.days_since(from)).map(move |days| from.plus_days(days))
}

/// Returns the dates whose shifts may overlap with those of a date, itself included.
pub(super) fn around(date: WorkDate) -> impl Iterator<Item = WorkDate> {
    dates(date.plus_days(-NEIGHBOURS), date.plus_days(NEIGHBOURS))
}

/// Returns the display names of two shifts: each has its work date and its times on the wall clock of its site.
pub(super) fn names(planner: &Planner<'_>, earlier: &Shift, later: &Shift) -> [String; 2] {
    Clash::by_dates(planner, (earlier.clone(), later.clone())).names
}

/// Whether the display names of shifts include the zone of their times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zones {
    /// Both shifts have the same zone.
    Same,
    /// The shifts have two zones, so that their times can't be compared without them.
    Different,
}

fn zones(planner: &Planner<'_>, one: &Shift, other: &Shift) -> Zones {
    if zone(planner, one) == zone(planner, other) { Zones::Same } else { Zones::Different }
}

fn zone<'a>(planner: &Planner<'a>, shift: &Shift) -> &'a Zone {
    shift.site_id.and_then(|site| planner.sites.zone(site)).unwrap_or_else(|| planner.zone())
}

fn times(planner: &Planner<'_>, shift: &Shift, zones: Zones) -> String {
    let zone = zone(planner, shift);
    let wall = |at: Timestamp| zone.at(at).strftime("%H:%M").to_string();
    let times = format!("{}-{}", wall(shift.start_at), wall(shift.end_at));
    match zones {
        Zones::Same => times,
        Zones::Different => format!("{times} ({zone})"),
    }
}

/// Returns a clash between a planned shift of the date and another shift of the person.
pub(super) fn clash_on(planner: &Planner<'_>, date: WorkDate) -> Option<Clash> {
    clash_among(planner, around(date), |other| other == date)
}

/// Returns the first two planned shifts of some dates that overlap. `concerned` must hold for the work date of at least one of
/// them.
pub(super) fn clash_among(
    planner: &Planner<'_>,
    dates: impl Iterator<Item = WorkDate>,
    concerned: impl Fn(WorkDate) -> bool,
) -> Option<Clash> {
    overlapping(planner, dates, concerned).map(|pair| Clash::by_dates(planner, pair))
}

/// Returns the first two shifts of a rhythm that overlap with each other. The dates must have no other pattern in the planner.
pub(super) fn clash_within(
    planner: &Planner<'_>,
    rhythm: &Rhythm,
    dates: impl Iterator<Item = WorkDate>,
) -> Option<Clash> {
    overlapping(planner, dates, |_| true).map(|pair| Clash::by_weekdays(planner, rhythm, pair))
}

fn overlapping(
    planner: &Planner<'_>,
    dates: impl Iterator<Item = WorkDate>,
    concerned: impl Fn(WorkDate) -> bool,
) -> Option<(Shift, Shift)> {
    let mut shifts: Vec<Shift> = dates.flat_map(|date| planner.planned_shifts(date)).collect();
    shifts.sort_by_key(|shift| shift.start_at);
    shifts.iter().enumerate().find_map(|(index, earlier)| {
        // A shift lasts a day at most, so these are few.
        let mut others = shifts.iter().skip(index + 1).take_while(|later| later.start_at < earlier.end_at);
        let later = others.find(|later| concerned(earlier.id.date()) || concerned(later.id.date()))?;
        Some((earlier.clone(), later.clone()))
    })
}
