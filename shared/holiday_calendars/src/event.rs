//! Events of calendars.

use aws_lc_rs::digest::{SHA256, digest};
use domain::{
    calendar::WorkDate,
    holiday::{Half, Holiday},
    id::SiteId,
    ports::Entropy,
    text::Name,
};
use store::holidays::new_holiday_id;

/// The maximum length of a name, in characters.
const MAX_NAME: usize = 100;

/// An event of a calendar, or a public holiday of a country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolidayEvent {
    /// The identifier of the event, which stays the same when the event moves.
    uid: String,
    /// The name of the holiday.
    name: Name,
    /// The dates, with the half of the day if it isn't the whole one.
    dates: Vec<(WorkDate, Option<Half>)>,
}

impl HolidayEvent {
    /// Creates an event. Without a UID, the name identifies it. Returns `None` if the name is empty.
    pub(crate) fn new(uid: Option<&str>, name: &str, dates: Vec<(WorkDate, Option<Half>)>) -> Option<Self> {
        // A calendar's names may be longer than ours, and have line breaks.
        let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_NAME).collect();
        let name = Name::parse(&name).ok()?;
        Some(Self { uid: uid.unwrap_or(name.as_str()).to_owned(), name, dates })
    }

    /// Returns the holidays of the event at a site, or of the whole company.
    pub fn holidays(&self, site_id: Option<SiteId>) -> impl Iterator<Item = Holiday> + '_ {
        let entropy = OfEvent::new(&self.uid, site_id);
        self.dates.iter().map(move |(date, half_day)| Holiday {
            id: new_holiday_id(*date, &entropy),
            date: *date,
            name: self.name.clone(),
            site_id,
            half_day: *half_day,
        })
    }
}

/// The bytes from which the ids of an event's holidays are made: a hash of its UID and the site.
#[derive(Debug)]
struct OfEvent(Vec<u8>);

impl OfEvent {
    fn new(uid: &str, site_id: Option<SiteId>) -> Self {
        let site = site_id.map(|site| site.to_string()).unwrap_or_default();
        Self(digest(&SHA256, format!("{site}\0{uid}").as_bytes()).as_ref().to_vec())
    }
}

impl Entropy for OfEvent {
    fn fill(&self, bytes: &mut [u8]) {
        for (byte, hashed) in bytes.iter_mut().zip(self.0.iter().cycle()) {
            *byte = *hashed;
        }
    }
}
