//! `POST /holidays`

use app::company::holidays::{self, NewHoliday};
use axum::{extract::State, http::StatusCode};
use domain::holiday::Holiday;
use web::{Answer, App, Body, Caller, Problem, Repeat, RequestId, use_case::execute};

use super::HolidayAnswer;

/// Create a holiday
///
/// For admins only. Leave and daily records from today on are recalculated.
#[utoipa::path(
    post, path = "/holidays", operation_id = "createHoliday", tag = "holidays",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")),
    request_body = NewHoliday,
    responses(
        (status = 201, description = "The holiday", body = HolidayAnswer,
            headers(("ETag" = String, description = "The version"))),
        (status = 409, description = "`holiday_exists`: that date is one there already; `too_many_holidays`: a year has at most 200"),
    ),
)]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    repeat: Repeat,
    request_id: RequestId,
    Body { value, hash }: Body<NewHoliday>,
) -> Result<Answer, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let added = |holiday: &Holiday, version: u64| -> Result<Answer, Problem> {
        Ok(Answer::json(StatusCode::CREATED, &HolidayAnswer::from(holiday.clone()))?.version(version))
    };
    execute(&request, added, || holidays::add(&request, &value)).await
}
