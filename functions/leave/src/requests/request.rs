//! `POST /leave/requests`

use app::leave::requests;
use axum::extract::State;
use domain::{
    calendar::WorkDate,
    id::{LeaveRequestId, UserId},
    leave::request::{EndHalf, LeaveDraft, LeavePeriod, StartHalf},
    schedule::LeaveTypeCode,
    text::Reason,
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Repeat, RequestId, answers::LeaveRequestAnswer, parameter, use_case::execute,
};

/// A request for leave.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "type": "annual",
    "start_date": "2026-11-23",
    "end_date": "2026-11-25",
    "end_half": "morning",
    "reason": "A wedding"
}))]
pub(crate) struct RequestLeave {
    /// The code of the leave type.
    #[serde(rename = "type", default = "LeaveTypeCode::annual")]
    #[schema(value_type = String, required = false, pattern = "^[a-z0-9_]{1,32}$", default = "annual")]
    pub(super) leave_type: LeaveTypeCode,
    /// The first date of the leave.
    pub(super) start_date: WorkDate,
    /// The last date of the leave.
    pub(super) end_date: WorkDate,
    /// `afternoon` if the leave begins at noon of the first date.
    pub(super) start_half: Option<StartHalf>,
    /// `morning` if the leave ends at noon of the last date.
    pub(super) end_half: Option<EndHalf>,
    /// The person's reason for the leave.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    pub(super) reason: Option<Reason>,
    /// The id of the person on leave, if a manager enters the leave; the caller by default.
    pub(super) user_id: Option<String>,
}

/// Request leave
///
/// Leave is counted by the person's own schedule and reserved until it is decided. With the `user_id` of another person, a
/// manager enters leave for that person: it is approved at once, and may begin up to 400 days ago. If the person's account is
/// disabled, the leave must end on their last day of work or earlier (else 403 `account_disabled`). Leave of a type with
/// `interrupts` (sick leave) may overlap other leave, which gets the common days back when the request is approved.
///
/// The answer shows final figures. If leave begins far in the past, `applying` says that its daily records are still being
/// updated, which takes seconds.
#[utoipa::path(
    post,
    path = "/leave/requests",
    operation_id = "requestLeave",
    tag = "leave",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat asks for nothing more")),
    request_body = RequestLeave,
    responses(
        (status = 201, description = "The request", body = LeaveRequestAnswer, headers(("Location" = String, description = "The URL of the new item"))),
        (status = 403, description = "`forbidden`, `account_disabled`, `account_pending`: the person isn't an active user"),
        (status = 404, description = "`not_found`: the person doesn't exist, or the caller may not see them"),
        (status = 409, description = "`insufficient_balance`; `no_time_account`, `time_account_too_low`: time off is taken from the time account; `overlaps`; `day_worked`; `too_many_open_requests`: 40 are pending or ahead"),
        (status = 422, description = "`no_working_days`; `in_the_past`; invalid values, each with its path")
    )
)]
pub(crate) async fn request(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<RequestLeave>,
) -> Result<Answer, Problem> {
    let (person, draft) = (person_of(&value, &caller)?, value.draft()?);
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let requested = |(id, leave): &(LeaveRequestId, LeaveRequestAnswer), version: u64| -> Result<Answer, Problem> {
        Ok(Answer::created(format!("/leave/requests/{id}"), leave)?.version(version))
    };
    execute(&request, requested, || requests::request(&request, person, &draft)).await
}

impl RequestLeave {
    /// Returns the leave that the body describes.
    pub(super) fn draft(&self) -> Result<LeaveDraft, Problem> {
        let period = LeavePeriod::new(self.start_date, self.end_date, self.start_half, self.end_half)?;
        Ok(LeaveDraft { leave_type: self.leave_type.clone(), period, reason: self.reason.clone() })
    }
}

/// Returns the person on leave.
pub(super) fn person_of(body: &RequestLeave, caller: &Caller) -> Result<UserId, Problem> {
    match body.user_id.as_deref() {
        None | Some("me") => Ok(caller.user_id),
        Some(id) => parameter::value("user_id", id),
    }
}
