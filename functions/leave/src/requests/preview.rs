//! `POST /leave/requests/preview`

use app::leave::preview::{self, PreviewedRequest};
use axum::extract::State;
use domain::{
    calendar::WorkDate,
    id::LeaveRequestId,
    leave::{
        LeaveDays,
        request::{EndHalf, LeavePreview, StartHalf},
    },
    schedule::{DayKind, LeaveTypeCode},
    text::{Name, Reason},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Problem, RequestId, parameter, problem::ProblemBody};

use super::request::{RequestLeave, person_of};
use crate::calendar::AwayAnswer;

/// A request for leave that isn't made yet, or the change of one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "type": "annual",
    "start_date": "2026-11-23",
    "end_date": "2026-11-25",
    "end_half": "morning",
}))]
pub(crate) struct PreviewLeave {
    /// The code of the leave type.
    #[serde(rename = "type", default = "LeaveTypeCode::annual")]
    #[schema(value_type = String, required = false, pattern = "^[a-z0-9_]{1,32}$", default = "annual")]
    leave_type: LeaveTypeCode,
    /// The first date of the leave.
    start_date: WorkDate,
    /// The last date of the leave.
    end_date: WorkDate,
    /// `afternoon` if the leave begins at noon of the first date.
    start_half: Option<StartHalf>,
    /// `morning` if the leave ends at noon of the last date.
    end_half: Option<EndHalf>,
    /// The person's reason for the leave.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    reason: Option<Reason>,
    /// The id of the person on leave, if a manager enters the leave; the caller by default. It has no effect with `replaces`.
    user_id: Option<String>,
    /// The id of the caller's own pending request, if the leave is a change of it. The request's days then count as not reserved.
    replaces: Option<String>,
}

/// The effects that a leave request would have. Nothing is booked, and nobody is notified.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeavePreview)]
pub(crate) struct LeavePreviewAnswer {
    /// Whether the request would be accepted.
    allowed: bool,
    /// The problem that the request would be refused with.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
    /// The type of leave.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "annual")]
    leave_type: LeaveTypeCode,
    /// The first date of the leave.
    start_date: WorkDate,
    /// The last date of the leave.
    end_date: WorkDate,
    /// `afternoon` if the leave begins at noon of the first date.
    start_half: Option<StartHalf>,
    /// `morning` if the leave ends at noon of the last date.
    end_half: Option<EndHalf>,
    /// The number of days that count.
    #[schema(value_type = f64, example = 2.5)]
    days: LeaveDays,
    /// All dates of the period, with what each counts and why.
    dates: Vec<PreviewedDate>,
    /// The leave years that the leave is taken from; empty for types that aren't counted.
    balances: Vec<PreviewedBalance>,
    /// The other people of the person's department who are away on these dates, at most 100. Employees see approved leave,
    /// without its type.
    away: Vec<AwayAnswer>,
}

/// A date of the leave.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeavePreviewDate)]
pub(crate) struct PreviewedDate {
    /// The calendar date.
    date: WorkDate,
    /// The part of a day that the date counts: 1, 0.5 or 0.
    #[schema(value_type = f64, example = 1)]
    days: LeaveDays,
    /// The kind of the date without leave. Only `workday` counts, unless the leave type counts holidays.
    kind: DayKind,
    /// The name of the holiday on the date.
    #[schema(value_type = Option<String>)]
    holiday_name: Option<Name>,
}

/// The balance of a leave year before and after the leave.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeavePreviewBalance)]
pub(crate) struct PreviewedBalance {
    /// The calendar year in which the leave year begins.
    year: i16,
    /// The first date of the leave year.
    from: WorkDate,
    /// The last date of the leave year.
    to: WorkDate,
    /// The days available without the leave.
    available_before_days: LeaveDays,
    /// The days available with the leave; negative if it exceeds the balance.
    available_after_days: LeaveDays,
}

/// Preview a leave request
///
/// Returns the effects of `POST /leave/requests` with the same body, without writing anything: the days, each date with what it
/// counts, the balance before and after, and who else of the department is away. With `replaces`, it returns the effects of
/// `PUT /leave/requests/{id}`.
#[utoipa::path(
    post,
    path = "/leave/requests/preview",
    operation_id = "previewLeaveRequest",
    tag = "leave",
    request_body = PreviewLeave,
    responses(
        (status = 200, description = "The effects that the leave would have", body = LeavePreviewAnswer),
        (status = 403, description = "`forbidden`, `account_disabled`, `account_pending`: the person isn't an active user, or the request to replace is another person's"),
        (status = 404, description = "`not_found`: the person or the request to replace doesn't exist, or the caller may not see it"),
        (status = 422, description = "`in_the_past`; invalid values, each with its path")
    )
)]
pub(crate) async fn preview(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    Body { value, .. }: Body<PreviewLeave>,
) -> Result<Answer, Problem> {
    let PreviewLeave { leave_type, start_date, end_date, start_half, end_half, reason, user_id, replaces } = value;
    let value = RequestLeave { leave_type, start_date, end_date, start_half, end_half, reason, user_id };
    let (person, draft) = (person_of(&value, &caller)?, value.draft()?);
    let replaces: Option<LeaveRequestId> = replaces.map(|id| parameter::value("replaces", &id)).transpose()?;
    let (period, leave_type) = (draft.period, draft.leave_type.clone());
    let request = app.request(&caller, &request_id, None);
    let previewed = match replaces {
        Some(id) => preview::preview_change(&request, id, &draft).await?,
        None => preview::preview(&request, person, &draft).await?,
    };
    let PreviewedRequest { preview, refusal, day, away } = previewed;
    let LeavePreview { dates, half_days, balances, refusal: _ } = preview;
    let problem = refusal.map(|refusal| Problem::from(refusal).body(request_id.as_str(), request_id.language()));
    let (from, to) = (period.start_date(), period.end_date());
    Answer::ok(&LeavePreviewAnswer {
        allowed: problem.is_none(),
        problem,
        leave_type,
        start_date: from,
        end_date: to,
        start_half: period.start_half(),
        end_half: period.end_half(),
        days: in_days(half_days),
        dates: dates
            .into_iter()
            .map(|date| PreviewedDate {
                date: date.date,
                days: in_days(date.half_days),
                kind: date.kind,
                holiday_name: date.holiday.map(|holiday| holiday.name),
            })
            .collect(),
        balances: balances
            .into_iter()
            .map(|balance| PreviewedBalance {
                year: balance.year.year,
                from: balance.year.from,
                to: balance.year.to,
                available_before_days: day.in_days(balance.before),
                available_after_days: day.in_days(balance.after),
            })
            .collect(),
        away: away.iter().flat_map(AwayAnswer::of).collect(),
    })
}

/// Converts half days to days.
const fn in_days(half_days: i64) -> LeaveDays {
    LeaveDays::of_hundredths(half_days * 50)
}
