//! Distances on the earth, and the check whether a punch was made at its site.

use crate::{day::Coordinates, site::Place};

/// The mean radius of the earth in metres (IUGG).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// The maximum of a device's reported accuracy that counts in the person's favour, in metres. Without a maximum, a device that
/// reports a very poor accuracy would be accepted anywhere.
const MAX_ACCURACY_M: f64 = 100.0;

impl Place {
    /// The distance in metres from the centre of the place to a point, along a great circle (haversine). The earth is treated as
    /// a sphere, which is off by less than 0.6 %.
    pub fn distance_m(&self, point: &Coordinates) -> f64 {
        let (from, to) = (self.latitude.degrees().to_radians(), point.latitude.degrees().to_radians());
        let north = to - from;
        let east = (point.longitude.degrees() - self.longitude.degrees()).to_radians();
        let half_chord = (north / 2.0).sin().powi(2) + from.cos() * to.cos() * (east / 2.0).sin().powi(2);
        // For antipodes, rounding may give a value slightly above 1, which has no arcsine.
        2.0 * EARTH_RADIUS_M * half_chord.sqrt().min(1.0).asin()
    }

    /// Whether a point lies outside the place even if the device's error is in the person's favour: the point is farther from the
    /// circle than the reported accuracy, of which at most 100 m count.
    pub fn excludes(&self, point: &Coordinates) -> bool {
        let accuracy = point.accuracy_m.map_or(0.0, |accuracy| accuracy.metres().min(MAX_ACCURACY_M));
        self.distance_m(point) - accuracy > f64::from(self.radius_m.get())
    }
}

#[cfg(test)]
mod tests {
    use crate::site::{Latitude, Longitude, Radius};

    use super::*;

    fn latitude(degrees: f64) -> Latitude {
        degrees.try_into().unwrap()
    }

    fn longitude(degrees: f64) -> Longitude {
        degrees.try_into().unwrap()
    }

    fn place(at: (f64, f64), radius: u32) -> Place {
        let radius_m = Radius::new(radius).unwrap();
        Place { latitude: latitude(at.0), longitude: longitude(at.1), radius_m }
    }

    fn point(at: (f64, f64), accuracy: Option<f64>) -> Coordinates {
        let accuracy_m = accuracy.map(|metres| metres.try_into().unwrap());
        Coordinates { latitude: latitude(at.0), longitude: longitude(at.1), accuracy_m }
    }

    fn distance(from: (f64, f64), to: (f64, f64)) -> f64 {
        place(from, 10).distance_m(&point(to, None))
    }

    #[track_caller]
    fn assert_near(found: f64, expected: f64) {
        assert!((found - expected).abs() < expected.abs() * 0.001 + 0.01, "{found} is not about {expected}");
    }

    #[test]
    fn known_distances_are_met() {
        // Istanbul to Berlin.
        assert_near(distance((41.0082, 28.9784), (52.52, 13.405)), 1_737_900.0);
        assert_near(distance((0.0, 0.0), (0.0, 1.0)), 111_195.0);
        assert_near(distance((41.0082, 28.9784), (41.0082, 28.9784)), 0.0);
    }

    #[test]
    fn the_date_line_is_no_border() {
        assert_near(distance((-17.0, 179.9995), (-17.0, -179.9995)), 106.3);
        assert_near(distance((-17.0, 180.0), (-17.0, -180.0)), 0.0);
    }

    #[test]
    fn at_a_pole_every_longitude_is_the_same_point() {
        assert_near(distance((90.0, 0.0), (90.0, 137.0)), 0.0);
        assert_near(distance((-90.0, -180.0), (-89.999, 25.0)), 111.2);
        // The shortest way crosses the pole.
        assert_near(distance((89.9995, 0.0), (89.9995, 180.0)), 111.2);
    }

    #[test]
    fn the_other_end_of_the_earth_is_half_its_circumference_away() {
        assert_near(distance((0.0, 0.0), (0.0, 180.0)), 20_015_115.0);
        assert_near(distance((33.3, 12.3), (-33.3, -167.7)), 20_015_115.0);
    }

    #[test]
    fn an_accuracy_counts_in_the_persons_favour_up_to_100_m() {
        let office = place((0.0, 0.0), 100);
        let metres = |metres: f64| (0.0, metres / 111_195.08);
        for (away, accuracy, outside) in [
            (99.0, None, false),
            (101.0, None, true),
            (101.0, Some(0.0), true),
            (149.0, Some(50.0), false),
            (151.0, Some(50.0), true),
            (199.0, Some(5000.0), false),
            (201.0, Some(5000.0), true),
        ] {
            assert_eq!(office.excludes(&point(metres(away), accuracy)), outside, "{away} m, accuracy {accuracy:?}");
        }
    }
}
