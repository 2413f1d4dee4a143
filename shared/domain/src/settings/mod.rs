//! The company's settings, as typed policies with their defaults.

mod accounts;
mod breaks;
mod default_schedule;
mod kiosk;
mod leave_allowance;
mod offline;
mod policies;
mod proration;
mod shift_times;
mod timesheet_reminders;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::{
    accounts::{RegistrationMode, SecondFactorRequirement, SessionLimits},
    breaks::{AutoDeduct, BreakRules, BreakTier},
    default_schedule::DefaultSchedule,
    kiosk::KioskRules,
    leave_allowance::{LeaveAllowance, MonthDay},
    offline::OfflineRules,
    policies::{
        ClockInOnLeave, ClockInWindow, Geofence, LateDeduction, LateDeductionMode, OutsideWindow, OvertimeRules,
        PhotoRetention, PhotoRule,
    },
    proration::{Proration, ProrationRounding, ProrationUnit},
    shift_times::{ShiftTimes, WeeklyOffLimits, WeeklyOffs},
    timesheet_reminders::TimesheetReminders,
};
use crate::{
    Invalid,
    bounded::Bounded,
    calendar::{TimeOfDay, Zone},
    earlier::Earlier,
    language::Language,
    pay::{AccountPolicy, PayPeriods},
    text::Name,
};

/// A number of minutes, at most one day.
pub type MinutesOfDay = Bounded<0, 1440>;

/// All settings of the company. A setting that a document leaves out has its default.
///
/// The parser of requests (`web::json`) refuses unknown settings. [`stored`] reads stored settings, and accepts those of other
/// releases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a separate setting in the API")]
pub struct Settings {
    /// The company's name, which everyone sees.
    pub company_name: Name,
    /// The time zone of people and sites that have no zone of their own.
    pub time_zone: Zone,
    /// The language of people who haven't chosen one.
    pub language: Language,
    /// The shift of people without a pattern, on every weekday that isn't off.
    pub default_shift: ShiftTimes,
    /// The weekdays off of people without a pattern.
    pub default_weekly_offs: WeeklyOffs,
    /// The number of days off that each week of a pattern, and `default_weekly_offs`, must have.
    pub weekly_offs: WeeklyOffLimits,
    /// The grace period for clock-ins: a clock-in up to this long after the start isn't late.
    pub late_grace_minutes: MinutesOfDay,
    /// The grace period for clock-outs: a clock-out up to this long before the end isn't early.
    pub early_leave_grace_minutes: MinutesOfDay,
    /// The window in which people may clock in for a shift.
    pub clock_in_window: ClockInWindow,
    /// Whether people may work on dates without shifts and after the last shift's end.
    pub allow_unscheduled: bool,
    /// The handling of a clock-in on leave.
    pub clock_in_on_leave: ClockInOnLeave,
    /// Whether punches have a photo.
    pub photo: PhotoRule,
    /// The retention period of photos.
    pub photo_retention_days: PhotoRetention,
    /// The handling of a punch outside its site.
    pub geofence: Geofence,
    /// The rules for breaks.
    pub breaks: BreakRules,
    /// The rules for overtime.
    pub overtime: OvertimeRules,
    /// While a session is open, it covers the shifts that begin less than this long after its clock-in. After that time the
    /// session counts as forgotten, but not earlier than two hours after the end of the last of these shifts.
    pub auto_clock_out_after_minutes: Bounded<60, 2880>,
    /// The rules for punches that a device made while it was offline.
    pub offline: OfflineRules,
    /// The rules for kiosks.
    pub kiosk: KioskRules,
    /// The annual leave in days, unless a person has an allowance of their own.
    pub annual_leave_days: LeaveAllowance,
    /// The length of one leave day; fixed once the leave ledger has an entry.
    pub leave_day_minutes: Bounded<60, 1440>,
    /// The day on which a leave year begins.
    pub leave_year_start: MonthDay,
    /// The threshold in days below which a leave balance is low.
    pub low_balance_days: LeaveAllowance,
    /// The maximum number of days carried over into the next leave year.
    pub carry_over_days: LeaveAllowance,
    /// The number of months of the leave year after which carried-over days expire; absent if they don't. From 12 on, they last for the
    /// whole leave year, and at its end the cap of `carry_over_days` applies to all days that are left.
    pub carry_over_expires_after_months: Option<Bounded<1, 24>>,
    /// Whether leave expires only after a notice. If a person wasn't notified at least 30 days before, the leave lasts until 30
    /// days after a notice, or all of it is carried over into the next leave year. Some laws require this (CJEU C-684/16).
    pub expire_only_after_notice: bool,
    /// Whether the allowance is prorated for a person who is employed for only a part of the leave year, because they begin or
    /// leave within it. Many laws grant a minimum for each month of employment, and some grant the full allowance after half a
    /// year. Check the law that applies to you before you turn this on.
    pub prorate_first_year: bool,
    /// The unit and the rounding of a prorated allowance.
    pub proration: Proration,
    /// The deduction for lateness. By default each late minute is deducted from annual leave. Some laws forbid that; `{"mode":
    /// "off"}` turns it off.
    pub late_deduction: LateDeduction,
    /// The rules for time accounts.
    pub time_accounts: AccountPolicy,
    /// Whether a manager must approve a swap that both people accepted.
    pub swap_needs_manager: bool,
    /// The minimum rest between two shifts after a swap.
    pub min_rest_minutes: MinutesOfDay,
    /// The pay periods whose timesheets are signed and closed; absent if the company doesn't use timesheets. It can't change
    /// after a period was closed.
    pub pay_period: Option<PayPeriods>,
    /// The reminders to submit and approve timesheets.
    pub timesheet_reminders: TimesheetReminders,
    /// Whether people may register, and the condition for their accounts to become active.
    #[serde(alias = "open_registration", deserialize_with = "RegistrationMode::stored")]
    pub registration: RegistrationMode,
    /// The accounts that need a second factor. If an account lacks the required factor, its user can only enrol one.
    pub second_factor_required_for: SecondFactorRequirement,
    /// The limits after which sessions end.
    pub sessions: SessionLimits,
    /// The default schedules of past dates.
    #[serde(skip)]
    pub earlier_defaults: Earlier<DefaultSchedule>,
    /// The stored settings whose values this release doesn't know. They have their defaults in this value.
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
            kiosk: KioskRules::default(),
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
            time_accounts: AccountPolicy::default(),
            swap_needs_manager: false,
            min_rest_minutes: Bounded::constant::<0>(),
            pay_period: None,
            timesheet_reminders: TimesheetReminders::default(),
            registration: RegistrationMode::Approval,
            second_factor_required_for: SecondFactorRequirement::Nobody,
            sessions: SessionLimits::default(),
            earlier_defaults: Earlier::default(),
            unknown: BTreeSet::new(),
        }
    }
}

impl Settings {
    /// Checks the settings that depend on each other.
    ///
    /// # Errors
    /// The name of the setting that contradicts another, and the rule that it breaks.
    pub fn check(&self) -> Result<(), (&'static str, Invalid)> {
        self.weekly_offs.check(&self.default_weekly_offs).map_err(|invalid| ("default_weekly_offs", invalid))?;
        self.pay_period.map_or(Ok(()), PayPeriods::check).map_err(|invalid| ("pay_period.anchor", invalid))
    }
}

/// Serializes and deserializes settings as a field of a stored item.
pub mod stored {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
    use serde_json::{Map, Value};

    use super::{DefaultSchedule, RegistrationMode, SecondFactorRequirement, Settings};
    use crate::{earlier::Earlier, stored::known_fields_of};

    /// The stored field that is none of the settings.
    const EARLIER_DEFAULTS: &str = "earlier_defaults";

    #[derive(Serialize)]
    struct Written<'a> {
        #[serde(flatten)]
        settings: &'a Settings,
        #[serde(skip_serializing_if = "Earlier::is_empty")]
        earlier_defaults: &'a Earlier<DefaultSchedule>,
    }

    /// Writes settings.
    ///
    /// # Errors
    /// The serializer fails.
    pub fn serialize<S: Serializer>(settings: &Settings, serializer: S) -> Result<S::Ok, S::Error> {
        Written { settings, earlier_defaults: &settings.earlier_defaults }.serialize(serializer)
    }

    /// Reads the settings of this or another release. A value that this release doesn't know gets its default, or the strictest
    /// value if the setting protects accounts. [`Settings::unknown`] names the setting.
    ///
    /// # Errors
    /// The deserializer fails.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Settings, D::Error> {
        let mut document: Map<String, Value> = Map::deserialize(deserializer)?;
        let earlier_defaults = document.remove(EARLIER_DEFAULTS).and_then(|stored| serde_json::from_value(stored).ok());
        let (mut settings, unknown) = known_fields_of::<Settings>(document).map_err(D::Error::custom)?;
        // If the stored protection of accounts is unknown, the strictest known protection applies.
        if unknown.contains("registration") {
            settings.registration = RegistrationMode::Off;
        }
        if unknown.contains("second_factor_required_for") {
            settings.second_factor_required_for = SecondFactorRequirement::Managers;
        }
        Ok(Settings { earlier_defaults: earlier_defaults.unwrap_or_default(), unknown, ..settings })
    }
}

#[expect(clippy::expect_used, reason = "the literal is a valid name, as a test checks")]
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
