//! The clock status of a person, as the API shows it.

use domain::{
    calendar::Zone,
    day::{ClockInFlag, ClockStatus, PresenceKind, PunchAction, PunchContext, PunchDetails, Source},
    id::SiteId,
    schedule::{Shift, ShiftId, Window},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{DayAnswer, day::SessionAnswer};
use crate::{Caller, Code, Problem, allowed::own_day, instant::Instant, punching::clock_in_problem};

/// The number of days in which the next shift is searched. The schedules and holidays of their years are read with them.
pub const DAYS_AHEAD: i32 = 14;

/// The clock status of the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockStatusAnswer {
    /// The server's current time, in the time zone of the caller. A clock on a screen should show it instead of the device's
    /// time.
    now: Instant,
    /// The current presence.
    presence: PresenceKind,
    /// The instant since which `presence` holds.
    since: Option<Instant>,
    /// The current day of the caller; version 0 if nothing has happened on it yet.
    day: DayAnswer,
    /// The running session.
    session: Option<SessionAnswer>,
    /// The shift that the running session is for.
    current_shift: Option<ClockShift>,
    /// The shift that a clock-in would be for, otherwise the next shift.
    next_shift: Option<ClockShift>,
    /// The window in which a clock-in for `next_shift` is accepted.
    window: Option<WindowAnswer>,
    /// Each button, whether a press would be accepted now, and if not, why.
    actions: Vec<PunchOption>,
    /// Whether a clock-in would be accepted now.
    can_clock_in: bool,
    /// The problem code of a clock-in that would be refused.
    #[schema(value_type = Option<String>, example = "outside_window")]
    reason: Option<Code>,
    /// The reason for which a clock-in would be flagged and wait for a manager's acknowledgement; `null` if it wouldn't be
    /// flagged.
    would_be_flagged: Option<ClockInFlag>,
}

/// A button of the time clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct PunchOption {
    /// The button.
    action: PunchAction,
    /// Whether a press would be accepted now. The data that a punch carries, such as a photo or a location, isn't known yet.
    allowed: bool,
    /// The problem code of the refusal; `null` if the press is allowed.
    #[schema(value_type = Option<String>, example = "not_clocked_in")]
    reason: Option<Code>,
}

/// An upcoming shift.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NextShift)]
pub struct ClockShift {
    /// The id of the shift.
    id: ShiftId,
    /// The start of the shift.
    start_at: Instant,
    /// The end of the shift.
    end_at: Instant,
    /// The unpaid break that the shift includes, in minutes.
    break_minutes: i64,
    /// The site of the shift.
    site_id: Option<SiteId>,
}

/// The window in which a clock-in is accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct WindowAnswer {
    /// The first instant at which a clock-in is accepted.
    from: Instant,
    /// The last instant at which a clock-in is accepted.
    until: Instant,
}

impl ClockStatusAnswer {
    /// Returns the clock status of the caller from the caller's own context.
    pub fn new(context: &PunchContext<'_>, caller: &Caller) -> Result<Self, Problem> {
        let status = context.status().map_err(Problem::internal)?;
        let zone = context.planner.zone();
        let actions = PunchAction::ALL.map(|action| PunchOption::new(action, context, &status)).into();
        let can_clock_in = status.can_clock_in();
        let running = status.day.open_session();
        let current_shift = running.and_then(|session| status.day.shift(session.shift_id?));
        let day = own_day(caller, &status.day, context.now);
        Ok(Self {
            now: Instant::new(context.now, zone),
            presence: status.presence,
            since: status.since.map(|at| Instant::new(at, zone)),
            session: running.and_then(|session| day.session(session.id)),
            day,
            current_shift: current_shift.map(|shift| ClockShift::new(shift, zone)),
            next_shift: status.next_shift.as_ref().map(|shift| ClockShift::new(shift, zone)),
            window: status.window.map(|window| WindowAnswer::new(window, zone)),
            actions,
            can_clock_in,
            would_be_flagged: status.flag,
            reason: status.refusal.map(|refusal| clock_in_problem(refusal, zone).code()),
        })
    }
}

impl PunchOption {
    /// Returns whether a press of the button without further data would be accepted.
    fn new(action: PunchAction, context: &PunchContext<'_>, status: &ClockStatus) -> Self {
        let refusal = match action {
            // The status leaves out the rules that need data of the punch itself, such as the place.
            PunchAction::In => status.refusal.clone().map(|refusal| clock_in_problem(refusal, context.planner.zone())),
            PunchAction::Out => context.clock_out(PunchDetails::bare(Source::Own)).err().map(Problem::from),
            PunchAction::BreakStart => context.start_break(None).err().map(Problem::from),
            PunchAction::BreakEnd => context.end_break().err().map(Problem::from),
        };
        let reason = refusal.map(|problem| problem.code());
        Self { action, allowed: reason.is_none(), reason }
    }
}

impl ClockShift {
    fn new(shift: &Shift, zone: &Zone) -> Self {
        Self {
            id: shift.id,
            start_at: Instant::new(shift.start_at, zone),
            end_at: Instant::new(shift.end_at, zone),
            break_minutes: shift.break_minutes(),
            site_id: shift.site_id,
        }
    }
}

impl WindowAnswer {
    fn new(window: Window, zone: &Zone) -> Self {
        Self { from: Instant::new(window.from, zone), until: Instant::new(window.until, zone) }
    }
}
