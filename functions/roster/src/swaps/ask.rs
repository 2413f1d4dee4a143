//! `POST /roster/swaps`

use app::roster::swaps;
use axum::extract::State;
use domain::{
    FieldRule,
    calendar::WorkDate,
    id::{SwapId, UserId},
    roster::Proposal,
    text::Remark,
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Problem, Repeat, RequestId, answers::SwapAnswer, use_case::execute};

/// A request for a swap.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "my_date": "2026-11-20",
    "with_user_id": "01JBN2V7Q4W0M3T9K5ZXH8R6CD",
    "note": "My sister gets married"
}))]
pub(crate) struct AskSwap {
    /// The date of the shifts that the asker gives away.
    my_date: WorkDate,
    /// The id of the person who is asked.
    with_user_id: UserId,
    /// The date of the shifts that the asker takes in return; absent if the asker takes none ("take my shift").
    their_date: Option<WorkDate>,
    /// The asker's note.
    #[schema(value_type = Option<String>, max_length = 500, example = "My sister gets married")]
    note: Option<Remark>,
}

/// Ask for a swap
///
/// Two people swap whole dates, with all their shifts. The swap is made once the other person accepts and, if the
/// settings require it or the people belong to two departments, a manager approves. Until then, the shifts don't
/// change. A request that isn't answered before the first of the dates begins expires.
#[utoipa::path(
    post,
    path = "/roster/swaps",
    operation_id = "requestSwap",
    tag = "swaps",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat asks for nothing more")),
    request_body = AskSwap,
    responses(
        (status = 201, description = "The swap", body = SwapAnswer, headers(("Location" = String, description = "The URL of the new item"))),
        (status = 409, description = "`on_leave`; `day_worked`"),
        (status = 422, description = "`no_shift`: the person who would give a date away has no shift on it; dates that have begun")
    )
)]
pub(crate) async fn ask(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<AskSwap>,
) -> Result<Answer, Problem> {
    let AskSwap { my_date, with_user_id, their_date, note } = value;
    if with_user_id == caller.user_id {
        return Err(Problem::invalid("with_user_id", FieldRule::AnotherPerson));
    }
    let key = repeat.key(caller.user_id, &hash);
    let proposal = Proposal { my_date, their_date, note: note.filter(|note| !note.as_str().is_empty()) };
    let request = app.request(&caller, &request_id, key.as_ref());
    let requested = |(id, swap): &(SwapId, SwapAnswer), version: u64| -> Result<Answer, Problem> {
        Ok(Answer::created(format!("/roster/swaps/{id}"), swap)?.version(version))
    };
    execute(&request, requested, || swaps::ask(&request, with_user_id, &proposal)).await
}
