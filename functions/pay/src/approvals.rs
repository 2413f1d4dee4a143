//! `POST /pay/approvals/{user_id}/{date}/decision`. `GET /approvals` lists the time that waits.

use app::pay::approvals;
use axum::extract::{Path, State};
use domain::{
    pay::{Approval, ApprovalVerdict, PayCode},
    text::Reason,
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Repeat, RequestId,
    answers::{PayApprovalAnswer, pay_approval::TimeSubject},
    parameter,
    use_case::{changed, execute},
};

/// A decision about time of a date.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"subject": "overtime", "code": "overtime", "seconds": 7200, "status": "approved"}))]
pub(crate) struct PayApprovalDecision {
    /// The kind of time.
    subject: TimeSubject,
    /// The pay code of the overtime; only for overtime.
    code: Option<PayCode>,
    /// The seconds that wait. If the day has changed, other seconds wait, and the decision is refused.
    seconds: i64,
    /// `approved` or `rejected`.
    status: ApprovalVerdict,
    /// The reason; required for a rejection.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    note: Option<Reason>,
}

/// Decide about time that needs approval
///
/// Approves or rejects overtime, or work before the first shift, that the pay rules don't pay without approval. Rejected time
/// stays recorded and isn't paid; a rejection needs a reason. For those who may edit the person's days.
#[utoipa::path(
    post,
    path = "/pay/approvals/{user_id}/{date}/decision",
    operation_id = "decidePayApproval",
    tag = "pay",
    params(
        ("user_id" = String, Path, description = "The id of the person"),
        ("date" = String, Path, description = "The work date", example = "2026-11-02"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer"),
    ),
    request_body = PayApprovalDecision,
    responses(
        (status = 200, description = "The time of the date after the decision", body = PayApprovalAnswer),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 409, description = "`already_decided`: this time doesn't wait"),
    )
)]
pub(crate) async fn decide(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<(String, String)>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<PayApprovalDecision>,
) -> Result<Answer, Problem> {
    let PayApprovalDecision { subject, code, seconds, status: verdict, note } = value;
    let approval = Approval { subject: subject.with(code)?, seconds, verdict };
    let key = repeat.key(caller.user_id, &hash);
    let (request, day) = (app.request(&caller, &request_id, key.as_ref()), parameter::day(&path, &caller)?);
    execute(&request, changed, || approvals::decide(&request, day, &approval, note.as_ref())).await
}
