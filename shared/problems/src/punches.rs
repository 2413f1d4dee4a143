//! The problems of refused punches.

use answers::instant::Instant;
use domain::{
    calendar::Zone,
    day::{BreakEndRefusal, BreakStartRefusal, ClockInRefusal, ClockOutRefusal, PunchRefusal},
    schedule::Window,
};

use crate::{Code, Detail, Problem};

/// Returns the problem of a refused punch. Instants are shown in `zone`.
pub fn punch_problem(refusal: PunchRefusal, zone: &Zone) -> Problem {
    match refusal {
        PunchRefusal::ClockIn(refusal) => clock_in_problem(refusal, zone),
        PunchRefusal::ClockOut(refusal) => refusal.into(),
        PunchRefusal::BreakStart(refusal) => refusal.into(),
        PunchRefusal::BreakEnd(refusal) => refusal.into(),
    }
}

/// Returns the problem of a refused clock-in.
pub fn clock_in_problem(refusal: ClockInRefusal, zone: &Zone) -> Problem {
    match refusal {
        ClockInRefusal::AlreadyClockedIn => Problem::new(Code::AlreadyClockedIn),
        ClockInRefusal::OutsideWindow { windows } => {
            Problem::new(Code::OutsideWindow).detail(Detail::WindowOpens { windows: listed(&windows, zone) })
        }
        ClockInRefusal::NotScheduled => Problem::new(Code::NotScheduled),
        ClockInRefusal::OnLeave => Problem::new(Code::OnLeave),
        ClockInRefusal::LocationRequired => Problem::new(Code::LocationRequired).detail(Detail::SendLocation),
        ClockInRefusal::OutsideGeofence { radius_m } => {
            Problem::new(Code::OutsideGeofence).detail(Detail::ClockInWithin { metres: radius_m })
        }
        ClockInRefusal::DayNotLoaded { .. } => Problem::internal(refusal),
    }
}

/// Formats the windows in a form that all languages share.
fn listed(windows: &[Window], zone: &Zone) -> String {
    let spans: Vec<String> = windows
        .iter()
        .map(|window| format!("{} – {}", Instant::new(window.from, zone), Instant::new(window.until, zone)))
        .collect();
    spans.join(", ")
}

impl From<ClockOutRefusal> for Problem {
    fn from(refusal: ClockOutRefusal) -> Self {
        match refusal {
            ClockOutRefusal::NotClockedIn => Self::new(Code::NotClockedIn),
            ClockOutRefusal::DayNotLoaded { .. } => Self::internal(refusal),
        }
    }
}

impl From<BreakStartRefusal> for Problem {
    fn from(refusal: BreakStartRefusal) -> Self {
        match refusal {
            BreakStartRefusal::NotClockedIn => Self::new(Code::NotClockedIn),
            BreakStartRefusal::AlreadyOnBreak => Self::new(Code::AlreadyOnBreak),
            BreakStartRefusal::DayNotLoaded { .. } => Self::internal(refusal),
        }
    }
}

impl From<BreakEndRefusal> for Problem {
    fn from(refusal: BreakEndRefusal) -> Self {
        match refusal {
            BreakEndRefusal::NotOnBreak => Self::new(Code::NotOnBreak),
            BreakEndRefusal::DayNotLoaded { .. } => Self::internal(refusal),
        }
    }
}
