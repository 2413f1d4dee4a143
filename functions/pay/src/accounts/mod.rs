//! `/pay/accounts/{user_id}`: a person's time account (`app::pay::accounts`). The account is a ledger: entries are only added, and
//! the balance is their sum (docs/rules.md#time-accounts).

pub(crate) mod change;
pub(crate) mod ledger;

use app::pay::accounts;
use axum::extract::{Path, State};
use web::{Answer, App, Caller, Problem, answers::TimeAccountAnswer, parameter};

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
        (status = 200, description = "The account", body = TimeAccountAnswer),
        (status = 409, description = "`no_time_account`: no pay profile of the person has had an account yet")
    )
)]
pub(crate) async fn read(State(app): State<App>, caller: Caller, Path(user): Path<String>) -> Result<Answer, Problem> {
    let user = parameter::user(&user, &caller)?;
    Answer::ok(&accounts::read(&app.ports(app.now()), &caller, user).await?)
}
