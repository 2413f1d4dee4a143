//! The data of a day that its late deduction depends on.

use jiff::Timestamp;

use crate::{
    calendar::WorkDate,
    day::Day,
    id::SessionId,
    schedule::{ShiftId, seconds_between},
    settings::LateDeduction,
};

/// The current lateness of a day.
#[derive(Debug, Clone, PartialEq)]
pub struct LateDay {
    /// The work date.
    pub date: WorkDate,
    /// Whether the lateness is excused.
    pub is_excused: bool,
    /// The deduction policy of the day.
    pub policy: LateDeduction,
    /// The shifts that began late, in order.
    pub shifts: Vec<LateShift>,
}

/// A shift with a late clock-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateShift {
    /// The id of the shift.
    pub id: ShiftId,
    /// The session whose clock-in was late.
    pub session_id: SessionId,
    /// Whole minutes from the start to the clock-in, rounded down.
    pub minutes: i64,
}

impl LateDay {
    /// Returns the lateness of a day at an instant, as far as it may cost leave. A missed shift isn't lateness: absence deducts
    /// nothing. Lateness of a flagged clock-in only counts once the clock-in is acknowledged.
    pub fn of(day: &Day, as_of: Timestamp) -> Self {
        let figures = day.figures(as_of);
        let late = figures.shifts.iter().filter(|shift| shift.late_seconds > 0);
        let shifts = late.filter_map(|figures| {
            let shift = day.shift(figures.id)?;
            let came = |at| seconds_between(shift.start_at, at) == figures.late_seconds;
            let session = day.sessions().iter().find(|session| came(session.clock_in.at))?;
            session.is_charged().then_some(LateShift {
                id: shift.id,
                session_id: session.id,
                minutes: figures.late_seconds / 60,
            })
        });
        Self {
            date: day.date(),
            is_excused: day.excuse().is_some(),
            policy: day.policy().late_deduction,
            shifts: shifts.collect(),
        }
    }
}
