//! `GET /attendance/{user_id}`

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::calendar::{DateRange, WorkDate};
use serde::Deserialize;
use web::{
    Answer, App, Caller, Problem, Query,
    allowed::{Owner, day_actions},
    answers::DayAnswer,
    cursor::{CursorSeal, ListName, Page},
    date_range,
    person::{PersonToday, visible_person_today},
    query::Limit,
};

/// The dates and the page of a list of days.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DaysQuery {
    /// The first date. Defaults to 30 days before `to`.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    from: Option<WorkDate>,
    /// The last date. Defaults to tomorrow, so that a night shift that begins today is included.
    #[param(value_type = Option<String>, example = "2026-11-30")]
    to: Option<WorkDate>,
    /// The maximum number of days on a page, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List a person's days
///
/// Lists the days that were opened: days on which something happened, or on which work was expected. Newest first; at most 366
/// dates in a request.
#[utoipa::path(
    get,
    path = "/attendance/{user_id}",
    operation_id = "listDays",
    tag = "attendance",
    params(("user_id" = String, Path, description = "The id of the person; `me` is the caller"), DaysQuery),
    responses((status = 200, description = "A page of days", body = Page<DayAnswer>))
)]
pub(crate) async fn list_days(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    Query(query): Query<DaysQuery>,
) -> Result<Response, Problem> {
    let now = app.now();
    let PersonToday { id: person, other, deciders, today } = visible_person_today(&app, &caller, &user, now).await?;
    let DateRange { from, to } = date_range::requested(query.from, query.to, today)?;
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Days, &(person, from, to)).await?;
    let before = seal.position::<WorkDate>(query.cursor.as_deref())?;
    let page = app.store.days(person, from, to, before, query.limit.get()).await?;
    let next_cursor = page.items.last().filter(|_| page.more).map(|day| seal.seal(&day.date())).transpose()?;
    let owner = Owner::read(other.as_ref());
    let shown = |day: &_| DayAnswer::new(day, now).allowing(day_actions(&caller, owner, day, deciders, now));
    let items = page.items.iter().map(shown).collect();
    Ok(Answer::ok(&Page { items, next_cursor })?.into_response())
}
