//! A correction as the API shows it.

use domain::{
    calendar::{WorkDate, Zone},
    correction::{CorrectedDay, Correction, CorrectionId, CorrectionStatus},
    day::{BreakTimes, DayStatus, DeviceText, PunchAction, SessionTimes, WaitReason, WaitingPunch},
    id::{SessionId, UserId},
    pay::CostCenterCode,
    text::{Reason, Remark},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{actions::CorrectionAction, day::NamedCostCenterAnswer, instant::Instant};

/// A correction of a day, requested by its person.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Correction)]
pub struct CorrectionAnswer {
    /// The id of the correction.
    id: CorrectionId,
    /// The id of the person whose day is to be corrected.
    user_id: UserId,
    /// The work date of the day.
    date: WorkDate,
    /// The sessions that the day is to have, in order.
    sessions: Vec<CorrectedSession>,
    /// The reason that the person gave.
    #[schema(value_type = String)]
    reason: Reason,
    /// The state of the correction.
    status: CorrectionStatus,
    /// The day as it was when the correction was requested; `null` for corrections that are older than this field.
    before: Option<CorrectionDay>,
    /// The day as the correction changes it. After the approval, the day as it became. `null` for corrections that are older
    /// than this field.
    after: Option<CorrectionDay>,
    /// The offline punches that wait for the decision; absent in corrections that a person requests. An approval adds them to
    /// the day in its state at that time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    offline_punches: Vec<WaitingPunchAnswer>,
    /// The version of the day when the correction was requested. If the day has another version, the correction can't be
    /// approved any more.
    day_version: u64,
    /// The id of the user who decided.
    decided_by: Option<UserId>,
    /// The instant of the decision.
    decided_at: Option<Instant>,
    /// The note of the user who decided.
    #[schema(value_type = Option<String>)]
    note: Option<Remark>,
    /// Whether the sole admin decided their own correction, because nobody else could.
    self_decided: bool,
    /// The instant at which the correction was requested.
    created_at: Instant,
    /// The version of the correction; grows with each change.
    version: u64,
    /// The actions that the caller may currently take on the correction.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_actions: Option<Vec<CorrectionAction>>,
}

/// An offline punch that waits for a manager.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = WaitingPunch)]
pub struct WaitingPunchAnswer {
    /// The device's id of the punch.
    #[schema(value_type = String)]
    client_id: DeviceText,
    /// The name of the device; for a kiosk its id.
    #[schema(value_type = String)]
    device_id: DeviceText,
    /// The action.
    action: PunchAction,
    /// The instant of the punch by the device's clock.
    occurred_at: Instant,
    /// The instant at which the punch was received.
    received_at: Instant,
    /// The reason for which the punch waits.
    reason: WaitReason,
    /// The cost center that the clock-in names; absent if it names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = CostCenterCode)]
    cost_center: Option<CostCenterCode>,
}

impl WaitingPunchAnswer {
    fn new(punch: &WaitingPunch, zone: &Zone) -> Self {
        Self {
            client_id: punch.client_id.clone(),
            device_id: punch.device_id.clone(),
            action: punch.action,
            occurred_at: Instant::new(punch.occurred_at, zone),
            received_at: Instant::new(punch.received_at, zone),
            reason: punch.reason,
            cost_center: punch.cost_center.clone(),
        }
    }
}

/// A day before or after a correction.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CorrectionDay {
    /// The attendance status of the day.
    status: DayStatus,
    /// The sessions of the day, in order.
    sessions: Vec<CorrectedSession>,
    /// The time worked in closed sessions without unpaid breaks, in seconds.
    worked_seconds: i64,
    /// The length of all breaks, paid and unpaid, in seconds.
    break_seconds: i64,
    /// The lateness, in seconds.
    late_seconds: i64,
    /// The time by which the person left shifts early, in seconds.
    early_leave_seconds: i64,
    /// The overtime, in seconds.
    overtime_seconds: i64,
}

/// A requested session of the day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CorrectedSession {
    /// The id of the session that this replaces; `null` for a new session.
    id: Option<SessionId>,
    /// The clock-in.
    clock_in: Instant,
    /// The clock-out; `null` while the session is open.
    clock_out: Option<Instant>,
    /// The breaks of the session, in order.
    breaks: Vec<CorrectedBreak>,
    /// The cost centers of the session's work, in order; absent if none is stated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    cost_centers: Vec<NamedCostCenterAnswer>,
}

/// A requested break of a session.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CorrectedBreak {
    /// The start of the break.
    started_at: Instant,
    /// The end of the break; `null` while it is open.
    ended_at: Option<Instant>,
}

impl CorrectionAnswer {
    /// Sets the actions that the caller may currently take.
    #[must_use]
    pub fn allowing(self, actions: Vec<CorrectionAction>) -> Self {
        Self { allowed_actions: Some(actions), ..self }
    }

    /// Returns the correction, with its instants in the zone of its day.
    pub fn new(correction: &Correction) -> Self {
        let zone = &correction.zone;
        Self {
            id: correction.id,
            user_id: correction.user_id,
            date: correction.date,
            sessions: correction.sessions.iter().map(|session| CorrectedSession::new(session, zone)).collect(),
            reason: correction.reason.clone(),
            status: correction.status,
            before: correction.before.as_ref().map(|day| CorrectionDay::new(day, zone)),
            after: correction.after.as_ref().map(|day| CorrectionDay::new(day, zone)),
            offline_punches: correction.offline_punches.iter().map(|it| WaitingPunchAnswer::new(it, zone)).collect(),
            day_version: correction.day_version,
            decided_by: correction.decided_by,
            decided_at: correction.decided_at.map(|at| Instant::new(at, zone)),
            note: correction.note.clone(),
            self_decided: correction.self_decided,
            created_at: Instant::new(correction.created_at, zone),
            version: correction.version,
            allowed_actions: None,
        }
    }
}

impl CorrectionDay {
    fn new(day: &CorrectedDay, zone: &Zone) -> Self {
        Self {
            status: day.status,
            sessions: day.sessions.iter().map(|session| CorrectedSession::new(session, zone)).collect(),
            worked_seconds: day.worked_seconds,
            break_seconds: day.break_seconds,
            late_seconds: day.late_seconds,
            early_leave_seconds: day.early_leave_seconds,
            overtime_seconds: day.overtime_seconds,
        }
    }
}

impl CorrectedSession {
    fn new(session: &SessionTimes, zone: &Zone) -> Self {
        Self {
            id: session.id,
            clock_in: Instant::new(session.clock_in, zone),
            clock_out: session.clock_out.map(|at| Instant::new(at, zone)),
            breaks: session.breaks.iter().map(|pause| CorrectedBreak::new(*pause, zone)).collect(),
            cost_centers: session
                .cost_centers
                .iter()
                .flatten()
                .map(|it| NamedCostCenterAnswer::new(it, zone))
                .collect(),
        }
    }
}

impl CorrectedBreak {
    fn new(pause: BreakTimes, zone: &Zone) -> Self {
        Self {
            started_at: Instant::new(pause.started_at, zone),
            ended_at: pause.ended_at.map(|at| Instant::new(at, zone)),
        }
    }
}
