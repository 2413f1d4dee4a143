//! Renders shifts as an iCalendar document (RFC 5545).
//!
//! Times are in UTC, so that readers need no time zone and clock changes don't matter.

use domain::{
    calendar::{DateRange, WorkDate},
    id::UserId,
    schedule::{Planner, Shift},
};
use jiff::Timestamp;
use store::attendance::AttendanceSnapshot;

use super::document::Document;

/// The refresh interval that the feed recommends to programs.
const REFRESH: &str = "PT1H";

/// A shift as a calendar shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    shift: Shift,
    /// The version of the entry. It never decreases.
    sequence: u64,
}

/// Returns a person's shifts on the dates, without the shifts that approved leave covers.
pub(super) fn entries(snapshot: &AttendanceSnapshot, planner: &Planner<'_>, dates: DateRange) -> Vec<Entry> {
    let of_date = |date: WorkDate| {
        let sequence = sequence(snapshot, planner, date);
        let expected = planner.assignment(date).shifts.into_iter().filter(|shift| !shift.on_leave);
        expected.map(move |shift| Entry { shift, sequence }).collect::<Vec<_>>()
    };
    dates.each().flat_map(of_date).collect()
}

/// Returns the sum of the versions of everything that determines a date's shifts. Versions only grow, so the sum
/// grows with every change that can move a shift. If it grows with another change, programs only update the entry in
/// place.
fn sequence(snapshot: &AttendanceSnapshot, planner: &Planner<'_>, date: WorkDate) -> u64 {
    let of_year = |year: i16| {
        let schedule = snapshot.years.get(&year).map_or(0, |schedule| schedule.version);
        schedule + snapshot.holiday_versions.get(&year).copied().unwrap_or_default()
    };
    let company = snapshot.settings.version + snapshot.sites.version;
    planner.person.version + planner.schedule.version + company + of_year(date.year())
}

/// Returns the calendar with the name `title`, created at `stamp`.
pub(super) fn calendar(user: UserId, title: &str, entries: &[Entry], stamp: Timestamp) -> String {
    let mut document = Document::default();
    document.property("BEGIN", "VCALENDAR");
    document.property("VERSION", "2.0");
    document.property("PRODID", "-//Rollcall//Roster//EN");
    document.property("CALSCALE", "GREGORIAN");
    document.property("METHOD", "PUBLISH");
    document.property("X-PUBLISHED-TTL", REFRESH);
    // The name by RFC 7986, and the name that older programs read.
    document.text("NAME", title);
    document.text("X-WR-CALNAME", title);
    for Entry { shift, sequence } in entries {
        document.property("BEGIN", "VEVENT");
        document.text("UID", &format!("{}-{user}@rollcall", shift.id));
        document.property("SEQUENCE", &sequence.to_string());
        document.property("DTSTAMP", &utc(stamp));
        document.property("DTSTART", &utc(shift.start_at));
        document.property("DTEND", &utc(shift.end_at));
        document.text("SUMMARY", title);
        if shift.break_minutes() > 0 {
            document.text("DESCRIPTION", &format!("Break: {} minutes", shift.break_minutes()));
        }
        document.property("END", "VEVENT");
    }
    document.property("END", "VCALENDAR");
    document.finish()
}

/// Formats an instant in UTC as RFC 5545 requires.
fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty, ICalendarValue};
    use serde_json::json;

    use super::*;

    /// Real names of companies, names that break a careless writer or reader, and names that try to add lines. Stored
    /// names may have line breaks, although new names can't.
    fn nasty_names() -> Vec<(String, String)> {
        let as_they_are = [
            "A, B; C\\new",
            "C:\\new\\;folder,",
            "\\n\\N\\,",
            "\"Quoted\": yes; no=maybe",
            "END:VCALENDAR",
            "Tab\there",
            "Café Müller & Søn <b>",
            "שלום עולם",
            "日本語の会社",
            "İbrahim's 👩\u{200d}👩\u{200d}👧\u{200d}👦",
        ];
        let long = ["x", "é", "日", "😀", ",", "\\", "a;b"].map(|text| text.repeat(90));
        let told_apart = [
            ("Two\nlines", "Two\nlines"),
            ("x\r\nX-INJECTED:1", "x\nX-INJECTED:1"),
            ("x\nEND:VEVENT\nBEGIN:VEVENT", "x\nEND:VEVENT\nBEGIN:VEVENT"),
            ("A lone\rCR", "A lone\nCR"),
            ("A line\u{2028}separator", "A line\nseparator"),
            ("A next\u{85}line", "A next\nline"),
            ("A bell\u{7} and an escape\u{1b}[31m", "A bell and an escape[31m"),
        ];
        let same = as_they_are.map(str::to_owned).into_iter().chain(long).map(|name| (name.clone(), name));
        same.chain(told_apart.map(|(name, read)| (name.to_owned(), read.to_owned()))).collect()
    }

    fn feed(title: &str) -> String {
        let shift = Shift {
            id: "2026-11-02T09:00".parse().unwrap(),
            start_at: "2026-11-02T06:00:00Z".parse().unwrap(),
            end_at: "2026-11-02T14:00:00Z".parse().unwrap(),
            break_seconds: 1800,
            site_id: None,
            on_leave: false,
        };
        let entries = [Entry { shift, sequence: 7 }];
        calendar("01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(), title, &entries, Timestamp::UNIX_EPOCH)
    }

    /// Returns the texts of a property, and the names of all properties of the calendar and of its only event.
    fn read(feed: &str) -> (Vec<String>, Vec<Vec<ICalendarProperty>>) {
        let calendar = ICalendar::parse(feed).unwrap_or_else(|refused| panic!("{refused:?}: {feed}"));
        let kinds: Vec<_> = calendar.components.iter().map(|part| part.component_type.clone()).collect();
        assert_eq!(kinds, [ICalendarComponentType::VCalendar, ICalendarComponentType::VEvent], "{feed}");
        let is_name = |name: &ICalendarProperty| {
            matches!(name, ICalendarProperty::Name | ICalendarProperty::Summary)
                || matches!(name, ICalendarProperty::Other(other) if other == "X-WR-CALNAME")
        };
        let entries = || calendar.components.iter().flat_map(|part| &part.entries);
        let names = entries().filter(|entry| is_name(&entry.name));
        let text = names.map(|entry| entry.values.first().and_then(ICalendarValue::as_text).unwrap().to_owned());
        let properties = calendar.components.iter().map(|part| part.entries.iter().map(|entry| entry.name.clone()));
        (text.collect(), properties.map(Iterator::collect).collect())
    }

    /// `scripts/check-reports.sh` reads the same feeds with another program.
    #[test]
    fn another_library_reads_feeds_with_special_characters_in_names() {
        let (_, properties) = read(&feed("Plain"));
        let mut kept = Vec::new();
        for (number, (name, expected)) in (1..).zip(nasty_names()) {
            let feed = feed(&name);
            assert!(feed.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])), "{feed:?}");
            let seen = read(&feed);
            assert_eq!(seen.0, [&*expected; 3], "the calendar's two names, and the event's: {feed}");
            assert_eq!(seen.1, properties, "no property more, and none less: {feed}");
            kept.push((format!("{number:02}.ics"), feed, expected));
        }
        let Some(folder) = std::env::var_os("ROLLCALL_KEEP_FILES") else { return };
        let folder = std::path::Path::new(&folder).join("feeds");
        std::fs::create_dir_all(&folder).unwrap();
        for (file, feed, _) in &kept {
            std::fs::write(folder.join(file), feed).unwrap();
        }
        let names: serde_json::Map<_, _> = kept.into_iter().map(|(file, _, name)| (file, json!(name))).collect();
        std::fs::write(folder.join("names.json"), json!(names).to_string()).unwrap();
    }
}
