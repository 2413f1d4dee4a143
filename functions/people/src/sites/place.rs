//! The place of a site: its coordinates and radius, which are either all set or all absent.

use domain::{
    FieldRule,
    site::{Latitude, Longitude, Place, Radius},
};
use web::{Problem, problem::FieldError};

use super::DEFAULT_RADIUS;

/// Returns the circle that the fields describe; its radius is 200 m by default.
pub(super) fn place(
    latitude: Option<Latitude>,
    longitude: Option<Longitude>,
    radius: Option<Radius>,
) -> Result<Option<Place>, Problem> {
    if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
        return Ok(Some(Place { latitude, longitude, radius_m: radius.unwrap_or(DEFAULT_RADIUS) }));
    }
    if latitude.is_none() && longitude.is_none() && radius.is_none() {
        return Ok(None);
    }
    let given = match (latitude, longitude) {
        (Some(_), _) => "latitude",
        (None, Some(_)) => "longitude",
        (None, None) => "radius_m",
    };
    let missing = [("latitude", latitude.is_none()), ("longitude", longitude.is_none())];
    let error = |(path, _): (&str, bool)| FieldError::new(path, FieldRule::RequiredWith { other: given.to_owned() });
    Err(Problem::invalid_values(missing.into_iter().filter(|(_, missing)| *missing).map(error).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_whole_or_not_there() {
        let latitude = Some(Latitude::try_from(41.0).unwrap());
        let longitude = Some(Longitude::try_from(29.0).unwrap());
        let radius = Some(Radius::new(50).unwrap());
        assert_eq!(place(None, None, None).unwrap(), None);
        assert_eq!(place(latitude, longitude, radius).unwrap().unwrap().radius_m.get(), 50);
        assert_eq!(place(latitude, longitude, None).unwrap().unwrap().radius_m.get(), 200);
        for (latitude, longitude, radius) in [(latitude, None, None), (None, longitude, radius), (None, None, radius)] {
            assert!(place(latitude, longitude, radius).is_err());
        }
    }
}
