//! Executes punches for all functions that accept them: read, decide, commit.

use ::app::attendance::{self, punch_update};
use axum::response::Response;
use domain::{
    calendar::Zone,
    day::{BreakEndRefusal, BreakStartRefusal, ClockInRefusal, ClockOutRefusal, PunchContext, PunchRefusal, Punched},
    kiosk::{Kiosk, KioskCode, PunchKiosk},
    pay::CostCenterCode,
    schedule::Window,
};
use http::StatusCode;
use store::RepeatKey;

use crate::{
    Answer, App, Caller, Code, Detail, Failed, Problem, RequestId,
    allowed::own_day,
    authorization,
    command::{command_briefly, ensure_not_replayed},
    instant::Instant,
};

/// A signed-in person's press of a time clock button, with its request.
#[derive(Debug)]
pub struct PunchRequest {
    /// The function's state.
    pub app: App,
    /// The caller.
    pub caller: Caller,
    /// The request.
    pub request_id: RequestId,
    /// The key under which the response is saved, if the client wants that.
    pub key: Option<RepeatKey>,
    /// The code of the kiosk that the person scanned.
    pub kiosk_code: Option<KioskCode>,
    /// The cost center that the punch names, which must exist and be active.
    pub cost_center: Option<CostCenterCode>,
}

impl PunchRequest {
    /// Executes the punch, and returns the day that it belongs to. `decide` applies the punch to the day, or refuses it; it
    /// gets the kiosk whose code the person scanned. Takes one read and one transaction, unless another change comes first.
    pub async fn execute(
        self,
        status: StatusCode,
        decide: impl Fn(&PunchContext<'_>, Option<PunchKiosk>) -> Result<Punched, Problem>,
    ) -> Result<Response, Problem> {
        let Self { app, caller, request_id, key, kiosk_code, cost_center } = self;
        let now = app.now();
        let attempt = async || -> Result<Answer, Failed> {
            let kiosk = kiosk_code.map(|code| code.kiosk);
            let read = app.store.punch_snapshot(caller.user_id, &caller.zone, now, key.as_ref(), kiosk).await?;
            ensure_not_replayed(read.attendance.earlier.clone())?;
            let person = authorization::current_profile(&caller, read.attendance.person.as_ref())?;
            let planner = read.attendance.planner(person);
            let context = attendance::context(&app.ports(now), &read.attendance, &planner);
            let punched = decide(&context, read.kiosk.as_ref().map(Kiosk::of_punch))?;
            let snapshot = read.charged(&app.store, &punched.changes, now).await?;
            let day = punched.day().ok_or_else(|| Problem::internal("a punch changed no day"))?;
            let answer = Answer::json(status, &own_day(&caller, day, now))?.version(day.version());
            let stamp = app.stamp(&caller, &request_id, now);
            let mut commit = punch_update(&snapshot.person, &snapshot, &punched).commit(stamp, &punched.facts)?;
            if let Some(code) = kiosk_code {
                commit.use_kiosk_code(code, caller.user_id)?;
            }
            if let Some(code) = &cost_center {
                commit.check_cost_center(code)?;
            }
            commit.save_answer(key.as_ref(), answer.saved())?;
            commit.send(&app.store).await?;
            Ok(answer)
        };
        command_briefly(&app.store, key.as_ref(), now, attempt).await
    }
}

/// Returns the problem of a refused punch. Instants are shown in `zone`.
pub fn punch_problem(refusal: PunchRefusal, zone: &Zone) -> Problem {
    match refusal {
        PunchRefusal::ClockIn(refusal) => clock_in_problem(refusal, zone),
        PunchRefusal::ClockOut(refusal) => refusal.into(),
        PunchRefusal::BreakStart(refusal) => refusal.into(),
        PunchRefusal::BreakEnd(refusal) => refusal.into(),
    }
}

/// Returns the problem of a refused clock-in.
pub fn clock_in_problem(refusal: ClockInRefusal, zone: &Zone) -> Problem {
    match refusal {
        ClockInRefusal::AlreadyClockedIn => Problem::new(Code::AlreadyClockedIn),
        ClockInRefusal::OutsideWindow { windows } => {
            Problem::new(Code::OutsideWindow).detail(Detail::WindowOpens { windows: listed(&windows, zone) })
        }
        ClockInRefusal::NotScheduled => Problem::new(Code::NotScheduled),
        ClockInRefusal::OnLeave => Problem::new(Code::OnLeave),
        ClockInRefusal::LocationRequired => Problem::new(Code::LocationRequired).detail(Detail::SendLocation),
        ClockInRefusal::OutsideGeofence { radius_m } => {
            Problem::new(Code::OutsideGeofence).detail(Detail::ClockInWithin { metres: radius_m })
        }
        ClockInRefusal::DayNotLoaded { .. } => Problem::internal(refusal),
    }
}

/// Formats the windows in a form that all languages share.
fn listed(windows: &[Window], zone: &Zone) -> String {
    let spans: Vec<String> = windows
        .iter()
        .map(|window| format!("{} – {}", Instant::new(window.from, zone), Instant::new(window.until, zone)))
        .collect();
    spans.join(", ")
}

impl From<ClockOutRefusal> for Problem {
    fn from(refusal: ClockOutRefusal) -> Self {
        match refusal {
            ClockOutRefusal::NotClockedIn => Self::new(Code::NotClockedIn),
            ClockOutRefusal::DayNotLoaded { .. } => Self::internal(refusal),
        }
    }
}

impl From<BreakStartRefusal> for Problem {
    fn from(refusal: BreakStartRefusal) -> Self {
        match refusal {
            BreakStartRefusal::NotClockedIn => Self::new(Code::NotClockedIn),
            BreakStartRefusal::AlreadyOnBreak => Self::new(Code::AlreadyOnBreak),
            BreakStartRefusal::DayNotLoaded { .. } => Self::internal(refusal),
        }
    }
}

impl From<BreakEndRefusal> for Problem {
    fn from(refusal: BreakEndRefusal) -> Self {
        match refusal {
            BreakEndRefusal::NotOnBreak => Self::new(Code::NotOnBreak),
            BreakEndRefusal::DayNotLoaded { .. } => Self::internal(refusal),
        }
    }
}
