//! Reads iCalendar files, as public sites and calendar programs write them.

use std::collections::BTreeMap;

use calcard::icalendar::{ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty, ICalendarValue};
use domain::{calendar::WorkDate, holiday::Half};

use crate::HolidayEvent;

/// The maximum number of dates of one event.
const MAX_DATES: i32 = 31;
/// The minute of the day at which a half day is split.
const NOON: u16 = 12 * 60;
/// The minute of the day from which an event that began before noon has lasted the whole day.
const WHOLE_DAY_END: u16 = 15 * 60;

/// A date, and the minute of the day if the calendar has a time.
type Moment = (WorkDate, Option<u16>);

/// A calendar.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// The events with dates.
    pub events: Vec<HolidayEvent>,
    /// The names of events that were left out: recurring events and changes of one of their dates, events without a date or a name,
    /// those of more than 31 dates, and those whose end can't be read.
    pub skipped: Vec<String>,
}

/// The text isn't a calendar with events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it isn't a calendar with events")]
pub struct NotACalendar;

/// Reads a calendar. Cancelled events aren't events of the calendar.
///
/// # Errors
///
/// The bytes aren't a calendar with events.
pub fn parse(bytes: &[u8]) -> Result<Calendar, NotACalendar> {
    let text = String::from_utf8_lossy(bytes);
    let parsed = ICalendar::parse(text.trim_start_matches('\u{feff}')).map_err(|_| NotACalendar)?;
    let is_event = |it: &&ICalendarComponent| it.component_type == ICalendarComponentType::VEvent;
    let events: Vec<&ICalendarComponent> = parsed.components.iter().filter(is_event).collect();
    if events.is_empty() {
        return Err(NotACalendar);
    }
    let cancelled = cancelled(&events);
    let mut calendar = Calendar::default();
    for event in events {
        let name = text_of(event, &ICalendarProperty::Summary).unwrap_or_default();
        let uid = text_of(event, &ICalendarProperty::Uid);
        let is_of_cancelled = uid.and_then(|uid| cancelled.get(uid)).is_some_and(|last| sequence_of(event) <= *last);
        if is_cancelled(event) || is_of_cancelled {
            continue;
        }
        match dates_of(event).and_then(|dates| HolidayEvent::new(uid, name, dates)) {
            Some(event) => calendar.events.push(event),
            None => calendar.skipped.push(name.chars().take(100).collect()),
        }
    }
    Ok(calendar)
}

/// Returns the UIDs of cancelled events, with the latest version that is cancelled. A calendar can still have an earlier version.
fn cancelled<'a>(events: &[&'a ICalendarComponent]) -> BTreeMap<&'a str, i64> {
    let mut cancelled = BTreeMap::new();
    for event in events.iter().copied().filter(|event| is_cancelled(event)) {
        // The cancellation of one date of a recurring event doesn't cancel the others.
        if event.has_property(&ICalendarProperty::RecurrenceId) {
            continue;
        }
        let Some(uid) = text_of(event, &ICalendarProperty::Uid) else { continue };
        let sequence = sequence_of(event);
        let last = cancelled.entry(uid).or_insert(sequence);
        *last = sequence.max(*last);
    }
    cancelled
}

fn is_cancelled(event: &ICalendarComponent) -> bool {
    text_of(event, &ICalendarProperty::Status).is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED"))
}

/// Returns the number of an event's version.
fn sequence_of(event: &ICalendarComponent) -> i64 {
    match value_of(event, &ICalendarProperty::Sequence) {
        Some(ICalendarValue::Integer(number)) => *number,
        Some(_) | None => 0,
    }
}

/// Returns the dates of an event; none if it recurs, has no date, or has an end that is too far or can't be read.
fn dates_of(event: &ICalendarComponent) -> Option<Vec<(WorkDate, Option<Half>)>> {
    let recurring = [ICalendarProperty::Rrule, ICalendarProperty::Rdate, ICalendarProperty::RecurrenceId];
    if recurring.iter().any(|property| event.has_property(property)) {
        return None;
    }
    let (first, from) = moment(event, &ICalendarProperty::Dtstart)?;
    let end = if event.has_property(&ICalendarProperty::Dtend) {
        Some(moment(event, &ICalendarProperty::Dtend)?)
    } else if event.has_property(&ICalendarProperty::Duration) {
        Some(end_of_duration(event, (first, from))?)
    } else {
        None
    };
    // The end of an all-day event is the first date after it.
    let after = end.map_or_else(|| first.plus_days(1), |(after, _)| after.max(first.plus_days(1)));
    let count = after.days_since(first);
    if MAX_DATES < count {
        return None;
    }
    if let Some(from) = from {
        let half = if from < NOON { Half::Morning } else { Half::Afternoon };
        let passes_noon = |until: Option<u16>| from < NOON && until.is_some_and(|until| WHOLE_DAY_END <= until);
        let lasts_all_day = end.is_some_and(|(last, until)| last != first || passes_noon(until));
        return Some(vec![(first, (!lasts_all_day).then_some(half))]);
    }
    Some((0..count).map(|days| (first.plus_days(days), None)).collect())
}

/// Returns the end of an event that has a duration; none if it lasts longer than an event may, or the duration can't be read.
fn end_of_duration(event: &ICalendarComponent, (first, from): Moment) -> Option<Moment> {
    let Some(ICalendarValue::Duration(duration)) = value_of(event, &ICalendarProperty::Duration) else { return None };
    if duration.neg {
        return None;
    }
    let minutes = u64::from(from.unwrap_or_default())
        + u64::from(duration.hours) * 60
        + u64::from(duration.minutes)
        + u64::from(duration.seconds) / 60;
    let days = u64::from(duration.weeks) * 7 + u64::from(duration.days) + minutes / (24 * 60);
    let days = i32::try_from(days).ok().filter(|days| *days <= MAX_DATES)?;
    let until = u16::try_from(minutes % (24 * 60)).ok()?;
    Some((first.plus_days(days), from.map(|_| until)))
}

/// Returns the first value of a property.
fn value_of<'a>(event: &'a ICalendarComponent, property: &ICalendarProperty) -> Option<&'a ICalendarValue> {
    event.property(property)?.values.first()
}

/// Returns the first text of a property.
fn text_of<'a>(event: &'a ICalendarComponent, property: &ICalendarProperty) -> Option<&'a str> {
    value_of(event, property)?.as_text()
}

/// Returns the date of a property, with its time.
fn moment(event: &ICalendarComponent, property: &ICalendarProperty) -> Option<Moment> {
    let Some(ICalendarValue::PartialDateTime(at)) = value_of(event, property) else { return None };
    let date = format!("{:04}-{:02}-{:02}", at.year?, at.month?, at.day?).parse().ok()?;
    let minute = at.hour.map(|hour| u16::from(hour) * 60 + u16::from(at.minute.unwrap_or_default()));
    Some((date, minute))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines_of_events: &[&str]) -> Calendar {
        let event = |lines: &&str| format!("BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\n{lines}\r\nEND:VEVENT\r\n");
        let body: String = lines_of_events.iter().map(event).collect();
        parse(format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{body}END:VCALENDAR\r\n").as_bytes())
            .unwrap()
    }

    /// Returns the dates of all events, each with its half.
    fn dates(calendar: &Calendar) -> Vec<(String, Option<Half>)> {
        let holidays = calendar.events.iter().flat_map(|event| event.holidays(None));
        holidays.map(|holiday| (holiday.date.to_string(), holiday.half_day)).collect()
    }

    #[test]
    fn cancelled_events_are_no_events_of_the_calendar() {
        let day = "DTSTART;VALUE=DATE:20261225\r\nSUMMARY:Christmas";
        let version = |status: &str, sequence: u8| format!("UID:1\r\nSEQUENCE:{sequence}\r\nSTATUS:{status}\r\n{day}");
        let (cancelled, again) = (version("CANCELLED", 1), version("CONFIRMED", 2));
        assert_eq!(read(&[&cancelled]), Calendar::default());
        assert_eq!(read(&[&version("cancelled", 1)]), Calendar::default());
        let first = version("CONFIRMED", 0);
        assert_eq!(read(&[&first, &cancelled]), Calendar::default(), "the later version is cancelled");
        assert_eq!(dates(&read(&[&cancelled, &again])), [("2026-12-25".to_owned(), None)], "the last version isn't");
        let other = format!("UID:2\r\n{day}");
        assert_eq!(dates(&read(&[&cancelled, &other])).len(), 1);
        let of_one_date = format!("RECURRENCE-ID;VALUE=DATE:20261226\r\n{cancelled}");
        assert_eq!(dates(&read(&[&first, &of_one_date])).len(), 1);
    }

    #[test]
    fn an_event_can_have_a_duration_in_place_of_an_end() {
        let of = |date: &str, half| (date.to_owned(), half);
        let whole = |dates: &[&str]| dates.iter().map(|date| of(date, None)).collect::<Vec<_>>();
        let all_day = |duration: &str| {
            read(&[&format!("DTSTART;VALUE=DATE:20261225\r\nDURATION:{duration}\r\nSUMMARY:Christmas")])
        };
        assert_eq!(dates(&all_day("P1D")), whole(&["2026-12-25"]));
        assert_eq!(dates(&all_day("P2D")), whole(&["2026-12-25", "2026-12-26"]));
        assert_eq!(dates(&all_day("P1W")).len(), 7);
        for wrong in ["P32D", "P9W", "P4000000000D", "-P1D", "soon"] {
            assert_eq!(all_day(wrong).skipped, ["Christmas"], "{wrong}");
        }
        let timed = |start: &str, duration: &str| {
            dates(&read(&[&format!("DTSTART:20261224T{start}\r\nDURATION:{duration}\r\nSUMMARY:Eve")]))
        };
        assert_eq!(timed("080000", "PT4H"), [of("2026-12-24", Some(Half::Morning))]);
        assert_eq!(timed("130000", "PT4H"), [of("2026-12-24", Some(Half::Afternoon))]);
        assert_eq!(timed("083000", "PT6H30M"), whole(&["2026-12-24"]));
    }

    #[test]
    fn recurring_events_and_far_ends_are_left_out_by_name() {
        for lines in [
            "DTSTART;VALUE=DATE:20260501\r\nRDATE;VALUE=DATE:20270501\r\nSUMMARY:May Day",
            "RECURRENCE-ID;VALUE=DATE:20260501\r\nDTSTART;VALUE=DATE:20260502\r\nSUMMARY:May Day",
            "DTSTART;VALUE=DATE:20260501\r\nDTEND;VALUE=DATE:20260602\r\nSUMMARY:May Day",
            "DTSTART;VALUE=DATE:20260501\r\nDTEND;VALUE=DATE:99991231\r\nSUMMARY:May Day",
            "DTSTART:20260501T080000\r\nDTEND:99991231T080000\r\nSUMMARY:May Day",
            "DTSTART:20260501T080000\r\nDTEND:20270501T080000\r\nSUMMARY:May Day",
        ] {
            let calendar = read(&[lines]);
            assert_eq!((calendar.events.len(), calendar.skipped), (0, vec!["May Day".to_owned()]), "{lines}");
        }
    }

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
