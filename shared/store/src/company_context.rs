//! The company context: the company's data that a punch needs, in one item.
//!
//! Punches read the settings, the leave types and the holidays of their dates. All of these items are in the partition
//! `ORG`, whose throughput would limit the clock-ins of the whole company. The context has a copy of all of them. It is
//! stored 16 times, each time under a separate partition key. A punch reads one copy, chosen at random.
//!
//! A change of a part rewrites all 16 items in its own transaction, on condition of the context's version. So the copies are
//! always equal. If two admins change parts at the same time, one commit fails and is decided again. `open-day` builds the
//! context if it is missing (a table of an earlier release) or differs from its parts (an earlier release changed them), and
//! updates its years. Until then, readers read the parts themselves.

use std::collections::BTreeSet;

use domain::{
    calendar::{WorkDate, Zone},
    leave::LeaveTypes,
    ports::random_bytes,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::When,
    company_items::{VersionedSettings, YearOfHolidays},
    item::Item,
    keys::{self, COMPANY_CONTEXTS, Key},
    read::Items,
};

/// The maximum size of the context as JSON, in bytes. A reader pays one read unit for each 4 kB.
const MAX_BYTES: usize = 60_000;

/// The context has the holidays of each year that is at most this number of days away.
const DAYS_AROUND: i32 = 45;

/// The company's data that a punch needs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CompanyContext {
    /// The settings.
    pub settings: VersionedSettings,
    /// The leave types that differ from the built-in types.
    #[serde(default)]
    pub leave_types: LeaveTypes,
    /// The holidays of the years around the present date.
    #[serde(default)]
    years: Vec<ContextYear>,
    /// The number of changes of the context.
    pub version: u64,
}

/// The holidays of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ContextYear {
    year: i16,
    holidays: YearOfHolidays,
}

/// The stored context and the context that its parts make.
#[derive(Debug)]
pub struct ContextCheck {
    stored: Option<CompanyContext>,
    actual: CompanyContext,
    /// Whether the company is set up. Setting it up creates the context, on condition that none exists.
    is_set_up: bool,
}

impl CompanyContext {
    /// Returns the holidays of a year; none if the context doesn't have that year.
    pub fn holidays_of(&self, year: i16) -> Option<&YearOfHolidays> {
        self.years.iter().find(|of| of.year == year).map(|of| &of.holidays)
    }

    /// Replaces the holidays of a year that the context has.
    fn replace_holidays(&mut self, year: i16, holidays: YearOfHolidays) {
        if let Some(of) = self.years.iter_mut().find(|of| of.year == year) {
            of.holidays = holidays;
        }
    }

    /// Removes the years furthest from `today` until the context fits into its item. Readers read those years themselves.
    fn fit(&mut self, today: WorkDate) -> Result<(), StoreError> {
        let unwritable = |error: serde_json::Error| StoreError::Unwritable(error.to_string());
        self.years.sort_by_key(|of| (of.year.abs_diff(today.year()), of.year));
        while serde_json::to_vec(self).map_err(unwritable)?.len() > MAX_BYTES && self.years.pop().is_some() {}
        Ok(())
    }

    /// Returns whether this context has all parts of `other`. A setting that a newer release introduces is only in the
    /// settings item, whose version stays the same.
    fn covers(&self, other: &Self) -> bool {
        self.settings == other.settings
            && self.leave_types == other.leave_types
            && other.years.iter().all(|of| self.holidays_of(of.year) == Some(&of.holidays))
    }
}

impl ContextCheck {
    /// Returns whether the stored context equals its parts. A company that isn't set up needs no context yet.
    pub fn is_current(&self) -> bool {
        !self.is_set_up || self.stored.as_ref().is_some_and(|stored| stored.covers(&self.actual))
    }
}

impl Items {
    /// Takes out the context that changes depend on.
    pub(crate) fn take_context(&mut self) -> Result<Option<CompanyContext>, StoreError> {
        self.take(&keys::company_context(0))
    }
}

impl Store {
    /// Returns the key of a random copy of the context.
    pub(crate) fn random_context(&self) -> Key {
        let [draw] = random_bytes::<1>(&*self.entropy);
        keys::company_context(draw % COMPANY_CONTEXTS)
    }

    /// Takes a copy of the context out of the items that were read. In a table without a context, reads its parts.
    pub(crate) async fn take_context_or_parts(
        &self,
        items: &mut Items,
        copy: &Key,
        years: impl IntoIterator<Item = i16>,
    ) -> Result<CompanyContext, StoreError> {
        match items.take(copy)? {
            Some(context) => Ok(context),
            None => self.context_of_parts(years).await,
        }
    }

    /// Reads the parts of the context themselves: the settings, the leave types and the holidays of some years.
    async fn context_of_parts(&self, years: impl IntoIterator<Item = i16>) -> Result<CompanyContext, StoreError> {
        let years: BTreeSet<i16> = years.into_iter().collect();
        let mut items = self.read(part_keys(&years)).await?;
        take_parts(&mut items, &years)
    }

    /// Reads the stored context and its parts: one BatchGetItem.
    pub async fn check_company_context(&self, now: Timestamp) -> Result<ContextCheck, StoreError> {
        let today = Zone::UTC.date_of(now);
        let years = years_around(today);
        let mut items = self.read(part_keys(&years).chain([keys::company_context(0), keys::admins()])).await?;
        let is_set_up = items.take_stored(&keys::admins()).is_some();
        let stored = items.take_context()?;
        let mut actual = take_parts(&mut items, &years)?;
        actual.fit(today)?;
        Ok(ContextCheck { stored, actual, is_set_up })
    }
}

impl Commit {
    /// Writes the context from its parts. The commit fails if a part or the context has changed since the read.
    pub fn rebuild_context(&mut self, check: &ContextCheck) -> Result<(), StoreError> {
        let ContextCheck { stored, actual, .. } = check;
        self.check_unchanged(&keys::settings(), actual.settings.version)?;
        self.check_unchanged(&keys::leave_types(), actual.leave_types.version)?;
        for of in &actual.years {
            self.check_unchanged(&keys::holidays(of.year), of.holidays.version)?;
        }
        self.put_context(stored.as_ref().map_or(0, |stored| stored.version), actual.clone())
    }

    /// Writes the context of a company that hasn't changed any settings.
    pub(crate) fn create_context(&mut self) -> Result<(), StoreError> {
        let years = years_around(Zone::UTC.date_of(self.stamp().at));
        let years = years.into_iter().map(|year| ContextYear { year, holidays: YearOfHolidays::default() });
        let context = CompanyContext { years: years.collect(), version: 1, ..CompanyContext::default() };
        // `open-day` may have built it before. No part can have changed since, because no one could sign in.
        self.write_context(&context, When::Always, None)
    }

    /// Changes a part in the context. A table without a context stays without one. The commit has the condition that the
    /// context is still missing, because the job that builds the context has read the part before the change.
    fn change_context(
        &mut self,
        before: Option<&CompanyContext>,
        change: impl FnOnce(&mut CompanyContext),
    ) -> Result<(), StoreError> {
        let Some(before) = before else {
            return self.check_unchanged(&keys::company_context(0), 0);
        };
        let mut after = before.clone();
        change(&mut after);
        after.fit(Zone::UTC.date_of(self.stamp().at))?;
        self.put_context(before.version, after)
    }

    /// Changes the settings in the context.
    pub(crate) fn change_context_settings(
        &mut self,
        before: Option<&CompanyContext>,
        settings: &VersionedSettings,
    ) -> Result<(), StoreError> {
        self.change_context(before, |context| context.settings = settings.clone())
    }

    /// Changes the leave types in the context.
    pub(crate) fn change_context_types(
        &mut self,
        before: Option<&CompanyContext>,
        types: &LeaveTypes,
    ) -> Result<(), StoreError> {
        self.change_context(before, |context| context.leave_types = types.clone())
    }

    /// Changes the holidays of a year in the context. If the context doesn't have the year, only adds the condition that the
    /// context is unchanged.
    pub(crate) fn change_context_holidays(
        &mut self,
        before: Option<&CompanyContext>,
        year: i16,
        holidays: &YearOfHolidays,
    ) -> Result<(), StoreError> {
        match before {
            Some(before) if before.holidays_of(year).is_none() => {
                self.check_unchanged(&keys::company_context(0), before.version)
            }
            Some(_) | None => self.change_context(before, |context| context.replace_holidays(year, holidays.clone())),
        }
    }

    fn put_context(&mut self, before: u64, after: CompanyContext) -> Result<(), StoreError> {
        let after = CompanyContext { version: before + 1, ..after };
        self.write_context(&after, When::Version(before), Some(Condition::Version))
    }

    /// Writes all copies. They are always written together, so the condition on the first copy covers all of them.
    fn write_context(
        &mut self,
        context: &CompanyContext,
        when: When,
        condition: Option<Condition>,
    ) -> Result<(), StoreError> {
        let first = Item::next(keys::company_context(0), context)?;
        self.put(first.copied_to(keys::company_context(0)), when, condition)?;
        for copy in 1..COMPANY_CONTEXTS {
            self.put(first.copied_to(keys::company_context(copy)), When::Always, None)?;
        }
        Ok(())
    }
}

/// Returns the years that are at most [`DAYS_AROUND`] days away.
fn years_around(today: WorkDate) -> BTreeSet<i16> {
    BTreeSet::from([today.plus_days(-DAYS_AROUND).year(), today.year(), today.plus_days(DAYS_AROUND).year()])
}

fn part_keys(years: &BTreeSet<i16>) -> impl Iterator<Item = Key> {
    [keys::settings(), keys::leave_types()].into_iter().chain(years.iter().copied().map(keys::holidays))
}

fn take_parts(items: &mut Items, years: &BTreeSet<i16>) -> Result<CompanyContext, StoreError> {
    let settings = items.take(&keys::settings())?.unwrap_or_default();
    let leave_types = items.take(&keys::leave_types())?.unwrap_or_default();
    let mut context = CompanyContext { settings, leave_types, ..CompanyContext::default() };
    for year in years {
        let holidays = items.take(&keys::holidays(*year))?.unwrap_or_default();
        context.years.push(ContextYear { year: *year, holidays });
    }
    Ok(context)
}

#[cfg(test)]
mod tests {
    use domain::{
        holiday::{Half, Holiday},
        text::Name,
    };

    use super::*;
    use crate::holidays::MAX_HOLIDAYS;

    fn date(text: &str) -> WorkDate {
        text.parse().unwrap()
    }

    fn full_year(year: i16) -> ContextYear {
        let holiday = |number: usize| Holiday {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            date: date(&format!("{year}-01-01")).plus_days(i32::try_from(number).unwrap()),
            name: Name::parse(&"x".repeat(80)).unwrap(),
            site_id: Some("01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap()),
            half_day: Some(Half::Afternoon),
        };
        ContextYear {
            year,
            holidays: YearOfHolidays { holidays: (0..MAX_HOLIDAYS).map(holiday).collect(), version: 200 },
        }
    }

    #[test]
    fn the_years_of_a_context_are_those_within_45_days() {
        for (today, years) in [
            ("2026-06-01", vec![2026]),
            ("2026-11-16", vec![2026]),
            ("2026-11-17", vec![2026, 2027]),
            ("2027-02-14", vec![2026, 2027]),
            ("2027-02-15", vec![2027]),
        ] {
            assert_eq!(years_around(date(today)).into_iter().collect::<Vec<_>>(), years, "{today}");
        }
    }

    #[test]
    fn a_context_that_is_too_large_leaves_out_the_furthest_year() {
        let mut context = CompanyContext { years: vec![full_year(2027), full_year(2026)], ..CompanyContext::default() };
        context.fit(date("2026-12-20")).unwrap();
        assert!(context.holidays_of(2026).is_some());
        assert_eq!(context.holidays_of(2027), None);
        assert!(serde_json::to_vec(&context).unwrap().len() <= MAX_BYTES);
    }

    #[test]
    fn an_ordinary_context_costs_a_punch_one_read_unit() {
        let mut year = full_year(2026);
        year.holidays.holidays.truncate(12);
        for holiday in &mut year.holidays.holidays {
            holiday.name = Name::parse("Republic Day").unwrap();
            (holiday.site_id, holiday.half_day) = (None, None);
        }
        let context = CompanyContext { years: vec![year], ..CompanyContext::default() };
        let bytes = serde_json::to_vec(&context).unwrap().len();
        assert!(bytes < 4000, "{bytes}");
    }

    #[test]
    fn a_context_is_current_while_its_parts_are_the_same() {
        let years = || vec![full_year(2026)];
        let actual = CompanyContext { years: years(), ..CompanyContext::default() };
        let is_current = |stored: Option<CompanyContext>| {
            ContextCheck { stored, actual: actual.clone(), is_set_up: true }.is_current()
        };
        assert!(!is_current(None));
        assert!(is_current(Some(CompanyContext { version: 7, ..actual.clone() })));
        let with_more = [years(), vec![full_year(2025)]].concat();
        assert!(is_current(Some(CompanyContext { years: with_more, ..actual.clone() })));
        assert!(!is_current(Some(CompanyContext { years: Vec::new(), ..actual.clone() })));
        let settings = VersionedSettings { version: 1, ..VersionedSettings::default() };
        assert!(!is_current(Some(CompanyContext { settings, ..actual.clone() })));
    }
}
