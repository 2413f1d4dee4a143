//! Shifts as an iCalendar document (RFC 5545).
//!
//! Times are in UTC: an instant needs no time zone to be read right, whatever the clocks do that night.

use domain::{
    calendar::WorkDate,
    id::UserId,
    schedule::{Planner, Shift},
};
use icalendar::{Calendar, Component, Event};
use jiff::Timestamp;
use store::attendance::AttendanceBasis;

use crate::dates::Dates;

/// How often a program may well look again.
const REFRESH: &str = "PT1H";

/// A shift as a calendar shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    shift: Shift,
    /// Which version of the entry it is; never smaller than it was.
    sequence: u64,
}

/// What is expected of the person on those dates. Shifts that approved leave covers are none.
pub(super) fn entries(basis: &AttendanceBasis, planner: &Planner<'_>, dates: Dates) -> Vec<Entry> {
    let of_date = |date: WorkDate| {
        let sequence = sequence(basis, planner, date);
        let expected = planner.assignment(date).shifts.into_iter().filter(|shift| !shift.on_leave);
        expected.map(move |shift| Entry { shift, sequence }).collect::<Vec<_>>()
    };
    dates.each().flat_map(of_date).collect()
}

/// The sum of the versions of everything that a date's shifts are folded from. Each of them only grows, so the sum grows
/// with every change that could have moved a shift; that it grows with others too costs nothing but an update in place.
fn sequence(basis: &AttendanceBasis, planner: &Planner<'_>, date: WorkDate) -> u64 {
    let of_year = |year: i16| {
        let schedule = basis.years.get(&year).map_or(0, |schedule| schedule.version);
        schedule + basis.holiday_versions.get(&year).copied().unwrap_or_default()
    };
    let company = basis.settings.version + basis.sites.version;
    planner.person.version + planner.schedule.version + company + of_year(date.year())
}

/// The document. `stamp` is when it was made.
pub(super) fn calendar(user: UserId, title: &str, entries: &[Entry], stamp: Timestamp) -> String {
    let mut calendar = Calendar::empty();
    for (property, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//Rollcall//Roster//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("X-PUBLISHED-TTL", REFRESH),
    ] {
        calendar.append_property((property, value));
    }
    calendar.name(title);
    for Entry { shift, sequence } in entries {
        let mut event = Event::new();
        event.uid(&format!("{}-{user}@rollcall", shift.id));
        event.add_property("SEQUENCE", sequence.to_string());
        event.add_property("DTSTAMP", utc(stamp));
        event.add_property("DTSTART", utc(shift.start_at));
        event.add_property("DTEND", utc(shift.end_at));
        event.summary(title);
        if shift.break_minutes() > 0 {
            event.description(&format!("Break: {} minutes", shift.break_minutes()));
        }
        calendar.push(event.done());
    }
    calendar.to_string()
}

/// An instant as RFC 5545 writes it in UTC.
fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}
