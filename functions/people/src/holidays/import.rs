//! `POST /holidays/import`: adds the holidays of a calendar (iCalendar), or the public holidays of a country.
//!
//! A holiday's id is made from the event's UID and the date ([`holiday_calendars`]), so the same calendar again changes nothing, and an
//! event that moved within its year moves its holiday.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use app::company::holidays;
use axum::extract::{FromRequest, Request, State};
use bytes::Bytes;
use domain::{
    FieldRule,
    calendar::WorkDate,
    distinct::Distinct,
    holiday::{Half, Holiday},
    holiday_change::YearChange,
    id::SiteId,
    site::Region,
    text::Name,
};
use holiday_calendars::{Calendar, HolidayEvent, NotKnown, YEARS, by_year, parse, public_holidays, sites_in};
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use store::sites::{MAX_SITES, SiteRecord};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Query, RequestId, authorization, body::CalendarBody,
    use_case::execute_if_changed,
};

/// The maximum size of a calendar, in bytes.
const LARGEST: usize = 512 * 1024;
/// The maximum number of years of a calendar: each is one transaction.
const MAX_YEARS: usize = 10;

/// The parameters of an import of holidays.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportQuery {
    /// The site that has the holidays; by default, the whole company has them.
    site_id: Option<SiteId>,
    /// The region whose sites have the holidays, by its ISO 3166 code: `DE` for all sites in Germany, `DE-BY` for those in Bavaria.
    // Without the example of `Region`: /docs would send it beside `site_id`.
    #[param(value_type = Option<String>, pattern = "^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
    region: Option<Region>,
    /// Whether the calendar is only checked: the answer says what would change, and nothing is written.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    preview: bool,
}

/// The public holidays of a country in some years.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"country": "TR", "years": [2027]}))]
pub(crate) struct PublicHolidays {
    /// The country, by its ISO 3166-1 code.
    #[schema(pattern = "^[A-Z]{2}$", example = "TR")]
    country: String,
    /// The subdivision, such as `BY` for Bavaria: the part of its ISO 3166-2 code after the country. By default, sites get the holidays of
    /// the subdivision that their `region` names, and the whole company gets those of the whole country.
    subdivision: Option<String>,
    /// The years, from 2025 to 2035.
    #[schema(value_type = BTreeSet<i16>, min_items = 1, max_items = 10)]
    years: Distinct<i16>,
    /// Whether holidays of half a day are imported, too. They are holidays of the afternoon.
    #[serde(default = "domain::patch_field::yes")]
    #[schema(default = true)]
    half_days: bool,
}

/// The source of imported holidays.
#[derive(Debug)]
pub(crate) enum Source {
    /// A calendar (iCalendar).
    Calendar(Bytes),
    /// The public holidays of a country.
    PublicHolidays(PublicHolidays),
}

impl<S: Sync> FromRequest<S> for Source {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if content_type.is_some_and(|content_type| content_type.trim_start().starts_with("application/json")) {
            let body: Body<PublicHolidays> = Body::from_request(request, state).await?;
            return Ok(Self::PublicHolidays(body.value));
        }
        let CalendarBody(bytes) = CalendarBody::<LARGEST>::from_request(request, state).await?;
        Ok(Self::Calendar(bytes))
    }
}

/// What a calendar changed, or would change.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct HolidayImport {
    /// The holidays that were added, by date.
    added: Vec<ImportedHoliday>,
    /// The holidays that were removed, because their event moved or changed, by date.
    removed: Vec<ImportedHoliday>,
    /// The number of dates that already were holidays, of the place itself or of the whole company.
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
/// For admins only. The body is a calendar (iCalendar, `.ics`) as public sites and calendar programs offer them, or names a country and
/// years (JSON): then its public holidays are imported. Each date of an all-day event becomes a holiday. An event with times becomes half a
/// holiday: of the morning if it begins before noon, else of the afternoon. If it begins before noon and ends after 15:00, it is a whole one.
/// Dates that already are holidays stay as they are. The same calendar again changes nothing: events are recognized by their UID.
#[utoipa::path(
    post, path = "/holidays/import", operation_id = "importHolidays", tag = "holidays",
    params(ImportQuery),
    request_body(content(
        (
            String = "text/calendar",
            example = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:christmas-2026@example.com\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        ),
        (PublicHolidays = "application/json"),
    )),
    responses(
        (status = 200, description = "What changed", body = HolidayImport),
        (status = 409, description = "`too_many_holidays`: a year has at most 200"),
        (status = 413, description = "`body_too_large`: more than 512 KiB"),
        (status = 415, description = "The body is neither text/calendar nor application/json"),
        (status = 422, description = "The body is no calendar with events, or the country has no known public holidays"),
    ),
)]
pub(crate) async fn import(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    Query(ImportQuery { site_id, region, preview }): Query<ImportQuery>,
    source: Source,
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    if site_id.is_some() && region.is_some() {
        return Err(Problem::invalid("region", FieldRule::NotWith { other: "site_id".to_owned() }));
    }
    let (years, skipped) = match source {
        Source::Calendar(bytes) => {
            let places = match &region {
                None => vec![site_id],
                Some(region) => region_sites(&app, region).await?.into_iter().map(|site| Some(site.id)).collect(),
            };
            let calendar = parse(&bytes).map_err(|_| Problem::invalid("", FieldRule::Calendar))?;
            let Calendar { events, skipped } = calendar;
            (by_year(&events, &places), skipped)
        }
        Source::PublicHolidays(wanted) => (public(&app, site_id, region.as_ref(), &wanted).await?, Vec::new()),
    };
    if MAX_YEARS < years.len() {
        return Err(Problem::invalid("", FieldRule::ItemsAtMost { max: MAX_YEARS as u64 }));
    }
    let mut import = HolidayImport { skipped, ..HolidayImport::default() };
    for (year, wanted) in &years {
        let request = app.request(&caller, &request_id, None);
        let made = Mutex::new(None);
        let keep = |change: &YearChange, _: u64| -> Result<Answer, Problem> {
            *made.lock().unwrap_or_else(PoisonError::into_inner) = Some(change.clone());
            Ok(Answer::no_content())
        };
        execute_if_changed(&request, keep, || holidays::import_year(&request, *year, wanted, preview)).await?;
        let change = made.into_inner().unwrap_or_else(PoisonError::into_inner);
        import.add(change.unwrap_or_default(), wanted.len());
    }
    Answer::ok(&import)
}

/// Returns the sites in a region, at least one.
async fn region_sites(app: &App, region: &Region) -> Result<Vec<SiteRecord>, Problem> {
    let sites = sites_in(&app.store, region).await?;
    if sites.is_empty() { Err(Problem::invalid("region", FieldRule::RegionOfSite)) } else { Ok(sites) }
}

/// Returns the public holidays of a country at the given places.
async fn public(
    app: &App,
    site_id: Option<SiteId>,
    region: Option<&Region>,
    wanted: &PublicHolidays,
) -> Result<BTreeMap<i16, Vec<Holiday>>, Problem> {
    let (first, last) = (*YEARS.start(), *YEARS.end());
    Problem::unless_valid([
        (
            !(1..=MAX_YEARS).contains(&wanted.years.len()),
            "years",
            FieldRule::ItemsBetween { min: 1, max: MAX_YEARS as u64 },
        ),
        (
            wanted.years.iter().any(|year| !YEARS.contains(year)),
            "years",
            FieldRule::WholeNumberBetween { min: first.into(), max: last.into() },
        ),
    ])?;
    let sites = match (site_id, region) {
        (None, None) => return Ok(by_year(&wanted.events(wanted.subdivision.as_deref())?, &[None])),
        (None, Some(region)) => region_sites(app, region).await?,
        (Some(id), _) => {
            let mut sites = app.store.sites(None, MAX_SITES).await?.items;
            sites.retain(|site| site.id == id);
            sites
        }
    };
    // Checks the country, and the subdivision if it is named.
    wanted.events(wanted.subdivision.as_deref())?;
    let mut years: BTreeMap<i16, Vec<Holiday>> = BTreeMap::new();
    for site in sites {
        for (year, holidays) in by_year(&wanted.events_of(&site)?, &[Some(site.id)]) {
            years.entry(year).or_default().extend(holidays);
        }
    }
    if years.is_empty() && site_id.is_some() {
        return Err(Problem::invalid("site_id", FieldRule::NotASite));
    }
    Ok(years)
}

impl PublicHolidays {
    /// Returns the public holidays of a subdivision, or of the whole country.
    fn events(&self, subdivision: Option<&str>) -> Result<Vec<HolidayEvent>, Problem> {
        public_holidays(&self.country, subdivision, &self.years, self.half_days).map_err(|unknown| match unknown {
            NotKnown::Country => Problem::invalid("country", FieldRule::NoPublicHolidays),
            NotKnown::Subdivision { known } if known.is_empty() => {
                Problem::invalid("subdivision", FieldRule::NotWith { other: self.country.clone() })
            }
            NotKnown::Subdivision { known } => {
                Problem::invalid("subdivision", FieldRule::OneOf { allowed: known.into_iter().collect() })
            }
        })
    }

    /// Returns the public holidays of a site: of the subdivision that is named, or else of that which the site's region names.
    fn events_of(&self, site: &SiteRecord) -> Result<Vec<HolidayEvent>, Problem> {
        let of_site = || {
            let (country, part) = site.region.as_ref()?.as_str().split_once('-')?;
            (country == self.country).then_some(part)
        };
        // Some ISO codes name areas without public holidays of their own.
        let part = of_site().filter(|part| self.events(Some(part)).is_ok());
        self.events(self.subdivision.as_deref().or(part))
    }
}

impl HolidayImport {
    fn add(&mut self, YearChange { mut added, removed }: YearChange, wanted: usize) {
        let unchanged = wanted.saturating_sub(added.len());
        self.unchanged = self.unchanged.saturating_add(u32::try_from(unchanged).unwrap_or(u32::MAX));
        added.sort_by_key(|holiday| holiday.date);
        self.added.extend(added.into_iter().map(ImportedHoliday::from));
        self.removed.extend(removed.into_iter().map(ImportedHoliday::from));
    }
}

impl From<Holiday> for ImportedHoliday {
    fn from(Holiday { date, name, site_id, half_day, .. }: Holiday) -> Self {
        Self { date, name, site_id, half_day }
    }
}
