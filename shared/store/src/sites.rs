//! Sites: one item for each, and one book of all sites (`ORG/SITES`) for readers of many sites, written in the same
//! transaction. Punches and sign-ins read single sites.

use std::collections::BTreeMap;

use domain::{
    id::{SiteId, UserId},
    schedule::SiteBook,
    site::{Place, Region, Site},
    text::Name,
    user::User,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, RepeatKey, Store, StoreError,
    commit::{Expression, When, number, text},
    idempotency::Earlier,
    item::{Item, to_value},
    keys::{self, Key, PK, VERSION},
    page::{Page, page_of},
    read::{KeyRange, Range},
    users::MEMBERS,
};

/// The maximum number of sites of a company: the book of all sites is one item.
pub const MAX_SITES: usize = 200;

/// The attribute that counts the items of schedules that name a site.
const ROSTERS: &str = "rosters";

/// A site as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SiteRecord {
    /// The id of the site.
    pub id: SiteId,
    /// The name of the site.
    pub name: Name,
    /// The zone of the site's shift times.
    pub time_zone: domain::calendar::Zone,
    /// The location of the site, if it is known.
    #[serde(default)]
    pub place: Option<Place>,
    /// The region whose public holidays the site has, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// The number of changes of the site itself.
    pub version: u64,
    /// The number of people who belong to the site, including those who left the company.
    #[serde(default)]
    pub members: u64,
}

/// The book of all sites, and the number of its changes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct VersionedSiteBook {
    /// Zone and place of every site.
    pub book: SiteBook,
    /// The number of changes.
    pub version: u64,
}

/// The items that a change of the sites depends on, read at once.
#[derive(Debug)]
pub struct SiteSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The site to change.
    pub site: Option<SiteRecord>,
    /// All sites.
    pub book: VersionedSiteBook,
    /// Whether the request has an earlier answer.
    pub earlier: Earlier,
}

impl From<SiteRecord> for Site {
    fn from(record: SiteRecord) -> Self {
        let SiteRecord { id, name, time_zone, place, region, version, members: _ } = record;
        Self { id, name, time_zone, place, region, version }
    }
}

impl Store {
    /// Returns a site.
    pub async fn site(&self, id: SiteId) -> Result<Option<SiteRecord>, StoreError> {
        self.get(keys::site(id)).await
    }

    /// Reads the zones and places of some sites, for half the read units. A change of the last second may be missing. The
    /// version is the sum of the sites' versions.
    pub(crate) async fn read_sites(
        &self,
        sites: impl IntoIterator<Item = SiteId>,
    ) -> Result<VersionedSiteBook, StoreError> {
        let keys: Vec<Key> = sites.into_iter().map(keys::site).collect();
        let mut read = VersionedSiteBook::default();
        if keys.is_empty() {
            return Ok(read);
        }
        let mut items = self.read_many_eventually(&keys).await?;
        for key in &keys {
            if let Some(record) = items.take::<SiteRecord>(key)? {
                read.version += record.version;
                read.book.enter(&record.into());
            }
        }
        Ok(read)
    }

    /// Reads the items that adding a site, or changing the given one, depends on.
    pub async fn site_snapshot(
        &self,
        caller: UserId,
        id: Option<SiteId>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<SiteSnapshot, StoreError> {
        let (profile, book, site) = (keys::profile(caller), keys::site_book(), id.map(keys::site));
        let wanted = [profile.clone(), book.clone()].into_iter().chain(site.clone());
        let mut items = self.read(wanted.chain(repeat.map(RepeatKey::item_key))).await?;
        Ok(SiteSnapshot {
            caller: items.take(&profile)?,
            site: site.map(|site| items.take(&site)).transpose()?.flatten(),
            book: items.take(&book)?.unwrap_or_default(),
            earlier: items.earlier(repeat, now)?,
        })
    }

    /// Returns sites in the order of their creation, at most `limit` after the given one.
    pub async fn sites(&self, after: Option<SiteId>, limit: usize) -> Result<Page<SiteRecord>, StoreError> {
        Ok(page_of(self.query(sites_after(after, limit + 1)).await?, limit))
    }

    /// Reads the first `limit` sites for a first screen, for half the read units. A change of the last second may be
    /// missing.
    pub async fn first_sites(&self, limit: usize) -> Result<Page<SiteRecord>, StoreError> {
        Ok(page_of(self.query_eventually(sites_after(None, limit + 1)).await?, limit))
    }
}

fn sites_after(after: Option<SiteId>, limit: usize) -> KeyRange {
    KeyRange {
        index: None,
        pk: keys::ORG.to_owned(),
        range: Range::Prefix(keys::SITE.to_owned()),
        descending: false,
        limit,
        after: after.map(|id| keys::site(id).attributes()),
    }
}

impl Commit {
    /// Adds a site, also to the book.
    pub fn create_site(&mut self, book: &VersionedSiteBook, site: &Site) -> Result<(), StoreError> {
        self.put(Item::new(keys::site(site.id), site)?, When::Absent, Some(Condition::Version))?;
        self.next_book(book, |book| book.enter(site))
    }

    /// Replaces a site by its next version, also in the book. Its number of people stays the same.
    pub fn change_site(
        &mut self,
        book: &VersionedSiteBook,
        before: &SiteRecord,
        after: &Site,
    ) -> Result<(), StoreError> {
        debug_assert_eq!(
            (before.id, before.version + 1),
            (after.id, after.version),
            "the next version of the same site"
        );
        let set = "SET #name = :name, #time_zone = :time_zone, #place = :place, #version = :next";
        let update = match &after.region {
            Some(region) => {
                Expression::new(format!("{set}, #region = :region")).value(":region", text(region.as_str()))
            }
            None => Expression::new(format!("{set} REMOVE #region")),
        };
        self.update(
            &keys::site(after.id),
            update
                .name("#name", "name")
                .name("#time_zone", "time_zone")
                .name("#place", "place")
                .name("#region", "region")
                .name("#version", VERSION)
                .value(":name", text(after.name.as_str()))
                .value(":time_zone", text(after.time_zone.name()))
                .value(":place", to_value(&after.place)?)
                .value(":next", number(after.version)),
            Some(Expression::new("#version = :expected").value(":expected", number(before.version))),
            Some(Condition::Version),
        )?;
        self.next_book(book, |book| book.enter(after))
    }

    /// Deletes a site without people and shifts, also from the book.
    pub fn delete_site(&mut self, book: &VersionedSiteBook, site: &SiteRecord) -> Result<(), StoreError> {
        let nobody = |counted: &str| format!("(attribute_not_exists({counted}) OR {counted} = :none)");
        let unused = format!("#version = :expected AND {} AND {}", nobody("#members"), nobody("#rosters"));
        let unused = Expression::new(unused)
            .name("#version", VERSION)
            .name("#members", MEMBERS)
            .name("#rosters", ROSTERS)
            .value(":expected", number(site.version))
            .value(":none", number(0));
        // Past days still refer to the site: responses about them need its name.
        self.put(Item::new(keys::former_site(site.id), site)?, When::Always, None)?;
        self.delete(&keys::site(site.id), Some(unused), Some(Condition::SiteUnused))?;
        self.next_book(book, |book| book.strike(site.id))
    }

    /// Adds the condition that the site exists. Don't call it for a site that the same commit moves people to or from.
    pub fn check_site(&mut self, id: SiteId) -> Result<(), StoreError> {
        let there = Expression::new("attribute_exists(#pk)").name("#pk", PK);
        self.check(&keys::site(id), there, Condition::SiteExists)
    }

    /// Updates each site's number of schedule items that name it, on condition that the site exists. So a site that a shift
    /// names can't be deleted.
    pub(crate) fn count_rosters_of_sites(&mut self, differences: &BTreeMap<SiteId, i32>) -> Result<(), StoreError> {
        for (site, by) in differences.iter().filter(|(_, by)| **by != 0) {
            let add = Expression::new("ADD #rosters :by").name("#rosters", ROSTERS).value(":by", number(*by));
            let there = Expression::new("attribute_exists(#pk)").name("#pk", PK);
            self.update(&keys::site(*site), add, Some(there), Some(Condition::SiteExists))?;
        }
        Ok(())
    }

    fn next_book(&mut self, before: &VersionedSiteBook, change: impl FnOnce(&mut SiteBook)) -> Result<(), StoreError> {
        let mut after = before.clone();
        change(&mut after.book);
        after.version += 1;
        self.put(Item::next(keys::site_book(), &after)?, When::Version(before.version), Some(Condition::Version))
    }
}
