//! A punch: one press of the button, with what came with it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    FieldRule, Invalid,
    id::PunchId,
    photo::PhotoKeys,
    settings::{MinutesOfDay, PhotoRule},
    site::{Latitude, Longitude},
    text::{Remark, Text},
};

/// A clock-in or clock-out as it was made. Never overwritten: an edit puts others beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Punch {
    /// Which.
    pub id: PunchId,
    /// When, by the server's clock, in whole seconds.
    pub at: Timestamp,
    /// How it came about.
    pub source: Source,
    /// What the person said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
    /// Where it was made, as far as the person told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The key of the stored photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo_key: Option<String>,
    /// The key of the photo's thumbnail. Photos of before there were thumbnails have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail_key: Option<String>,
    /// The time by the device's clock: evidence, nothing more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_time: Option<Timestamp>,
    /// Whether it was made outside the circle of its site.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outside_geofence: bool,
    /// Whether the settings wanted a photo when it was made, and none came.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub photo_missing: bool,
    /// The grace period in force when it was made: of a clock-in the one of lateness, of a clock-out the one of leaving
    /// early. Another setting later in the day doesn't judge it again. Absent in what was stored before it was kept: then
    /// the day's policy holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_minutes: Option<MinutesOfDay>,
}

impl Punch {
    /// Whether the device's clock and the server's differ by more than five minutes.
    pub fn has_clock_skew(&self) -> bool {
        self.device_time.is_some_and(|device| (device.as_second() - self.at.as_second()).abs() > 300)
    }
}

/// How a punch came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The person themselves (`self` in the API).
    #[serde(rename = "self")]
    Own,
    /// The person at a site's shared device.
    Kiosk,
    /// The person on their own device, at a kiosk whose code they scanned.
    KioskCode,
    /// The person on a device without a network, which sent it later.
    Offline,
    /// An approved correction.
    Correction,
    /// A manager's edit.
    Manager,
    /// Rollcall, for someone who forgot or left.
    Auto,
    /// A source that a newer release of Rollcall has stored and this one doesn't know.
    #[serde(other)]
    Unknown,
}

/// What comes with a press of the button.
#[derive(Debug, Clone, PartialEq)]
pub struct PunchDetails {
    /// See [`Punch::source`].
    pub source: Source,
    /// See [`Punch::remark`]; a break keeps it too.
    pub remark: Option<Remark>,
    /// See [`Punch::location`].
    pub location: Option<Location>,
    /// See [`Punch::photo_key`] and [`Punch::thumbnail_key`].
    pub photo: Option<PhotoKeys>,
    /// See [`Punch::device_time`].
    pub device_time: Option<Timestamp>,
    /// See [`Punch::outside_geofence`]; clocking in and out finds it out.
    pub outside_geofence: bool,
}

impl PunchDetails {
    /// A bare press of the button.
    pub const fn bare(source: Source) -> Self {
        Self { source, remark: None, location: None, photo: None, device_time: None, outside_geofence: false }
    }

    pub(super) fn into_punch(self, id: PunchId, at: Timestamp, photo: PhotoRule, grace: MinutesOfDay) -> Punch {
        let (photo_key, thumbnail_key) = self.photo.map(|keys| (keys.photo, keys.thumbnail)).unzip();
        Punch {
            photo_missing: photo_key.is_none() && photo == PhotoRule::Required,
            id,
            at,
            source: self.source,
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

/// Where a punch was made: coordinates, a label ("customer Meyer"), or both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// Where on earth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Coordinates>,
    /// What the person calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<PlaceLabel>,
}

/// What a person calls a place.
pub type PlaceLabel = Text<1, 200>;

/// A point on the earth, and how sure the device was of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Coordinates {
    /// The latitude in degrees.
    pub latitude: Latitude,
    /// The longitude in degrees.
    pub longitude: Longitude,
    /// The radius in which the device believes to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<Accuracy>,
}

/// Metres, 0 to 1,000 km.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schema(value_type = f64, minimum = 0)]
pub struct Accuracy(f64);

impl Accuracy {
    /// The metres.
    pub const fn metres(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Accuracy {
    type Error = Invalid;

    fn try_from(metres: f64) -> Result<Self, Invalid> {
        if (0.0..=1_000_000.0).contains(&metres) {
            Ok(Self(metres))
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
    /// A location of the API's four optional fields: latitude and longitude come together, an accuracy belongs to
    /// them, and something has to be said.
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

/// The buttons of a time clock.
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

    /// The action, by its name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
            Self::BreakStart => "break_start",
            Self::BreakEnd => "break_end",
        }
    }
}
