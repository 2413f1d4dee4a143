//! `GET /clock`

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    calendar::Zone,
    day::{ClockInFlag, Presence, PresenceKind, PunchContext, dates_needed},
    id::SiteId,
    schedule::{Shift, ShiftId, Window},
};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, App, Caller, Code, Problem, answers::DayAnswer, authorization, instant::Instant};

use crate::clock_in::problem_of;

/// Over how many days the next shift is looked for; their years' schedule and holidays are read along.
const DAYS_AHEAD: i32 = 14;

/// The clock status of the caller.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClockStatusAnswer {
    /// The server's present instant, in the time zone of the caller. Use it for a clock on a screen, rather than the device's time.
    now: Instant,
    /// The current presence.
    presence: PresenceKind,
    /// The instant since which `presence` holds.
    since: Option<Instant>,
    /// The day they are on; version 0 where nothing has happened on it yet.
    day: DayAnswer,
    /// The shift that a clock-in would be for, else the next one.
    next_shift: Option<NextShift>,
    /// The window in which a clock-in for `next_shift` is accepted.
    window: Option<WindowAnswer>,
    /// Whether a clock-in would be accepted now.
    can_clock_in: bool,
    /// The problem code with which a clock-in would be refused.
    #[schema(value_type = Option<String>, example = "outside_window")]
    reason: Option<Code>,
    /// Why it would be flagged, and wait for a manager's acknowledgement; `null` where it wouldn't.
    would_be_flagged: Option<ClockInFlag>,
}

/// An upcoming shift.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NextShift {
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
pub(crate) struct WindowAnswer {
    /// The first instant at which a clock-in is accepted.
    from: Instant,
    /// The last instant at which a clock-in is accepted.
    until: Instant,
}

/// Where I stand
///
/// Whether I am in, since when, my day, my next shift, and whether a clock-in would be taken now and why not.
#[utoipa::path(
    get,
    path = "/clock",
    operation_id = "getClockStatus",
    tag = "clock",
    responses((status = 200, description = "Where the caller stands", body = ClockStatusAnswer))
)]
pub(crate) async fn status(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    let now = app.now();
    let mut dates = dates_needed(&caller.zone, &Presence::default(), now);
    dates.extend(dates.last().map(|last| last.plus_days(DAYS_AHEAD)));
    let basis = app.store.basis_around(caller.user_id, dates, None, now).await?;
    let person = authorization::still(&caller, basis.person.as_ref())?;
    let planner = basis.planner(person);
    let context =
        PunchContext { planner: &planner, presence: &basis.presence, days: &basis.days, now, entropy: &*app.entropy };
    let status = context.status().map_err(Problem::internal)?;
    let zone = planner.zone();
    let answer = ClockStatusAnswer {
        now: Instant::new(now, zone),
        presence: status.presence,
        since: status.since.map(|at| Instant::new(at, zone)),
        day: DayAnswer::new(&status.day, now),
        next_shift: status.next_shift.map(|shift| NextShift::new(&shift, zone)),
        window: status.window.map(|window| WindowAnswer::new(window, zone)),
        can_clock_in: status.refusal.is_none(),
        would_be_flagged: status.flag,
        reason: status.refusal.map(|refusal| problem_of(refusal, zone).code()),
    };
    Ok(Answer::ok(&answer)?.into_response())
}

impl NextShift {
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
