//! Why a punch isn't taken.

use thiserror::Error;

use crate::{calendar::WorkDate, schedule::Window};

/// Why a clock-in isn't taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ClockInRefusal {
    /// A session is open.
    #[error("already clocked in")]
    AlreadyClockedIn,
    /// The date has shifts, and none may be clocked in to now.
    #[error("outside the window of every shift")]
    OutsideWindow {
        /// When a clock-in is taken, in order.
        windows: Vec<Window>,
    },
    /// There is no shift to work, and unscheduled work isn't allowed.
    #[error("not scheduled")]
    NotScheduled,
    /// The person is on leave.
    #[error("on leave")]
    OnLeave,
    /// The place is compared, and the punch doesn't say where it is made.
    #[error("without coordinates")]
    LocationRequired,
    /// It is made outside the place of work.
    #[error("outside the place of work")]
    OutsideGeofence {
        /// How far around the middle of the place punches are taken.
        radius_m: u32,
    },
    /// The day of the open session wasn't read; the caller reads it and decides again.
    #[error("the day {date} of the open session wasn't loaded")]
    DayNotLoaded {
        /// Which day.
        date: WorkDate,
    },
}

/// Why a clock-out isn't taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClockOutRefusal {
    /// No session is open.
    #[error("not clocked in")]
    NotClockedIn,
    /// The day of the open session wasn't read; the caller reads it and decides again.
    #[error("the day {date} of the open session wasn't loaded")]
    DayNotLoaded {
        /// Which day.
        date: WorkDate,
    },
}

/// Why a break can't begin.
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
        /// Which day.
        date: WorkDate,
    },
}

/// Why a break can't end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BreakEndRefusal {
    /// No break is open.
    #[error("not on a break")]
    NotOnBreak,
    /// The day of the open session wasn't read; the caller reads it and decides again.
    #[error("the day {date} of the open session wasn't loaded")]
    DayNotLoaded {
        /// Which day.
        date: WorkDate,
    },
}

/// Why a punch isn't taken, whatever was pressed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PunchRefusal {
    /// A clock-in isn't taken.
    #[error(transparent)]
    ClockIn(#[from] ClockInRefusal),
    /// A clock-out isn't taken.
    #[error(transparent)]
    ClockOut(#[from] ClockOutRefusal),
    /// A break can't begin.
    #[error(transparent)]
    BreakStart(#[from] BreakStartRefusal),
    /// A break can't end.
    #[error(transparent)]
    BreakEnd(#[from] BreakEndRefusal),
}

/// The day of the open session wasn't read.
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
