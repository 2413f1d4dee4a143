//! Sites: places of work, each with a time zone and a circle for checking where punches are made.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{FieldRule, Invalid, bounded::Bounded, calendar::Zone, id::SiteId, text::Name};

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

/// A radius around a site, in metres: 10 m to 100 km.
pub type Radius = Bounded<10, 100_000>;

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
                    Ok(Self(degrees))
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
