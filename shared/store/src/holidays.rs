//! Holidays: one item for each year. Punches read the holidays of the years around today from the company context.
//!
//! A holiday's id contains its year: its ULID is made from the instant at which its date begins in UTC. So one read finds a
//! holiday by its id, and holidays sort by date.

use std::collections::BTreeSet;

use domain::{
    calendar::{WorkDate, Zone},
    holiday::Holiday,
    id::{HolidayId, SiteId, UserId},
    ports::Entropy,
    user::User,
};
use jiff::Timestamp;

pub use crate::company_items::YearOfHolidays;
use crate::{
    Commit, Condition, RepeatKey, Store, StoreError, commit::When, company_context::CompanyContext,
    idempotency::Earlier, item::Item, keys, sites::VersionedSiteBook,
};

/// The maximum number of holidays of a year. One year of them fits into the company context.
pub const MAX_HOLIDAYS: usize = 200;

/// The items that a change of a year's holidays depends on, read at once.
#[derive(Debug)]
pub struct HolidaySnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The present holidays of the year.
    pub year: YearOfHolidays,
    /// All sites.
    pub sites: VersionedSiteBook,
    /// The company context, which also has the holidays of the years around today.
    pub context: Option<CompanyContext>,
    /// Whether the request has an earlier answer.
    pub earlier: Earlier,
}

/// Returns a new id for a holiday on that date.
pub fn new_holiday_id(date: WorkDate, entropy: &dyn Entropy) -> HolidayId {
    let midnight =
        date.date().to_zoned(Zone::UTC.time_zone().clone()).map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp());
    HolidayId::generate(midnight, entropy)
}

/// Returns the year of a holiday from its id.
pub fn year_of(id: HolidayId) -> i16 {
    let milliseconds = i64::try_from(id.ulid().timestamp_ms()).unwrap_or(i64::MAX);
    // An invented id may name an instant outside the calendar; no holiday has such an id.
    Timestamp::from_millisecond(milliseconds).map_or(i16::MAX, |at| Zone::UTC.at(at).year())
}

impl Store {
    /// Returns the holidays of a year.
    pub async fn holidays(&self, year: i16) -> Result<YearOfHolidays, StoreError> {
        Ok(self.get(keys::holidays(year)).await?.unwrap_or_default())
    }

    /// Reads the items that a change of a year's holidays depends on.
    pub async fn holiday_snapshot(
        &self,
        caller: UserId,
        year: i16,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<HolidaySnapshot, StoreError> {
        let (profile, holidays, sites) = (keys::profile(caller), keys::holidays(year), keys::site_book());
        let wanted = [profile.clone(), holidays.clone(), sites.clone(), keys::company_context(0)];
        let mut items = self.read(wanted.into_iter().chain(repeat.map(RepeatKey::item_key))).await?;
        Ok(HolidaySnapshot {
            caller: items.take(&profile)?,
            year: items.take(&holidays)?.unwrap_or_default(),
            sites: items.take(&sites)?.unwrap_or_default(),
            context: items.take_context()?,
            earlier: items.earlier(repeat, now)?,
        })
    }
}

impl Commit {
    /// Adds a holiday to its year, and to the company context. The commit has the condition that the holiday's site exists.
    pub fn add_holiday(&mut self, snapshot: &HolidaySnapshot, holiday: &Holiday) -> Result<(), StoreError> {
        if let Some(site) = holiday.site_id {
            self.check_site(site)?;
        }
        let mut holidays = snapshot.year.holidays.clone();
        holidays.push(holiday.clone());
        holidays.sort_by_key(|holiday| (holiday.date, holiday.id));
        self.next_year(snapshot, holiday.date.year(), holidays)
    }

    /// Removes a holiday from its year, and from the company context.
    pub fn remove_holiday(&mut self, snapshot: &HolidaySnapshot, holiday: &Holiday) -> Result<(), StoreError> {
        let mut holidays = snapshot.year.holidays.clone();
        holidays.retain(|kept| kept.id != holiday.id);
        self.next_year(snapshot, holiday.date.year(), holidays)
    }

    /// Adds and removes holidays of one year, and of the company context. The commit has the condition that the sites of the new
    /// holidays exist.
    pub fn change_holidays(
        &mut self,
        snapshot: &HolidaySnapshot,
        year: i16,
        added: &[Holiday],
        removed: &BTreeSet<HolidayId>,
    ) -> Result<(), StoreError> {
        let sites: BTreeSet<SiteId> = added.iter().filter_map(|holiday| holiday.site_id).collect();
        for site in sites {
            self.check_site(site)?;
        }
        let mut holidays = snapshot.year.holidays.clone();
        holidays.retain(|kept| !removed.contains(&kept.id));
        holidays.extend(added.iter().cloned());
        holidays.sort_by_key(|holiday| (holiday.date, holiday.id));
        self.next_year(snapshot, year, holidays)
    }

    fn next_year(&mut self, snapshot: &HolidaySnapshot, year: i16, holidays: Vec<Holiday>) -> Result<(), StoreError> {
        let version = snapshot.year.version;
        let after = YearOfHolidays { holidays, version: version + 1 };
        self.put(Item::next(keys::holidays(year), &after)?, When::Version(version), Some(Condition::Version))?;
        self.change_context_holidays(snapshot.context.as_ref(), year, &after)
    }
}

#[cfg(test)]
mod tests {
    use fixtures::SameByte;

    use super::*;

    #[test]
    fn a_holidays_id_contains_its_year() {
        for date in ["2000-01-01", "2026-12-31", "2027-01-01", "2199-12-31"] {
            let date: WorkDate = date.parse().unwrap();
            assert_eq!(year_of(new_holiday_id(date, &SameByte(7))), date.year());
        }
        assert_eq!(year_of("7ZZZZZZZZZZZZZZZZZZZZZZZZZ".parse().unwrap()), i16::MAX);
    }
}
