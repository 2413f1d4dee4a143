//! A leave request as the API shows it.

use domain::{
    audit::Actor,
    calendar::{WorkDate, Zone},
    id::{LeaveRequestId, UserId},
    leave::{
        LeaveDays,
        request::{EndHalf, HistoryEntry, HistoryKind, Interruption, LeaveRequest, LeaveStatus, StartHalf},
    },
    schedule::LeaveTypeCode,
    text::{Reason, Remark},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{actions::LeaveRequestAction, instant::Instant};

/// A request for leave.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LeaveRequest)]
pub struct LeaveRequestAnswer {
    /// The id of the request.
    id: LeaveRequestId,
    /// The id of the person on leave.
    user_id: UserId,
    /// The code of the leave type.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "annual")]
    leave_type: LeaveTypeCode,
    /// The first date of the leave.
    start_date: WorkDate,
    /// The last date of the leave.
    end_date: WorkDate,
    /// `afternoon` where the leave begins at noon of the first date; `null` where it begins with the date.
    start_half: Option<StartHalf>,
    /// `morning` where the leave ends at noon of the last date; `null` where it ends with the date.
    end_half: Option<EndHalf>,
    /// The days on which the person would be expected, without those that other leave interrupts.
    #[schema(value_type = f64, example = 2.5)]
    days: LeaveDays,
    /// Other leave, such as sick leave, on some dates of this leave. The days on those dates count for the other leave.
    interruptions: Vec<LeaveInterruptionAnswer>,
    /// Whether updates of past days, or of leave that this leave interrupts, are still pending. They finish within seconds.
    applying: bool,
    /// The reason that the person gave.
    #[schema(value_type = Option<String>)]
    reason: Option<Reason>,
    /// The state of the request.
    status: LeaveStatus,
    /// The id of the user who decided.
    decided_by: Option<UserId>,
    /// The instant of the decision.
    decided_at: Option<Instant>,
    /// The note of the user who decided.
    #[schema(value_type = Option<String>)]
    note: Option<Remark>,
    /// Whether the sole admin decided their own request, because nobody else could.
    self_decided: bool,
    /// The changes of the request, oldest first. Of more than fifty changes, the first and the latest ones.
    history: Vec<LeaveHistoryAnswer>,
    /// The version of the request; grows with each change.
    version: u64,
    /// The instant at which the leave was requested.
    created_at: Instant,
    /// The actions that the caller may currently take on the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_actions: Option<Vec<LeaveRequestAction>>,
}

/// Other leave that replaces a part of this leave.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LeaveInterruption)]
pub struct LeaveInterruptionAnswer {
    /// The id of the request for the other leave.
    request_id: LeaveRequestId,
    /// The first date of the interruption.
    start_date: WorkDate,
    /// The last date of the interruption.
    end_date: WorkDate,
    /// `afternoon` where the interruption begins at noon of the first date; `null` where it begins with the date.
    start_half: Option<StartHalf>,
    /// `morning` where the interruption ends at noon of the last date; `null` where it ends with the date.
    end_half: Option<EndHalf>,
}

/// A change of a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LeaveRequestHistory)]
pub struct LeaveHistoryAnswer {
    /// The instant of the change.
    at: Instant,
    /// The user or job that made the change.
    by: Actor,
    /// The kind of change.
    kind: HistoryKind,
    /// The note that was given with the change.
    #[schema(value_type = Option<String>)]
    note: Option<Remark>,
    /// The first date of the leave.
    start_date: WorkDate,
    /// The last date of the leave.
    end_date: WorkDate,
    /// `afternoon` where the leave begins at noon of the first date; `null` where it begins with the date.
    start_half: Option<StartHalf>,
    /// `morning` where the leave ends at noon of the last date; `null` where it ends with the date.
    end_half: Option<EndHalf>,
    /// The number of leave days after the change.
    #[schema(value_type = f64)]
    days: LeaveDays,
    /// The id of the request for the other leave that interrupts this leave, or no longer does.
    interrupted_by: Option<LeaveRequestId>,
}

impl LeaveRequestAnswer {
    /// Sets the actions that the caller may currently take.
    #[must_use]
    pub fn allowing(self, actions: Vec<LeaveRequestAction>) -> Self {
        Self { allowed_actions: Some(actions), ..self }
    }

    /// Returns the request, with its instants in the person's zone.
    pub fn new(request: &LeaveRequest) -> Self {
        let period = &request.period;
        let zone = &request.zone;
        Self {
            id: request.id,
            user_id: request.user_id,
            leave_type: request.leave_type.clone(),
            start_date: period.start_date(),
            end_date: period.end_date(),
            start_half: period.start_half(),
            end_half: period.end_half(),
            days: days(request.half_days.total()),
            interruptions: request.interruptions.iter().map(LeaveInterruptionAnswer::new).collect(),
            applying: request.unapplied.is_some(),
            reason: request.reason.clone(),
            status: request.status,
            decided_by: request.decided_by,
            decided_at: request.decided_at.map(|at| Instant::new(at, zone)),
            note: request.note.clone(),
            self_decided: request.self_decided,
            history: request.history.iter().map(|entry| LeaveHistoryAnswer::new(entry, zone)).collect(),
            version: request.version,
            created_at: Instant::new(request.created_at, zone),
            allowed_actions: None,
        }
    }
}

impl LeaveInterruptionAnswer {
    const fn new(Interruption { request_id, period }: &Interruption) -> Self {
        Self {
            request_id: *request_id,
            start_date: period.start_date(),
            end_date: period.end_date(),
            start_half: period.start_half(),
            end_half: period.end_half(),
        }
    }
}

impl LeaveHistoryAnswer {
    fn new(entry: &HistoryEntry, zone: &Zone) -> Self {
        Self {
            at: Instant::new(entry.at, zone),
            by: entry.by,
            kind: entry.kind,
            note: entry.note.clone(),
            start_date: entry.period.start_date(),
            end_date: entry.period.end_date(),
            start_half: entry.period.start_half(),
            end_half: entry.period.end_half(),
            days: days(entry.half_days),
            interrupted_by: entry.interrupted_by,
        }
    }
}

/// Converts half days to days.
const fn days(half_days: i64) -> LeaveDays {
    LeaveDays::of_hundredths(half_days * 50)
}
