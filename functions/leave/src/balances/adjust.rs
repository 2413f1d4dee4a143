//! `POST /leave/balances/{user_id}/adjustments`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    FieldRule,
    event::Subject,
    id::UserId,
    leave::{Balance, Booking, LeaveDayLength, LeaveDays, LeaveMinutes},
    schedule::LeaveTypeCode,
    text::Reason,
};
use http::StatusCode;
use serde::Deserialize;
use store::{Commit, RepeatKey, leave_book::BookQuery};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Failed, Problem, Repeat, RequestId, authorization,
    command::{command, ensure_not_replayed},
    parameter,
};

use web::answers::BalanceAnswer;

/// An adjustment of a leave balance.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"type": "annual", "days": 1.5, "reason": "Worked through the stocktaking"}))]
pub(crate) struct Adjust {
    /// The code of a leave type with a balance.
    #[serde(rename = "type")]
    leave_type: LeaveTypeCode,
    /// The number of days to add: at most 366, with at most two decimals, and not 0. A negative number removes days.
    days: LeaveDays,
    /// The reason for the adjustment; the ledger shows it.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Worked through the stocktaking")]
    reason: Reason,
}

/// Adjust a balance
///
/// Adds days to a person's balance of the current leave year, or removes them. The ledger keeps the reason. The balance may
/// become negative. For managers, and never for the caller's own balance.
#[utoipa::path(
    post,
    path = "/leave/balances/{user_id}/adjustments",
    operation_id = "adjustLeaveBalance",
    tag = "leave",
    params(
        ("user_id" = String, Path, description = "The id of the person"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = Adjust,
    responses(
        (status = 201, description = "The balance afterwards", body = BalanceAnswer),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 422, description = "A type that isn't counted; no days")
    )
)]
pub(crate) async fn adjust(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<Adjust>,
) -> Result<Response, Problem> {
    let user = parameter::user(&user, &caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let now = app.now();
    let Adjust { leave_type, days, reason } = value;
    let adjustment = Adjustment { user, leave_type, amount: Amount::Add(days), reason };
    let attempt = async || -> Result<Answer, Failed> {
        let answer = attempt(&app, &caller, &request_id, key.as_ref(), &adjustment).await?;
        answer.ok_or_else(|| Problem::invalid("days", FieldRule::NotZero).into())
    };
    command(&app.store, key.as_ref(), now, attempt).await
}

/// An adjustment of a person's balance of the current leave year.
#[derive(Debug)]
pub(super) struct Adjustment {
    pub(super) user: UserId,
    pub(super) leave_type: LeaveTypeCode,
    pub(super) amount: Amount,
    pub(super) reason: Reason,
}

/// The amount of an adjustment.
#[derive(Debug, Clone, Copy)]
pub(super) enum Amount {
    /// The days to add; a negative number removes days.
    Add(LeaveDays),
    /// The days that are available afterwards.
    Available(LeaveDays),
}

impl Amount {
    /// Returns what must be added to a balance with that available leave.
    pub(super) fn of(self, available: LeaveMinutes, day: LeaveDayLength) -> LeaveMinutes {
        match self {
            Self::Add(days) => day.of_days(days),
            Self::Available(days) => day.of_days(days) - available,
        }
    }
}

/// Makes one attempt at an adjustment, and returns the balance afterwards; none if there is nothing to add.
pub(super) async fn attempt(
    app: &App,
    caller: &Caller,
    request_id: &RequestId,
    key: Option<&RepeatKey>,
    adjustment: &Adjustment,
) -> Result<Option<Answer>, Failed> {
    let now = app.now();
    let Adjustment { user, ref leave_type, amount, ref reason } = *adjustment;
    let snapshot = app.store.balances_snapshot(caller.user_id, user, key, now).await?;
    ensure_not_replayed(snapshot.earlier.clone())?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let person = snapshot.person.as_ref().ok_or_else(Problem::not_found)?;
    authorization::may_edit_days(caller, person, snapshot.deciders)?;
    if !snapshot.types.counted().contains(leave_type) {
        return Err(Problem::invalid("type", FieldRule::NotCountedLeaveType).into());
    }

    let (settings, today) = (&snapshot.settings.settings, snapshot.today_of(person, now));
    let query = BookQuery { user, years: BookQuery::years_around(today, None), types: vec![leave_type.clone()] };
    let stored = app.store.stored_book(&query).await?;
    let stamp = app.stamp(caller, request_id, now);
    let mut book = stored.open(person, settings, Booking { at: now, today, by: stamp.actor });
    let (year, day) = (book.years(leave_type).of(today).year, LeaveDayLength::of(settings));
    book.bring_up_to_date(leave_type);
    let available = book.balances().get(leave_type, year).map_or(LeaveMinutes::ZERO, Balance::available);
    let minutes = amount.of(available, day);
    if minutes == LeaveMinutes::ZERO {
        return Ok(None);
    }
    let shown = |balance: &Balance| BalanceAnswer::new(balance, day);
    let before = book.balances().get(leave_type, year).map(shown);
    book.adjust(leave_type, year, minutes, reason.clone(), stamp.event_id);
    let after = book.balances().get(leave_type, year).map(shown);
    let booked = book.finish();
    let after = after.ok_or_else(|| Problem::internal("an adjustment changed no balance"))?;
    let answer = Answer::json(StatusCode::CREATED, &after)?;

    let subject = Subject::User(user);
    let mut commit = Commit::new(stamp, subject, booked.facts.clone())?;
    commit.book_leave(user, &booked, &stored, &snapshot.settings)?;
    commit.audit(subject, "leave_adjusted", before.as_ref(), Some(&after))?;
    commit.save_answer(key, answer.saved())?;
    commit.send(&app.store).await?;
    Ok(Some(answer))
}
