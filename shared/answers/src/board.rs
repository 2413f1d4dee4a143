//! A person's line on the board, as responses show it.

use std::collections::BTreeSet;

use domain::{
    day::{BoardLeave, BoardRow, BoardShift, DayStatus, Flag, PresenceKind},
    holiday::Half,
    id::{DepartmentId, UserId},
    schedule::{LeaveTypeCode, ShiftId},
    text::Name,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::instant::Instant;

/// A person's day on the board.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BoardRow)]
pub struct BoardRowAnswer {
    /// The id of the person.
    user_id: UserId,
    /// The full name of the person.
    #[schema(value_type = String)]
    full_name: Name,
    /// The department of the day.
    department_id: Option<DepartmentId>,
    /// The attendance status of the day; null until the day is created. Until then, the day itself has the planned shifts.
    status: Option<DayStatus>,
    /// The current presence, as far as the sessions of the date tell.
    presence: PresenceKind,
    /// The instant since which `presence` holds; `null` where nothing has happened on the date.
    since: Option<Instant>,
    /// The first shift in which the person is expected; if leave covers all shifts, the first shift.
    shift: Option<ShiftAnswer>,
    /// The lateness of the day, in seconds.
    late_seconds: i64,
    /// The approved leave on the date.
    leave: Option<LeaveAnswer>,
    /// The flags that managers should review, each once.
    flags: BTreeSet<Flag>,
    /// Whether a punch of the day has a photo.
    has_photo: bool,
}

/// The first expected shift of the day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BoardShift)]
pub struct ShiftAnswer {
    /// The id of the shift.
    id: ShiftId,
    /// The start of the shift.
    start_at: Instant,
    /// The end of the shift.
    end_at: Instant,
}

/// Leave on the date.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BoardLeave)]
pub struct LeaveAnswer {
    /// The code of the leave type, such as `annual`.
    #[serde(rename = "type")]
    kind: LeaveTypeCode,
    /// The half of the day; `null` for the whole day.
    half: Option<Half>,
}

impl BoardRowAnswer {
    /// Returns the line of a person. Without a row, the person's day isn't created yet.
    pub fn new(user_id: UserId, full_name: Name, department_id: Option<DepartmentId>, row: Option<BoardRow>) -> Self {
        let Some(BoardRow { zone, status, presence, since, shift, late_seconds, leave, flags, has_photo }) = row else {
            return Self {
                user_id,
                full_name,
                department_id,
                status: None,
                presence: PresenceKind::Out,
                since: None,
                shift: None,
                late_seconds: 0,
                leave: None,
                flags: BTreeSet::new(),
                has_photo: false,
            };
        };
        Self {
            user_id,
            full_name,
            department_id,
            status: Some(status),
            presence,
            since: since.map(|at| Instant::new(at, &zone)),
            shift: shift.map(|BoardShift { id, start_at, end_at }| ShiftAnswer {
                id,
                start_at: Instant::new(start_at, &zone),
                end_at: Instant::new(end_at, &zone),
            }),
            late_seconds,
            leave: leave.map(|BoardLeave { leave_type, half }| LeaveAnswer { kind: leave_type, half }),
            flags,
            has_photo,
        }
    }
}
