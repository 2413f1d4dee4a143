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

use crate::instant::Instant;

/// `Request` of the contract.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LeaveRequest)]
pub struct LeaveRequestAnswer {
    id: LeaveRequestId,
    user_id: UserId,
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "annual")]
    leave_type: LeaveTypeCode,
    start_date: WorkDate,
    end_date: WorkDate,
    start_half: Option<StartHalf>,
    end_half: Option<EndHalf>,
    /// The days on which the person would be expected, without those that other leave interrupts.
    #[schema(value_type = f64, example = 2.5)]
    days: LeaveDays,
    /// Other leave, such as sick leave, on some of its dates: they count for that one.
    interruptions: Vec<LeaveInterruptionAnswer>,
    /// Whether days of the past, or leave that it interrupts, still follow: within seconds they do.
    applying: bool,
    #[schema(value_type = Option<String>)]
    reason: Option<Reason>,
    status: LeaveStatus,
    decided_by: Option<UserId>,
    decided_at: Option<Instant>,
    #[schema(value_type = Option<String>)]
    note: Option<Remark>,
    /// Whether the sole admin decided their own, because there was nobody else.
    self_decided: bool,
    /// Oldest first. Of more than fifty changes the first and the latest.
    history: Vec<LeaveHistoryAnswer>,
    version: u64,
    created_at: Instant,
}

/// Other leave in the place of a part of leave.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LeaveInterruption)]
pub struct LeaveInterruptionAnswer {
    /// The other leave.
    request_id: LeaveRequestId,
    start_date: WorkDate,
    end_date: WorkDate,
    start_half: Option<StartHalf>,
    end_half: Option<EndHalf>,
}

/// What happened to a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LeaveRequestHistory)]
pub struct LeaveHistoryAnswer {
    at: Instant,
    by: Actor,
    kind: HistoryKind,
    #[schema(value_type = Option<String>)]
    note: Option<Remark>,
    start_date: WorkDate,
    end_date: WorkDate,
    start_half: Option<StartHalf>,
    end_half: Option<EndHalf>,
    #[schema(value_type = f64)]
    days: LeaveDays,
    /// The other leave that interrupts it, or no longer does.
    interrupted_by: Option<LeaveRequestId>,
}

impl LeaveRequestAnswer {
    /// The request, its instants in the person's zone.
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

/// Days of half days.
const fn days(half_days: i64) -> LeaveDays {
    LeaveDays::of_hundredths(half_days * 50)
}
