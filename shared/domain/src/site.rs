//! Sites: places of work, each with a time zone and a circle for checking where punches are made.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    FieldFault, FieldRule, Invalid, bounded::Bounded, calendar::Zone, id::SiteId, patch_field::PatchField, text::Name,
};

/// A place of work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// The site's id.
    pub id: SiteId,
    /// The site's name.
    pub name: Name,
    /// The time zone of the site's shift times.
    pub time_zone: Zone,
    /// The site's location, if it is known.
    pub place: Option<Place>,
    /// The region whose public holidays the site has, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// The version, which starts at 1 and grows by 1 with each change.
    pub version: u64,
}

/// A country or a part of it, by its ISO 3166 code: `DE` or `DE-BY`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[A-Z]{2}(-[A-Z0-9]{1,3})?$", example = "DE-BY")]
pub struct Region(String);

impl Region {
    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the region is that one or a part of it.
    pub fn is_within(&self, other: &Self) -> bool {
        let rest = self.0.strip_prefix(other.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }
}

impl TryFrom<String> for Region {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let (country, part) =
            text.split_once('-').map_or((text.as_str(), None), |(country, part)| (country, Some(part)));
        let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        let is_part = |part: &str| {
            (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        };
        if is_country && part.is_none_or(is_part) { Ok(Self(text)) } else { Err(Invalid::new(FieldRule::Region)) }
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.0
    }
}

/// A circle on the earth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The latitude in degrees.
    pub latitude: Latitude,
    /// The longitude in degrees.
    pub longitude: Longitude,
    /// The radius, in metres.
    pub radius_m: Radius,
}

impl Place {
    /// Returns the circle that the fields describe, with a radius of 200 m by default; `None` if no field is given.
    ///
    /// # Errors
    /// Each missing coordinate, if other fields are given.
    pub fn of_fields(
        latitude: Option<Latitude>,
        longitude: Option<Longitude>,
        radius: Option<Radius>,
    ) -> Result<Option<Self>, Vec<FieldFault>> {
        let given = match (latitude, longitude) {
            (Some(latitude), Some(longitude)) => {
                return Ok(Some(Self { latitude, longitude, radius_m: radius.unwrap_or(DEFAULT_RADIUS) }));
            }
            (None, None) if radius.is_none() => return Ok(None),
            (None, None) => "radius_m",
            (Some(_), None) => "latitude",
            (None, Some(_)) => "longitude",
        };
        let missing = [("latitude", latitude.is_none()), ("longitude", longitude.is_none())];
        let fault = |(field, _): (&'static str, bool)| {
            FieldFault::new(field, FieldRule::RequiredWith { other: given.to_owned() })
        };
        Err(missing.into_iter().filter(|(_, is_missing)| *is_missing).map(fault).collect())
    }
}

/// The fields of a site that is created.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSite {
    /// The site's name.
    pub name: Name,
    /// The time zone of the site's shift times.
    pub time_zone: Zone,
    /// The latitude of the site's centre.
    pub latitude: Option<Latitude>,
    /// The longitude of the site's centre.
    pub longitude: Option<Longitude>,
    /// The site's radius.
    pub radius_m: Option<Radius>,
    /// The region whose public holidays the site has.
    pub region: Option<Region>,
}

impl NewSite {
    /// Returns the site's location, if it is given.
    ///
    /// # Errors
    /// Each missing coordinate.
    pub fn place(&self) -> Result<Option<Place>, Vec<FieldFault>> {
        Place::of_fields(self.latitude, self.longitude, self.radius_m)
    }
}

/// A change of a site. Absent fields stay as they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SiteUpdate {
    /// The new name.
    pub name: Option<Name>,
    /// The new time zone.
    pub time_zone: Option<Zone>,
    /// The new latitude.
    pub latitude: PatchField<Latitude>,
    /// The new longitude.
    pub longitude: PatchField<Longitude>,
    /// The new radius; `null` resets it to the default.
    pub radius_m: PatchField<Radius>,
    /// The new region.
    pub region: PatchField<Region>,
}

impl SiteUpdate {
    /// Returns the changed site, with its version unchanged. A change that removes both coordinates also removes the radius.
    ///
    /// # Errors
    /// Each coordinate that would be missing.
    pub fn apply(&self, before: &Site) -> Result<Site, Vec<FieldFault>> {
        let latitude = self.latitude.or(before.place.map(|place| place.latitude));
        let longitude = self.longitude.or(before.place.map(|place| place.longitude));
        let has_coordinates = latitude.is_some() || longitude.is_some();
        let kept_radius = before.place.map(|place| place.radius_m).filter(|_| has_coordinates);
        Ok(Site {
            id: before.id,
            name: self.name.clone().unwrap_or_else(|| before.name.clone()),
            time_zone: self.time_zone.clone().unwrap_or_else(|| before.time_zone.clone()),
            place: Place::of_fields(latitude, longitude, self.radius_m.or(kept_radius))?,
            region: self.region.clone().or(before.region.clone()),
            version: before.version,
        })
    }
}

/// A radius around a site, in metres: 10 m to 100 km.
pub type Radius = Bounded<10, 100_000>;

/// The radius of a site with coordinates but no radius, in metres.
const DEFAULT_RADIUS: Radius = Bounded::constant::<200>();

/// Returns 0 for a number of degrees or metres that is nearer to 0 than any device measures. DynamoDB refuses numbers nearer to 0
/// than 1e-130
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number>).
pub(crate) fn measurable(number: f64) -> f64 {
    if number.abs() < 1e-12 { 0.0 } else { number }
}

macro_rules! degrees {
    ($($(#[$doc:meta])* $name:ident $limit:tt $whole:tt;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, ToSchema)]
        #[serde(try_from = "f64", into = "f64")]
        #[schema(value_type = f64, minimum = -$limit, maximum = $limit)]
        pub struct $name(f64);

        impl $name {
            /// The value in degrees.
            pub const fn degrees(self) -> f64 {
                self.0
            }
        }

        impl TryFrom<f64> for $name {
            type Error = Invalid;

            fn try_from(degrees: f64) -> Result<Self, Invalid> {
                if (-$limit..=$limit).contains(&degrees) {
                    Ok(Self(measurable(degrees)))
                } else {
                    Err(Invalid::new(FieldRule::NumberBetween { min: -$whole, max: $whole }))
                }
            }
        }

        impl From<$name> for f64 {
            fn from(degrees: $name) -> Self {
                degrees.0
            }
        }
    )*};
}

degrees! {
    /// Degrees north of the equator.
    Latitude 90.0 90;
    /// Degrees east of Greenwich.
    Longitude 180.0 180;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(code: &str) -> Result<Region, Invalid> {
        Region::try_from(code.to_owned())
    }

    fn latitude(degrees: f64) -> Latitude {
        Latitude::try_from(degrees).unwrap()
    }

    fn longitude(degrees: f64) -> Longitude {
        Longitude::try_from(degrees).unwrap()
    }

    #[test]
    fn a_coordinate_that_no_device_measures_is_zero() {
        assert_eq!(longitude(-2.9e-173), longitude(0.0));
        assert_ne!(latitude(0.000_001), latitude(0.0));
    }

    fn site() -> Site {
        let radius_m = Radius::new(50).unwrap();
        Site {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            name: Name::parse("Harbour").unwrap(),
            time_zone: Zone::UTC,
            place: Some(Place { latitude: latitude(41.0), longitude: longitude(29.0), radius_m }),
            region: None,
            version: 3,
        }
    }

    #[test]
    fn a_place_has_both_coordinates_and_a_radius_of_200_m_by_default() {
        let (latitude, longitude) = (Some(latitude(41.0)), Some(longitude(29.0)));
        let radius = Some(Radius::new(50).unwrap());
        let radius_of = |place: Option<Place>| place.unwrap().radius_m.get();
        assert_eq!(Place::of_fields(None, None, None).unwrap(), None);
        assert_eq!(radius_of(Place::of_fields(latitude, longitude, radius).unwrap()), 50);
        assert_eq!(radius_of(Place::of_fields(latitude, longitude, None).unwrap()), 200);
        let missing = |latitude, longitude, radius| {
            let faults = Place::of_fields(latitude, longitude, radius).unwrap_err();
            faults.into_iter().map(|fault| fault.field).collect::<Vec<_>>()
        };
        assert_eq!(missing(latitude, None, None), ["longitude"]);
        assert_eq!(missing(None, longitude, radius), ["latitude"]);
        assert_eq!(missing(None, None, radius), ["latitude", "longitude"]);
    }

    #[test]
    fn an_update_of_a_site_keeps_absent_fields() {
        assert_eq!(SiteUpdate::default().apply(&site()).unwrap(), site());
        let moved = SiteUpdate { latitude: PatchField::Value(latitude(42.5)), ..SiteUpdate::default() };
        let moved = moved.apply(&site()).unwrap().place.unwrap();
        assert_eq!((f64::from(moved.latitude), f64::from(moved.longitude), moved.radius_m.get()), (42.5, 29.0, 50));
        let reset = SiteUpdate { radius_m: PatchField::Null, ..SiteUpdate::default() };
        assert_eq!(reset.apply(&site()).unwrap().place.unwrap().radius_m.get(), 200);
    }

    #[test]
    fn an_update_removes_both_coordinates_of_a_site_or_none() {
        let nowhere = SiteUpdate { latitude: PatchField::Null, longitude: PatchField::Null, ..SiteUpdate::default() };
        assert_eq!(nowhere.apply(&site()).unwrap().place, None);
        let half = SiteUpdate { latitude: PatchField::Null, ..SiteUpdate::default() };
        assert!(half.apply(&site()).is_err());
        let with_radius = SiteUpdate { radius_m: PatchField::Value(Radius::new(20).unwrap()), ..nowhere };
        assert!(with_radius.apply(&site()).is_err());
    }

    #[test]
    fn a_region_is_a_country_or_a_part_of_it() {
        let (germany, bavaria) = (region("DE").unwrap(), region("DE-BY").unwrap());
        assert!(bavaria.is_within(&germany) && bavaria.is_within(&bavaria));
        assert!(!germany.is_within(&bavaria) && !bavaria.is_within(&region("DE-B").unwrap()));
        for wrong in ["", "D", "de", "DE-", "DE-ABCD", "DE-by", "GER", "DE BY"] {
            assert!(region(wrong).is_err(), "{wrong}");
        }
    }
}
