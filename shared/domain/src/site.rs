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
    /// The version, which starts at 1 and grows by 1 with each change.
    pub version: u64,
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
