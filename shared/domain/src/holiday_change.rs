//! The changes of a year's holidays by a calendar.

use std::collections::{BTreeSet, HashSet};

use crate::{
    calendar::WorkDate,
    event::{CompanyFact, Fact},
    holiday::{Half, Holiday},
    id::{HolidayId, SiteId},
};

/// The change of a year's holidays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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

/// Returns the part of a holiday's id that all holidays of its event at its site share.
fn event_of(id: HolidayId) -> u128 {
    id.ulid().random()
}
