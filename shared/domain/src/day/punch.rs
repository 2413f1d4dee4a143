//! A punch: a clock-in or clock-out with its details.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    FieldRule, Invalid,
    id::PunchId,
    kiosk::PunchKiosk,
    pay::CostCenterCode,
    photo::PhotoKeys,
    settings::{MinutesOfDay, PhotoRule},
    site::{Latitude, Longitude, measurable},
    text::{Remark, Text},
};

/// A clock-in or clock-out as it was made. A punch is never overwritten: an edit adds new punches and keeps the old ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Punch {
    /// The punch's id.
    pub id: PunchId,
    /// The instant by the server's clock, in whole seconds.
    pub at: Timestamp,
    /// The source of the punch.
    pub source: Source,
    /// The kiosk, for punches at a kiosk or with its code. Punches of releases up to 0.1.0 don't have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kiosk: Option<PunchKiosk>,
    /// The person's remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
    /// The location, if the person sent one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The key of the stored photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo_key: Option<String>,
    /// The key of the photo's thumbnail. Photos from before thumbnails existed have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail_key: Option<String>,
    /// The time by the device's clock, which only serves as evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_time: Option<Timestamp>,
    /// Whether the punch was made outside the circle of its site.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outside_geofence: bool,
    /// Whether the settings required a photo when the punch was made, and it had none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub photo_missing: bool,
    /// The grace period in force when the punch was made: for lateness at a clock-in, for early leave at a clock-out. A later
    /// change of the setting doesn't apply to the punch. Absent in punches that were stored before this field existed; the day's
    /// policy applies to those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_minutes: Option<MinutesOfDay>,
}

impl Punch {
    /// Whether the device's clock and the server's differ by more than five minutes.
    pub fn has_clock_skew(&self) -> bool {
        self.device_time.is_some_and(|device| (device.as_second() - self.at.as_second()).abs() > 300)
    }
}

/// The source of a punch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The person on their own device (`self` in the API).
    #[serde(rename = "self")]
    Own,
    /// The person at a site's shared device.
    Kiosk,
    /// The person on their own device at a kiosk, whose code they scanned.
    KioskCode,
    /// The person on a device that was offline and sent the punch later.
    Offline,
    /// An approved correction.
    Correction,
    /// A manager's edit.
    Manager,
    /// Rollcall, for a person who forgot to clock out or left the company.
    Auto,
    /// An import of history from another system.
    Import,
    /// A source that a newer release of Rollcall has stored and that this release doesn't know.
    #[serde(other)]
    Unknown,
}

/// The details of a punch.
#[derive(Debug, Clone, PartialEq)]
pub struct PunchDetails {
    /// See [`Punch::source`].
    pub source: Source,
    /// See [`Punch::kiosk`].
    pub kiosk: Option<PunchKiosk>,
    /// See [`Punch::remark`]. A break keeps the remark too.
    pub remark: Option<Remark>,
    /// See [`Punch::location`].
    pub location: Option<Location>,
    /// See [`Punch::photo_key`] and [`Punch::thumbnail_key`].
    pub photo: Option<PhotoKeys>,
    /// See [`Punch::device_time`].
    pub device_time: Option<Timestamp>,
    /// See [`Punch::outside_geofence`]. The transitions of clock-in and clock-out set it.
    pub outside_geofence: bool,
    /// The cost center of the work that a clock-in begins; see [`Session::cost_centers`](super::Session::cost_centers).
    pub cost_center: Option<CostCenterCode>,
}

impl PunchDetails {
    /// The details of a punch without a remark, location or photo.
    pub const fn bare(source: Source) -> Self {
        Self {
            source,
            kiosk: None,
            remark: None,
            location: None,
            photo: None,
            device_time: None,
            outside_geofence: false,
            cost_center: None,
        }
    }

    pub(super) fn into_punch(self, id: PunchId, at: Timestamp, photo: PhotoRule, grace: MinutesOfDay) -> Punch {
        let (photo_key, thumbnail_key) = self.photo.map(|keys| (keys.photo, keys.thumbnail)).unzip();
        Punch {
            photo_missing: photo_key.is_none() && photo == PhotoRule::Required,
            id,
            at,
            source: self.source,
            kiosk: self.kiosk,
            remark: self.remark,
            location: self.location,
            photo_key,
            thumbnail_key,
            device_time: self.device_time,
            outside_geofence: self.outside_geofence,
            grace_minutes: Some(grace),
        }
    }
}

/// The location of a punch: coordinates, a label ("customer Meyer"), or both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// The coordinates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Coordinates>,
    /// The person's name for the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<PlaceLabel>,
}

/// A person's name for a place.
pub type PlaceLabel = Text<1, 200>;

/// A point on the earth, with the accuracy that the device reported.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Coordinates {
    /// The latitude in degrees.
    pub latitude: Latitude,
    /// The longitude in degrees.
    pub longitude: Longitude,
    /// The accuracy that the device reported, as a radius in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<Accuracy>,
}

/// An accuracy in metres, 0 to 1,000 km.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schema(value_type = f64, minimum = 0)]
pub struct Accuracy(f64);

impl Accuracy {
    /// The value in metres.
    pub const fn metres(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Accuracy {
    type Error = Invalid;

    fn try_from(metres: f64) -> Result<Self, Invalid> {
        if (0.0..=1_000_000.0).contains(&metres) {
            Ok(Self(measurable(metres)))
        } else {
            Err(Invalid::new(FieldRule::NumberBetween { min: 0, max: 1_000_000 }))
        }
    }
}

impl From<Accuracy> for f64 {
    fn from(accuracy: Accuracy) -> Self {
        accuracy.0
    }
}

impl Location {
    /// Builds a location from the API's four optional fields. Latitude and longitude must come together, an accuracy requires
    /// them, and at least one field must be present.
    pub fn new(
        latitude: Option<Latitude>,
        longitude: Option<Longitude>,
        accuracy_m: Option<Accuracy>,
        label: Option<PlaceLabel>,
    ) -> Result<Self, Invalid> {
        let coordinates = match (latitude, longitude, accuracy_m) {
            (Some(latitude), Some(longitude), accuracy_m) => Some(Coordinates { latitude, longitude, accuracy_m }),
            (None, None, None) => None,
            (Some(_), None, _) | (None, Some(_), _) => {
                return Err(Invalid::new(FieldRule::CoordinatePair));
            }
            (None, None, Some(_)) => return Err(Invalid::new(FieldRule::AccuracyWithoutCoordinates)),
        };
        if coordinates.is_none() && label.is_none() {
            return Err(Invalid::new(FieldRule::PlaceWithoutContent));
        }
        Ok(Self { coordinates, label })
    }
}

/// The actions of a time clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PunchAction {
    /// Clocking in.
    In,
    /// Clocking out.
    Out,
    /// Beginning a break.
    BreakStart,
    /// Ending the break.
    BreakEnd,
}

impl PunchAction {
    /// All actions.
    pub const ALL: [Self; 4] = [Self::In, Self::Out, Self::BreakStart, Self::BreakEnd];

    /// The action's name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
            Self::BreakStart => "break_start",
            Self::BreakEnd => "break_end",
        }
    }
}
