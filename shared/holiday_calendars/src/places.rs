//! The places that have the holidays of a region.

use domain::site::Region;
use store::{
    Store, StoreError,
    sites::{MAX_SITES, SiteRecord},
};

/// Returns the sites in a region or in a part of it.
pub async fn sites_in(store: &Store, region: &Region) -> Result<Vec<SiteRecord>, StoreError> {
    let sites = store.sites(None, MAX_SITES).await?;
    let is_there = |site: &SiteRecord| site.region.as_ref().is_some_and(|of_site| of_site.is_within(region));
    Ok(sites.items.into_iter().filter(is_there).collect())
}
