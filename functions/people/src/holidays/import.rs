//! `POST /holidays/import`: adds the holidays of a calendar (iCalendar).
//!
//! A holiday's id is made from the event's UID and the date, so the same calendar again changes nothing, and an event that moved
//! within its year moves its holiday.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{Mutex, PoisonError},
};

use axum::extract::State;
use calcard::icalendar::{ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty, ICalendarValue};
use data_encoding::HEXLOWER;
use domain::{
    FieldRule,
    calendar::WorkDate,
    event::{CompanyFact, Fact, Subject},
    holiday::{Half, Holiday},
    id::{HolidayId, SiteId},
    ports::Entropy,
    site::Region,
    text::Name,
};
use serde::{Deserialize, Serialize};
use store::{
    Commit,
    holidays::{MAX_HOLIDAYS, new_holiday_id},
    sites::{MAX_SITES, SiteRecord},
};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Code, Failed, Problem, Query, RequestId, authorization,
    body::{self, CalendarBody},
    command::answered,
};

/// The maximum size of a calendar, in bytes.
const LARGEST: usize = 512 * 1024;
/// The maximum number of dates of one event.
const MAX_DATES: i32 = 31;
/// The maximum number of years of a calendar: each is one transaction.
const MAX_YEARS: usize = 10;
/// The hour at which a half day is split.
const NOON: u8 = 12;

/// The parameters of an import of holidays.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportQuery {
    /// The site that has the holidays; by default, the whole company has them.
    site_id: Option<SiteId>,
    /// The region whose sites have the holidays, by its ISO 3166 code: `DE` for all sites in Germany, `DE-BY` for those in Bavaria.
    region: Option<Region>,
    /// Whether the calendar is only checked: the answer says what would change, and nothing is written.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    preview: bool,
}

/// What a calendar changed, or would change.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct HolidayImport {
    /// The holidays that were added, by date.
    added: Vec<ImportedHoliday>,
    /// The holidays that were removed, because their event moved or changed, by date.
    removed: Vec<ImportedHoliday>,
    /// The number of dates that already were holidays.
    unchanged: u32,
    /// The names of events that were left out: recurring events, events without a date, and those of more than 31 dates.
    skipped: Vec<String>,
}

/// A holiday of a calendar.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ImportedHoliday {
    /// The date of the holiday.
    date: WorkDate,
    /// The name of the holiday.
    #[schema(value_type = String)]
    name: Name,
    /// The site that has the holiday; `null` if the whole company has it.
    site_id: Option<SiteId>,
    /// The half of the day; `null` for the whole day.
    half_day: Option<Half>,
}

/// Import holidays
///
/// For admins only. The body is a calendar (iCalendar, `.ics`) as public sites and calendar programs offer them. Each date of an
/// all-day event becomes a holiday. An event with times becomes half a holiday: of the morning if it begins before noon, else of
/// the afternoon. If it begins before noon and ends after 15:00, it is a whole one. Dates that already are holidays stay as they are. The same calendar again changes nothing: events are
/// recognized by their UID.
#[utoipa::path(
    post, path = "/holidays/import", operation_id = "importHolidays", tag = "holidays",
    params(ImportQuery),
    request_body(
        content = String,
        content_type = "text/calendar",
        example = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:christmas-2026@example.com\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ),
    responses(
        (status = 200, description = "What changed", body = HolidayImport),
        (status = 409, description = "`too_many_holidays`: a year has at most 200"),
        (status = 413, description = "`body_too_large`: more than 512 KiB"),
        (status = 415, description = "The body isn't text/calendar"),
        (status = 422, description = "The body is no calendar with events"),
    ),
)]
pub(crate) async fn import(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    Query(ImportQuery { site_id, region, preview }): Query<ImportQuery>,
    CalendarBody(bytes): CalendarBody<LARGEST>,
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let places = places(&app, site_id, region.as_ref()).await?;
    let text = String::from_utf8_lossy(&bytes);
    let mut years: BTreeMap<i16, Vec<Holiday>> = BTreeMap::new();
    let mut skipped = Vec::new();
    for place in &places {
        let events = events(&text, *place)?;
        for holiday in events.holidays {
            years.entry(holiday.date.year()).or_default().push(holiday);
        }
        skipped = events.skipped;
    }
    if MAX_YEARS < years.len() {
        return Err(Problem::invalid("", FieldRule::ItemsAtMost { max: MAX_YEARS as u64 }));
    }
    let mut import = HolidayImport { skipped, ..HolidayImport::default() };
    for (year, wanted) in &years {
        let made = Mutex::new(None);
        let attempt = async || -> Result<Answer, Failed> {
            let change = attempt(&app, &caller, &request_id, *year, wanted, preview).await?;
            *made.lock().unwrap_or_else(PoisonError::into_inner) = Some(change);
            Ok(Answer::no_content())
        };
        answered(&app.store, None, app.now(), attempt).await?;
        let change = made.into_inner().unwrap_or_else(PoisonError::into_inner);
        import.add(change.unwrap_or_default(), wanted.len());
    }
    Answer::ok(&import)
}

/// Returns the sites that have the holidays; none stands for the whole company.
async fn places(app: &App, site_id: Option<SiteId>, region: Option<&Region>) -> Result<Vec<Option<SiteId>>, Problem> {
    let Some(region) = region else { return Ok(vec![site_id]) };
    if site_id.is_some() {
        return Err(Problem::invalid("region", FieldRule::NotWith { other: "site_id".to_owned() }));
    }
    let sites = app.store.sites(None, MAX_SITES).await?;
    let is_there = |site: &&SiteRecord| site.region.as_ref().is_some_and(|of_site| of_site.is_within(region));
    let places: Vec<Option<SiteId>> = sites.items.iter().filter(is_there).map(|site| Some(site.id)).collect();
    if places.is_empty() { Err(Problem::invalid("region", FieldRule::RegionOfSite)) } else { Ok(places) }
}

/// The change of a year's holidays.
#[derive(Debug, Default, PartialEq, Eq)]
struct YearChange {
    added: Vec<Holiday>,
    removed: Vec<Holiday>,
}

async fn attempt(
    app: &App,
    caller: &Caller,
    request_id: &RequestId,
    year: i16,
    wanted: &[Holiday],
    preview: bool,
) -> Result<YearChange, Failed> {
    let now = app.now();
    let snapshot = app.store.holiday_snapshot(caller.user_id, year, None, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    if wanted.iter().filter_map(|holiday| holiday.site_id).any(|site| !snapshot.sites.book.contains(site)) {
        return Err(Problem::invalid("site_id", FieldRule::NotASite).into());
    }
    let change = changed(&snapshot.year.holidays, wanted);
    if MAX_HOLIDAYS < snapshot.year.holidays.len() + change.added.len() - change.removed.len() {
        return Err(Problem::new(Code::TooManyHolidays).into());
    }
    if preview || change == YearChange::default() {
        return Ok(change);
    }
    let removed = change
        .removed
        .iter()
        .map(|&Holiday { id, date, site_id, .. }| Fact::Company(CompanyFact::HolidayRemoved { id, date, site_id }));
    let added = change
        .added
        .iter()
        .map(|&Holiday { id, date, site_id, .. }| Fact::Company(CompanyFact::HolidayAdded { id, date, site_id }));
    let facts = removed.chain(added).collect();
    let mut commit = Commit::new(app.stamp(caller, request_id, now), Subject::Holidays, facts)?;
    commit.audit(Subject::Holidays, "holidays_imported", Some(&change.removed), Some(&change.added))?;
    let ids: BTreeSet<HolidayId> = change.removed.iter().map(|holiday| holiday.id).collect();
    commit.change_holidays(&snapshot, year, &change.added, &ids)?;
    commit.send(&app.store).await?;
    Ok(change)
}

/// Returns what makes a year have the wanted holidays. Holidays that people added by hand stay.
fn changed(year: &[Holiday], wanted: &[Holiday]) -> YearChange {
    let event = |holiday: &Holiday| holiday.id.ulid().random();
    let events: BTreeSet<u128> = wanted.iter().map(event).collect();
    // A holiday of the same event whose date, name or half isn't the event's any more.
    let is_outdated = |holiday: &&Holiday| events.contains(&event(holiday)) && !wanted.contains(holiday);
    let removed: Vec<Holiday> = year.iter().filter(is_outdated).cloned().collect();
    let place = |holiday: &Holiday| (holiday.date, holiday.site_id, holiday.half_day);
    let mut taken: HashSet<_> = year.iter().filter(|holiday| !removed.contains(holiday)).map(place).collect();
    let added = wanted.iter().filter(|holiday| taken.insert(place(holiday))).cloned().collect();
    YearChange { added, removed }
}

impl HolidayImport {
    fn add(&mut self, YearChange { added, removed }: YearChange, wanted: usize) {
        let unchanged = wanted.saturating_sub(added.len());
        self.unchanged = self.unchanged.saturating_add(u32::try_from(unchanged).unwrap_or(u32::MAX));
        self.added.extend(added.into_iter().map(ImportedHoliday::from));
        self.removed.extend(removed.into_iter().map(ImportedHoliday::from));
    }
}

impl From<Holiday> for ImportedHoliday {
    fn from(Holiday { date, name, site_id, half_day, .. }: Holiday) -> Self {
        Self { date, name, site_id, half_day }
    }
}

/// The holidays of a calendar, and the names of the events that were left out.
#[derive(Debug, Default)]
struct Events {
    holidays: Vec<Holiday>,
    skipped: Vec<String>,
}

/// Reads the events of a calendar.
fn events(text: &str, site_id: Option<SiteId>) -> Result<Events, Problem> {
    let unreadable = || Problem::invalid("", FieldRule::Calendar);
    let calendar = ICalendar::parse(text.trim_start_matches('\u{feff}')).map_err(|_| unreadable())?;
    let mut events = Events::default();
    for event in calendar.components.iter().filter(|it| it.component_type == ICalendarComponentType::VEvent) {
        let name = text_of(event, &ICalendarProperty::Summary).unwrap_or_default();
        match holidays_of(event, name, site_id) {
            Some(holidays) => events.holidays.extend(holidays),
            None => events.skipped.push(name.chars().take(100).collect()),
        }
    }
    if events.holidays.is_empty() && events.skipped.is_empty() { Err(unreadable()) } else { Ok(events) }
}

/// Returns the holidays of an event; none if it recurs, or has no name or date.
fn holidays_of(event: &ICalendarComponent, name: &str, site_id: Option<SiteId>) -> Option<Vec<Holiday>> {
    if event.entries.iter().any(|entry| entry.name == ICalendarProperty::Rrule) {
        return None;
    }
    // A calendar's names may be longer than ours, and have line breaks.
    let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(100).collect();
    let name = Name::parse(&name).ok()?;
    let (first, from) = date_and_hour(event, &ICalendarProperty::Dtstart)?;
    let end = date_and_hour(event, &ICalendarProperty::Dtend);
    let uid = text_of(event, &ICalendarProperty::Uid).unwrap_or(name.as_str());
    let entropy = OfEvent::new(uid, site_id);
    let holiday = |date: WorkDate, half_day: Option<Half>| {
        let id = new_holiday_id(date, &entropy);
        Holiday { id, date, name: name.clone(), site_id, half_day }
    };
    if let Some(from) = from {
        let half = if from < NOON { Half::Morning } else { Half::Afternoon };
        let passes_noon = |until: Option<u8>| from < NOON && until.is_some_and(|hour| NOON + 2 < hour);
        let lasts_all_day = end.is_some_and(|(last, until)| last != first || passes_noon(until));
        return Some(vec![holiday(first, (!lasts_all_day).then_some(half))]);
    }
    // The end of an all-day event is the first date after it.
    let after = end.map_or_else(|| first.plus_days(1), |(after, _)| after.max(first.plus_days(1)));
    let count = after.days_since(first);
    (count <= MAX_DATES).then(|| (0..count).map(|days| holiday(first.plus_days(days), None)).collect())
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

/// The bytes from which the ids of an event's holidays are made: a hash of its UID and the site.
#[derive(Debug)]
struct OfEvent(Vec<u8>);

impl OfEvent {
    fn new(uid: &str, site_id: Option<SiteId>) -> Self {
        let site = site_id.map(|site| site.to_string()).unwrap_or_default();
        let hash = body::hash(format!("{site}\0{uid}").as_bytes());
        Self(HEXLOWER.decode(hash.as_bytes()).unwrap_or_default())
    }
}

impl Entropy for OfEvent {
    fn fill(&self, bytes: &mut [u8]) {
        for (byte, hashed) in bytes.iter_mut().zip(self.0.iter().cycle()) {
            *byte = *hashed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(uid: &str, lines: &str) -> String {
        format!("BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n{lines}\r\nEND:VEVENT\r\n")
    }

    fn read(body: &str) -> Events {
        let calendar = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{body}END:VCALENDAR\r\n");
        events(&calendar, None).unwrap()
    }

    fn dates(events: &Events) -> Vec<(String, String, Option<Half>)> {
        let shown = |holiday: &Holiday| (holiday.date.to_string(), holiday.name.to_string(), holiday.half_day);
        events.holidays.iter().map(shown).collect()
    }

    #[test]
    fn each_date_of_an_event_is_a_holiday_and_times_make_it_half_a_day() {
        let of = |date: &str, name: &str, half| (date.to_owned(), name.to_owned(), half);
        let all = read(&[
            event("1", "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas\\, both days"),
            event("2", "DTSTART;VALUE=DATE:20260101\r\nSUMMARY:New\r\n  Year"),
            event("3", "DTSTART:20261224T120000\r\nDTEND:20261224T180000\r\nSUMMARY:Christmas Eve"),
            event("4", "DTSTART;TZID=Europe/Berlin:20260216T080000\r\nDTEND;TZID=Europe/Berlin:20260216T120000\r\nSUMMARY:Carnival"),
            event("5", "DTSTART;VALUE=DATE:20260501\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:May Day"),
        ]
        .concat());
        let expected = [
            of("2026-12-25", "Christmas, both days", None),
            of("2026-12-26", "Christmas, both days", None),
            of("2026-01-01", "New Year", None),
            of("2026-12-24", "Christmas Eve", Some(Half::Afternoon)),
            of("2026-02-16", "Carnival", Some(Half::Morning)),
        ];
        assert_eq!(dates(&all), expected);
        assert_eq!(all.skipped, ["May Day"]);
        assert!(events("no calendar", None).is_err());
    }

    #[test]
    fn the_same_calendar_changes_nothing_and_a_moved_event_moves_its_holiday() {
        let first = read(&event("1", "DTSTART;VALUE=DATE:20260403\r\nSUMMARY:Good Friday")).holidays;
        assert_eq!(changed(&[], &first).added, first);
        assert_eq!(changed(&first, &first), YearChange::default());
        let moved = read(&event("1", "DTSTART;VALUE=DATE:20260404\r\nSUMMARY:Good Friday")).holidays;
        assert_eq!(changed(&first, &moved), YearChange { added: moved.clone(), removed: first.clone() });
        let renamed = read(&event("1", "DTSTART;VALUE=DATE:20260403\r\nSUMMARY:Karfreitag")).holidays;
        assert_eq!(changed(&first, &renamed), YearChange { added: renamed.clone(), removed: first.clone() });
        // A holiday that was added by hand stays, under its own name.
        let other = read(&event("2", "DTSTART;VALUE=DATE:20260403\r\nSUMMARY:Good Friday")).holidays;
        assert_eq!(changed(&other, &first), YearChange::default());
        let of_site = OfEvent::new("1", Some("01JBN2V7Q4W0M3T9K5ZXH8R6ST".parse().unwrap()));
        assert_ne!(new_holiday_id(first[0].date, &of_site), first[0].id);
    }
}
