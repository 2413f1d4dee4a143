//! `POST /pay/runs`

use app::pay::runs::{self, NewRun};
use axum::extract::State;
use domain::pay::PayPeriod;
use http::StatusCode;
use payroll::{Template, TemplateName};
use serde::Deserialize;
use store::pay::runs::PayRun;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Problem, Repeat, RequestId, use_case::execute};

use super::RunAnswer;

/// A pay run.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"period_id": "2026-11-01..2026-11-30", "template": "csv", "preview": true}))]
pub(crate) struct StartRun {
    /// The id of the pay period.
    period_id: PayPeriod,
    /// The name of a template.
    #[schema(value_type = String, pattern = "^[a-z0-9_]{1,32}$")]
    template: TemplateName,
    /// Whether the run is a preview: the period may be open, and the run pays nothing.
    #[serde(default)]
    preview: bool,
}

/// Start a pay run
///
/// Starts a job that makes the payroll lines of a pay period: work by pay code and cost center, absences by type and dates, time
/// that is paid out of time accounts, and differences of closed periods. The result never changes, and its hash proves that. A
/// second run of a period holds only the differences from the runs before it. The period must be closed, except for a preview.
/// For admins only.
#[utoipa::path(
    post,
    path = "/pay/runs",
    operation_id = "startPayRun",
    tag = "pay",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat starts no other run")),
    request_body = StartRun,
    responses(
        (status = 202, description = "The run", body = RunAnswer,
            headers(("Location" = String, description = "Where to follow it"))),
        (status = 409, description = "`period_not_closed`; `pay_run_under_way`; `pay_period_not_set`")
    )
)]
pub(crate) async fn start(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<StartRun>,
) -> Result<Answer, Problem> {
    let StartRun { period_id: period, template, preview: is_preview } = value;
    let (name, built_in) = (template.as_str().to_owned(), Template::built_in(&template));
    let new = NewRun { period, template: name, built_in, is_preview };
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let started = |run: &PayRun<Template>, _: u64| -> Result<Answer, Problem> {
        let answer = Answer::created(format!("/pay/runs/{}", run.id), &RunAnswer::new(run, &caller))?;
        Ok(answer.status(StatusCode::ACCEPTED))
    };
    execute(&request, started, || runs::start(&request, &new)).await
}
