//! The part of the settings by which a day's figures are computed. The day stores it permanently.

use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize};

use super::Break;
use crate::{
    bounded::Bounded,
    schedule::{Shift, Window},
    settings::{BreakRules, ClockInWindow, LateDeduction, MinutesOfDay, OvertimeRules, Settings},
    stored::StoredField,
};

/// The settings on which a day's figures depend, by their names in [`Settings`].
const OF_FIGURES: [&str; 13] = [
    "time_zone",
    "default_shift",
    "default_weekly_offs",
    "late_grace_minutes",
    "early_leave_grace_minutes",
    "clock_in_window",
    "clock_in_on_leave",
    "photo",
    "geofence",
    "breaks",
    "overtime",
    "auto_clock_out_after_minutes",
    "late_deduction",
];

/// The part of [`Settings`] on which a day's figures depend. Later changes of the settings don't change a day that is over.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DayPolicy {
    /// See [`Settings::late_grace_minutes`].
    pub late_grace_minutes: MinutesOfDay,
    /// See [`Settings::early_leave_grace_minutes`].
    pub early_leave_grace_minutes: MinutesOfDay,
    /// See [`Settings::clock_in_window`].
    pub clock_in_window: ClockInWindow,
    /// See [`Settings::breaks`].
    pub breaks: BreakRules,
    /// The rules by which breaks are counted.
    pub break_counting: BreakCounting,
    /// See [`Settings::overtime`].
    pub overtime: OvertimeRules,
    /// See [`Settings::auto_clock_out_after_minutes`].
    pub auto_clock_out_after_minutes: Bounded<60, 2880>,
    /// The length of [`Settings::default_shift`], by which the end of a forgotten session without a shift is guessed.
    pub default_shift_minutes: u32,
    /// See [`Settings::late_deduction`].
    pub late_deduction: LateDeduction,
    /// Whether a rule of the day has a value that is unknown to the release that stored or read the day. The policy then has the
    /// default, and the sessions of the day wait for a review.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_unknown: bool,
}

/// The version of the rules by which the breaks of a day are counted. A day that is over keeps its version until its sessions are
/// edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BreakCounting {
    /// The rules until 0.1.0: off time between sessions counts only within a shift. The automatic deduction has one tier and
    /// applies to the elapsed time. A break is paid according to the settings when it began.
    WithinShifts,
    /// The current rules: off time between sessions always counts as a break. The automatic deduction has tiers and applies to
    /// the worked time. Breaks are paid according to the day's settings.
    WholeDay,
}

impl BreakCounting {
    /// The version of days without this field.
    const fn until_0_1_0() -> Self {
        Self::WithinShifts
    }
}

impl From<&Settings> for DayPolicy {
    fn from(settings: &Settings) -> Self {
        Self {
            late_grace_minutes: settings.late_grace_minutes,
            early_leave_grace_minutes: settings.early_leave_grace_minutes,
            clock_in_window: settings.clock_in_window,
            breaks: settings.breaks.clone(),
            break_counting: BreakCounting::WholeDay,
            overtime: settings.overtime,
            auto_clock_out_after_minutes: settings.auto_clock_out_after_minutes,
            default_shift_minutes: settings.default_shift.nominal_minutes(),
            late_deduction: settings.late_deduction,
            has_unknown: settings.unknown.iter().any(|setting| OF_FIGURES.contains(&setting.as_str())),
        }
    }
}

impl Default for DayPolicy {
    /// The policy of the default settings.
    fn default() -> Self {
        // Each stored day is read with it, and the default settings take longer than reading a policy.
        static DEFAULT: LazyLock<DayPolicy> = LazyLock::new(|| DayPolicy::from(&Settings::default()));
        DEFAULT.clone()
    }
}

/// The fields of [`DayPolicy`] as they are stored, perhaps by another release.
#[derive(Deserialize)]
struct StoredPolicy {
    #[serde(default)]
    late_grace_minutes: StoredField<MinutesOfDay>,
    #[serde(default)]
    early_leave_grace_minutes: StoredField<MinutesOfDay>,
    #[serde(default)]
    clock_in_window: StoredField<ClockInWindow>,
    #[serde(default)]
    breaks: StoredField<BreakRules>,
    #[serde(default)]
    break_counting: StoredField<BreakCounting>,
    #[serde(default)]
    overtime: StoredField<OvertimeRules>,
    #[serde(default)]
    auto_clock_out_after_minutes: StoredField<Bounded<60, 2880>>,
    #[serde(default)]
    default_shift_minutes: StoredField<u32>,
    #[serde(default)]
    late_deduction: StoredField<LateDeduction>,
    #[serde(default)]
    has_unknown: StoredField<bool>,
}

impl From<StoredPolicy> for DayPolicy {
    fn from(stored: StoredPolicy) -> Self {
        let default = Self::default();
        let mut unknown = false;
        let policy = Self {
            late_grace_minutes: stored.late_grace_minutes.or(default.late_grace_minutes, &mut unknown),
            early_leave_grace_minutes: stored
                .early_leave_grace_minutes
                .or(default.early_leave_grace_minutes, &mut unknown),
            clock_in_window: stored.clock_in_window.or(default.clock_in_window, &mut unknown),
            breaks: stored.breaks.or(default.breaks, &mut unknown),
            break_counting: stored.break_counting.or(BreakCounting::until_0_1_0(), &mut unknown),
            overtime: stored.overtime.or(default.overtime, &mut unknown),
            auto_clock_out_after_minutes: stored
                .auto_clock_out_after_minutes
                .or(default.auto_clock_out_after_minutes, &mut unknown),
            default_shift_minutes: stored.default_shift_minutes.or(default.default_shift_minutes, &mut unknown),
            late_deduction: stored.late_deduction.or(default.late_deduction, &mut unknown),
            has_unknown: stored.has_unknown.or(default.has_unknown, &mut unknown),
        };
        policy.or_unknown(unknown)
    }
}

impl DayPolicy {
    /// Reads the policy of a stored day. A rule that this release doesn't know gets its default.
    ///
    /// # Errors
    /// The deserializer fails.
    pub(super) fn stored<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        StoredPolicy::deserialize(deserializer).map(Self::from)
    }

    /// The same policy, marked as unknown if something else about the day is unknown.
    #[must_use]
    pub(super) fn or_unknown(self, is_unknown: bool) -> Self {
        Self { has_unknown: self.has_unknown || is_unknown, ..self }
    }

    /// The window in which people may clock in for the shift.
    pub fn window(&self, shift: &Shift) -> Window {
        Window::around(shift, self.clock_in_window)
    }

    /// Returns the instant before which a shift must begin so that an open session with that clock-in attends it.
    pub(super) fn attends_shifts_before(&self, clock_in: jiff::Timestamp) -> jiff::Timestamp {
        crate::schedule::later(clock_in, 60 * self.auto_clock_out_after_minutes.as_i64())
    }

    /// Whether a break of the day is paid.
    pub fn pays(&self, pause: &Break) -> bool {
        match self.break_counting {
            BreakCounting::WithinShifts => pause.paid_when_begun.unwrap_or(self.breaks.paid),
            BreakCounting::WholeDay => self.breaks.paid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_that_figures_follow_from_are_settings() {
        let settings = serde_json::to_value(Settings::default()).unwrap();
        for setting in OF_FIGURES {
            assert!(settings.get(setting).is_some(), "{setting}");
        }
    }

    #[test]
    fn a_rule_that_isnt_known_has_its_default_and_is_remembered() {
        let mut stored =
            serde_json::to_value(DayPolicy { late_grace_minutes: Bounded::constant::<7>(), ..DayPolicy::default() });
        let stored = stored.as_mut().unwrap();
        stored["late_deduction"] = serde_json::json!({"mode": "per_week"});
        let read = DayPolicy::stored(&*stored).unwrap();
        assert!(read.has_unknown);
        assert_eq!((read.late_grace_minutes.get(), read.late_deduction), (7, LateDeduction::default()));
        stored["late_deduction"] = serde_json::json!({"mode": "off", "beyond": 3});
        assert!(!DayPolicy::stored(&*stored).unwrap().has_unknown);
    }

    #[test]
    fn only_a_setting_that_figures_follow_from_makes_a_policy_uncertain() {
        let with = |setting: &str| Settings { unknown: [setting.to_owned()].into(), ..Settings::default() };
        assert!(DayPolicy::from(&with("geofence")).has_unknown);
        assert!(!DayPolicy::from(&with("language")).has_unknown);
    }
}
