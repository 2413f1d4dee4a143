//! The data of the roster grid: a page of people with their schedules, from which all their dates follow without another
//! read.
//!
//! One Query of a department's index returns the people of a page. Their patterns and years are read by key, a hundred in
//! each BatchGetItem. The first of these calls also reads the company's part. So schedules and years need no index by
//! department, which would have to be rewritten when people move.

use std::{collections::BTreeMap, ops::RangeInclusive};

use domain::{
    calendar::WorkDate,
    holiday::Holiday,
    id::UserId,
    schedule::{Planner, Schedule, ScheduleYear},
    user::User,
};

use crate::{
    Store, StoreError,
    holidays::YearOfHolidays,
    keys::{self, Key},
    people_lists::{ListScope, Position},
    read::Items,
    settings::VersionedSettings,
    sites::VersionedSiteBook,
};

/// The departments and dates of a part of the grid.
#[derive(Debug, Clone)]
pub struct RosterOf {
    /// The departments.
    pub scope: ListScope,
    /// The first date.
    pub from: WorkDate,
    /// The last date.
    pub to: WorkDate,
}

/// A person with their schedule.
#[derive(Debug)]
pub struct RosterLine {
    /// The person.
    pub person: User,
    /// The person's patterns.
    pub schedule: Schedule,
    /// The overrides of the years of the dates.
    pub years: BTreeMap<i16, ScheduleYear>,
}

impl RosterLine {
    fn keys(id: UserId, years: RangeInclusive<i16>) -> impl Iterator<Item = Key> {
        std::iter::once(keys::schedule(id)).chain(years.map(move |year| keys::schedule_year(id, year)))
    }

    fn take(person: User, years: RangeInclusive<i16>, items: &mut Items) -> Result<Self, StoreError> {
        let schedule = items.take(&keys::schedule(person.id))?.unwrap_or_default();
        let mut of_years = BTreeMap::new();
        for year in years {
            of_years.extend(items.take(&keys::schedule_year(person.id, year))?.map(|found| (year, found)));
        }
        Ok(Self { person, schedule, years: of_years })
    }
}

/// A page of the grid.
#[derive(Debug)]
pub struct RosterPage {
    /// The people, by department and name.
    pub lines: Vec<RosterLine>,
    /// The company's settings.
    pub settings: VersionedSettings,
    /// Zones of all sites.
    pub sites: VersionedSiteBook,
    /// The holidays of the years of the dates.
    pub holidays: Vec<Holiday>,
    /// The position of the next page; absent at the end.
    pub next: Option<Position>,
}

impl RosterPage {
    /// Returns the planner, which tells when a person of the page is expected.
    pub fn planner<'a>(&'a self, line: &'a RosterLine) -> Planner<'a> {
        Planner {
            person: &line.person,
            settings: &self.settings.settings,
            sites: &self.sites.book,
            schedule: &line.schedule,
            years: &line.years,
            holidays: &self.holidays,
        }
    }
}

impl Store {
    /// Returns at most `limit` people of the grid from `position` on, with their schedules; only those whom `wanted` accepts
    /// (set `filtered` if it may accept few). One Query for each department's partition, and a BatchGetItem for each hundred
    /// items: two for each person, or three if the dates span two years.
    pub async fn roster_page(
        &self,
        roster: &RosterOf,
        position: Option<Position>,
        limit: usize,
        wanted: impl Fn(&User) -> bool,
        filtered: bool,
    ) -> Result<RosterPage, StoreError> {
        let page = self.people(&roster.scope, position, limit, wanted, filtered).await?;
        let years = roster.from.year()..=roster.to.year();
        let people: Vec<UserId> = page.people.iter().map(|person| person.id).collect();
        let of_all = [keys::settings(), keys::site_book()].into_iter().chain(years.clone().map(keys::holidays));
        let of_people = people.iter().flat_map(|id| RosterLine::keys(*id, years.clone()));
        let mut items = self.read_many(&of_all.chain(of_people).collect::<Vec<_>>()).await?;
        let mut holidays = Vec::new();
        for year in years.clone() {
            let of_year: Option<YearOfHolidays> = items.take(&keys::holidays(year))?;
            holidays.extend(of_year.into_iter().flat_map(|year| year.holidays));
        }
        let lines = page.people.into_iter().map(|person| RosterLine::take(person, years.clone(), &mut items));
        Ok(RosterPage {
            lines: lines.collect::<Result<_, _>>()?,
            settings: items.take(&keys::settings())?.unwrap_or_default(),
            sites: items.take(&keys::site_book())?.unwrap_or_default(),
            holidays,
            next: page.next,
        })
    }

    /// Returns the schedules of people, with those years. A BatchGetItem for each hundred items.
    pub async fn rosters_of(
        &self,
        people: Vec<User>,
        years: RangeInclusive<i16>,
    ) -> Result<Vec<RosterLine>, StoreError> {
        let wanted = people.iter().flat_map(|person| RosterLine::keys(person.id, years.clone()));
        let mut items = self.read_many(&wanted.collect::<Vec<_>>()).await?;
        people.into_iter().map(|person| RosterLine::take(person, years.clone(), &mut items)).collect()
    }
}
