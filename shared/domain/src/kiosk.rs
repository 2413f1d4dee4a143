//! Kiosks: shared devices at a site. People punch on them by PIN or badge, and a kiosk's code proves that a phone is at the site.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    id::{KioskId, SiteId},
    text::Name,
};

/// A shared device at a site. A kiosk never changes: if the device is lost or moved, the kiosk is revoked and another one is
/// created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kiosk {
    /// The kiosk's id.
    pub id: KioskId,
    /// The kiosk's site.
    pub site_id: SiteId,
    /// The kiosk's name.
    pub name: Name,
    /// The instant at which the kiosk was created.
    pub created_at: Timestamp,
}

impl Kiosk {
    /// The kiosk as its punches store it.
    pub fn of_punch(&self) -> PunchKiosk {
        PunchKiosk { id: self.id, name: self.name.clone() }
    }
}

/// The kiosk at which a punch was made. A punch stores the name too, because a kiosk can be revoked and its name never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PunchKiosk {
    /// The id of the kiosk.
    pub id: KioskId,
    /// The name of the kiosk.
    #[schema(value_type = String, example = "Entrance")]
    pub name: Name,
}

/// The seconds for which a kiosk shows one code.
const STEP_SECONDS: i64 = 15;
/// The number of steps for which a code is accepted, including the step in which it is shown. With two steps, a code that is
/// scanned just before it changes still works.
const ACCEPTED_STEPS: i64 = 2;

/// The code that a kiosk shows in a time step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KioskCode {
    /// The kiosk.
    pub kiosk: KioskId,
    /// The time step.
    pub step: CodeStep,
}

/// The time step of a kiosk's code: the number of 15-second steps since 1970, by the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodeStep(i64);

impl CodeStep {
    /// The time step that contains an instant.
    pub fn at(now: Timestamp) -> Self {
        Self(now.as_second().div_euclid(STEP_SECONDS))
    }

    /// The time step with that number.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number of the step.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// Whether the code of this step is accepted at `now`: from the beginning of the step, for 30 seconds.
    pub fn is_accepted(self, now: Timestamp) -> bool {
        let age = Self::at(now).0.saturating_sub(self.0);
        (0..ACCEPTED_STEPS).contains(&age)
    }

    /// The instant at which the kiosk shows the next code.
    pub fn changes_at(self) -> Timestamp {
        self.begins_after(1)
    }

    /// The instant from which the code is refused.
    pub fn expires_at(self) -> Timestamp {
        self.begins_after(ACCEPTED_STEPS)
    }

    /// The beginning of the time step that is `steps` steps later.
    fn begins_after(self, steps: i64) -> Timestamp {
        let seconds = self.0.saturating_add(steps).saturating_mul(STEP_SECONDS);
        Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_code_changes_every_15_seconds_and_is_accepted_for_30() {
        let step = CodeStep::at(at("2026-11-02T08:00:07Z"));
        assert_eq!(step, CodeStep::at(at("2026-11-02T08:00:00Z")));
        assert_eq!(step.changes_at(), at("2026-11-02T08:00:15Z"));
        assert_eq!(step.expires_at(), at("2026-11-02T08:00:30Z"));
        for (now, accepted) in [
            ("2026-11-02T07:59:59.999Z", false),
            ("2026-11-02T08:00:00Z", true),
            ("2026-11-02T08:00:29.999Z", true),
            ("2026-11-02T08:00:30Z", false),
        ] {
            assert_eq!(step.is_accepted(at(now)), accepted, "{now}");
        }
    }

    #[test]
    fn a_step_far_from_now_is_refused() {
        for number in [i64::MIN, -1, 0, i64::MAX] {
            let step = CodeStep::new(number);
            assert!(!step.is_accepted(at("2026-11-02T08:00:00Z")), "{number}");
            assert!(step.changes_at() <= step.expires_at(), "{number}");
        }
    }
}
