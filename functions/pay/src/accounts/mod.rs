//! `/pay/accounts/{user_id}`: a person's time account. The account is a ledger: entries are only added, and the balance is their
//! sum (docs/rules.md#time-accounts).

pub(crate) mod change;
pub(crate) mod ledger;

use axum::extract::{Path, State};
use domain::{
    calendar::{WorkDate, Zone},
    id::UserId,
    leave::request::reserved_time_off,
    settings::Settings,
};
use jiff::Timestamp;
use serde::Serialize;
use store::pay::accounts::{AccountRecord, AccountSnapshot};
use utoipa::ToSchema;
use web::{Answer, App, Caller, Code, Failed, Problem, authorization, parameter};

/// The number of years ahead for which time off may be requested.
const YEARS_AHEAD: i16 = 4;

/// A person's time account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimeAccount)]
pub(crate) struct AccountAnswer {
    /// The person.
    user_id: UserId,
    /// The sum of all entries in seconds; negative if the person owes time.
    balance_seconds: i64,
    /// The last date whose time is in the balance.
    as_of: WorkDate,
    /// The seconds that requests for time off reserve: pending ones, and approved ones that aren't booked yet.
    reserved_seconds: i64,
    /// The balance minus what is reserved.
    available_seconds: i64,
    /// The maximum balance in seconds; `null` for no limit.
    cap_seconds: Option<i64>,
    /// The minimum balance in seconds, 0 or negative; `null` for no limit.
    floor_seconds: Option<i64>,
    /// Whether the balance is above the maximum.
    is_above_cap: bool,
    /// Whether the balance is below the minimum.
    is_below_floor: bool,
    /// The time that expires at the next settlement, as the balance is now; `null` if nothing expires.
    expiring: Option<ExpiringAnswer>,
    /// The version of the account; grows with each entry.
    version: u64,
}

/// Time that expires when accounts are settled.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExpiringTime)]
pub(crate) struct ExpiringAnswer {
    /// The seconds.
    seconds: i64,
    /// The date on which the time is gone.
    on: WorkDate,
}

impl AccountAnswer {
    /// Returns an account with the seconds that requests reserve.
    pub(super) fn new(account: &AccountRecord, reserved: i64, settings: &Settings) -> Self {
        let policy = &settings.time_accounts;
        let (balance, cap, floor) = (account.balance_seconds, policy.cap_seconds(), policy.floor_seconds());
        let expiring = policy.next_settlement(account.booked_through).and_then(|on| {
            let seconds = policy.expiring_seconds(balance);
            (seconds > 0).then_some(ExpiringAnswer { seconds, on })
        });
        Self {
            user_id: account.user_id,
            balance_seconds: balance,
            as_of: account.booked_through,
            reserved_seconds: reserved,
            available_seconds: balance - reserved,
            cap_seconds: cap,
            floor_seconds: floor,
            is_above_cap: cap.is_some_and(|cap| cap < balance),
            is_below_floor: floor.is_some_and(|floor| balance < floor),
            expiring,
            version: account.version,
        }
    }
}

/// Returns the dates for whose years the schedule is read: those of open requests for time off.
fn years_ahead(now: Timestamp) -> Vec<WorkDate> {
    let today = Zone::UTC.date_of(now);
    let ahead = (1..=YEARS_AHEAD).map(|years| WorkDate::from(jiff::civil::date(today.year() + years, 1, 1)));
    [today].into_iter().chain(ahead).collect()
}

/// Returns the person's account with the seconds that requests reserve.
fn account_of(snapshot: &AccountSnapshot) -> Result<(&AccountRecord, i64), Problem> {
    let person = snapshot.attendance.person.as_ref().ok_or_else(Problem::not_found)?;
    let account = snapshot.account.as_ref().ok_or_else(|| Problem::new(Code::NoTimeAccount))?;
    let planner = snapshot.attendance.planner(person);
    Ok((account, reserved_time_off(&snapshot.open_leave, None, &planner, account.booked_through)))
}

/// Get a time account
///
/// For the person, their managers and admins. A date is booked once it is over everywhere; `as_of` is the last one.
#[utoipa::path(
    get,
    path = "/pay/accounts/{user_id}",
    operation_id = "getTimeAccount",
    tag = "pay",
    params(("user_id" = String, Path, description = "The id of the person; `me` is the caller")),
    responses(
        (status = 200, description = "The account", body = AccountAnswer),
        (status = 409, description = "`no_time_account`: no pay profile of the person has had an account yet")
    )
)]
pub(crate) async fn read(State(app): State<App>, caller: Caller, Path(user): Path<String>) -> Result<Answer, Problem> {
    let now = app.now();
    let user = parameter::user(&user, &caller)?;
    let snapshot = app.store.account_snapshot(caller.user_id, user, years_ahead(now), None, now).await?;
    let person = snapshot.attendance.person.as_ref().ok_or_else(Problem::not_found)?;
    authorization::may_see(&caller, person)?;
    let (account, reserved) = account_of(&snapshot)?;
    Answer::ok(&AccountAnswer::new(account, reserved, &snapshot.attendance.settings.settings))
}

/// Reads the items for a change of an account by a manager, who may not change their own.
async fn snapshot_to_change(
    app: &App,
    caller: &Caller,
    user: UserId,
    repeat: Option<&store::RepeatKey>,
    now: Timestamp,
) -> Result<AccountSnapshot, Failed> {
    let snapshot = app.store.account_snapshot(caller.user_id, user, years_ahead(now), repeat, now).await?;
    web::command::ensure_not_replayed(snapshot.attendance.earlier.clone())?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let person = snapshot.attendance.person.as_ref().ok_or_else(Problem::not_found)?;
    authorization::may_edit_days(caller, person, snapshot.deciders)?;
    Ok(snapshot)
}
