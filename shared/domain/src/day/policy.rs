//! The part of the settings that a day was computed with, kept by it for ever.

use serde::{Deserialize, Serialize};

use super::Break;
use crate::{
    bounded::Bounded,
    schedule::{Shift, Window},
    settings::{BreakRules, ClockInWindow, LateDeduction, MinutesOfDay, OvertimeRules, Settings},
};

/// What of [`Settings`] a day's figures follow from. Later changes of the settings don't rewrite a day that is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DayPolicy {
    /// See [`Settings::late_grace_minutes`].
    pub late_grace_minutes: MinutesOfDay,
    /// See [`Settings::early_leave_grace_minutes`].
    pub early_leave_grace_minutes: MinutesOfDay,
    /// See [`Settings::clock_in_window`].
    pub clock_in_window: ClockInWindow,
    /// See [`Settings::breaks`].
    pub breaks: BreakRules,
    /// How breaks are counted.
    #[serde(default = "BreakCounting::until_0_1_0")]
    pub break_counting: BreakCounting,
    /// See [`Settings::overtime`].
    pub overtime: OvertimeRules,
    /// See [`Settings::auto_clock_out_after_minutes`].
    pub auto_clock_out_after_minutes: Bounded<60, 2880>,
    /// The length of [`Settings::default_shift`], at which a forgotten session without a shift is closed.
    pub default_shift_minutes: u32,
    /// See [`Settings::late_deduction`].
    pub late_deduction: LateDeduction,
}

/// How the breaks of a day are counted: a version of the rules. A day that is over keeps the one it was computed with, until
/// its sessions are edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BreakCounting {
    /// Until 0.1.0: off time between sessions counts only within a shift, the automatic deduction has one tier and looks at
    /// the elapsed time, and a break is paid as the settings said when it began.
    WithinShifts,
    /// Off time between sessions is a break wherever it lies, the automatic deduction has tiers and looks at the time
    /// worked, and breaks are paid as the day's settings say.
    WholeDay,
}

impl BreakCounting {
    /// That of days which don't say how their breaks are counted.
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
        }
    }
}

impl DayPolicy {
    /// When the shift may be clocked in to.
    pub fn window(&self, shift: &Shift) -> Window {
        Window::around(shift, self.clock_in_window)
    }

    /// Returns the instant before which a shift must begin so that a session with that clock-in, while it is open, attends
    /// it.
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
