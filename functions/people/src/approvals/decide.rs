//! `POST /approvals/decisions`

use app::{
    Versions,
    attendance::{corrections, days},
    leave::requests,
    pay,
    people::profiles::{self, Admission},
    roster::swaps,
};
use axum::extract::State;
use domain::{
    FieldRule,
    calendar::WorkDate,
    correction::Decision,
    day,
    pay::{AfterClose, Approval, ApprovalVerdict, PayCode},
    text::{Reason, Remark},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::RepeatKey;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Repeat, RequestId,
    answers::{
        CorrectionAnswer, DayAnswer, LeaveRequestAnswer, PayApprovalAnswer, SwapAnswer, UserAnswer,
        pay_approval::TimeSubject,
    },
    body, parameter,
    problem::ProblemBody,
    use_case::{changed, execute},
};

use crate::users::{execute_change, shown};

/// The maximum number of decisions in one request.
const MAX_DECISIONS: usize = 50;

/// Decisions, made in the order given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"decisions": [
    {"kind": "leave_request", "id": "01JBPB7N3C5V7X9Z1B3D5F7HRV01JBN2V7Q4W0M3T9K5ZXH8R6CD", "status": "approved", "note": "Enjoy"},
    {"kind": "flagged_clock_in", "user_id": "01JBN2V7Q4W0M3T9K5ZXH8R6CD", "date": "2026-11-02", "status": "acknowledged"}
]}))]
pub(crate) struct DecideApprovals {
    /// The decisions, 1 to 50.
    #[schema(min_items = 1, max_items = 50)]
    decisions: Vec<ApprovalDecision>,
}

/// A decision on one entry, with the fields of the entry's own endpoint.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ApprovalDecision {
    /// A decision on a leave request, as with `POST /leave/requests/{id}/decision`.
    LeaveRequest {
        /// The id of the request.
        id: String,
        /// The version that the decision is about. If the request has another one by now, the decision is refused (412).
        version: Option<u64>,
        /// `approved` or `rejected`.
        status: Decision,
        /// A note on the decision.
        #[schema(value_type = Option<String>, max_length = 500)]
        note: Option<Remark>,
    },
    /// A decision on a correction, as with `POST /corrections/{id}/decision`.
    Correction {
        /// The id of the correction.
        id: String,
        /// The version that the decision is about. If the correction has another one by now, the decision is refused (412).
        version: Option<u64>,
        /// `approved` or `rejected`.
        status: Decision,
        /// A note on the decision.
        #[schema(value_type = Option<String>, max_length = 500)]
        note: Option<Remark>,
    },
    /// A decision on a swap, as with `POST /roster/swaps/{id}/decision`.
    Swap {
        /// The id of the swap.
        id: String,
        /// The version that the decision is about. If the swap has another one by now, the decision is refused (412).
        version: Option<u64>,
        /// `accepted` or `declined` by the person who is asked, `approved` or `rejected` by a manager.
        status: swaps::Verdict,
        /// A note on the decision.
        #[schema(value_type = Option<String>, max_length = 500)]
        note: Option<Remark>,
    },
    /// Confirms guessed clock-outs, as with `PUT /attendance/{user_id}/{date}` and the times that the day has.
    DayToReview {
        /// The id of the person.
        #[schema(value_type = String)]
        user_id: String,
        /// The work date of the day.
        date: WorkDate,
        /// The version that the decision is about. If the day has another one by now, the decision is refused (412).
        version: Option<u64>,
        /// `confirmed`: the times are correct.
        status: Confirmation,
        /// The reason for the decision.
        #[schema(value_type = String, min_length = 1, max_length = 500, example = "Seen on the camera")]
        reason: Reason,
    },
    /// A decision on a flagged clock-in, as with `POST /attendance/{user_id}/{date}/acknowledgement`.
    FlaggedClockIn {
        /// The id of the person.
        #[schema(value_type = String)]
        user_id: String,
        /// The work date of the day.
        date: WorkDate,
        /// The version that the decision is about. If the day has another one by now, the decision is refused (412).
        version: Option<u64>,
        /// `acknowledged` or `rejected`.
        status: day::Verdict,
        /// The reason for the decision.
        #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
        note: Option<Reason>,
    },
    /// A decision about time that needs approval before it is paid, as with
    /// `POST /pay/approvals/{user_id}/{date}/decision`.
    PayApproval {
        /// The id of the person.
        #[schema(value_type = String)]
        user_id: String,
        /// The work date.
        date: WorkDate,
        /// The kind of time.
        subject: TimeSubject,
        /// The pay code of the overtime; only for overtime.
        code: Option<PayCode>,
        /// The seconds that wait.
        seconds: i64,
        /// `approved` or `rejected`.
        status: ApprovalVerdict,
        /// The reason; required for a rejection.
        #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
        note: Option<Reason>,
    },
    /// A decision on a registration, as with `PATCH /users/{id}` and `active`, or `DELETE /users/{id}`; only while the account
    /// is pending.
    Registration {
        /// The id of the person.
        id: String,
        /// `active`: the person may sign in; `disabled`: the person may not sign in.
        status: Admission,
    },
}

/// A decision on guessed times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Confirmation {
    /// The times are correct.
    Confirmed,
}

/// The results of the decisions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecisionResults {
    /// One result for each decision, in the order given.
    results: Vec<DecisionResult>,
}

/// The result of a decision: the entry after the decision, or the problem with which the decision was refused.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct DecisionResult {
    /// The HTTP status that the entry's own endpoint would respond with.
    status: u16,
    /// The leave request after the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<LeaveRequestAnswer>)]
    leave_request: Option<Value>,
    /// The correction after the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<CorrectionAnswer>)]
    correction: Option<Value>,
    /// The swap after the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SwapAnswer>)]
    swap: Option<Value>,
    /// The day after the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<DayAnswer>)]
    day: Option<Value>,
    /// The time of the date after the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PayApprovalAnswer>)]
    pay_approval: Option<Value>,
    /// The person after the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<UserAnswer>)]
    user: Option<Value>,
    /// The problem with which the decision was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

/// Decide several entries at once
///
/// Makes up to 50 decisions on entries of `GET /approvals`, one after the other. Each decision is a transaction of its own and
/// follows the rules of the entry's own endpoint. A refused decision changes nothing, and the other decisions are still made.
/// The response is 200 in any case; each result has its own status. With an `Idempotency-Key`, a repeated request doesn't make
/// decisions again that were already made.
#[utoipa::path(
    post, path = "/approvals/decisions", operation_id = "decideApprovals", tag = "approvals",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat decides nothing twice")),
    request_body = DecideApprovals,
    responses((status = 200, description = "A result for each decision", body = DecisionResults)),
)]
pub(crate) async fn decide(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<DecideApprovals>,
) -> Result<Answer, Problem> {
    let count = value.decisions.len();
    if count == 0 || MAX_DECISIONS < count {
        return Err(Problem::invalid("decisions", FieldRule::ItemsBetween { min: 1, max: MAX_DECISIONS as u64 }));
    }
    let key = repeat.key(caller.user_id, &hash);
    let mut results = Vec::with_capacity(count);
    for (number, decision) in value.decisions.iter().enumerate() {
        // Each decision is a transaction, so each saves its own answer.
        let key = key.as_ref().map(|key| RepeatKey {
            hash: body::hash(format!("{}#{number}", key.hash).as_bytes()),
            body_hash: key.body_hash.clone(),
        });
        let made = decision.make(&app, &caller, &request_id, key.as_ref()).await;
        results.push(DecisionResult::new(decision, made, &request_id));
    }
    Answer::ok(&DecisionResults { results })
}

impl ApprovalDecision {
    async fn make(
        &self,
        app: &App,
        caller: &Caller,
        request_id: &RequestId,
        key: Option<&RepeatKey>,
    ) -> Result<Answer, Problem> {
        let request = app.request(caller, request_id, key);
        match self {
            Self::LeaveRequest { id, version, status, note } => {
                let (id, versions) = (parameter::id(id)?, Versions::of(*version));
                execute(&request, changed, || requests::decide(&request, id, &versions, *status, note.as_ref())).await
            }
            Self::Correction { id, version, status, note } => {
                let (id, versions) = (parameter::id(id)?, Versions::of(*version));
                execute(&request, changed, || corrections::decide(&request, id, &versions, *status, note.as_ref()))
                    .await
            }
            Self::Swap { id, version, status, note } => {
                let (id, versions) = (parameter::id(id)?, Versions::of(*version));
                execute(&request, changed, || swaps::decide(&request, id, &versions, *status, note.as_ref())).await
            }
            Self::DayToReview { user_id, date, version, status: Confirmation::Confirmed, reason } => {
                let (day, versions) = ((parameter::user(user_id, caller)?, *date), Versions::of(*version));
                execute(&request, changed, || days::confirm(&request, day, &versions, reason)).await
            }
            Self::FlaggedClockIn { user_id, date, version, status, note } => {
                let (day, versions) = ((parameter::user(user_id, caller)?, *date), Versions::of(*version));
                let review = || days::review(&request, day, &versions, *status, note.as_ref(), AfterClose::Refused);
                execute(&request, changed, review).await
            }
            Self::PayApproval { user_id, date, subject, code, seconds, status, note } => {
                let approval = Approval { subject: subject.with(code.clone())?, seconds: *seconds, verdict: *status };
                let day = (parameter::user(user_id, caller)?, *date);
                execute(&request, changed, || pay::approvals::decide(&request, day, &approval, note.as_ref())).await
            }
            Self::Registration { id, status } => {
                let person = parameter::id(id)?;
                execute_change(&request, shown, || profiles::admit(&request, person, *status)).await
            }
        }
    }
}

impl DecisionResult {
    fn new(decision: &ApprovalDecision, made: Result<Answer, Problem>, request_id: &RequestId) -> Self {
        let answer = match made {
            Ok(answer) => answer.saved().clone(),
            Err(problem) => {
                let status = problem.code().status().as_u16();
                return Self {
                    status,
                    problem: Some(problem.body(request_id.as_str(), request_id.language())),
                    ..Self::default()
                };
            }
        };
        let body: Option<Value> = answer.body.as_deref().and_then(|body| serde_json::from_str(body).ok());
        let result = Self { status: answer.status, ..Self::default() };
        match decision {
            ApprovalDecision::LeaveRequest { .. } => Self { leave_request: body, ..result },
            ApprovalDecision::Correction { .. } => Self { correction: body, ..result },
            ApprovalDecision::Swap { .. } => Self { swap: body, ..result },
            ApprovalDecision::DayToReview { .. } | ApprovalDecision::FlaggedClockIn { .. } => {
                Self { day: body, ..result }
            }
            ApprovalDecision::PayApproval { .. } => Self { pay_approval: body, ..result },
            ApprovalDecision::Registration { .. } => Self { user: body, ..result },
        }
    }
}
