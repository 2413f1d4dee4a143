//! A day as the API shows it.

use domain::{
    calendar::{WorkDate, Zone},
    day::{
        Accuracy, ClockInFlag, Day, DayPolicy, DayStatus, Flag, FlaggedClockIn, Location, PresenceKind, Punch,
        ReviewStatus, Session, SessionFigures, ShiftFigures, ShiftStatus, Source,
    },
    holiday::Half,
    id::{BreakId, LeaveRequestId, SessionId, SiteId, UserId},
    schedule::{DayKind, DayLeave, LeaveTypeCode, Shift, ShiftId},
    text::{Reason, Remark},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::instant::Instant;

/// `Day` of the contract, its figures as they stand at an instant.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Day)]
pub struct DayAnswer {
    user_id: UserId,
    date: WorkDate,
    time_zone: Zone,
    kind: DayKind,
    status: DayStatus,
    presence: PresenceKind,
    shifts: Vec<ShiftAnswer>,
    leave: Option<LeaveAnswer>,
    sessions: Vec<SessionAnswer>,
    worked_seconds: i64,
    break_seconds: i64,
    unpaid_break_seconds: i64,
    auto_break_seconds: i64,
    scheduled_seconds: i64,
    late_seconds: i64,
    early_leave_seconds: i64,
    overtime_seconds: i64,
    flags: Vec<Flag>,
    version: u64,
}

/// A shift of a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Shift)]
pub struct ShiftAnswer {
    id: ShiftId,
    start_at: Instant,
    end_at: Instant,
    break_minutes: i64,
    site_id: Option<SiteId>,
    status: ShiftStatus,
    late_seconds: i64,
    early_leave_seconds: i64,
}

/// Leave on a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DayLeave)]
pub struct LeaveAnswer {
    request_id: LeaveRequestId,
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "annual")]
    kind: LeaveTypeCode,
    /// The half it covers; absent: the whole day.
    half: Option<Half>,
}

/// A session of a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionAnswer {
    id: SessionId,
    clock_in: PunchAnswer,
    clock_out: Option<PunchAnswer>,
    breaks: Vec<BreakAnswer>,
    worked_seconds: i64,
    break_seconds: i64,
    /// Why the clock-in was taken and flagged; `null` where the person was expected.
    flagged: Option<FlaggedAnswer>,
}

/// A clock-in that was taken and flagged.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = FlaggedClockIn)]
pub struct FlaggedAnswer {
    reason: ClockInFlag,
    /// Whether it still waits for a manager, and what the last one said.
    status: ReviewStatus,
    /// What the manager wrote.
    #[schema(value_type = Option<String>)]
    note: Option<Reason>,
}

/// A punch.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Punch)]
pub struct PunchAnswer {
    at: Instant,
    #[schema(value_type = Option<String>)]
    remark: Option<Remark>,
    location: Option<LocationAnswer>,
    has_photo: bool,
    source: Source,
}

/// Where a punch was made.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Location)]
pub struct LocationAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    latitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    longitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accuracy_m: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
}

/// A break.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Break)]
pub struct BreakAnswer {
    id: BreakId,
    started_at: Instant,
    ended_at: Option<Instant>,
    #[schema(value_type = Option<String>)]
    remark: Option<Remark>,
    paid: bool,
}

impl DayAnswer {
    /// The day as it stands at `as_of`.
    pub fn new(day: &Day, as_of: Timestamp) -> Self {
        let figures = day.figures(as_of);
        let zone = day.zone();
        Self {
            user_id: day.user_id(),
            date: day.date(),
            time_zone: zone.clone(),
            kind: day.kind(),
            status: figures.status,
            presence: figures.presence,
            shifts: day
                .shifts()
                .iter()
                .zip(&figures.shifts)
                .map(|(shift, of)| ShiftAnswer::new(shift, of, zone))
                .collect(),
            leave: day.leave().and_then(LeaveAnswer::new),
            sessions: day
                .sessions()
                .iter()
                .zip(&figures.sessions)
                .map(|(session, of)| SessionAnswer::new(session, of, day.policy(), zone))
                .collect(),
            worked_seconds: figures.worked_seconds,
            break_seconds: figures.break_seconds,
            unpaid_break_seconds: figures.unpaid_break_seconds,
            auto_break_seconds: figures.auto_break_seconds,
            scheduled_seconds: figures.scheduled_seconds,
            late_seconds: figures.late_seconds,
            early_leave_seconds: figures.early_leave_seconds,
            overtime_seconds: figures.overtime_seconds,
            flags: figures.flags.into_iter().collect(),
            version: day.version(),
        }
    }
}

impl ShiftAnswer {
    fn new(shift: &Shift, figures: &ShiftFigures, zone: &Zone) -> Self {
        Self {
            id: shift.id,
            start_at: Instant::new(shift.start_at, zone),
            end_at: Instant::new(shift.end_at, zone),
            break_minutes: shift.break_minutes(),
            site_id: shift.site_id,
            status: figures.status,
            late_seconds: figures.late_seconds,
            early_leave_seconds: figures.early_leave_seconds,
        }
    }
}

impl LeaveAnswer {
    fn new(leave: &DayLeave) -> Option<Self> {
        let (of, half) = leave.shown()?;
        Some(Self { request_id: of.request_id, kind: of.leave_type.clone(), half })
    }
}

impl SessionAnswer {
    fn new(session: &Session, figures: &SessionFigures, policy: &DayPolicy, zone: &Zone) -> Self {
        Self {
            id: session.id,
            clock_in: PunchAnswer::new(&session.clock_in, zone),
            clock_out: session.clock_out.as_ref().map(|punch| PunchAnswer::new(punch, zone)),
            breaks: session
                .breaks
                .iter()
                .map(|pause| BreakAnswer {
                    id: pause.id,
                    started_at: Instant::new(pause.started_at, zone),
                    ended_at: pause.ended_at.map(|at| Instant::new(at, zone)),
                    remark: pause.remark.clone(),
                    paid: policy.pays(pause),
                })
                .collect(),
            worked_seconds: figures.worked_seconds,
            break_seconds: figures.break_seconds,
            flagged: session.flagged.as_ref().map(FlaggedAnswer::new),
        }
    }
}

impl FlaggedAnswer {
    fn new(flagged: &FlaggedClockIn) -> Self {
        let note = flagged.reviews.last().and_then(|review| review.note.clone());
        Self { reason: flagged.reason, status: flagged.status(), note }
    }
}

impl PunchAnswer {
    /// The punch, its instant in the zone of its day.
    pub fn new(punch: &Punch, zone: &Zone) -> Self {
        Self {
            at: Instant::new(punch.at, zone),
            remark: punch.remark.clone(),
            location: punch.location.as_ref().map(LocationAnswer::new),
            has_photo: punch.photo_key.is_some(),
            source: punch.source,
        }
    }
}

impl LocationAnswer {
    fn new(location: &Location) -> Self {
        Self {
            latitude: location.coordinates.map(|point| point.latitude.degrees()),
            longitude: location.coordinates.map(|point| point.longitude.degrees()),
            accuracy_m: location.coordinates.and_then(|point| point.accuracy_m).map(Accuracy::metres),
            label: location.label.as_ref().map(ToString::to_string),
        }
    }
}
