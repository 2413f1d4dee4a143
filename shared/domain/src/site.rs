//! Sites: places of work, with their zone and the circle that punches are compared with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{FieldRule, Invalid, bounded::Bounded, calendar::Zone, id::SiteId, text::Name};

/// A place of work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// Which.
    pub id: SiteId,
    /// The name.
    pub name: Name,
    /// The zone in which the times of its shifts are read.
    pub time_zone: Zone,
    /// Where it lies, when it is known.
    pub place: Option<Place>,
    /// Counts the changes, from 1.
    pub version: u64,
}

/// A circle on the earth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The latitude in degrees.
    pub latitude: Latitude,
    /// The longitude in degrees.
    pub longitude: Longitude,
    /// The radius of the site, in metres.
    pub radius_m: Radius,
}

/// Metres around a site, 10 m to 100 km.
pub type Radius = Bounded<10, 100_000>;

macro_rules! degrees {
    ($($(#[$doc:meta])* $name:ident $limit:tt $whole:tt;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, ToSchema)]
        #[serde(try_from = "f64", into = "f64")]
        #[schema(value_type = f64, minimum = -$limit, maximum = $limit)]
        pub struct $name(f64);

        impl $name {
            /// The degrees.
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
