//! Rosters as the API shows them: the patterns and planned days of a person, and the dates of the grid.

mod day;
mod plan;
mod planned_shift;

pub use self::{
    day::{LeaveShown, RosterDayAnswer, RosterHolidayAnswer, RosterLeaveAnswer, RosterRowAnswer},
    plan::{PatternAnswer, PlannedDayAnswer, RhythmAnswer, RosterAnswer, WeekAnswer, WeekShifts},
    planned_shift::ShiftTimesBody,
};
