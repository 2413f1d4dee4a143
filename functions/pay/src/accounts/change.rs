//! `POST /pay/accounts/{user_id}/adjustments` and `POST /pay/accounts/{user_id}/payouts`

use app::{Refusal, time_account::check_taking};
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    FieldRule,
    event::{Fact, PayFact, Subject},
    pay::{AccountCause, AccountEntry, PayCode, PayCodeDefinition, PayCodeKind},
    text::Reason,
};
use http::StatusCode;
use serde::Deserialize;
use store::{
    Commit,
    pay::accounts::{AccountRecord, AccountSnapshot},
};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Failed, Problem, Repeat, RequestId, command, parameter};

use super::{AccountAnswer, account_of, snapshot_to_change};

/// The most seconds of an entry: a year of work.
const MAX_SECONDS: i64 = 10_000_000;

/// An adjustment of a time account.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"seconds": 7200, "reason": "Opening balance from the old system"}))]
pub(crate) struct AdjustAccount {
    /// The seconds to add, at most 10,000,000, and not 0. A negative number takes time.
    #[schema(minimum = -10_000_000, maximum = 10_000_000, example = 7200)]
    seconds: i64,
    /// The reason for the adjustment; the ledger shows it.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Opening balance from the old system")]
    reason: Reason,
}

/// A payout of time.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"seconds": 3600, "code": "overtime"}))]
pub(crate) struct PayOut {
    /// The seconds to pay, 1 to 10,000,000.
    #[schema(minimum = 1, maximum = 10_000_000, example = 3600)]
    seconds: i64,
    /// The pay code under which the time is paid: an active code of the kind `overtime`.
    code: PayCode,
}

/// Adjust a time account
///
/// Adds time to a person's account, or takes it. The ledger keeps the reason. The balance may fall below the minimum. For
/// managers, and never for the caller's own account.
#[utoipa::path(
    post,
    path = "/pay/accounts/{user_id}/adjustments",
    operation_id = "adjustTimeAccount",
    tag = "pay",
    params(
        ("user_id" = String, Path, description = "The id of the person"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = AdjustAccount,
    responses(
        (status = 201, description = "The account afterwards", body = AccountAnswer),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 409, description = "`no_time_account`")
    )
)]
pub(crate) async fn adjust(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<AdjustAccount>,
) -> Result<Response, Problem> {
    if value.seconds == 0 || MAX_SECONDS < value.seconds.abs() {
        let rule = if value.seconds == 0 { FieldRule::NotZero } else { between(-MAX_SECONDS) };
        return Err(Problem::invalid("seconds", rule));
    }
    let cause = AccountCause::Adjustment { by: caller.user_id, reason: value.reason };
    let request = NewEntry { app: &app, caller: &caller, user, request_id: &request_id, repeat: &repeat, hash: &hash };
    let allow = |_: &AccountSnapshot, _: i64| Ok(());
    request.add_entry(value.seconds, &cause, "time_account_adjusted", allow).await
}

/// Pay out time
///
/// Takes time from a person's account, to be paid under a pay code in the pay period of the present date. It is refused if it
/// would take the account below its minimum, unless the company's rules only warn. For managers, and never for the caller's own
/// account.
#[utoipa::path(
    post,
    path = "/pay/accounts/{user_id}/payouts",
    operation_id = "payOutTime",
    tag = "pay",
    params(
        ("user_id" = String, Path, description = "The id of the person"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = PayOut,
    responses(
        (status = 201, description = "The account afterwards", body = AccountAnswer),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 409, description = "`no_time_account`; `time_account_too_low`")
    )
)]
pub(crate) async fn pay_out(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<PayOut>,
) -> Result<Response, Problem> {
    if !(1..=MAX_SECONDS).contains(&value.seconds) {
        return Err(Problem::invalid("seconds", between(1)));
    }
    let cause = AccountCause::Payout { by: caller.user_id, code: value.code.clone() };
    let request = NewEntry { app: &app, caller: &caller, user, request_id: &request_id, repeat: &repeat, hash: &hash };
    let allow = |snapshot: &AccountSnapshot, available: i64| {
        let codes = snapshot.codes.codes();
        let is_payable = |code: &PayCodeDefinition| code.active && code.kind == PayCodeKind::Overtime;
        let rule = FieldRule::NotAPayCode { kind: "overtime".to_owned() };
        Problem::unless_valid([(!codes.get(&value.code).is_some_and(is_payable), "code", rule)])?;
        let settings = &snapshot.attendance.settings.settings;
        check_taking(settings, available, value.seconds).map_err(|refusal| Refusal::from(refusal).into())
    };
    request.add_entry(-value.seconds, &cause, "time_paid_out", allow).await
}

fn between(min: i64) -> FieldRule {
    FieldRule::WholeNumberBetween { min, max: MAX_SECONDS }
}

/// A request for an entry of an account.
struct NewEntry<'a> {
    app: &'a App,
    caller: &'a Caller,
    user: String,
    request_id: &'a RequestId,
    repeat: &'a Repeat,
    hash: &'a str,
}

impl NewEntry<'_> {
    /// Adds an entry at the person's present date. `allow` refuses what the rules forbid, from the time that is available.
    async fn add_entry(
        self,
        seconds: i64,
        cause: &AccountCause,
        action: &str,
        allow: impl Fn(&AccountSnapshot, i64) -> Result<(), Problem>,
    ) -> Result<Response, Problem> {
        let Self { app, caller, user, request_id, repeat, hash } = self;
        let user = parameter::user(&user, caller)?;
        let key = repeat.key(caller.user_id, hash);
        let now = app.now();
        let attempt = async || -> Result<Answer, Failed> {
            let snapshot = snapshot_to_change(app, caller, user, key.as_ref(), now).await?;
            let (account, reserved) = account_of(&snapshot)?;
            allow(&snapshot, account.balance_seconds - reserved)?;
            let person = snapshot.attendance.person.as_ref().ok_or_else(Problem::not_found)?;
            let date = snapshot.attendance.planner(person).today(now);
            let entry = AccountEntry { date, seconds, cause: cause.clone(), at: now };
            let settings = &snapshot.attendance.settings.settings;
            let before = AccountAnswer::new(account, reserved, settings);
            let next = AccountRecord {
                balance_seconds: account.balance_seconds + seconds,
                version: account.version + 1,
                ..account.clone()
            };
            let after = AccountAnswer::new(&next, reserved, settings);
            let answer = Answer::json(StatusCode::CREATED, &after)?;

            let subject = Subject::User(user);
            let mut facts = vec![Fact::Pay(PayFact::TimeAccountChanged { date, seconds })];
            let balance_seconds = next.balance_seconds;
            let passed = settings.time_accounts.mark_passed(account.compared_seconds(), balance_seconds);
            facts.extend(passed.map(|mark| Fact::Pay(PayFact::TimeAccountMarkPassed { mark, balance_seconds })));
            let mut commit = Commit::new(app.stamp(caller, request_id, now), subject, facts)?;
            commit.add_account_entry(account, &entry)?;
            commit.audit(subject, action, Some(&before), Some(&after))?;
            commit.save_answer(key.as_ref(), answer.saved())?;
            commit.send(&app.store).await?;
            Ok(answer)
        };
        command(&app.store, key.as_ref(), now, attempt).await
    }
}
