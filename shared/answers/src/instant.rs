//! Instants as responses show them: RFC 3339 in the zone they belong to.

use domain::calendar::Zone;
use jiff::Timestamp;
use serde::Serialize;

/// An instant with the offset of its zone, to the second: `2026-11-02T08:57:03+03:00`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(value_type = String, format = "date-time", example = "2026-11-02T08:57:03+03:00")]
pub struct Instant(String);

impl Instant {
    /// Returns the instant in a zone.
    pub fn new(at: Timestamp, zone: &Zone) -> Self {
        Self(zone.rfc3339(at))
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_carries_the_offset_of_its_zone() {
        let at: Timestamp = "2026-11-02T05:57:03.987Z".parse().unwrap();
        let shown = |zone: &str| Instant::new(at, &Zone::parse(zone).unwrap()).0;
        assert_eq!(shown("Europe/Istanbul"), "2026-11-02T08:57:03+03:00");
        assert_eq!(shown("UTC"), "2026-11-02T05:57:03+00:00");
        assert_eq!(shown("America/St_Johns"), "2026-11-02T02:27:03-03:30");
    }
}
