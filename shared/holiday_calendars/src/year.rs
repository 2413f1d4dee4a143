//! The changes of a year's holidays.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::{
    calendar::WorkDate,
    event::{CompanyFact, Fact},
    holiday::{Half, Holiday},
    id::{HolidayId, SiteId},
};

use crate::{HolidayEvent, event::event_of};

/// Returns the holidays of events at the given places by year. `None` is the whole company.
pub fn by_year<'a>(
    events: impl IntoIterator<Item = &'a HolidayEvent>,
    places: &[Option<SiteId>],
) -> BTreeMap<i16, Vec<Holiday>> {
    let mut years: BTreeMap<i16, Vec<Holiday>> = BTreeMap::new();
    for event in events {
        for holiday in places.iter().flat_map(|place| event.holidays(*place)) {
            years.entry(holiday.date.year()).or_default().push(holiday);
        }
    }
    years
}

/// The change of a year's holidays.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct YearChange {
    /// The new holidays.
    pub added: Vec<Holiday>,
    /// The holidays that end.
    pub removed: Vec<Holiday>,
}

impl YearChange {
    /// Returns what makes a year have the wanted holidays. Holidays of other events, and those that people added by hand, stay.
    /// Sites don't get a holiday that the whole company has already.
    pub fn of(year: &[Holiday], wanted: &[Holiday]) -> Self {
        let events: BTreeSet<u128> = wanted.iter().map(|holiday| event_of(holiday.id)).collect();
        // A holiday of the same event whose date, name or half isn't the event's any more.
        let is_outdated = |holiday: &&Holiday| events.contains(&event_of(holiday.id)) && !wanted.contains(holiday);
        let removed: Vec<Holiday> = year.iter().filter(is_outdated).cloned().collect();
        let mut taken: HashSet<Place> =
            year.iter().filter(|holiday| !removed.contains(holiday)).map(Place::of).collect();
        let mut added = Vec::new();
        // The whole company first.
        for of_sites in [false, true] {
            for holiday in wanted.iter().filter(|holiday| holiday.site_id.is_some() == of_sites) {
                let place = Place::of(holiday);
                let is_everywhere = of_sites && taken.contains(&Place { site_id: None, ..place });
                if !is_everywhere && taken.insert(place) {
                    added.push(holiday.clone());
                }
            }
        }
        Self { added, removed }
    }

    /// Returns whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }

    /// Returns the facts of the change.
    pub fn facts(&self) -> Vec<Fact> {
        let removed = self
            .removed
            .iter()
            .map(|&Holiday { id, date, site_id, .. }| Fact::Company(CompanyFact::HolidayRemoved { id, date, site_id }));
        let added = self
            .added
            .iter()
            .map(|&Holiday { id, date, site_id, .. }| Fact::Company(CompanyFact::HolidayAdded { id, date, site_id }));
        removed.chain(added).collect()
    }

    /// Returns the ids of the holidays that end.
    pub fn removed_ids(&self) -> BTreeSet<HolidayId> {
        self.removed.iter().map(|holiday| holiday.id).collect()
    }
}

/// The date and the place of a holiday. A date is a holiday once for each place and half.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    date: WorkDate,
    site_id: Option<SiteId>,
    half_day: Option<Half>,
}

impl Place {
    fn of(holiday: &Holiday) -> Self {
        Self { date: holiday.date, site_id: holiday.site_id, half_day: holiday.half_day }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6ST";

    fn holidays(uid: &str, date: &str, name: &str, site: Option<SiteId>) -> Vec<Holiday> {
        let event = HolidayEvent::new(Some(uid), name, vec![(date.parse().unwrap(), None)]).unwrap();
        event.holidays(site).collect()
    }

    #[test]
    fn the_same_calendar_changes_nothing_and_a_moved_event_moves_its_holiday() {
        let first = holidays("1", "2026-04-03", "Good Friday", None);
        assert_eq!(YearChange::of(&[], &first).added, first);
        assert_eq!(YearChange::of(&first, &first), YearChange::default());
        let moved = holidays("1", "2026-04-04", "Good Friday", None);
        assert_eq!(YearChange::of(&first, &moved), YearChange { added: moved.clone(), removed: first.clone() });
        let renamed = holidays("1", "2026-04-03", "Karfreitag", None);
        assert_eq!(YearChange::of(&first, &renamed), YearChange { added: renamed.clone(), removed: first.clone() });
        // A holiday that was added by hand stays, under its own name.
        let other = holidays("2", "2026-04-03", "Good Friday", None);
        assert_eq!(YearChange::of(&other, &first), YearChange::default());
        assert_ne!(holidays("1", "2026-04-03", "Good Friday", Some(SITE.parse().unwrap()))[0].id, first[0].id);
    }

    #[test]
    fn sites_do_not_get_a_holiday_that_the_whole_company_has() {
        let everywhere = holidays("1", "2026-04-03", "Good Friday", None);
        let of_site = holidays("1", "2026-04-03", "Good Friday", Some(SITE.parse().unwrap()));
        assert_eq!(YearChange::of(&everywhere, &of_site), YearChange::default());
        let both: Vec<Holiday> = of_site.iter().chain(&everywhere).cloned().collect();
        assert_eq!(YearChange::of(&[], &both).added, everywhere);
    }
}
