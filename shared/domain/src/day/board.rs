//! A day's line on the board.

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

/// What the board shows of a day. Stored with the day, in the index; the person's name comes from their profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardRow {
    /// The zone that its instants belong to.
    pub zone: Zone,
    /// What became of the day.
    pub status: DayStatus,
    /// Where the person is.
    pub presence: PresenceKind,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The first shift in which they are expected, or when all are on leave the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<BoardShift>,
    /// The day's lateness.
    #[serde(default)]
    pub late_seconds: i64,
    /// The leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leave: Option<BoardLeave>,
    /// What someone should know of the day.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty", deserialize_with = "known_items")]
    pub flags: BTreeSet<Flag>,
    /// Whether a punch of the day has a photo.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_photo: bool,
}

/// A shift on the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardShift {
    /// Which.
    pub id: ShiftId,
    /// The start.
    pub start_at: Timestamp,
    /// When it ends.
    pub end_at: Timestamp,
}

/// Leave on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardLeave {
    /// What kind of leave.
    #[serde(rename = "type")]
    pub leave_type: LeaveTypeCode,
    /// The half it covers; without one the whole day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half: Option<Half>,
}

/// How many of a board's people are what. Working, on a break and out are everyone together; a person may be counted
/// under several others beside: late and working, expected and out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct BoardCounts {
    /// At work.
    pub working: u32,
    /// On a break.
    pub on_break: u32,
    /// Late, unless that is excused.
    pub late: u32,
    /// Absent, unless that is excused.
    pub absent: u32,
    /// On leave the whole day.
    pub on_leave: u32,
    /// Expected, and may still come.
    pub expected: u32,
    /// Not at work, for whatever reason.
    pub out: u32,
    /// The people whose day isn't opened yet.
    pub not_opened: u32,
}

impl BoardCounts {
    /// Counts a person; one without a row is someone whose day isn't opened yet.
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
    /// The day's line on the board as it stands at an instant.
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
    fn each_is_counted_by_presence_and_by_what_became_of_the_day() {
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
