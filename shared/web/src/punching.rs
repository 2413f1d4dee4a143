//! Punches of signed-in people as requests.

use ::answers::DayAnswer;
use ::app::attendance::{self, PunchCodes};
use axum::response::Response;
use domain::{
    day::{PunchContext, Punched},
    kiosk::{KioskCode, PunchKiosk},
    pay::CostCenterCode,
};
use http::StatusCode;
use store::RepeatKey;

pub use problems::punches::{clock_in_problem, punch_problem};

use crate::{Answer, App, Caller, Failed, Problem, RequestId, use_case::execute_briefly};

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
