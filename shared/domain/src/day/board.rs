//! A day's row on the board.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Day, DayStatus, Flag, PresenceKind};
use crate::{
    calendar::Zone,
    holiday::Half,
    schedule::{LeaveTypeCode, Shift, ShiftId},
    stored::known_items,
};

/// The data that the board shows of a day. It is stored with the day, in the index. The person's name comes from their profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardRow {
    /// The time zone of the row's instants.
    pub zone: Zone,
    /// The day's attendance status.
    pub status: DayStatus,
    /// The person's presence.
    pub presence: PresenceKind,
    /// The instant since which the presence applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The first shift in which the person is expected, or the first shift if all are on leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<BoardShift>,
    /// The day's lateness, in seconds.
    #[serde(default)]
    pub late_seconds: i64,
    /// The leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leave: Option<BoardLeave>,
    /// The flags of the day.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty", deserialize_with = "known_items")]
    pub flags: BTreeSet<Flag>,
    /// Whether a punch of the day has a photo.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_photo: bool,
}

/// A shift on the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardShift {
    /// The shift's id.
    pub id: ShiftId,
    /// The start.
    pub start_at: Timestamp,
    /// The end of the shift.
    pub end_at: Timestamp,
}

/// Leave on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardLeave {
    /// The leave type.
    #[serde(rename = "type")]
    pub leave_type: LeaveTypeCode,
    /// The half that the leave covers; absent if it covers the whole day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half: Option<Half>,
}

/// The number of people on a board in each state. `working`, `on_break` and `out` add up to everyone. Other counts overlap with
/// them: a person can be late and working, or expected and out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct BoardCounts {
    /// At work.
    pub working: u32,
    /// On a break.
    pub on_break: u32,
    /// Late, unless the lateness is excused.
    pub late: u32,
    /// Absent, unless the absence is excused.
    pub absent: u32,
    /// On leave the whole day.
    pub on_leave: u32,
    /// Expected, and may still arrive.
    pub expected: u32,
    /// Not at work, for any reason.
    pub out: u32,
    /// The people whose day isn't opened yet.
    pub not_opened: u32,
}

impl BoardCounts {
    /// Counts a person. A person without a row has a day that isn't opened yet.
    pub fn add(&mut self, row: Option<&BoardRow>) {
        let Some(row) = row else {
            self.out += 1;
            self.not_opened += 1;
            return;
        };
        match row.presence {
            PresenceKind::Working => self.working += 1,
            PresenceKind::OnBreak => self.on_break += 1,
            PresenceKind::Out => self.out += 1,
        }
        let unexcused = u32::from(!row.flags.contains(&Flag::Excused));
        match row.status {
            DayStatus::Absent => self.absent += unexcused,
            DayStatus::OnLeave => self.on_leave += 1,
            DayStatus::Expected => self.expected += 1,
            DayStatus::Present | DayStatus::Off => {}
        }
        if row.flags.contains(&Flag::Late) {
            self.late += unexcused;
        }
    }
}

impl From<&Shift> for BoardShift {
    fn from(shift: &Shift) -> Self {
        Self { id: shift.id, start_at: shift.start_at, end_at: shift.end_at }
    }
}

impl Day {
    /// The day's row on the board at an instant.
    pub fn board_row(&self, as_of: Timestamp) -> BoardRow {
        let figures = self.figures(as_of);
        let expected = self.shifts().iter().find(|shift| !shift.on_leave);
        BoardRow {
            zone: self.zone().clone(),
            status: figures.status,
            presence: figures.presence,
            since: figures.since,
            shift: expected.or(self.shifts().first()).map(BoardShift::from),
            late_seconds: figures.late_seconds,
            leave: self
                .leave()
                .and_then(|leave| leave.shown())
                .map(|(leave, half)| BoardLeave { leave_type: leave.leave_type.clone(), half }),
            flags: figures.flags,
            has_photo: self.has_photo(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_by_presence_and_by_status() {
        let row = |status: DayStatus, presence: PresenceKind, flags: &[Flag]| BoardRow {
            zone: Zone::parse("UTC").unwrap(),
            status,
            presence,
            since: None,
            shift: None,
            late_seconds: 0,
            leave: None,
            flags: flags.iter().copied().collect(),
            has_photo: false,
        };
        let mut counts = BoardCounts::default();
        for row in [
            row(DayStatus::Present, PresenceKind::Working, &[Flag::Late]),
            row(DayStatus::Present, PresenceKind::OnBreak, &[Flag::Late, Flag::Excused]),
            row(DayStatus::Present, PresenceKind::Out, &[]),
            row(DayStatus::Expected, PresenceKind::Out, &[]),
            row(DayStatus::Absent, PresenceKind::Out, &[]),
            row(DayStatus::Absent, PresenceKind::Out, &[Flag::Excused]),
            row(DayStatus::OnLeave, PresenceKind::Out, &[]),
            row(DayStatus::Off, PresenceKind::Working, &[]),
        ] {
            counts.add(Some(&row));
        }
        counts.add(None);
        let expected = BoardCounts {
            working: 2,
            on_break: 1,
            late: 1,
            absent: 1,
            on_leave: 1,
            expected: 1,
            out: 6,
            not_opened: 1,
        };
        assert_eq!(counts, expected);
    }
}
