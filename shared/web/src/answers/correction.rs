//! A correction as the API shows it.

use domain::{
    calendar::{WorkDate, Zone},
    correction::{Correction, CorrectionId, CorrectionStatus},
    day::{BreakTimes, SessionTimes},
    id::{SessionId, UserId},
    text::{Reason, Remark},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::instant::Instant;

/// `Correction` of the contract.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Correction)]
pub struct CorrectionAnswer {
    id: CorrectionId,
    user_id: UserId,
    date: WorkDate,
    sessions: Vec<CorrectedSession>,
    #[schema(value_type = String)]
    reason: Reason,
    status: CorrectionStatus,
    /// The version that the day had when this was asked for; once it has another, this can't be approved any more.
    day_version: u64,
    decided_by: Option<UserId>,
    decided_at: Option<Instant>,
    #[schema(value_type = Option<String>)]
    note: Option<Remark>,
    /// Whether the sole admin decided their own, because there was nobody else.
    self_decided: bool,
    created_at: Instant,
    version: u64,
}

/// A session as it shall be.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CorrectedSession {
    id: Option<SessionId>,
    clock_in: Instant,
    clock_out: Option<Instant>,
    breaks: Vec<CorrectedBreak>,
}

/// A break as it shall be.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CorrectedBreak {
    started_at: Instant,
    ended_at: Option<Instant>,
}

impl CorrectionAnswer {
    /// The correction, its instants in the zone of its day.
    pub fn new(correction: &Correction) -> Self {
        let zone = &correction.zone;
        Self {
            id: correction.id,
            user_id: correction.user_id,
            date: correction.date,
            sessions: correction.sessions.iter().map(|session| CorrectedSession::new(session, zone)).collect(),
            reason: correction.reason.clone(),
            status: correction.status,
            day_version: correction.day_version,
            decided_by: correction.decided_by,
            decided_at: correction.decided_at.map(|at| Instant::new(at, zone)),
            note: correction.note.clone(),
            self_decided: correction.self_decided,
            created_at: Instant::new(correction.created_at, zone),
            version: correction.version,
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
