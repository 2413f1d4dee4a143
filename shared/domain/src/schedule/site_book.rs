//! The data of all sites that attendance needs, in one small item.
//!
//! Edits, rosters and imports may concern any site, and read this one item with everything else. A punch reads the items of the
//! sites that the person and the shifts name, and enters only these into a book.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    calendar::Zone,
    id::SiteId,
    site::{Place, Site},
};

/// The time zones and places of all sites.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SiteBook {
    #[serde(default)]
    sites: BTreeMap<SiteId, SiteEntry>,
}

/// The data of a site that attendance needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SiteEntry {
    /// The time zone of the site's shift times.
    pub time_zone: Zone,
    /// The site's location, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

impl SiteBook {
    /// The time zone of a site; `None` if the site isn't in the book.
    pub fn zone(&self, site: SiteId) -> Option<&Zone> {
        self.sites.get(&site).map(|entry| &entry.time_zone)
    }

    /// The book with another time zone of some sites.
    #[must_use]
    pub(crate) fn in_zone(&self, sites: &[SiteId], zone: &Zone) -> Self {
        let mut book = self.clone();
        for site in sites {
            if let Some(entry) = book.sites.get_mut(site) {
                entry.time_zone = zone.clone();
            }
        }
        book
    }

    /// All sites with their time zones.
    pub fn zones(&self) -> impl Iterator<Item = (SiteId, &Zone)> {
        self.sites.iter().map(|(site, entry)| (*site, &entry.time_zone))
    }

    /// The location of a site, if it is known.
    pub fn place(&self, site: SiteId) -> Option<&Place> {
        self.sites.get(&site).and_then(|entry| entry.place.as_ref())
    }

    /// Whether the site is in the book.
    pub fn contains(&self, site: SiteId) -> bool {
        self.sites.contains_key(&site)
    }

    /// The number of sites.
    pub fn count(&self) -> usize {
        self.sites.len()
    }

    /// Adds a site, or replaces its entry.
    pub fn enter(&mut self, site: &Site) {
        self.sites.insert(site.id, SiteEntry { time_zone: site.time_zone.clone(), place: site.place });
    }

    /// Removes a site.
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
