//! Punches of signed-in people as requests, and the problems of refused punches.

use ::answers::DayAnswer;
use ::app::attendance::{self, PunchCodes};
use axum::response::Response;
use domain::{
    calendar::Zone,
    day::{BreakEndRefusal, BreakStartRefusal, ClockInRefusal, ClockOutRefusal, PunchContext, PunchRefusal, Punched},
    kiosk::{KioskCode, PunchKiosk},
    pay::CostCenterCode,
    schedule::Window,
};
use http::StatusCode;
use store::RepeatKey;

use crate::{
    Answer, App, Caller, Code, Detail, Failed, Problem, RequestId, instant::Instant, use_case::execute_briefly,
};

/// A punch of a signed-in person, with its request.
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
        let request = app.request(&caller, &request_id, key.as_ref());
        let codes = PunchCodes { kiosk: kiosk_code, cost_center };
        let punched = |day: &DayAnswer, version: u64| -> Result<Answer, Problem> {
            Ok(Answer::json(status, day)?.version(version))
        };
        let decide = |context: &PunchContext<'_>, kiosk: Option<PunchKiosk>| -> Result<Punched, Failed> {
            Ok(decide(context, kiosk)?)
        };
        execute_briefly(&request, punched, || attendance::punch(&request, &codes, &decide)).await
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
