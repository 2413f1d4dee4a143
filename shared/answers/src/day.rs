//! A day as the API shows it.

use domain::{
    calendar::{WorkDate, Zone},
    day::{
        Accuracy, ClockInFlag, Day, DayPolicy, DayStatus, DeviceText, Flag, FlaggedClockIn, Location, NamedCostCenter,
        OfflinePunch, PresenceKind, Punch, PunchAction, ReviewStatus, Session, SessionFigures, ShiftFigures,
        ShiftStatus, Source,
    },
    holiday::Half,
    id::{BreakId, LeaveRequestId, SessionId, SiteId, UserId},
    kiosk::PunchKiosk,
    pay::CostCenterCode,
    schedule::{DayKind, DayLeave, LeaveTypeCode, Shift, ShiftId},
    text::{Reason, Remark},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{actions::DayAction, instant::Instant};

/// A day of a person, with its figures at the time of the request.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Day)]
pub struct DayAnswer {
    /// The id of the person.
    user_id: UserId,
    /// The work date: the local date on which the shift begins.
    date: WorkDate,
    /// The time zone of the day, which the instants of the day are shown in.
    time_zone: Zone,
    /// The kind of day by the plan, such as a working day or a holiday.
    kind: DayKind,
    /// The attendance status of the day.
    status: DayStatus,
    /// The person's current presence, as far as the sessions of the day tell.
    presence: PresenceKind,
    /// The planned shifts of the day, in order.
    shifts: Vec<ShiftAnswer>,
    /// The approved leave on the day.
    leave: Option<LeaveAnswer>,
    /// The sessions of the day, in order.
    sessions: Vec<SessionAnswer>,
    /// The time worked in closed sessions without unpaid breaks, in seconds.
    worked_seconds: i64,
    /// The length of all ended breaks, in seconds.
    break_seconds: i64,
    /// The part of the breaks that isn't paid, in seconds.
    unpaid_break_seconds: i64,
    /// The break that the settings deduct from a long day automatically, in seconds.
    auto_break_seconds: i64,
    /// The working time that the plan has for the day, in seconds.
    scheduled_seconds: i64,
    /// The lateness of all shifts, in seconds.
    late_seconds: i64,
    /// The time by which the person left early, in seconds.
    early_leave_seconds: i64,
    /// The overtime, in seconds.
    overtime_seconds: i64,
    /// The punches that were received later than they were made, in the order of their receipt; absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    offline_punches: Vec<OfflinePunchAnswer>,
    /// The flags that managers should review, each once.
    flags: Vec<Flag>,
    /// The version of the day; 0 while nothing has happened on it.
    version: u64,
    /// The actions that the caller may currently take on the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_actions: Option<Vec<DayAction>>,
}

/// A shift of a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Shift)]
pub struct ShiftAnswer {
    /// The id of the shift.
    id: ShiftId,
    /// The start of the shift.
    start_at: Instant,
    /// The end of the shift.
    end_at: Instant,
    /// The unpaid break that the shift includes, in minutes.
    break_minutes: i64,
    /// The site of the shift; `null` where the person has no site.
    site_id: Option<SiteId>,
    /// The attendance status of the shift.
    status: ShiftStatus,
    /// The lateness at the shift, in seconds.
    late_seconds: i64,
    /// The time by which the person left the shift early, in seconds.
    early_leave_seconds: i64,
}

/// Leave on a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DayLeave)]
pub struct LeaveAnswer {
    /// The id of the leave request.
    request_id: LeaveRequestId,
    /// The code of the leave type.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "annual")]
    kind: LeaveTypeCode,
    /// The half of the day; `null` for the whole day.
    half: Option<Half>,
}

/// A session of a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionAnswer {
    /// The id of the session.
    id: SessionId,
    /// The clock-in.
    clock_in: PunchAnswer,
    /// The clock-out; `null` while the session is open.
    clock_out: Option<PunchAnswer>,
    /// The breaks of the session, in order.
    breaks: Vec<BreakAnswer>,
    /// The time worked, without unpaid breaks, in seconds; 0 while the session is open.
    worked_seconds: i64,
    /// The length of the ended breaks, in seconds.
    break_seconds: i64,
    /// The flag of a clock-in that was accepted and flagged; `null` if the person was expected.
    flagged: Option<FlaggedAnswer>,
    /// The cost centers that the person named, in order; absent if the person named none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    cost_centers: Vec<NamedCostCenterAnswer>,
}

/// A cost center that the person named in a session.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = NamedCostCenter)]
pub struct NamedCostCenterAnswer {
    /// The instant from which work is assigned to the cost center.
    from: Instant,
    /// The cost center; `null` for that of the person's pay profile.
    cost_center: Option<CostCenterCode>,
}

impl NamedCostCenterAnswer {
    /// Returns a cost center with its instant in a zone.
    pub fn new(named: &NamedCostCenter, zone: &Zone) -> Self {
        Self { from: Instant::new(named.from, zone), cost_center: named.cost_center.clone() }
    }
}

/// A clock-in that was accepted and flagged.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = FlaggedClockIn)]
pub struct FlaggedAnswer {
    /// The reason for which the clock-in is flagged.
    reason: ClockInFlag,
    /// The state of the review.
    status: ReviewStatus,
    /// The note of the manager.
    #[schema(value_type = Option<String>)]
    note: Option<Reason>,
}

/// A punch.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Punch)]
pub struct PunchAnswer {
    /// The instant of the punch by the server's clock.
    at: Instant,
    /// The remark of the person.
    #[schema(value_type = Option<String>)]
    remark: Option<Remark>,
    /// The place of the punch, as the device reported it.
    location: Option<LocationAnswer>,
    /// Whether a photo belongs to the punch.
    has_photo: bool,
    /// The device or person that the punch came from.
    source: Source,
    /// The kiosk of a punch with the source `kiosk` or `kiosk_code`; absent in other punches, and in punches of releases up to
    /// 0.1.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    kiosk: Option<PunchKiosk>,
}

/// The place of a punch.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Location)]
pub struct LocationAnswer {
    /// The degrees north of the equator, from -90 to 90.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -90, maximum = 90)]
    latitude: Option<f64>,
    /// The degrees east of Greenwich, from -180 to 180.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -180, maximum = 180)]
    longitude: Option<f64>,
    /// The accuracy of the position, in metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    accuracy_m: Option<f64>,
    /// The name of the place, as the device reported it.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
}

/// A break.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Break)]
pub struct BreakAnswer {
    /// The id of the break.
    id: BreakId,
    /// The start of the break.
    started_at: Instant,
    /// The end of the break; `null` while it is open.
    ended_at: Option<Instant>,
    /// The remark of the person.
    #[schema(value_type = Option<String>)]
    remark: Option<Remark>,
    /// Whether the break is paid.
    paid: bool,
}

/// A punch that a device made without a network.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = OfflinePunch)]
pub struct OfflinePunchAnswer {
    /// The device's id of the punch.
    #[schema(value_type = String)]
    client_id: DeviceText,
    /// The name of the device; for a kiosk its id.
    #[schema(value_type = String)]
    device_id: DeviceText,
    /// The action.
    action: PunchAction,
    /// The id of the session that the punch belongs to.
    session_id: SessionId,
    /// The instant of the punch by the device's clock.
    occurred_at: Instant,
    /// The instant at which the punch was received.
    received_at: Instant,
    /// Whether the device's monotonic clock confirms `occurred_at`.
    time_confirmed: bool,
    /// Whether the punch was received so late that it waits for a manager's review.
    needs_review: bool,
}

impl OfflinePunchAnswer {
    fn new(punch: &OfflinePunch, zone: &Zone) -> Self {
        Self {
            client_id: punch.client_id.clone(),
            device_id: punch.device_id.clone(),
            action: punch.action,
            session_id: punch.session_id,
            occurred_at: Instant::new(punch.occurred_at, zone),
            received_at: Instant::new(punch.received_at, zone),
            time_confirmed: punch.time_confirmed,
            needs_review: punch.needs_review,
        }
    }
}

impl DayAnswer {
    /// Sets the actions that the caller may currently take.
    #[must_use]
    pub fn allowing(self, actions: Vec<DayAction>) -> Self {
        Self { allowed_actions: Some(actions), ..self }
    }

    /// Returns the day with its figures at `as_of`.
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
            offline_punches: day.offline_punches().iter().map(|punch| OfflinePunchAnswer::new(punch, zone)).collect(),
            flags: figures.flags.into_iter().collect(),
            version: day.version(),
            allowed_actions: None,
        }
    }
}

impl DayAnswer {
    /// Returns a session of the day.
    pub fn session(&self, id: SessionId) -> Option<SessionAnswer> {
        self.sessions.iter().find(|session| session.id == id).cloned()
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
            cost_centers: session.cost_centers.iter().map(|named| NamedCostCenterAnswer::new(named, zone)).collect(),
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
    /// Returns the punch, with its instant in the zone of its day.
    pub fn new(punch: &Punch, zone: &Zone) -> Self {
        Self {
            at: Instant::new(punch.at, zone),
            remark: punch.remark.clone(),
            location: punch.location.as_ref().map(LocationAnswer::new),
            has_photo: punch.photo_key.is_some(),
            source: punch.source,
            kiosk: punch.kiosk.clone(),
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
