//! `GET /leave/balances/{user_id}`

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::bounded::Bounded;
use serde::Deserialize;
use store::leave_book::BookQuery;
use web::{
    Answer, App, Caller, Problem, Query,
    answers::BalanceAnswer,
    authorization,
    cursor::{CursorSeal, ListName, Page},
    parameter,
    query::Limit,
};

/// A calendar year.
pub(super) type Year = Bounded<2000, 2199>;

/// The leave year and the page of the balances.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BalancesQuery {
    /// The calendar year in which the leave year begins; the current leave year by default.
    #[serde(default, deserialize_with = "year")]
    #[param(value_type = Option<u32>, minimum = 2000, maximum = 2199, example = 2026)]
    year: Option<Year>,
    /// The maximum number of items; all of them by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Parses a year from text, because all values of a query string are text.
pub(super) fn year<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Year>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Year::try_from(text.parse::<i64>().unwrap_or(-1)).map(Some).map_err(serde::de::Error::custom)
}

/// Returns the year as the ledger names leave years.
pub(super) fn named(year: Year) -> i16 {
    i16::try_from(year.get()).unwrap_or(i16::MAX)
}

/// List balances of a person
///
/// Lists the balances of all counted leave types, each computed as the sum of its ledger. Entries that are due but not booked
/// yet (the grant of a leave year that no request has needed so far) are included as they will be booked.
#[utoipa::path(
    get,
    path = "/leave/balances/{user_id}",
    operation_id = "getLeaveBalances",
    tag = "leave",
    params(("user_id" = String, Path, description = "The id of the person; `me` is the caller"), BalancesQuery),
    responses((status = 200, description = "The balances", body = Page<BalanceAnswer>))
)]
pub(crate) async fn read(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    Query(query): Query<BalancesQuery>,
) -> Result<Response, Problem> {
    let now = app.now();
    let user = parameter::user(&user, &caller)?;
    let snapshot = app.store.balances_snapshot(caller.user_id, user, None, now).await?;
    let person = snapshot.person.as_ref().ok_or_else(Problem::not_found)?;
    authorization::may_see(&caller, person)?;
    let (today, year_param) = (snapshot.today_of(person, now), query.year.map(named));
    let types = snapshot.types.counted();
    let book_query = BookQuery { user, years: BookQuery::years_around(today, year_param), types: types.clone() };
    let stored = app.store.stored_book(&book_query).await?;
    let settings = &snapshot.settings.settings;
    let items = BalanceAnswer::of_person(&stored, person, settings, &types, (year_param, today, now));
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Balances, &(user, year_param)).await?;
    Ok(Answer::ok(&Page::of_whole(items, query.limit, query.cursor.as_deref(), &seal)?)?.into_response())
}
