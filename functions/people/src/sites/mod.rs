//! `/sites`: everyone may read them, and admins may change them.

pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
mod place;
pub(crate) mod read;

use domain::{
    bounded::Bounded,
    calendar::Zone,
    id::SiteId,
    site::{Latitude, Longitude, Radius, Region, Site},
    text::Name,
};
use serde::Serialize;
use store::sites::SiteRecord;
use utoipa::ToSchema;

/// The radius of a site with coordinates but no radius, in metres.
const DEFAULT_RADIUS: Radius = Bounded::constant::<200>();

/// A site.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Site)]
pub(crate) struct SiteAnswer {
    /// The id of the site.
    id: SiteId,
    /// The name of the site.
    #[schema(value_type = String)]
    name: Name,
    /// The time zone of the site's shifts.
    time_zone: Zone,
    /// The latitude of the site's centre, in degrees.
    latitude: Option<Latitude>,
    /// The longitude of the site's centre, in degrees.
    longitude: Option<Longitude>,
    /// The radius of the site, in metres.
    #[schema(value_type = Option<u32>)]
    radius_m: Option<Radius>,
    /// The country or part of it whose public holidays the site has, by its ISO 3166 code.
    region: Option<Region>,
    /// The number of members, including former ones. A site can only be deleted if it has no members.
    members: u64,
    /// The version of the site; grows with each change.
    version: u64,
}

impl SiteAnswer {
    fn new(site: &Site, members: u64) -> Self {
        Self {
            id: site.id,
            name: site.name.clone(),
            time_zone: site.time_zone.clone(),
            latitude: site.place.map(|place| place.latitude),
            longitude: site.place.map(|place| place.longitude),
            radius_m: site.place.map(|place| place.radius_m),
            region: site.region.clone(),
            members,
            version: site.version,
        }
    }
}

impl From<SiteRecord> for SiteAnswer {
    fn from(record: SiteRecord) -> Self {
        let members = record.members;
        Self::new(&record.into(), members)
    }
}
