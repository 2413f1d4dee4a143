//! The company's settings: everything about the rules that a company may choose, as typed policy with its defaults.

mod accounts;
mod breaks;
mod leave_allowance;
mod offline;
mod policies;
mod proration;
mod shift_times;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::{
    accounts::{RegistrationMode, SecondFactorRequirement, SessionLimits},
    breaks::{AutoDeduct, BreakRules, BreakTier},
    leave_allowance::{LeaveAllowance, MonthDay},
    offline::OfflineRules,
    policies::{
        ClockInOnLeave, ClockInWindow, Geofence, LateDeduction, LateDeductionMode, OutsideWindow, OvertimeRules,
        PhotoRetention, PhotoRule,
    },
    proration::{Proration, ProrationRounding, ProrationUnit},
    shift_times::{ShiftTimes, WeeklyOffLimits, WeeklyOffs},
};
use crate::{
    Invalid,
    bounded::Bounded,
    calendar::{TimeOfDay, Zone},
    language::Language,
    text::Name,
};

/// Minutes up to a day.
pub type MinutesOfDay = Bounded<0, 1440>;

/// All settings of the company. A field that a document leaves out has its default.
///
/// Requests with other fields are refused where they are read (`web::json`). Stored settings are read by [`stored`], which
/// accepts those of other releases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own in the API")]
pub struct Settings {
    /// Shown to everyone.
    pub company_name: Name,
    /// The zone of people and sites that have none of their own.
    pub time_zone: Zone,
    /// The language of people who have chosen none of their own.
    pub language: Language,
    /// The shift of everyone without a pattern, on every weekday that isn't off.
    pub default_shift: ShiftTimes,
    /// The weekdays off of everyone without a pattern.
    pub default_weekly_offs: WeeklyOffs,
    /// How many days off a week of a pattern, and `default_weekly_offs`, must name.
    pub weekly_offs: WeeklyOffLimits,
    /// A clock-in up to this long after the start isn't late.
    pub late_grace_minutes: MinutesOfDay,
    /// A clock-out up to this long before the end isn't early.
    pub early_leave_grace_minutes: MinutesOfDay,
    /// When a shift may be clocked in to.
    pub clock_in_window: ClockInWindow,
    /// Whether people may work on dates without shifts and after the last shift's end.
    pub allow_unscheduled: bool,
    /// What a clock-in on leave does.
    pub clock_in_on_leave: ClockInOnLeave,
    /// Whether punches come with a photo.
    pub photo: PhotoRule,
    /// How long photos are kept.
    pub photo_retention_days: PhotoRetention,
    /// What a punch outside its site does.
    pub geofence: Geofence,
    /// How breaks count.
    pub breaks: BreakRules,
    /// How overtime counts.
    pub overtime: OvertimeRules,
    /// While it is open, a session attends the shifts that begin less than this long after its clock-in. It counts as
    /// forgotten then, and no earlier than two hours after the end of the last of these shifts.
    pub auto_clock_out_after_minutes: Bounded<60, 2880>,
    /// How punches count that a device made without a network.
    pub offline: OfflineRules,
    /// Days of annual leave a year, unless a person has an allowance of their own.
    pub annual_leave_days: LeaveAllowance,
    /// The length of one day of leave; fixed once the leave ledger has an entry.
    pub leave_day_minutes: Bounded<60, 1440>,
    /// The day on which a leave year begins.
    pub leave_year_start: MonthDay,
    /// Below this many days the balance is low.
    pub low_balance_days: LeaveAllowance,
    /// Days that may be carried into the next leave year.
    pub carry_over_days: LeaveAllowance,
    /// After this many months carried days expire; never where absent.
    pub carry_over_expires_after_months: Option<Bounded<1, 24>>,
    /// Whether leave expires only after a notice: what nobody was told of at least 30 days before lasts until 30 days after
    /// a notice, or goes into the next leave year whole. Some laws ask for it (CJEU C-684/16).
    pub expire_only_after_notice: bool,
    /// Whether somebody who is employed for a part of the leave year, because they begin or leave within it, gets that part
    /// of the allowance. Many laws grant a minimum for each month of employment, and some the whole of it after half a year:
    /// compare them before this is turned on.
    pub prorate_first_year: bool,
    /// How parts of the allowance are counted and rounded.
    pub proration: Proration,
    /// What lateness costs: by default each late minute, taken off annual leave. Some laws forbid that; `{"mode": "off"}`
    /// turns it off.
    pub late_deduction: LateDeduction,
    /// Whether a swap that both accepted waits for a manager.
    pub swap_needs_manager: bool,
    /// The least rest between two shifts that a swap may leave.
    pub min_rest_minutes: MinutesOfDay,
    /// Whether people may register, and what their accounts need to become active.
    #[serde(alias = "open_registration", deserialize_with = "RegistrationMode::stored")]
    pub registration: RegistrationMode,
    /// Whose accounts need a second factor. Where it is required and missing, only enrolling one is allowed.
    pub second_factor_required_for: SecondFactorRequirement,
    /// When sessions end by themselves.
    pub sessions: SessionLimits,
    /// The stored settings whose values this release doesn't know. They have their defaults here.
    #[serde(skip)]
    pub unknown: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            company_name: default_company_name(),
            time_zone: Zone::UTC,
            language: Language::En,
            default_shift: ShiftTimes {
                start: TimeOfDay::constant::<9, 0>(),
                end: TimeOfDay::constant::<18, 0>(),
                break_minutes: Bounded::constant::<60>(),
            },
            default_weekly_offs: WeeklyOffs::weekend(),
            weekly_offs: WeeklyOffLimits::default(),
            late_grace_minutes: Bounded::constant::<5>(),
            early_leave_grace_minutes: Bounded::constant::<5>(),
            clock_in_window: ClockInWindow::default(),
            allow_unscheduled: true,
            clock_in_on_leave: ClockInOnLeave::Refuse,
            photo: PhotoRule::Optional,
            photo_retention_days: PhotoRetention::Days90,
            geofence: Geofence::Off,
            breaks: BreakRules::default(),
            overtime: OvertimeRules::default(),
            auto_clock_out_after_minutes: Bounded::constant::<960>(),
            offline: OfflineRules::default(),
            annual_leave_days: LeaveAllowance::of_hundredths::<1500>(),
            leave_day_minutes: Bounded::constant::<480>(),
            leave_year_start: MonthDay::NEW_YEAR,
            low_balance_days: LeaveAllowance::of_hundredths::<300>(),
            carry_over_days: LeaveAllowance::of_hundredths::<0>(),
            carry_over_expires_after_months: None,
            expire_only_after_notice: true,
            prorate_first_year: false,
            proration: Proration::default(),
            late_deduction: LateDeduction::default(),
            swap_needs_manager: false,
            min_rest_minutes: Bounded::constant::<0>(),
            registration: RegistrationMode::Approval,
            second_factor_required_for: SecondFactorRequirement::Nobody,
            sessions: SessionLimits::default(),
            unknown: BTreeSet::new(),
        }
    }
}

impl Settings {
    /// Checks the settings that depend on one another.
    ///
    /// # Errors
    /// The name of the setting that contradicts another, and the rule that it breaks.
    pub fn check(&self) -> Result<(), (&'static str, Invalid)> {
        self.weekly_offs.check(&self.default_weekly_offs).map_err(|invalid| ("default_weekly_offs", invalid))
    }
}

/// Reads and writes settings as a field of a stored item.
pub mod stored {
    use serde::{Deserializer, Serialize, Serializer};

    use super::{RegistrationMode, SecondFactorRequirement, Settings};
    use crate::stored::known_fields;

    /// Writes settings.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(settings: &Settings, serializer: S) -> Result<S::Ok, S::Error> {
        settings.serialize(serializer)
    }

    /// Reads the settings of this or another release. A value that this release doesn't know has its default, or the strictest
    /// one where it protects accounts, and its setting is among [`Settings::unknown`].
    ///
    /// # Errors
    /// Those of the deserializer.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Settings, D::Error> {
        let (mut settings, unknown) = known_fields::<Settings, D>(deserializer)?;
        // Where accounts are protected in a way that isn't known, they are protected in the strictest known way.
        if unknown.contains("registration") {
            settings.registration = RegistrationMode::Off;
        }
        if unknown.contains("second_factor_required_for") {
            settings.second_factor_required_for = SecondFactorRequirement::Managers;
        }
        Ok(Settings { unknown, ..settings })
    }
}

#[expect(clippy::expect_used, reason = "a literal that keeps the rules of a name, held by a test")]
fn default_company_name() -> Name {
    Name::parse("My company").expect("the literal is a valid name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_document_is_the_defaults() {
        assert_eq!(serde_json::from_str::<Settings>("{}").unwrap(), Settings::default());
    }

    #[test]
    fn settings_are_read_back_as_written() {
        let written = serde_json::to_string(&Settings::default()).unwrap();
        assert_eq!(serde_json::from_str::<Settings>(&written).unwrap(), Settings::default());
    }

    #[test]
    fn a_default_shift_without_break_minutes_has_none() {
        let settings: Settings =
            serde_json::from_str(r#"{"default_shift": {"start": "09:00", "end": "18:00"}}"#).unwrap();
        assert_eq!(settings.default_shift.break_minutes.get(), 0);
    }

    #[test]
    fn what_the_rules_forbid_is_refused() {
        for wrong in [
            r#"{"late_grace_minutes": -1}"#,
            r#"{"late_grace_minutes": 1.5}"#,
            r#"{"photo_retention_days": 31}"#,
            r#"{"default_weekly_offs": ["monday", "monday"]}"#,
            r#"{"weekly_offs": {"min": 3}}"#,
            r#"{"leave_year_start": "02-29"}"#,
            r#"{"annual_leave_days": 15.125}"#,
            r#"{"default_shift": {"start": "09:00", "end": "10:00", "break_minutes": 60}}"#,
            r#"{"time_zone": "Mars/Olympus"}"#,
        ] {
            assert!(serde_json::from_str::<Settings>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_stored_value_that_isnt_known_has_its_default_and_is_named() {
        let read = |text: &str| stored::deserialize(&mut serde_json::Deserializer::from_str(text)).unwrap();
        let of_this_release = read(r#"{"geofence": "flag", "late_grace_minutes": 10}"#);
        assert!(of_this_release.unknown.is_empty());
        let newer =
            r#"{"geofence": "warn", "late_grace_minutes": 10, "breaks": {"paid": true, "rounded": true}, "more": 1}"#;
        let read = read(newer);
        assert_eq!(read.unknown, BTreeSet::from(["geofence".to_owned()]));
        assert_eq!((read.geofence, read.late_grace_minutes.get(), read.breaks.paid), (Geofence::Off, 10, true));
    }

    #[test]
    fn accounts_are_protected_strictly_where_the_way_isnt_known() {
        let newer = r#"{"registration": "by_invitation", "second_factor_required_for": "night_shift"}"#;
        let read = stored::deserialize(&mut serde_json::Deserializer::from_str(newer)).unwrap();
        assert_eq!(read.registration, RegistrationMode::Off);
        assert_eq!(read.second_factor_required_for, SecondFactorRequirement::Managers);
    }

    #[test]
    fn the_default_days_off_keep_the_limits_of_a_week() {
        let checked = |text: &str| serde_json::from_str::<Settings>(text).unwrap().check();
        assert_eq!(checked("{}"), Ok(()));
        assert_eq!(checked(r#"{"default_weekly_offs": [], "weekly_offs": {"min": 0}}"#), Ok(()));
        for wrong in [
            r#"{"default_weekly_offs": []}"#,
            r#"{"default_weekly_offs": ["monday", "tuesday", "sunday"]}"#,
            r#"{"weekly_offs": {"min": 3, "max": 3}}"#,
        ] {
            assert_eq!(checked(wrong).unwrap_err().0, "default_weekly_offs", "{wrong}");
        }
    }

    #[test]
    fn a_shift_that_ends_at_its_start_lasts_a_day() {
        let times: ShiftTimes = serde_json::from_str(r#"{"start": "08:00", "end": "08:00"}"#).unwrap();
        assert!(times.ends_next_day());
        assert_eq!(times.nominal_minutes(), 1440);
    }
}
