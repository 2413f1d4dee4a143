//! What attendance needs to know of all sites, in one small item.
//!
//! A punch may concern any site that a shift of three days names; reading them one by one would cost a read each, and
//! which they are is only known after the schedule was read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    calendar::Zone,
    id::SiteId,
    site::{Place, Site},
};

/// The zones and places of all sites.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SiteBook {
    #[serde(default)]
    sites: BTreeMap<SiteId, SiteEntry>,
}

/// A site as attendance knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SiteEntry {
    /// The zone in which the times of its shifts are read.
    pub time_zone: Zone,
    /// Where it lies, when it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

impl SiteBook {
    /// The zone of a site; none for one that isn't in the book.
    pub fn zone(&self, site: SiteId) -> Option<&Zone> {
        self.sites.get(&site).map(|entry| &entry.time_zone)
    }

    /// All sites with their zones.
    pub fn zones(&self) -> impl Iterator<Item = (SiteId, &Zone)> {
        self.sites.iter().map(|(site, entry)| (*site, &entry.time_zone))
    }

    /// Where a site lies, when it is known.
    pub fn place(&self, site: SiteId) -> Option<&Place> {
        self.sites.get(&site).and_then(|entry| entry.place.as_ref())
    }

    /// Whether the site is in the book.
    pub fn contains(&self, site: SiteId) -> bool {
        self.sites.contains_key(&site)
    }

    /// How many sites there are.
    pub fn count(&self) -> usize {
        self.sites.len()
    }

    /// Enters a site as it is now.
    pub fn enter(&mut self, site: &Site) {
        self.sites.insert(site.id, SiteEntry { time_zone: site.time_zone.clone(), place: site.place });
    }

    /// Strikes a site out.
    pub fn strike(&mut self, site: SiteId) {
        self.sites.remove(&site);
    }
}

impl<'a> FromIterator<&'a Site> for SiteBook {
    fn from_iter<I: IntoIterator<Item = &'a Site>>(sites: I) -> Self {
        let mut book = Self::default();
        for site in sites {
            book.enter(site);
        }
        book
    }
}
