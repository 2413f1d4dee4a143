//! `POST /roster/swaps`

use axum::{extract::State, response::Response};
use decisions::swap::refused;
use domain::{
    FieldRule,
    calendar::WorkDate,
    event::Subject,
    id::UserId,
    roster::{HORIZON_DAYS, Proposal, SwapRefusal},
    text::Remark,
    user::UserStatus,
};
use serde::Deserialize;
use store::{Commit, rescheduling::ScheduleQuery};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Failed, Problem, Repeat, RequestId, allowed::swap_actions, answers::SwapAnswer,
    authorization, command, command::ensure_not_replayed,
};

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
        (status = 201, description = "The swap", body = SwapAnswer, headers(("Location" = String, description = "Where it is"))),
        (status = 409, description = "`on_leave`; `day_worked`"),
        (status = 422, description = "`no_shift`: who would give a date has none there; dates that have begun")
    )
)]
pub(crate) async fn ask(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<AskSwap>,
) -> Result<Response, Problem> {
    let AskSwap { my_date, with_user_id, their_date, note } = value;
    if with_user_id == caller.user_id {
        return Err(Problem::invalid("with_user_id", FieldRule::AnotherPerson));
    }
    let key = repeat.key(caller.user_id, &hash);
    let now = app.now();
    let proposal = Proposal { my_date, their_date, note: note.filter(|note| !note.as_str().is_empty()) };
    let dates: Vec<WorkDate> = [Some(my_date), their_date].into_iter().flatten().collect();
    let attempt = async || -> Result<Answer, Failed> {
        let people = [caller.user_id, with_user_id];
        let query = ScheduleQuery { caller: caller.user_id, people: &people, dates: &dates, repeat: key.as_ref() };
        let snapshot = app.store.schedule_snapshot(&query, now).await?;
        ensure_not_replayed(snapshot.earlier.clone())?;
        authorization::current_profile(&caller, snapshot.caller.as_ref())?;
        let asker = snapshot.person(caller.user_id).ok_or_else(Problem::not_found)?;
        let other = snapshot.person(with_user_id).filter(|other| other.person.status == UserStatus::Active);
        let other = other.ok_or_else(|| Problem::invalid("with_user_id", FieldRule::NotEmployed))?;
        let swapping = snapshot.swapping(asker, other);
        let swap = swapping.ask(proposal.clone(), &*app.entropy).map_err(|refusal| problem(&refusal, my_date))?;
        let shown = SwapAnswer::new(&swap, now);
        let actions = swap_actions(&caller, (&asker.person, &other.person), &swap, snapshot.deciders, now);
        let body = shown.clone().allowing(actions);
        let answer = Answer::created(format!("/roster/swaps/{}", swap.id), &body)?.version(swap.version);

        let subject = Subject::User(caller.user_id);
        let stamp = app.stamp(&caller, &request_id, now);
        let mut commit = Commit::new(stamp, subject, vec![swap.requested_fact()])?;
        commit.put_swap([&asker.person, &other.person], &swap)?;
        commit.audit(subject, "swap_requested", None, Some(&shown))?;
        commit.save_answer(key.as_ref(), answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    };
    command(&app.store, key.as_ref(), now, attempt).await
}

/// Returns the problem for a refused swap. A date that can't be swapped is named by its field.
fn problem(refusal: &SwapRefusal, my_date: WorkDate) -> Problem {
    let field = |date: &WorkDate| if *date == my_date { "my_date" } else { "their_date" };
    match refusal {
        SwapRefusal::Begun(date) => Problem::invalid(field(date), FieldRule::NotBegun),
        SwapRefusal::TooFarAhead(date) => {
            Problem::invalid(field(date), FieldRule::DaysAheadAtMost { days: i64::from(HORIZON_DAYS) })
        }
        SwapRefusal::NotEmployed { date, .. } => {
            Problem::invalid("with_user_id", FieldRule::EmployedOn { date: date.to_string() })
        }
        SwapRefusal::NoShift { .. }
        | SwapRefusal::OnLeave(_)
        | SwapRefusal::DayWorked(_)
        | SwapRefusal::RosterChanged
        | SwapRefusal::WouldOverlap(_)
        | SwapRefusal::TooLittleRest(_) => refused(refusal),
    }
}
