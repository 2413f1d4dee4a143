//! Reads iCalendar files, as public sites and calendar programs write them.

use calcard::icalendar::{ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty, ICalendarValue};
use domain::{calendar::WorkDate, holiday::Half};

use crate::HolidayEvent;

/// The maximum number of dates of one event.
const MAX_DATES: i32 = 31;
/// The hour at which a half day is split.
const NOON: u8 = 12;

/// A calendar.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// The events with dates.
    pub events: Vec<HolidayEvent>,
    /// The names of events that were left out: recurring events, events without a date or a name, and those of more than 31 dates.
    pub skipped: Vec<String>,
}

/// The text isn't a calendar with events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it isn't a calendar with events")]
pub struct NotACalendar;

/// Reads a calendar.
///
/// # Errors
///
/// The bytes aren't a calendar with events.
pub fn parse(bytes: &[u8]) -> Result<Calendar, NotACalendar> {
    let text = String::from_utf8_lossy(bytes);
    let parsed = ICalendar::parse(text.trim_start_matches('\u{feff}')).map_err(|_| NotACalendar)?;
    let mut calendar = Calendar::default();
    for event in parsed.components.iter().filter(|it| it.component_type == ICalendarComponentType::VEvent) {
        let name = text_of(event, &ICalendarProperty::Summary).unwrap_or_default();
        let uid = text_of(event, &ICalendarProperty::Uid);
        match dates_of(event).and_then(|dates| HolidayEvent::new(uid, name, dates)) {
            Some(event) => calendar.events.push(event),
            None => calendar.skipped.push(name.chars().take(100).collect()),
        }
    }
    if calendar.events.is_empty() && calendar.skipped.is_empty() { Err(NotACalendar) } else { Ok(calendar) }
}

/// Returns the dates of an event; none if it recurs or has no date.
fn dates_of(event: &ICalendarComponent) -> Option<Vec<(WorkDate, Option<Half>)>> {
    if event.entries.iter().any(|entry| entry.name == ICalendarProperty::Rrule) {
        return None;
    }
    let (first, from) = date_and_hour(event, &ICalendarProperty::Dtstart)?;
    let end = date_and_hour(event, &ICalendarProperty::Dtend);
    if let Some(from) = from {
        let half = if from < NOON { Half::Morning } else { Half::Afternoon };
        let passes_noon = |until: Option<u8>| from < NOON && until.is_some_and(|hour| NOON + 2 < hour);
        let lasts_all_day = end.is_some_and(|(last, until)| last != first || passes_noon(until));
        return Some(vec![(first, (!lasts_all_day).then_some(half))]);
    }
    // The end of an all-day event is the first date after it.
    let after = end.map_or_else(|| first.plus_days(1), |(after, _)| after.max(first.plus_days(1)));
    let count = after.days_since(first);
    (count <= MAX_DATES).then(|| (0..count).map(|days| (first.plus_days(days), None)).collect())
}

/// Returns the first text of a property.
fn text_of<'a>(event: &'a ICalendarComponent, property: &ICalendarProperty) -> Option<&'a str> {
    let entry = event.entries.iter().find(|entry| entry.name == *property)?;
    entry.values.first().and_then(ICalendarValue::as_text)
}

/// Returns the date of a property, and its hour if it has a time.
fn date_and_hour(event: &ICalendarComponent, property: &ICalendarProperty) -> Option<(WorkDate, Option<u8>)> {
    let entry = event.entries.iter().find(|entry| entry.name == *property)?;
    let Some(ICalendarValue::PartialDateTime(at)) = entry.values.first() else { return None };
    let date = format!("{:04}-{:02}-{:02}", at.year?, at.month?, at.day?).parse().ok()?;
    Some((date, at.hour))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_date_of_an_event_is_a_holiday_and_times_make_it_half_a_day() {
        let of = |date: &str, name: &str, half| (date.to_owned(), name.to_owned(), half);
        let event = |uid: &str, lines: &str| {
            format!("BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n{lines}\r\nEND:VEVENT\r\n")
        };
        let body = [
            event("1", "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas\\, both days"),
            event("2", "DTSTART;VALUE=DATE:20260101\r\nSUMMARY:New\r\n  Year"),
            event("3", "DTSTART:20261224T120000\r\nDTEND:20261224T180000\r\nSUMMARY:Christmas Eve"),
            event("4", "DTSTART;TZID=Europe/Berlin:20260216T080000\r\nDTEND;TZID=Europe/Berlin:20260216T120000\r\nSUMMARY:Carnival"),
            event("5", "DTSTART;VALUE=DATE:20260501\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:May Day"),
        ]
        .concat();
        let calendar = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{body}END:VCALENDAR\r\n");
        let calendar = parse(calendar.as_bytes()).unwrap();
        let shown: Vec<_> = calendar
            .events
            .iter()
            .flat_map(|event| event.holidays(None))
            .map(|holiday| (holiday.date.to_string(), holiday.name.to_string(), holiday.half_day))
            .collect();
        let expected = [
            of("2026-12-25", "Christmas, both days", None),
            of("2026-12-26", "Christmas, both days", None),
            of("2026-01-01", "New Year", None),
            of("2026-12-24", "Christmas Eve", Some(Half::Afternoon)),
            of("2026-02-16", "Carnival", Some(Half::Morning)),
        ];
        assert_eq!(shown, expected);
        assert_eq!(calendar.skipped, ["May Day"]);
        assert_eq!(parse(b"no calendar"), Err(NotACalendar));
    }
}
