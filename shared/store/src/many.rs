//! Reads the items that decisions about the days of many people depend on: the company's part once, the people's part in
//! batches.

use std::collections::BTreeMap;

use domain::{
    calendar::WorkDate,
    day::Day,
    holiday::Holiday,
    id::UserId,
    schedule::{Planner, Schedule, ScheduleYear, SiteBook},
    user::User,
};

use crate::{
    Store, StoreError, holidays::YearOfHolidays, keys, settings::VersionedSettings, sites::VersionedSiteBook,
    users::Deciders,
};

/// The maximum number of people in a batch: profile, patterns, and at most two years and two days of each stay below the 100
/// keys of a batch.
pub const PEOPLE_AT_ONCE: usize = 16;

/// The company's part, which is the same for all people.
#[derive(Debug)]
pub struct CompanySnapshot {
    /// The settings.
    pub settings: VersionedSettings,
    /// Zones and places of all sites.
    pub sites: SiteBook,
    /// The holidays of the requested years.
    pub holidays: Vec<Holiday>,
    /// The number of people who can decide for everyone.
    pub deciders: Deciders,
}

/// The part that belongs to one person.
#[derive(Debug)]
pub struct PersonSnapshot {
    /// The person.
    pub person: User,
    /// The person's patterns.
    pub schedule: Schedule,
    /// The overrides of the patterns, for the years of the dates.
    pub years: BTreeMap<i16, ScheduleYear>,
    /// The stored days among the dates.
    pub days: BTreeMap<WorkDate, Day>,
}

impl PersonSnapshot {
    /// Returns the planner, which tells when the person is expected.
    pub fn planner<'a>(&'a self, company: &'a CompanySnapshot) -> Planner<'a> {
        Planner {
            person: &self.person,
            settings: &company.settings.settings,
            sites: &company.sites,
            schedule: &self.schedule,
            years: &self.years,
            holidays: &company.holidays,
        }
    }
}

impl Store {
    /// Reads the company's part with the holidays of those years. One BatchGetItem.
    pub async fn company_snapshot(&self, years: &[i16]) -> Result<CompanySnapshot, StoreError> {
        let holidays = years.iter().map(|year| keys::holidays(*year));
        let mut items =
            self.read([keys::settings(), keys::site_book(), keys::admins()].into_iter().chain(holidays)).await?;
        let mut snapshot = CompanySnapshot {
            settings: items.take(&keys::settings())?.unwrap_or_default(),
            sites: items.take::<VersionedSiteBook>(&keys::site_book())?.unwrap_or_default().book,
            holidays: Vec::new(),
            deciders: items.take(&keys::admins())?.unwrap_or_default(),
        };
        for year in years {
            let of_year: Option<YearOfHolidays> = items.take(&keys::holidays(*year))?;
            snapshot.holidays.extend(of_year.into_iter().flat_map(|year| year.holidays));
        }
        Ok(snapshot)
    }

    /// Reads the people's part, for one or two dates of each person. At most [`PEOPLE_AT_ONCE`] people: one BatchGetItem.
    /// Unknown ids are left out.
    pub async fn person_bases(&self, wanted: &[(UserId, Vec<WorkDate>)]) -> Result<Vec<PersonSnapshot>, StoreError> {
        debug_assert!(wanted.len() <= PEOPLE_AT_ONCE, "one batch");
        let mut keys = Vec::new();
        for (user, dates) in wanted {
            keys.extend([keys::profile(*user), keys::schedule(*user)]);
            keys.extend(dates.iter().map(|date| keys::schedule_year(*user, date.year())));
            keys.extend(dates.iter().map(|date| keys::day(*user, *date)));
        }
        let mut items = self.read(keys).await?;
        let mut found = Vec::with_capacity(wanted.len());
        for (user, dates) in wanted {
            let Some(person) = items.take(&keys::profile(*user))? else { continue };
            let schedule = items.take(&keys::schedule(*user))?.unwrap_or_default();
            let (mut years, mut days) = (BTreeMap::new(), BTreeMap::new());
            for date in dates {
                let year: Option<ScheduleYear> = items.take(&keys::schedule_year(*user, date.year()))?;
                years.extend(year.map(|year| (date.year(), year)));
                days.extend(items.take::<Day>(&keys::day(*user, *date))?.map(|day| (*date, day)));
            }
            found.push(PersonSnapshot { person, schedule, years, days });
        }
        Ok(found)
    }
}
