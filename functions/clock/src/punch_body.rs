//! The body of a punch.

use app::photos::GivenPhoto;
use domain::{
    Invalid,
    day::{Accuracy, Location, PlaceLabel, PunchDetails, Source},
    pay::CostCenterCode,
    site::{Latitude, Longitude},
    text::Remark,
};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Problem, Secret};

use crate::photo_body::PhotoBody;

/// The body of a punch; everything in it is optional.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "remark": "Traffic on the bridge",
    "location": {"latitude": 53.5461, "longitude": 9.9665, "accuracy_m": 12.5, "label": "Headquarters"}
}))]
pub(crate) struct PunchBody {
    /// The remark of the person.
    #[schema(value_type = Option<String>, max_length = 500, example = "Traffic on the bridge")]
    remark: Option<Remark>,
    /// The place where the person is.
    location: Option<LocationBody>,
    /// The time by the device's clock. It is only evidence: the server's time counts. A difference of more than five minutes is
    /// flagged `clock_skew`.
    #[schema(value_type = Option<String>, format = "date-time")]
    device_time: Option<Timestamp>,
    /// A photo of the person, where the settings allow or require one.
    photo: Option<PhotoBody>,
    /// The code that the person scanned at a kiosk. It shows that they are there, so no location is needed.
    #[schema(value_type = Option<String>, max_length = 1024)]
    kiosk_code: Option<Secret>,
    /// The cost center of the work that the clock-in begins; that of the person's pay profile by default. Only for a clock-in.
    cost_center: Option<CostCenterCode>,
}

/// The details, the photo and the kiosk code of a punch.
pub(crate) struct Accompaniments {
    pub(crate) details: PunchDetails,
    pub(crate) photo: Option<GivenPhoto>,
    pub(crate) kiosk_code: Option<Secret>,
}

/// The place of a punch: coordinates, a label, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LocationBody {
    /// The latitude in degrees.
    #[schema(value_type = Option<f64>, minimum = -90, maximum = 90, example = 41.0082)]
    latitude: Option<Latitude>,
    /// The longitude in degrees.
    #[schema(value_type = Option<f64>, minimum = -180, maximum = 180, example = 28.9784)]
    longitude: Option<Longitude>,
    /// The accuracy of the position, in metres.
    #[schema(value_type = Option<f64>, minimum = 0, example = 12.5)]
    accuracy_m: Option<Accuracy>,
    /// The name of the place.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, example = "Headquarters")]
    label: Option<PlaceLabel>,
}

impl LocationBody {
    /// Parses the place: complete coordinates, a label, or both.
    pub(crate) fn parse(self) -> Result<Location, Invalid> {
        Location::new(self.latitude, self.longitude, self.accuracy_m, self.label)
    }
}

impl PunchBody {
    /// Returns whether the punch names a cost center.
    pub(crate) const fn names_cost_center(&self) -> bool {
        self.cost_center.is_some()
    }

    /// Parses the details of a punch that the person made on their own device.
    pub(crate) fn parse(self) -> Result<Accompaniments, Problem> {
        let location = self.location.map(LocationBody::parse).transpose();
        let location = location.map_err(|error| Problem::invalid("location", error));
        let (location, photo) = Problem::together(location, self.photo.map(PhotoBody::parse).transpose())?;
        let source = if self.kiosk_code.is_some() { Source::KioskCode } else { Source::Own };
        let details = PunchDetails {
            remark: self.remark.filter(|remark| !remark.as_str().is_empty()),
            location,
            device_time: self.device_time,
            cost_center: self.cost_center,
            ..PunchDetails::bare(source)
        };
        Ok(Accompaniments { details, photo, kiosk_code: self.kiosk_code })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<PunchDetails, Problem> {
        serde_json::from_str::<PunchBody>(body).unwrap().parse().map(|came| came.details)
    }

    #[test]
    fn a_label_alone_is_a_place() {
        assert!(read(r#"{"location": {"label": "customer Meyer"}}"#).unwrap().location.is_some());
    }

    #[test]
    fn an_incomplete_location_is_refused() {
        for half in [r#"{"latitude": 1}"#, r#"{"accuracy_m": 5, "label": "x"}"#, "{}"] {
            assert!(read(&format!(r#"{{"location": {half}}}"#)).is_err(), "{half}");
        }
    }

    #[test]
    fn a_punch_with_a_kiosk_code_has_its_own_source() {
        assert_eq!(read(r#"{"kiosk_code": "kc1"}"#).unwrap().source, Source::KioskCode);
        assert_eq!(read("{}").unwrap().source, Source::Own);
    }

    #[test]
    fn an_empty_remark_is_none() {
        assert_eq!(read(r#"{"remark": "  "}"#).unwrap().remark, None);
    }
}
