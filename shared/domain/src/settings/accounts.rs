//! The settings of accounts: who may register, who needs a second factor, and how long sessions last.

use std::fmt;

use jiff::Timestamp;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, IntoDeserializer, Visitor},
};
use utoipa::ToSchema;

use crate::{bounded::Bounded, user::Role};

/// Whether people may register, and the condition for a registered account to become active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationMode {
    /// Registration is off: `POST /auth/register` answers 404.
    Off,
    /// A manager or an admin activates each account.
    Approval,
    /// The account becomes active once its e-mail address is confirmed. Rollcall doesn't send e-mail yet. Until it does, this
    /// mode works like `approval`.
    Open,
}

impl RegistrationMode {
    /// The mode that the deprecated setting `open_registration` stands for.
    pub const fn of_flag(open_registration: bool) -> Self {
        if open_registration { Self::Open } else { Self::Approval }
    }

    /// Reads the setting. Also accepts the flag `open_registration`, which release 0.1.0 stored.
    pub(super) fn stored<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Stored)
    }
}

/// Parses the name of a mode, or the flag of release 0.1.0.
struct Stored;

impl Visitor<'_> for Stored {
    type Value = RegistrationMode;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mode of registration")
    }

    fn visit_bool<E: de::Error>(self, open_registration: bool) -> Result<RegistrationMode, E> {
        Ok(RegistrationMode::of_flag(open_registration))
    }

    fn visit_str<E: de::Error>(self, mode: &str) -> Result<RegistrationMode, E> {
        RegistrationMode::deserialize(mode.into_deserializer())
    }
}

/// The accounts that need a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactorRequirement {
    /// No account needs a second factor. Everyone may enrol one.
    Nobody,
    /// The accounts of admins.
    Admins,
    /// The accounts of managers and admins.
    Managers,
}

impl SecondFactorRequirement {
    /// Whether an account of that role needs a second factor.
    pub const fn covers(self, role: Role) -> bool {
        match (self, role) {
            (Self::Admins, Role::Admin) | (Self::Managers, Role::Manager | Role::Admin) => true,
            (Self::Nobody, Role::Employee | Role::Manager | Role::Admin)
            | (Self::Admins, Role::Employee | Role::Manager)
            | (Self::Managers, Role::Employee) => false,
        }
    }
}

/// The limits after which sessions end (OWASP ASVS 5.0, 7.3). A shorter limit applies from a session's next refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct SessionLimits {
    /// The number of days after the sign-in at which a session ends, even if it is refreshed.
    pub absolute_days: Bounded<1, 365>,
    /// The number of days after the last refresh at which a session ends.
    pub idle_days: Bounded<1, 365>,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self { absolute_days: Bounded::constant::<90>(), idle_days: Bounded::constant::<30>() }
    }
}

impl SessionLimits {
    /// The end of a session unless it is refreshed again, in seconds since 1970.
    pub fn end_of(self, signed_in_at: Timestamp, refreshed_at: Timestamp) -> i64 {
        const SECONDS_OF_DAY: i64 = 24 * 60 * 60;
        let absolute = signed_in_at.as_second() + self.absolute_days.as_i64() * SECONDS_OF_DAY;
        absolute.min(refreshed_at.as_second() + self.idle_days.as_i64() * SECONDS_OF_DAY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn read(document: &str) -> RegistrationMode {
        serde_json::from_str::<Settings>(document).unwrap().registration
    }

    #[test]
    fn stored_settings_of_0_1_0_keep_their_meaning() {
        assert_eq!(read(r#"{"open_registration": true}"#), RegistrationMode::Open);
        assert_eq!(read(r#"{"open_registration": false}"#), RegistrationMode::Approval);
        assert_eq!(read(r#"{"registration": "off"}"#), RegistrationMode::Off);
        assert_eq!(read("{}"), RegistrationMode::Approval);
        assert!(serde_json::from_str::<Settings>(r#"{"registration": "maybe"}"#).is_err());
    }

    #[test]
    fn a_session_ends_30_days_after_a_refresh_and_90_after_the_sign_in() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let ends = |limits: SessionLimits, refreshed_at| limits.end_of(at("2026-11-02T08:00:00Z"), at(refreshed_at));
        let seconds = |text| at(text).as_second();
        let usual = SessionLimits::default();
        assert_eq!(ends(usual, "2026-11-02T08:00:00Z"), seconds("2026-12-02T08:00:00Z"));
        assert_eq!(ends(usual, "2026-12-30T08:00:00Z"), seconds("2027-01-29T08:00:00Z"));
        assert_eq!(ends(usual, "2027-01-20T08:00:00Z"), seconds("2027-01-31T08:00:00Z"));
        let settings: Settings = serde_json::from_str(r#"{"sessions": {"absolute_days": 1}}"#).unwrap();
        assert_eq!(ends(settings.sessions, "2026-11-02T20:00:00Z"), seconds("2026-11-03T08:00:00Z"));
        for wrong in [r#"{"sessions": {"absolute_days": 366}}"#, r#"{"sessions": {"idle_days": 0}}"#] {
            assert!(serde_json::from_str::<Settings>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn managers_are_covered_together_with_admins() {
        use SecondFactorRequirement::{Admins, Managers, Nobody};
        let covered = |requirement: SecondFactorRequirement| {
            [Role::Employee, Role::Manager, Role::Admin].map(|role| requirement.covers(role))
        };
        assert_eq!(covered(Nobody), [false, false, false]);
        assert_eq!(covered(Admins), [false, false, true]);
        assert_eq!(covered(Managers), [false, true, true]);
    }
}
