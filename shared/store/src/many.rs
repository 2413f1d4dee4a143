//! What the days of many people are decided on: the company's part is read once, the people's part by the batch.

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

/// How many people one batch holds: profile, patterns, at most two years and two days of each are below its 100 keys.
pub const PEOPLE_AT_ONCE: usize = 16;

/// What is the same for everyone.
#[derive(Debug)]
pub struct CompanySnapshot {
    /// The settings.
    pub settings: VersionedSettings,
    /// Zones and places of all sites.
    pub sites: SiteBook,
    /// The holidays of the years asked about.
    pub holidays: Vec<Holiday>,
    /// How many decide for everyone.
    pub deciders: Deciders,
}

/// What is a person's own.
#[derive(Debug)]
pub struct PersonSnapshot {
    /// Who.
    pub person: User,
    /// Their patterns.
    pub schedule: Schedule,
    /// What differs from them, for the years of the dates.
    pub years: BTreeMap<i16, ScheduleYear>,
    /// The stored days among the dates.
    pub days: BTreeMap<WorkDate, Day>,
}

impl PersonSnapshot {
    /// What tells when the person is expected.
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
    /// What is the same for everyone, with the holidays of those years. One BatchGetItem.
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

    /// What is each person's own, for one or two dates each. At most [`PEOPLE_AT_ONCE`] people: one BatchGetItem. Ids that
    /// are nobody's are left out.
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
