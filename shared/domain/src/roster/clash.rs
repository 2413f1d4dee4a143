//! Shifts of one person that overlap: looked for on instants, because shifts of different sites are read in different
//! zones, and because a night shift reaches into the next date.

use jiff::Timestamp;

use crate::{
    calendar::{WorkDate, Zone},
    schedule::{Planner, Shift},
};

/// So many dates each side of one may have a shift that overlaps with one of its own: a shift lasts up to a day, and zones
/// lie up to 26 hours apart.
pub(super) const NEIGHBOURS: i32 = 3;

/// Two shifts of one person that would overlap, by their names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must not have shifts that overlap: {earlier} and {later}")]
pub struct Clash {
    /// The one that begins first.
    pub earlier: String,
    /// The other.
    pub later: String,
}

/// The dates from one to the other, both included.
pub(super) fn dates(from: WorkDate, to: WorkDate) -> impl Iterator<Item = WorkDate> {
    (0..=to.days_since(from)).map(move |days| from.plus_days(days))
}

/// The dates that may have something to do with one, itself included.
pub(super) fn around(date: WorkDate) -> impl Iterator<Item = WorkDate> {
    dates(date.plus_days(-NEIGHBOURS), date.plus_days(NEIGHBOURS))
}

/// What people call the shift: its work date and its times on the wall clock where it is worked.
pub(super) fn name(planner: &Planner<'_>, shift: &Shift) -> String {
    let zone = shift.site_id.and_then(|site| planner.sites.zone(site)).unwrap_or_else(|| planner.zone());
    let wall = |zone: &Zone, at: Timestamp| zone.at(at).strftime("%H:%M").to_string();
    format!("{} {}-{}", shift.id.date(), wall(zone, shift.start_at), wall(zone, shift.end_at))
}

/// A planned shift of the date that overlaps with another of the person's.
pub(super) fn clash_on(planner: &Planner<'_>, date: WorkDate) -> Option<Clash> {
    let near: Vec<Shift> = around(date).flat_map(|date| planner.planned_shifts(date)).collect();
    let mut pairs = near.iter().enumerate().flat_map(|(index, shift)| {
        let others = near.iter().skip(index + 1);
        others.map(move |other| (shift, other))
    });
    let concerned = |shift: &Shift, other: &Shift| shift.id.date() == date || other.id.date() == date;
    let (shift, other) = pairs.find(|(shift, other)| {
        concerned(shift, other) && shift.start_at < other.end_at && other.start_at < shift.end_at
    })?;
    Some(named(planner, shift, other))
}

/// The first two planned shifts of some dates that overlap.
pub(super) fn clash_within(planner: &Planner<'_>, dates: impl Iterator<Item = WorkDate>) -> Option<Clash> {
    let mut shifts: Vec<Shift> = dates.flat_map(|date| planner.planned_shifts(date)).collect();
    shifts.sort_by_key(|shift| shift.start_at);
    // In order of their starts, the neighbour is the first that one could run into.
    let [earlier, later] = shifts.array_windows().find(|[earlier, later]| later.start_at < earlier.end_at)?;
    Some(named(planner, earlier, later))
}

fn named(planner: &Planner<'_>, one: &Shift, other: &Shift) -> Clash {
    let (earlier, later) = if one.start_at <= other.start_at { (one, other) } else { (other, one) };
    Clash { earlier: name(planner, earlier), later: name(planner, later) }
}
