//! The reasons why punches are refused.

use thiserror::Error;

use crate::{calendar::WorkDate, schedule::Window};

/// The reason why a clock-in is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ClockInRefusal {
    /// A session is open.
    #[error("already clocked in")]
    AlreadyClockedIn,
    /// The date has shifts, but the clock-in isn't within the window of any.
    #[error("outside the window of every shift")]
    OutsideWindow {
        /// The windows in which a clock-in is accepted, in order.
        windows: Vec<Window>,
    },
    /// The person has no shift, and unscheduled work isn't allowed.
    #[error("not scheduled")]
    NotScheduled,
    /// The person is on leave.
    #[error("on leave")]
    OnLeave,
    /// The geofence is enforced, and the punch has no coordinates.
    #[error("without coordinates")]
    LocationRequired,
    /// The punch is outside the site.
    #[error("outside the place of work")]
    OutsideGeofence {
        /// The radius around the centre of the site in which punches are accepted.
        radius_m: u32,
    },
    /// The day of the open session wasn't read; the caller reads it and decides again.
    #[error("the day {date} of the open session wasn't loaded")]
    DayNotLoaded {
        /// The date of the missing day.
        date: WorkDate,
    },
}

/// The reason why a clock-out is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClockOutRefusal {
    /// No session is open.
    #[error("not clocked in")]
    NotClockedIn,
    /// The day of the open session wasn't read; the caller reads it and decides again.
    #[error("the day {date} of the open session wasn't loaded")]
    DayNotLoaded {
        /// The date of the missing day.
        date: WorkDate,
    },
}

/// The reason why the start of a break is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BreakStartRefusal {
    /// No session is open.
    #[error("not clocked in")]
    NotClockedIn,
    /// A break is open.
    #[error("already on a break")]
    AlreadyOnBreak,
    /// The day of the open session wasn't read; the caller reads it and decides again.
    #[error("the day {date} of the open session wasn't loaded")]
    DayNotLoaded {
        /// The date of the missing day.
        date: WorkDate,
    },
}

/// The reason why the end of a break is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BreakEndRefusal {
    /// No break is open.
    #[error("not on a break")]
    NotOnBreak,
    /// The day of the open session wasn't read; the caller reads it and decides again.
    #[error("the day {date} of the open session wasn't loaded")]
    DayNotLoaded {
        /// The date of the missing day.
        date: WorkDate,
    },
}

/// The reason why a punch of any action is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PunchRefusal {
    /// A clock-in is refused.
    #[error(transparent)]
    ClockIn(#[from] ClockInRefusal),
    /// A clock-out is refused.
    #[error(transparent)]
    ClockOut(#[from] ClockOutRefusal),
    /// The start of a break is refused.
    #[error(transparent)]
    BreakStart(#[from] BreakStartRefusal),
    /// The end of a break is refused.
    #[error(transparent)]
    BreakEnd(#[from] BreakEndRefusal),
}

/// The error that the day of the open session wasn't read.
#[derive(Debug, Clone, Copy)]
pub(super) struct NotLoaded {
    pub(super) date: WorkDate,
}

macro_rules! from_not_loaded {
    ($($refusal:ident)*) => {$(
        impl From<NotLoaded> for $refusal {
            fn from(NotLoaded { date }: NotLoaded) -> Self {
                Self::DayNotLoaded { date }
            }
        }
    )*};
}

from_not_loaded!(ClockInRefusal ClockOutRefusal BreakStartRefusal BreakEndRefusal);
